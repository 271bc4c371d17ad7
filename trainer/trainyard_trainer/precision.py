"""In which precision a step computes: bfloat16 only where it pays. Weights, losses and scores are always float32.

bfloat16 has the range of float32, so that gradients need no scaling. On a GPU with units for it, large products take
half the time or less; small ones wait for their launch and gain nothing. On a CPU it would make the result depend on
the model of the CPU, so it is used there only when asked for.
"""

import contextlib

import torch

WORTH_HALVING = 2**28  # multiplications in a step


def pick_precision(asked: str | None, device: torch.device, multiplications: int) -> str:
    """`float32` or `bfloat16`; None asks for what is best here."""
    if asked is not None:
        return asked
    gains = device.type == "cuda" and multiplications >= WORTH_HALVING and torch.cuda.is_bf16_supported(False)
    return "bfloat16" if gains else "float32"


def computing_in(precision: str, device: torch.device) -> contextlib.AbstractContextManager:
    if precision == "float32":
        return contextlib.nullcontext()
    return torch.autocast(device.type, torch.bfloat16)
