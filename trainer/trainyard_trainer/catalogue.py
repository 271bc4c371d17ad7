"""The catalogue of architectures as JSON: what the platform lists, validates with and compares by hash."""

import hashlib
import json

from .models import ARCHITECTURES
from .models.architecture import json_schema


def canonical(value: object) -> str:
    """One text for equal values, so that it can be hashed."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), allow_nan=False)


def digest(value: object) -> str:
    return hashlib.sha256(canonical(value).encode()).hexdigest()


def catalogue() -> dict:
    entries = [
        {
            "id": a.id,
            "title": a.title,
            "task_kinds": list(a.task_kinds),
            "source": a.source,
            "hyperparameters": json_schema(a.hyperparameters),
            "search_space": a.search_space,
        }
        for a in ARCHITECTURES.values()
    ]
    return {"version": 1, "hash": digest(entries), "architectures": entries}
