"""The life of a child: forked ahead, warmed up, given one job over a pipe."""

import json
import os
import signal
import sys
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NoReturn

from .control import BLOCKED_AT_START, block_signals
from .process import Death, nothing_to_read, set_limits, take_descriptors
from .slot import Slot


@dataclass(frozen=True, slots=True)
class Work:
    """What a child does: `warm_up` before it has a job, `run` with the host's command; the exit code comes back."""

    warm_up: Callable[[], None]
    run: Callable[[dict[str, Any]], int]


def fork_child(slot: Slot, work: Work, death: Death) -> tuple[int, int]:
    """Forks; returns the child's pid and the descriptor on which it awaits its command."""
    for pipe in (slot.events, slot.logs):
        os.set_blocking(pipe, True)
    parent = os.getpid()
    sys.stderr.flush()
    command, lead = os.pipe()
    # A signal to the child before it is ready stays pending in it instead of running the host's handler there.
    before = signal.pthread_sigmask(signal.SIG_BLOCK, signal.valid_signals())
    pid = os.fork()
    if pid == 0:
        _live(command, slot, work, death, parent)
    signal.pthread_sigmask(signal.SIG_SETMASK, before)
    os.close(command)
    return pid, lead


def _live(commands: int, slot: Slot, work: Work, death: Death, parent: int) -> NoReturn:
    """Never returns into the host's loop, whatever happens."""
    code = 1
    try:
        os.setsid()
        death.with_parent(parent)
        signal.set_wakeup_fd(-1)
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGCHLD):
            signal.signal(number, signal.SIG_DFL)
        block_signals()
        signal.pthread_sigmask(signal.SIG_UNBLOCK, signal.valid_signals() - set(BLOCKED_AT_START))
        take_descriptors(commands, slot.events, slot.logs)
        work.warm_up()
        line = sys.stdin.buffer.readline()
        nothing_to_read()
        if line:
            command = json.loads(line)
            os.environ["HOME"] = command["out"]
            set_limits(command.get("limits") or {})
            code = work.run(command)
    except BaseException:
        sys.excepthook(*sys.exc_info())
    finally:
        try:
            sys.stdout.flush()
            sys.stderr.flush()
        finally:
            os._exit(code)
