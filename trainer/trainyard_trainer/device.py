"""Where a job runs, and on how many threads."""

import os

import torch

from .outcome import JobFailed

WORTH_SHARING = 2**24


def use_threads(asked: int | None, multiplications: int) -> None:
    """All threads for large operations, one for small ones: waiting for each other takes longer than those.

    The number is a function of the job, so a resumed run has the same; results depend on it in the last bits.
    """
    torch.set_num_threads((asked or os.cpu_count() or 1) if multiplications >= WORTH_SHARING else 1)


def pick_device(accelerator: str) -> torch.device:
    """`auto` takes a GPU where there is one. CUDA is touched here for the first time, in the job's own process."""
    if accelerator == "cpu":
        return torch.device("cpu")
    if torch.cuda.is_available():
        return torch.device("cuda")
    if accelerator == "gpu":
        raise JobFailed("user_error", "There is no GPU here; set resources.accelerator to cpu or auto.")
    return torch.device("cpu")
