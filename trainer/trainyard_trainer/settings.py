"""How a run is stepped: what the loop asks before each step, as a pure function of the steps that are done."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, kw_only=True, slots=True)
class Settings:
    epochs: int
    batch_size: int
    micro_batch_size: int  # rows of a batch that are computed at once; the gradient is that of the batch
    precision: str  # float32 or bfloat16, see precision.py
    patience: int | None
    seed: int
    learning_rate: float
    weight_decay: float
    schedule: str
    fade: bool = False  # of the weight decay, over the second half
    gradient_clip: float = 0.0  # 0: none
    factors: tuple[tuple[float, float], ...] = ((1.0, 1.0),)  # of rate and decay, one pair for each parameter group
    at: Callable[[Any, float], None] | None = None  # see Architecture.at

    def rate(self, step: int, steps: int) -> float:
        if self.schedule == "cosine":
            return self.learning_rate * 0.5 * (1 + math.cos(math.pi * step / steps))
        if self.schedule == "cycles":
            return self.learning_rate * 0.5 * (1 - math.cos(2 * math.pi * math.log2(1 + 15 * step / steps)))
        return self.learning_rate

    def decay(self, step: int, steps: int) -> float:
        return self.weight_decay * (faded(step / steps) if self.fade else 1.0)


def faded(progress: float) -> float:
    """1 for the first half of a run, then along a cosine down to 0 at its end."""
    return 1.0 if progress <= 0.5 else 0.5 * (1 + math.cos(math.pi * (2 * progress - 1)))
