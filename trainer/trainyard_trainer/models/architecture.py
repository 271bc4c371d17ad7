"""What an architecture is, and how its dataclass of hyperparameters becomes JSON Schema 2020-12."""

from collections.abc import Callable
from dataclasses import MISSING, dataclass, field, fields
from typing import Any


@dataclass(frozen=True, kw_only=True, slots=True)
class Architecture:
    """One entry of the catalogue.

    `build(hyperparameters, numeric, levels, outputs)` makes the network. Its text travels inside predict.py, so it
    imports torch in its body, takes plain values and uses nothing else of this package. The network maps
    `(numbers float32 [rows, numeric], categories int64 [rows, len(levels)])` to `float32 [rows, outputs]`.
    """

    id: str
    title: str
    source: str
    task_kinds: tuple[str, ...]
    hyperparameters: type
    search_space: dict[str, Any]
    numeric_scaling: str  # "standard" or "quantile", see data/preprocess.py
    epochs: int
    build: Callable[..., Any]


def setting(default: Any, schema: dict, help: str, *, group: str, order: int, log: bool = False,
            unit: str | None = None, advanced: bool = False) -> Any:
    """A dataclass field that carries its own schema. Lists are given and kept as tuples."""
    ui = {"group": group, "order": order}
    ui |= {"log": True} if log else {}
    ui |= {"unit": unit} if unit else {}
    ui |= {"advanced": True} if advanced else {}
    shown = list(default) if isinstance(default, tuple) else default
    return field(default=default, metadata={"schema": {**schema, "default": shown, "description": help, "x-ui": ui}})


def json_schema(hyperparameters: type) -> dict:
    """The JSON Schema 2020-12 of a dataclass of `setting`s."""
    assert all(f.default is not MISSING for f in fields(hyperparameters))
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "type": "object",
        "properties": {f.name: dict(f.metadata["schema"]) for f in fields(hyperparameters)},
        "additionalProperties": False,
    }
