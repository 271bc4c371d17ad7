"""What is learned from the training rows alone: scales of numbers and levels of categories.

The result is a plain dict that a `.pt` can hold; data/transform.py and predict.py apply it.
"""

from collections import Counter
from typing import Any

import numpy as np
import torch
from torch import Tensor

from . import cells, dates
from .date_parts import category_parts, number_parts
from .table import Column
from .transform import scaled_numbers

MAX_LEVELS = 10_000
NUMERIC_KINDS = ("number", "integer", "datetime")


def raw_numbers(column: Column) -> np.ndarray:
    """float64 with NaN for missing; a date counts as its seconds since 1970."""
    if column.type != "datetime":
        return column.numbers()
    return dates.seconds(column.series(), column.convention)


def raw_levels(column: Column) -> list[str | None]:
    """Texts, None for missing; a boolean in one spelling."""
    if column.type != "boolean":
        return column.texts()
    return [None if text is None else cells.cell_text(cells.boolean(text)) for text in column.texts()]


class Preprocess:
    """Fitted on `train`, the row numbers of the training part; `encode` then works on any rows of these columns."""

    def __init__(self, columns: list[Column], train: np.ndarray, scaling: str):
        self._numbers: list[np.ndarray] = []
        self._texts: list[list[str | None]] = []
        self.fitted: dict[str, Any] = {"numbers": [], "categories": []}

        def number(column: Column, values: np.ndarray) -> dict[str, Any]:
            self._numbers.append(values)
            self.fitted["numbers"].append(_fit_number(column, values[train], scaling))
            return self.fitted["numbers"][-1]

        def category(column: Column, texts: list[str | None]) -> dict[str, Any]:
            self._texts.append(texts)
            self.fitted["categories"].append(_fit_levels(column, texts, train))
            return self.fitted["categories"][-1]

        for column in columns:
            if column.type not in NUMERIC_KINDS:
                category(column, raw_levels(column))
                continue
            values = raw_numbers(column)
            number(column, values)
            if column.type == "datetime":
                # That a date is missing is an input already.
                for part, parts in number_parts(values, train).items():
                    number(column, parts).update(part=part, indicator=False)
                for part, texts in category_parts(values, train).items():
                    category(column, texts).update(part=part, kind="datetime", convention=column.convention)

    @property
    def numeric_inputs(self) -> int:
        return sum(1 + column["indicator"] for column in self.fitted["numbers"])

    @property
    def level_counts(self) -> list[int]:
        """Of each category, with level 0 for what is unknown or missing."""
        return [len(column["levels"]) + 1 for column in self.fitted["categories"]]

    def encode(self, rows: int) -> tuple[Tensor, Tensor]:
        """float32 [rows, numeric_inputs] and int64 [rows, categories] of all rows, in their order."""
        raw = np.stack(self._numbers, 1) if self._numbers else np.empty((rows, 0))
        numbers = scaled_numbers(self.fitted["numbers"], torch.from_numpy(raw))
        ids = np.zeros((rows, len(self._texts)), dtype=np.int64)
        for i, (texts, column) in enumerate(zip(self._texts, self.fitted["categories"])):
            level = {text: n for n, text in enumerate(column["levels"], 1)}
            ids[:, i] = [level.get(text, 0) for text in texts]
        return numbers, torch.from_numpy(ids)


def _fit_number(column: Column, values: np.ndarray, scaling: str) -> dict[str, Any]:
    known = np.sort(values[~np.isnan(values)])
    indicator = len(known) < len(values)
    if len(known) == 0:
        known = np.zeros(1)
    fitted = {
        "name": column.name, "kind": column.type, "style": column.number_style or "plain",
        "convention": column.convention, "scaling": scaling, "indicator": indicator,
        "low": float(known[0]), "high": float(known[-1]), "middle": float(known[len(known) // 2]),
    }
    if scaling == "quantile":
        # Between 10 and 1,000 quantiles, one for about 30 rows, as the TabM and RealMLP papers do.
        count = max(min(len(known) // 30, 1000), 10)
        place = np.linspace(0, len(known) - 1, count)
        below = np.floor(place).astype(np.int64)
        above, way = np.minimum(below + 1, len(known) - 1), place - below
        marks = known[below] * (1 - way) + known[above] * way
        tail = 0.5 / min(max(len(known), 2), 1000)
        return {**fitted, "quantiles": torch.from_numpy(np.maximum.accumulate(marks)), "tail": tail}
    # Scaled first: squares and distances of numbers near the limit of a float64 would overflow.
    size = float(np.abs(known).max()) or 1.0
    if scaling == "robust":
        quarter, middle, three = (float(q) for q in np.quantile(known / size, (0.25, 0.5, 0.75)))
        reach = three - quarter or float(known[-1] / size - known[0] / size) / 2
        return {**fitted, "mean": middle * size, "scale": reach * size if reach > 1e-12 else size}
    mean, deviation = float((known / size).mean()) * size, float((known / size).std()) * size
    return {**fitted, "mean": mean, "scale": deviation if deviation > 1e-12 * size else size}


def _fit_levels(column: Column, texts: list[str | None], train: np.ndarray) -> dict[str, Any]:
    counts = Counter(texts[row] for row in train.tolist())
    counts.pop(None, None)
    levels = sorted(counts)
    if len(levels) > MAX_LEVELS:
        levels = sorted(sorted(levels, key=lambda level: -counts[level])[:MAX_LEVELS])
    return {"name": column.name, "kind": "boolean" if column.type == "boolean" else "category", "levels": levels}
