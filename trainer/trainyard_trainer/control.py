"""How a running job is told to end: signals set a flag, the loop reads it between two steps."""

import signal
import time
from collections.abc import Callable
from typing import Literal

Ending = Literal["user_stopped", "released", "time_limit"]
STOP_SIGNALS = (signal.SIGTERM, signal.SIGINT)
RELEASE_SIGNAL = signal.SIGUSR1
BLOCKED_AT_START = (*STOP_SIGNALS, RELEASE_SIGNAL)


def block_signals() -> None:
    """Keeps stop signals pending until there is a handler. Call first; a signal at start-up is neither lost nor fatal."""
    signal.pthread_sigmask(signal.SIG_BLOCK, BLOCKED_AT_START)


def default_signals() -> None:
    """For work that leaves nothing half-made: a stop ends the process, also one that came meanwhile."""
    for number in BLOCKED_AT_START:
        signal.signal(number, signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, BLOCKED_AT_START)


class Control:
    """Knows whether the job is to end. A stop outranks a release: after it nobody waits for another attempt."""

    def __init__(self, clock: Callable[[], float] = time.monotonic):
        self._clock = clock
        self._deadline: float | None = None
        self._asked: set[Ending] = set()

    def install(self) -> None:
        """Handlers first, then the signals that came meanwhile are let through."""
        for number in STOP_SIGNALS:
            signal.signal(number, lambda *_: self._asked.add("user_stopped"))
        signal.signal(RELEASE_SIGNAL, lambda *_: self._asked.add("released"))
        signal.pthread_sigmask(signal.SIG_UNBLOCK, BLOCKED_AT_START)

    def limit(self, seconds: float | None) -> None:
        """Starts the time limit of this attempt's training."""
        self._deadline = None if seconds is None else self._clock() + seconds

    def ending(self) -> Ending | None:
        if self._asked:
            return "user_stopped" if "user_stopped" in self._asked else "released"
        if self._deadline is not None and self._clock() >= self._deadline:
            return "time_limit"
        return None
