"""What a network computes, as a list of the calls of one forward pass on a few rows."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn
from torch.overrides import TorchFunctionMode

FEW = 3


@dataclass(frozen=True, slots=True)
class Call:
    """One function of torch that got tensors: its name, as `linear`, `add` or `__getitem__`, and its result."""

    name: str
    args: tuple[Any, ...]
    kwargs: dict[str, Any]
    result: Any


class _Recorder(TorchFunctionMode):
    """Sees every function and method that the network calls itself; what those call inside is not seen."""

    def __init__(self) -> None:
        super().__init__()
        self.calls: list[Call] = []

    def __torch_function__(self, function: Callable, types: Any, args: tuple = (), kwargs: dict | None = None) -> Any:
        result = function(*args, **(kwargs or {}))
        self.calls.append(Call(function.__name__, args, kwargs or {}, result))
        return result


def record(network: nn.Module, inputs: tuple[Tensor, ...]) -> tuple[list[Call], Tensor]:
    """The calls in their order, and the outputs. The network is in evaluation mode afterwards."""
    network.eval()
    recorder = _Recorder()
    with torch.inference_mode(), recorder:
        outputs = network(*inputs)
    return recorder.calls, outputs


def example(numeric: int, categories: int, rows: int, device: torch.device) -> tuple[Tensor, Tensor]:
    """Inputs of the right shapes and kinds; what they hold does not matter, because no network looks."""
    return (torch.zeros(rows, numeric, device=device), torch.zeros(rows, categories, dtype=torch.int64, device=device))
