"""What the loop needs to know of a task: tensors, a loss, and how to score outputs. Nothing about columns or text."""

from dataclasses import dataclass
from typing import Any, Protocol

import torch
from torch import Tensor


@dataclass(frozen=True, slots=True)
class Part:
    """One part of the split; every tensor has one entry a row."""

    inputs: tuple[Tensor, ...]
    target: Tensor

    @property
    def rows(self) -> int:
        return len(self.target)

    def take(self, rows: Tensor) -> "Part":
        return Part(tuple(t.index_select(0, rows) for t in self.inputs), self.target.index_select(0, rows))

    def slice(self, start: int, stop: int) -> "Part":
        return Part(tuple(t[start:stop] for t in self.inputs), self.target[start:stop])

    def to(self, device: torch.device) -> "Part":
        return Part(tuple(t.to(device) for t in self.inputs), self.target.to(device))


class Problem(Protocol):
    """A task with its data. `metric` is what chooses the best epoch, without `validation/`."""

    train: Part
    validation: Part
    test: Part
    metric: str
    direction: str

    def training_loss(self, outputs: Tensor, target: Tensor) -> Tensor:
        """The scalar that is trained on; `outputs` may have one entry a member of an ensemble, see Architecture."""

    def loss(self, outputs: Tensor, target: Tensor) -> Tensor:
        """The scalar that is scored."""

    def evaluate(self, outputs: Tensor, target: Tensor) -> dict[str, float]:
        """Scores of one part, `loss` among them; NaN where one is undefined."""

    def report(self, outputs: Tensor, target: Tensor) -> dict[str, Any]:
        """What only metrics.json holds: tables and curves."""
