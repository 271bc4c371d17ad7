"""How much each row counts: the column `columns.weight`, in the loss and in every score.

A row of weight 2 counts as two rows. Weights are brought to a mean of 1 over the training rows, so that learning rates
mean the same with and without them.
"""

import numpy as np
import torch
from torch import Tensor

from ..data.table import Column, Table
from ..spec import Spec, SpecError
from .columns import finding, listed, short

MOST_APART = 1e6  # the largest weight over the smallest: beyond, a few rows are all that is learned


def weights_of(table: Table, spec: Spec, findings: list) -> np.ndarray | None:
    """float64 of every row of the table, 0 for rows that do not count; None without such a column. Raises SpecError."""
    name = spec.weight
    if name is None:
        return None
    weights = _column(table, name).numbers()
    known = weights[~np.isnan(weights)]
    if (known < 0).any():
        raise _fault(f"{short(name)} holds negative weights; every weight must be 0 or more")
    counted = known[known > 0]
    if len(counted) == 0:
        raise _fault(f"{short(name)} holds no weight above 0")
    if counted.max() / MOST_APART > counted.min():
        raise _fault(f"the largest weight in {short(name)} is more than a million times the smallest; bring them closer")
    left_out = table.rows - len(counted)
    if left_out:
        rows = "1 row" if left_out == 1 else f"{left_out} rows"
        findings.append(finding("rows_without_weight", f"{rows} without a weight, or with weight 0, left out."))
    return np.where(np.isnan(weights), 0.0, weights / counted.max())


def for_parts(weights: np.ndarray | None, parts: list[np.ndarray]) -> list[Tensor | None]:
    """float32 for each part; `parts` are row numbers, the training part first."""
    if weights is None:
        return [None] * len(parts)
    mean = weights[parts[0]].mean()
    return [torch.from_numpy((weights[part] / mean).astype(np.float32)) for part in parts]


def _column(table: Table, name: str) -> Column:
    column = next((c for c in table.columns if c.name == name), None)
    if column is None:
        names = listed([c.name for c in table.columns])
        raise _fault(f"there is no column {short(name)}; the columns are {names}")
    if not isinstance(column.values, np.ndarray):
        raise _fault(f"{short(name)} holds {column.type} values; weights are numbers")
    return column


def _fault(message: str) -> SpecError:
    return SpecError([("/columns/weight", message)])
