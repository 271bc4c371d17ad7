"""The warm host: a process that has imported everything and forks a child for each job.

It starts no thread, calls nothing of torch or polars (a parallel region or a thread pool that exists before a fork
hangs the child) and never touches CUDA. A free slot holds a child that was forked ahead and warmed up, and waits for
its one job. Commands come as JSON lines on standard input, replies go to standard output.
"""

import gc
import json
import os
import select
import signal
import sys
import time
from typing import Any

from .child import Work, fork_child
from .process import Death
from .slot import Slot

MAX_COMMAND = 60 * 1024  # fits into a pipe at once: handing a command on never blocks
GRACE_SECONDS = 5.0
AGAIN_SECONDS = 1.0  # before a child that died while it waited is replaced
SIGNALS = {"TERM": signal.SIGTERM, "USR1": signal.SIGUSR1, "KILL": signal.SIGKILL}
VERBS = ("train", "profile", "predict")

class Host:
    """Runs until standard input ends or TERM comes; then it ends its children and returns."""

    def __init__(self, slots: int, work: Work, hello: dict[str, Any], grace_seconds: float = GRACE_SECONDS):
        self._slots = [Slot(number) for number in range(slots)]
        self._work = work
        self._hello = hello
        self._grace = grace_seconds
        self._death = Death()
        self._input = b""
        self._leaving: float | None = None  # when the grace ends
        self._wake, wake = os.pipe()
        os.set_blocking(self._wake, False)
        os.set_blocking(wake, False)
        signal.set_wakeup_fd(wake, warn_on_full_buffer=False)
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: self._leave())
        signal.signal(signal.SIGCHLD, lambda *_: None)  # only to wake the loop

    def serve(self) -> None:
        self._reply(self._hello)
        listening = True
        while self._leaving is None or any(slot.job for slot in self._slots):
            listening = listening and self._leaving is None
            self._wait(listening)
            if listening and not self._read_commands():
                self._leave()
            self._watch_time()
            self._reap()
            self._write_ends()
            self._fill()
        for slot in self._slots:
            if slot.pid:
                os.kill(slot.pid, signal.SIGKILL)
                os.waitpid(slot.pid, 0)

    def _wait(self, listening: bool) -> None:
        reads = [self._wake, *([0] if listening else [])]
        writes = [fd for slot in self._slots for fd in slot.unwritten]
        times = [t for t in (self._leaving, *(s.deadline for s in self._slots)) if t is not None]
        times += [slot.forked + AGAIN_SECONDS for slot in self._slots if slot.pid == 0 and slot.job is None]
        timeout = max(0.0, min(times) - time.monotonic()) if times else None
        ready = select.select(reads, writes, [], timeout)[0]
        if self._wake in ready:
            os.read(self._wake, 4096)

    def _read_commands(self) -> bool:
        """Handles the commands that have arrived; false at the end of the input."""
        while select.select([0], [], [], 0)[0]:
            data = os.read(0, 65536)
            if not data:
                return False
            *lines, self._input = (self._input + data).split(b"\n")
            for line in lines:
                self._handle(line)
            if len(self._input) > MAX_COMMAND:
                self._log("a command is longer than 60 KiB; leaving")
                return False
        return True

    def _handle(self, line: bytes) -> None:
        command: Any = None
        try:
            command = json.loads(line)
            kind = command["cmd"]
            if kind == "run":
                self._run(command)
            elif kind == "signal":
                self._signal(command["id"], SIGNALS[command["signal"]])
            elif kind == "ping":
                self._reply({"type": "pong", "n": command["n"]})
            else:
                self._refuse(command, f"unknown command {kind!r}")
        except (ValueError, TypeError, LookupError, RecursionError, OSError) as error:
            self._refuse(command, f"bad command: {type(error).__name__} {error}")

    def _refuse(self, command: Any, reason: str) -> None:
        job = command.get("id") if isinstance(command, dict) else None
        self._reply({"type": "refused", "id": job, "reason": reason[:500]})

    def _run(self, command: dict[str, Any]) -> None:
        number, seconds = command["slot"], (command.get("limits") or {}).get("seconds")
        if command["verb"] not in VERBS or not isinstance(number, int) or not 0 <= number < len(self._slots):
            return self._refuse(command, "unknown verb or slot")
        if not all(isinstance(command[name], str) for name in ("id", "data", "out")):
            return self._refuse(command, "id, data and out must be texts")
        slot = self._slots[number]
        if slot.job is not None:
            return self._refuse(command, f"slot {number} is busy")
        if not slot.pid:
            self._fork(slot)
        line = json.dumps(command).encode() + b"\n"
        try:
            os.write(slot.lead, line)
        except BrokenPipeError:  # it died while it waited, and was not noticed yet
            os.waitpid(slot.pid, 0)
            os.close(slot.lead)
            self._fork(slot)
            os.write(slot.lead, line)
        os.close(slot.lead)
        slot.job, slot.overdue = command["id"], False
        slot.deadline = None if seconds is None else time.monotonic() + seconds
        self._reply({"type": "started", "id": slot.job, "slot": number, "pid": slot.pid})

    def _fill(self) -> None:
        """Every free slot gets its waiting child."""
        for slot in self._slots:
            if self._leaving is None and slot.job is None and slot.pid == 0:
                if time.monotonic() - slot.forked >= AGAIN_SECONDS:
                    self._fork(slot)

    def _fork(self, slot: Slot) -> None:
        slot.pid, slot.lead = fork_child(slot, self._work, self._death)
        slot.forked = time.monotonic()

    def _signal(self, job: str, number: signal.Signals) -> None:
        """KILL goes to the whole group, the others to the job itself. A job that has ended needs no signal."""
        slot = next((s for s in self._slots if s.job == job and s.reply is None), None)
        if slot is not None:
            self._send(slot, number)

    def _send(self, slot: Slot, number: signal.Signals) -> None:
        try:
            if number == signal.SIGKILL:
                os.kill(slot.pid, number)  # before it has called setsid there is no group
                os.killpg(slot.pid, number)
            else:
                os.kill(slot.pid, number)
        except ProcessLookupError:
            self._log(f"job {slot.job} had no process left for {number.name}")

    def _leave(self) -> None:
        """TERM now, KILL after the grace. Asking twice changes nothing."""
        if self._leaving is None:
            self._leaving = time.monotonic() + self._grace
            for slot in self._slots:
                if slot.job is not None and slot.reply is None:
                    self._send(slot, signal.SIGTERM)

    def _watch_time(self) -> None:
        now = time.monotonic()
        if self._leaving is not None and now >= self._leaving:
            self._leaving = now + self._grace
            for slot in self._slots:
                if slot.reply is not None:
                    slot.abandon()
                elif slot.job is not None:
                    self._send(slot, signal.SIGKILL)
        for slot in self._slots:
            if slot.deadline is not None and now >= slot.deadline:
                slot.deadline, slot.overdue = None, True
                self._send(slot, signal.SIGKILL)

    def _reap(self) -> None:
        for slot in self._slots:
            if slot.pid == 0:
                continue
            # Looked at first and reaped last: while the child is a zombie its group's number cannot be taken.
            if os.waitid(os.P_PID, slot.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is None:
                continue
            try:
                os.killpg(slot.pid, signal.SIGKILL)
            except (ProcessLookupError, PermissionError):
                pass  # no group, or macOS's answer for one that holds only the zombie
            _, status, usage = os.wait4(slot.pid, 0)
            slot.pid = 0
            if slot.job is None:
                os.close(slot.lead)
                self._log(f"the waiting child of slot {slot.number} died with {os.waitstatus_to_exitcode(status)}")
                continue
            slot.end(status, usage.ru_maxrss * (1 if sys.platform == "darwin" else 1024))

    def _write_ends(self) -> None:
        for slot in self._slots:
            reply = slot.write_end()
            if reply is not None:
                self._reply(reply)

    def _reply(self, message: dict[str, Any]) -> None:
        view = memoryview(json.dumps(message, allow_nan=False, separators=(",", ":")).encode() + b"\n")
        try:
            while view:
                view = view[os.write(1, view):]
        except OSError as error:  # nobody listens: the same as the end of the input
            self._log(f"cannot reply: {error}")
            self._leave()

    def _log(self, line: str) -> None:
        print(line, file=sys.stderr, flush=True)


def freeze() -> None:
    """Before the first fork: what is loaded is never collected, so that a child does not copy pages to look at it."""
    gc.collect()
    gc.freeze()
