"""One place for a child, and the end mark that tells the worker that nothing more will come."""

import os
import secrets
import signal
import sys
from dataclasses import dataclass, field
from typing import Any


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

    def end(self, status: int, memory: int) -> None:
        """The child is gone: prepares the marks for both pipes and the reply that follows them."""
        code = os.waitstatus_to_exitcode(status)
        nonce = secrets.token_hex(16)
        self.deadline, self.forked = None, 0.0
        self.reply = {
            "type": "exited", "id": self.job, "slot": self.number, "code": code if code >= 0 else None,
            "signal": signal.Signals(-code).name if code < 0 else None, "nonce": nonce, "max_rss_bytes": memory,
            "overdue": self.overdue,
        }
        # A newline first: a killed child may have left half a line.
        self.unwritten = {
            self.events: b'\n{"type":"exited","nonce":"%b"}\n' % nonce.encode(),
            self.logs: b"\n\0exited %b\n" % nonce.encode(),
        }
        # The flag belongs to the pipe, not to the descriptor: it may only be set while no child uses it.
        for pipe in self.unwritten:
            os.set_blocking(pipe, False)

    def write_end(self) -> dict[str, Any] | None:
        """Writes what the pipes take without waiting; the reply once both have all, and the slot is free."""
        for pipe, rest in list(self.unwritten.items()):
            try:
                rest = rest[os.write(pipe, rest):]
            except BlockingIOError:
                continue
            except OSError as error:  # the worker closed its side
                print(f"slot {self.number}: {error}", file=sys.stderr, flush=True)
                rest = b""
            if rest:
                self.unwritten[pipe] = rest
            else:
                del self.unwritten[pipe]
        if self.reply is None or self.unwritten:
            return None
        reply, self.reply, self.job = self.reply, None, None
        return reply

    def abandon(self) -> None:
        """Nobody reads any more."""
        self.unwritten, self.reply, self.job = {}, None, None
