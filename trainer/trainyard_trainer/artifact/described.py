"""What a file of bare weights says of the model: the parts of model.pt that are no weights, as one JSON text."""

import json
from typing import Any

from torch import Tensor

SPEC = ("task", "target", "architecture", "hyperparameters", "inputs", "outputs", "preprocess", "data", "versions")


def described(artifact: dict[str, Any]) -> tuple[dict[str, str], dict[str, Tensor]]:
    """Metadata `{ format, producer, spec }`, and the tensors that the spec refers to by `{"tensor": name}`."""
    tensors: dict[str, Tensor] = {}
    spec = {name: _plain(artifact[name], name, tensors) for name in SPEC}
    text = json.dumps(spec, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return {"format": "pt", "producer": "trainyard", "spec": text}, tensors


def _plain(value: Any, place: str, tensors: dict[str, Tensor]) -> Any:
    if isinstance(value, Tensor):
        tensors[place] = value
        return {"tensor": place}
    if isinstance(value, dict):
        return {name: _plain(item, f"{place}.{name}", tensors) for name, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(item, f"{place}.{i}", tensors) for i, item in enumerate(value)]
    return value
