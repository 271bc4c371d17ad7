"""What an architecture is, and how its dataclass of hyperparameters becomes JSON Schema 2020-12."""

from collections.abc import Callable
from dataclasses import MISSING, dataclass, field, fields
from typing import Any


@dataclass(frozen=True, kw_only=True, slots=True)
class Architecture:
    """One entry of the catalogue.

    `build(hyperparameters, numeric, levels, outputs)` makes the network. Its text and those of `parts` travel inside
    predict.py, so they import torch in their bodies, take plain values and use nothing else of this package. The
    network maps `(numbers float32 [rows, numeric], categories int64 [rows, len(levels)])` to `float32
    [rows, outputs]`; while it trains it may give `[rows, members, outputs]`, and each member is trained by itself.
    """

    id: str
    title: str
    source: str
    task_kinds: tuple[str, ...]
    hyperparameters: type
    search_space: dict[str, Any]
    numeric_scaling: str  # "standard", "quantile" or "robust", see data/preprocess.py
    epochs: int
    build: Callable[..., Any]
    parts: tuple[Callable[..., Any], ...] = ()
    patience: int | None = 16  # epochs without a better one before the end; None: all epochs are trained
    batch_size: int | None = None  # None: by the number of rows, see job.default_batch

    settle: Callable[[Any, str], Any] = lambda hyperparameters, task: hyperparameters
    """`(hyperparameters, task)` to hyperparameters in which every `auto` is a value."""

    start: Callable[[Any, Any], None] = lambda network, train: None
    """`(network, training part)`, once before the first step: what is set by the training rows."""

    groups: Callable[[Any], list["Group"]] = lambda network: [Group(list(network.parameters()))]

    at: Callable[[Any, float], None] | None = None
    """`(network, progress)` before each step, progress from 0 to 1: what changes over the run."""


@dataclass(frozen=True, slots=True)
class Group:
    """Parameters whose learning rate and weight decay are these multiples of those that the person chose."""

    parameters: list[Any]
    rate: float = 1.0
    decay: float = 1.0


def setting(default: Any, schema: dict, title: str, help: str, *, group: str, order: int, log: bool = False,
            unit: str | None = None, advanced: bool = False) -> Any:
    """A dataclass field that carries its own schema. Lists are given and kept as tuples."""
    ui = {"group": group, "order": order}
    ui |= {"log": True} if log else {}
    ui |= {"unit": unit} if unit else {}
    ui |= {"advanced": True} if advanced else {}
    shown = list(default) if isinstance(default, tuple) else default
    described = {"title": title, **schema, "default": shown, "description": help, "x-ui": ui}
    return field(default=default, metadata={"schema": described})


def json_schema(hyperparameters: type) -> dict:
    """The JSON Schema 2020-12 of a dataclass of `setting`s."""
    assert all(f.default is not MISSING for f in fields(hyperparameters))
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "type": "object",
        "properties": {f.name: dict(f.metadata["schema"]) for f in fields(hyperparameters)},
        "additionalProperties": False,
    }
