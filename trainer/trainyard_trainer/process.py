"""What the operating system is told about a job's process: its parent, its limits, its descriptors."""

import ctypes
import os
import resource
import signal
import sys
from typing import Any

_PR_SET_PDEATHSIG = 1
_PR_SET_NO_NEW_PRIVS = 38

ALLOWED_ENVIRONMENT = ("PATH", "LANG", "LC_ALL", "TZ", "TMPDIR", "PYTHONPATH", "PYTHONHASHSEED")
ALLOWED_PREFIXES = ("OMP_", "MKL_", "CUDA_", "NVIDIA_")


def allowed_environment(environment: dict[str, str]) -> dict[str, str]:
    """What a job may see of the environment: nothing that could be a secret."""
    return {
        name: value for name, value in environment.items()
        if name in ALLOWED_ENVIRONMENT or name.startswith(ALLOWED_PREFIXES)
    }


def with_patient_threads(environment: dict[str, str]) -> dict[str, str]:
    """Threads of a parallel operation sleep while they wait for each other. By default they spin, and two jobs on two
    busy cores then take a hundred times as long. Read by OpenMP when torch is imported."""
    return {"OMP_WAIT_POLICY": "PASSIVE", **environment}


class Death:
    """Ties the life of a child to its parent. The library is looked up before any fork."""

    def __init__(self) -> None:
        self._prctl = ctypes.CDLL(None, use_errno=True).prctl if sys.platform == "linux" else None

    def with_parent(self, parent: int) -> None:
        """The kernel kills this process when its parent dies; also if it died before this call."""
        if self._prctl is not None:
            self._prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
            self._prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
        if os.getppid() != parent:
            os._exit(1)


def set_limits(limits: dict[str, Any]) -> None:
    """No core dumps; memory on top of what the warm process already has; size of a file."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    memory, file = limits.get("memory_bytes"), limits.get("file_bytes")
    if memory is not None:
        allowed = memory + _data_bytes()
        resource.setrlimit(resource.RLIMIT_DATA, (allowed, allowed))
    if file is not None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (file, file))


def _data_bytes() -> int:
    """Private writable memory that is mapped already, which RLIMIT_DATA counts too; 0 where it cannot be told."""
    try:
        with open("/proc/self/status", encoding="ascii") as status:
            return next((int(line.split()[1]) * 1024 for line in status if line.startswith("VmData:")), 0)
    except FileNotFoundError:
        return 0


def take_descriptors(commands: int, events: int, logs: int) -> None:
    """Nothing is left open but: 0 the command to come, 1 and 2 the logs, 3 the events."""
    # Copied out of the way first: a slot's own numbers may be 0 to 3.
    high = [_high(os.dup(fd)) for fd in (commands, logs, logs, events)]
    for target, source in enumerate(high):
        os.dup2(source, target)
    os.closerange(4, max(_open_descriptors(), default=3) + 1)


def nothing_to_read() -> None:
    """Standard input becomes empty."""
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)


def is_open(descriptor: int) -> bool:
    try:
        os.fstat(descriptor)
    except OSError:
        return False
    return True


def _high(descriptor: int) -> int:
    kept = []
    while descriptor <= 3:
        kept.append(descriptor)
        descriptor = os.dup(descriptor)
    for number in kept:
        os.close(number)
    return descriptor


def _open_descriptors() -> list[int]:
    folder = "/proc/self/fd" if sys.platform == "linux" else "/dev/fd"
    return [int(name) for name in os.listdir(folder)]
