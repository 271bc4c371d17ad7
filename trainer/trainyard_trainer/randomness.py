"""Randomness as a pure function of (seed, epoch, batch): nothing to store, so a resumed run repeats itself exactly."""

import hashlib

import torch
from torch import Tensor


def derived(seed: int, *place: int | str) -> int:
    """A 63-bit seed for one place of a run; places do not overlap however the numbers are chosen."""
    text = "/".join(map(str, (seed, *place)))
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:8]) >> 1


def permutation(seed: int, epoch: int, rows: int) -> Tensor:
    """The order of the training rows in an epoch; drawn on the CPU, so it is the same for every device."""
    generator = torch.Generator().manual_seed(derived(seed, "order", epoch))
    return torch.randperm(rows, generator=generator)


def seed_weights(seed: int) -> None:
    torch.manual_seed(derived(seed, "weights"))


def seed_step(seed: int, epoch: int, batch: int, device: torch.device) -> None:
    """Dropout and noise of one step."""
    value = derived(seed, "step", epoch, batch)
    if device.type == "cuda":
        torch.cuda.manual_seed(value)
    else:
        torch.default_generator.manual_seed(value)
