"""The only writer to the events channel: one JSON object per line on file descriptor 3.

Without that descriptor there are no events; a person at a terminal gets progress and logs on standard error instead.
"""

import fcntl
import json
import math
import os
import sys
import time
from collections.abc import Callable
from typing import Any, Protocol

EVENTS_FD = 3
MAX_LINE = 60 * 1024  # the protocol allows 64 KiB
PROGRESS_SECONDS = 0.1
METRICS_SECONDS = 0.25


class Sink(Protocol):
    def __call__(self, event: dict[str, Any]) -> None: ...


def open_sink() -> Sink:
    """The events channel if the caller gave one, else a terminal view. Call before any other file is opened."""
    try:
        writable = fcntl.fcntl(EVENTS_FD, fcntl.F_GETFL) & os.O_ACCMODE != os.O_RDONLY
    except OSError:
        writable = False
    return (lambda event: write_line(EVENTS_FD, event)) if writable else TerminalView()


def write_line(fd: int, event: dict[str, Any]) -> None:
    """Writes one whole line; blocks while the reader is behind. A line over the limit is a fault of the caller."""
    line = compact(event) + b"\n"
    if len(line) > MAX_LINE:
        raise ValueError(f"event {event['type']} has {len(line)} bytes")
    view = memoryview(line)
    while view:
        view = view[os.write(fd, view):]


def compact(value: Any) -> bytes:
    """JSON in UTF-8; half a surrogate pair, which has no place in UTF-8, becomes a question mark."""
    return json.dumps(value, allow_nan=False, ensure_ascii=False, separators=(",", ":")).encode(errors="replace")


class TerminalView:
    """Shows events to a person: logs and phases as lines, progress as one line that is rewritten."""

    def __init__(self) -> None:
        self._rewritten = False

    def __call__(self, event: dict[str, Any]) -> None:
        kind = event["type"]
        if kind == "progress":
            self._show(f"epoch {event['epoch']}/{event['epochs']}  {event['percent']:.0f} %", rewrite=True)
        elif kind == "log":
            self._show(event["line"])
        elif kind == "result":
            self._show(event["reason"] or event["outcome"])

    def _show(self, text: str, rewrite: bool = False) -> None:
        terminal = sys.stderr.isatty()
        if rewrite and not terminal:
            return
        start = "\r\x1b[K" if terminal and self._rewritten else ""
        sys.stderr.write(start + text + ("" if rewrite else "\n"))
        sys.stderr.flush()
        self._rewritten = rewrite


class Events:
    """Events of one job, with the rates of the protocol."""

    def __init__(self, sink: Sink, clock: Callable[[], float] = time.monotonic):
        self._sink = sink
        self._clock = clock
        self._phase = "loading"
        self._progress_at = -math.inf
        self._metrics_at = -math.inf

    def phase(self, phase: str) -> None:
        self._phase = phase
        self._sink({"type": "phase", "phase": phase})

    def log(self, level: str, line: str) -> None:
        self._sink({"type": "log", "level": level, "line": line[:4000]})

    def send(self, kind: str, **fields: Any) -> None:
        self._sink({"type": kind, **fields})

    def progress_due(self) -> bool:
        return self._clock() - self._progress_at >= PROGRESS_SECONDS

    def metrics_due(self) -> bool:
        return self._clock() - self._metrics_at >= METRICS_SECONDS

    def progress(self, *, epoch: int, epochs: int, step: int, steps: int, eta_seconds: float | None,
                 samples_per_second: float | None) -> None:
        self._progress_at = self._clock()
        self.send("progress", epoch=epoch, epochs=epochs, step=step, steps=steps,
                  percent=round(100 * step / steps, 2), eta_seconds=eta_seconds,
                  samples_per_second=samples_per_second, phase=self._phase)

    def metrics(self, step: int, epoch: int, values: dict[str, float]) -> None:
        """A value that is not a number travels as null and is named, so that the line stays JSON."""
        self._metrics_at = self._clock()
        finite, bad = finite_values(values)
        self.send("metrics", step=step, epoch=epoch, values=finite, **({"not_finite": bad} if bad else {}))


def finite_values(values: dict[str, Any]) -> tuple[dict[str, Any], list[str]]:
    """The values with null for each that is not finite, and the names of those that were not."""
    bad = [name for name, value in values.items() if isinstance(value, float) and not math.isfinite(value)]
    return {name: None if name in bad else value for name, value in values.items()}, bad
