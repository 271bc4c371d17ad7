"""The warm host: a process that has imported everything and forks a child for each job.

It starts no thread, calls nothing of torch or polars (a parallel region or a thread pool that exists before a fork
hangs the child) and never touches CUDA. A free slot holds a child that was forked ahead and warmed up, and waits for
its one job. Commands come as JSON lines on standard input, replies go to standard output.
"""

import gc
import json
import os
import secrets
import select
import signal
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, NoReturn

from .control import BLOCKED_AT_START, block_signals
from .process import Death, nothing_to_read, set_limits, take_descriptors

MAX_COMMAND = 60 * 1024  # fits into a pipe at once: handing a command on never blocks
GRACE_SECONDS = 5.0
AGAIN_SECONDS = 1.0  # before a child that died while it waited is replaced
SIGNALS = {"TERM": signal.SIGTERM, "USR1": signal.SIGUSR1, "KILL": signal.SIGKILL}
VERBS = ("train", "profile", "predict")

RunJob = Callable[[dict[str, Any]], int]


@dataclass(slots=True)
class Slot:
    """One place for a child, with its two pipes to the worker. It is free again once its end has been written."""

    number: int
    job: str | None = None
    pid: int = 0  # of the child that runs or waits for a job; 0: none
    lead: int = -1  # where a waiting child reads its command
    forked: float = 0.0
    deadline: float | None = None
    overdue: bool = False
    reply: dict[str, Any] | None = None  # of a dead child, sent when both ends are written
    unwritten: dict[int, bytes] = field(default_factory=dict)  # descriptor -> rest of its end mark

    @property
    def events(self) -> int:
        return 3 + 2 * self.number

    @property
    def logs(self) -> int:
        return 4 + 2 * self.number


class Host:
    """Runs until standard input ends or TERM comes; then it ends its children and returns."""

    def __init__(self, slots: int, run_job: RunJob, warm_up: Callable[[], None], hello: dict[str, Any],
                 grace_seconds: float = GRACE_SECONDS):
        self._slots = [Slot(number) for number in range(slots)]
        self._run_job = run_job
        self._warm_up = warm_up
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
        for pipe in (slot.events, slot.logs):
            os.set_blocking(pipe, True)
        parent = os.getpid()
        sys.stderr.flush()
        command, lead = os.pipe()
        # A signal to the child before it is ready stays pending in it instead of running the host's handler there.
        before = signal.pthread_sigmask(signal.SIG_BLOCK, signal.valid_signals())
        pid = os.fork()
        if pid == 0:
            self._become(command, slot, parent)
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
        os.close(command)
        slot.pid, slot.lead, slot.forked = pid, lead, time.monotonic()

    def _become(self, commands: int, slot: Slot, parent: int) -> NoReturn:
        """The child's life. It never returns into the host's loop, whatever happens."""
        code = 1
        try:
            os.setsid()
            self._death.with_parent(parent)
            signal.set_wakeup_fd(-1)
            for number in (signal.SIGTERM, signal.SIGINT, signal.SIGCHLD):
                signal.signal(number, signal.SIG_DFL)
            block_signals()
            signal.pthread_sigmask(signal.SIG_UNBLOCK, signal.valid_signals() - set(BLOCKED_AT_START))
            take_descriptors(commands, slot.events, slot.logs)
            self._warm_up()
            line = sys.stdin.buffer.readline()
            nothing_to_read()
            if line:
                command = json.loads(line)
                os.environ["HOME"] = command["out"]
                set_limits(command.get("limits") or {})
                code = self._run_job(command)
        except BaseException:
            sys.excepthook(*sys.exc_info())
        finally:
            try:
                sys.stdout.flush()
                sys.stderr.flush()
            finally:
                os._exit(code)

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
                    slot.unwritten, slot.reply, slot.job = {}, None, None  # nobody reads any more
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
            slot.forked = 0.0
            self._ended(slot, status, usage.ru_maxrss * (1 if sys.platform == "darwin" else 1024))

    def _ended(self, slot: Slot, status: int, memory: int) -> None:
        code = os.waitstatus_to_exitcode(status)
        nonce = secrets.token_hex(16)
        slot.deadline = None
        slot.reply = {
            "type": "exited", "id": slot.job, "slot": slot.number, "code": code if code >= 0 else None,
            "signal": signal.Signals(-code).name if code < 0 else None, "nonce": nonce, "max_rss_bytes": memory,
            "overdue": slot.overdue,
        }
        # A newline first: a killed child may have left half a line.
        slot.unwritten = {
            slot.events: b'\n{"type":"exited","nonce":"%b"}\n' % nonce.encode(),
            slot.logs: b"\n\0exited %b\n" % nonce.encode(),
        }
        # The flag belongs to the pipe, not to the descriptor: it may only be set while no child uses it.
        for pipe in slot.unwritten:
            os.set_blocking(pipe, False)

    def _write_ends(self) -> None:
        for slot in self._slots:
            for pipe, rest in list(slot.unwritten.items()):
                try:
                    rest = rest[os.write(pipe, rest):]
                except BlockingIOError:
                    continue
                except OSError as error:  # the worker closed its side
                    self._log(f"slot {slot.number}: {error}")
                    rest = b""
                if rest:
                    slot.unwritten[pipe] = rest
                else:
                    del slot.unwritten[pipe]
            if slot.reply is not None and not slot.unwritten:
                reply, slot.reply, slot.job = slot.reply, None, None
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
