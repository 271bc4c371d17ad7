"""A warm host under test, spoken to as the worker does: commands in, replies out, two pipes a slot."""

import fcntl
import json
import os
import queue
import subprocess
import sys
import threading
import time
from pathlib import Path

TRAINER = Path(__file__).parents[2]
SERVE = [sys.executable, "-m", "trainyard_trainer", "serve"]


class WarmHost:
    def __init__(self, slots=2, command=None, env=None, read_pipes=True):
        pipes = [os.pipe() for _ in range(2 * slots)]

        def place():
            high = [fcntl.fcntl(write, fcntl.F_DUPFD, 60) for _, write in pipes]
            for number, fd in enumerate(high):
                os.dup2(fd, 3 + number, inheritable=True)
                os.close(fd)

        environment = {"PATH": os.environ["PATH"], "PYTHONPATH": str(TRAINER), **(env or {})}
        self.process = subprocess.Popen(
            [*(command or SERVE), "--slots", str(slots)], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            stderr=subprocess.PIPE, env=environment, preexec_fn=place, close_fds=False)
        for _, write in pipes:
            os.close(write)
        self.reads = [read for read, _ in pipes]
        self.replies = queue.Queue()
        self.exits = {}
        self.lines = [queue.Queue() for _ in pipes]
        self._pump(self.process.stdout, self, json.loads)
        self.stderr = queue.Queue()
        self._pump(self.process.stderr, self.stderr, bytes)
        if read_pipes:
            for number in range(len(pipes)):
                self.read_pipe(number)
        self.ready = self.replies.get(timeout=60)
        self._names = 0

    def put(self, reply):
        """Ends of jobs come whenever they come; other replies answer the last command."""
        ended = reply is not None and reply["type"] == "exited"
        (self.exits[reply["id"]] if ended else self.replies).put(reply)

    def read_pipe(self, number):
        self._pump(os.fdopen(self.reads[number], "rb"), self.lines[number], bytes)

    def _pump(self, file, into, parse):
        def work():
            for line in file:
                into.put(parse(line))
            into.put(None)

        threading.Thread(target=work, daemon=True).start()

    def send(self, **command):
        self.process.stdin.write(json.dumps(command).encode() + b"\n")
        self.process.stdin.flush()

    def reply(self, timeout=30):
        return self.replies.get(timeout=timeout)

    def run(self, slot=0, verb="train", **fields):
        self._names += 1
        name = f"job-{self._names}"
        self.exits[name] = queue.Queue()
        self.send(cmd="run", id=name, slot=slot, verb=verb, **{"data": "", "out": "/nowhere", "format": "csv", **fields})
        return Run(self, slot, name, self.reply())

    def close(self):
        """Ends the input; returns the exit code and what the host logged."""
        self.process.stdin.close()
        code = self.process.wait(timeout=30)
        logged = []
        while (line := self.stderr.get(timeout=5)) is not None:
            logged.append(line.decode())
        return code, "".join(logged)


class Run:
    """One job of the host. Events and logs end at the mark that the host's `exited` reply names."""

    def __init__(self, host, slot, name, started):
        self.host, self.slot, self.name, self.started = host, slot, name, started
        self.seen = []
        self.ended = False

    def signal(self, name):
        self.host.send(cmd="signal", id=self.name, signal=name)

    def events(self, timeout=60):
        """Events as they come, to the end of the child."""
        deadline = time.monotonic() + timeout
        while not self.ended:
            line = self.host.lines[2 * self.slot].get(timeout=max(0.1, deadline - time.monotonic()))
            if line.strip():
                event = json.loads(line, parse_constant=lambda word: 1 / 0)
                self.ended = event["type"] == "exited"
                self.seen.append(event)
                yield event

    def until(self, holds, timeout=60):
        for event in self.events(timeout):
            if holds(event):
                return event
        raise AssertionError(f"the job ended first: {self.seen[-3:]}")

    def finish(self, timeout=60):
        """Reads to the end; returns the host's reply."""
        for _ in self.events(timeout):
            pass
        self.reply = self.exit()
        assert self.reply["nonce"] == self.seen[-1]["nonce"]
        return self.reply

    def exit(self):
        return self.host.exits[self.name].get(timeout=10)

    def logs(self):
        """What the child printed; call after `finish`."""
        text = b""
        mark = f"\0exited {self.reply['nonce']}\n".encode()
        while True:
            line = self.host.lines[2 * self.slot + 1].get(timeout=5)
            if line == mark:
                return text.decode()
            text = b"" if line.startswith(b"\0exited ") else text + line

    def of(self, kind):
        return [event for event in self.seen if event["type"] == kind]

    @property
    def result(self):
        return self.of("result")[-1]
