"""What the loop needs to know of a task: tensors, a loss, and how to score outputs. Nothing about columns or text."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

import torch
from torch import Tensor


@dataclass(frozen=True, slots=True)
class Part:
    """One part of the split; every tensor has one entry a row."""

    inputs: tuple[Tensor, ...]
    target: Tensor
    weight: Tensor | None = None  # float32, how much a row counts; None: each as much

    @property
    def rows(self) -> int:
        return len(self.target)

    def take(self, rows: Tensor) -> "Part":
        return self._each(lambda t: t.index_select(0, rows))

    def slice(self, start: int, stop: int) -> "Part":
        return self._each(lambda t: t[start:stop])

    def pieces(self, most: int) -> "list[Part]":
        """The part in pieces of at most so many rows, of nearly the same size."""
        count = -(-self.rows // most)
        bounds = [self.rows * i // count for i in range(count + 1)]
        return [self] if count == 1 else [self.slice(a, b) for a, b in zip(bounds, bounds[1:])]

    def to(self, device: torch.device) -> "Part":
        return self._each(lambda t: t.to(device))

    def _each(self, change: Callable[[Tensor], Tensor]) -> "Part":
        weight = None if self.weight is None else change(self.weight)
        return Part(tuple(map(change, self.inputs)), change(self.target), weight)


class Problem(Protocol):
    """A task with its data. `metric` is what chooses the best epoch, without `validation/`."""

    train: Part
    validation: Part
    test: Part
    metric: str
    direction: str

    def training_mass(self, rows: Part) -> Tensor | float:
        """What the losses of a batch are divided by; a function of its rows alone."""

    def training_loss(self, outputs: Tensor, rows: Part, mass: Tensor | float) -> Tensor:
        """The sum of the losses of these rows over `mass`: the scalar that is trained on, or of a batch that is taken
        in pieces a part of it. `outputs` may have one entry a member of an ensemble, see Architecture."""

    def evaluate(self, outputs: Tensor, rows: Part) -> dict[str, float]:
        """Scores of one part, `loss` among them; NaN where one is undefined."""

    def report(self, outputs: Tensor, rows: Part) -> dict[str, Any]:
        """What only metrics.json holds: tables and curves."""
