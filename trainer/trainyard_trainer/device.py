"""Where a job runs."""

import torch

from .outcome import JobFailed


def pick_device(accelerator: str) -> torch.device:
    """`auto` takes a GPU where there is one. CUDA is touched here for the first time, in the job's own process."""
    if accelerator == "cpu":
        return torch.device("cpu")
    if torch.cuda.is_available():
        return torch.device("cuda")
    if accelerator == "gpu":
        raise JobFailed("user_error", "There is no GPU here; set resources.accelerator to cpu or auto.")
    return torch.device("cpu")
