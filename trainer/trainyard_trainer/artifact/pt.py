"""model.pt: one dict of tensors and plain values that `torch.load(path, weights_only=True)` opens.

It holds no time, host, path or attempt, and equal runs give equal bytes.
"""

import sys
from pathlib import Path
from typing import Any

import torch

from .files import write_whole
from .predict_template import FORMAT, VERSION


def save_model(artifact: dict[str, Any], path: Path) -> None:
    # To a file object: the bytes that torch.save writes to a path depend on the path.
    write_whole(path, lambda file: torch.save(plain({"format": FORMAT, "version": VERSION, **artifact}), file))


def plain(value: Any) -> Any:
    """An equal value whose pickle depends on nothing but the value.

    Pickle writes a text again or refers back to it by whether it is the same object; a run that was resumed holds
    other objects than one that was not. So every text becomes one object, and every container and tensor a new one.
    """
    if isinstance(value, str):
        return sys.intern(str(value))
    if isinstance(value, dict):
        return {plain(name): plain(item) for name, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    if isinstance(value, torch.Tensor):
        return value.detach().cpu().contiguous().clone()
    return value
