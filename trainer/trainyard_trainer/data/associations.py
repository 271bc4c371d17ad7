"""How strongly pairs of columns go together: Pearson's r, Cramér's V, the correlation ratio.

Cramér's V is sqrt(chi² / (n · (min(rows, columns) − 1))), Cramér 1946, without bias correction; the correlation
ratio eta is sqrt(between-group sum of squares / total sum of squares), Fisher 1925. Both lie within 0 and 1.
"""

import math

import numpy as np
import polars as pl

from .table import NUMERIC, Column, Table

COLUMNS = 100
ROWS = 10_000
LEVELS = 50
PAIRS = 500
FEWEST = 3


def associations(table: Table) -> list[dict]:
    """The strongest pairs among the first 100 columns that are numbers or have few levels, strongest first.
    Of larger tables every n-th row is taken, at most 10,000 (the only part of a profile that is not of all rows)."""
    step = max(1, -(-table.rows // ROWS))
    usable = [column for column in table.columns if column.type in (*NUMERIC, "category", "boolean")][:COLUMNS]
    numbers = [(c.name, c.numbers()[::step]) for c in usable if c.type in NUMERIC]
    levels = [(c.name, codes) for c in usable if c.type not in NUMERIC if (codes := _codes(c, step)) is not None]
    pairs = _pearson(numbers) + _between(levels) + _ratios(levels, numbers)
    pairs.sort(key=lambda pair: (-abs(pair["value"]), pair["a"], pair["b"]))
    return pairs[:PAIRS]


def _codes(column: Column, step: int) -> np.ndarray | None:
    """Levels as 0, 1, …; −1 for missing. None where there are too many levels to compare."""
    cells = column.series().gather_every(step)
    if cells.n_unique() > LEVELS:
        return None
    return cells.rank("dense").cast(pl.Int64).fill_null(0).to_numpy() - 1


def _pair(a: str, b: str, kind: str, value: float) -> list[dict]:
    if not math.isfinite(value):
        return []
    return [{"a": a, "b": b, "kind": kind, "value": round(min(1.0, max(-1.0, value)), 6)}]


def _scaled(values: np.ndarray) -> np.ndarray:
    # Squares of numbers near 1e300 overflow; a scale changes none of the measures.
    known = np.abs(values[~np.isnan(values)])
    largest = known.max() if len(known) else 0.0
    return values / largest if largest > 0 else values


def _pearson(columns: list[tuple[str, np.ndarray]]) -> list[dict]:
    pairs = []
    scaled = [(name, _scaled(values)) for name, values in columns]
    for place, (a, x) in enumerate(scaled):
        for b, y in scaled[place + 1 :]:
            both = ~(np.isnan(x) | np.isnan(y))
            u, v = x[both], y[both]
            if len(u) < FEWEST:
                continue
            u, v = u - u.mean(), v - v.mean()
            spread = math.sqrt(float(u @ u)) * math.sqrt(float(v @ v))
            if spread > 1e-12:
                pairs += _pair(a, b, "pearson", float(u @ v) / spread)
    return pairs


def _between(columns: list[tuple[str, np.ndarray]]) -> list[dict]:
    pairs = []
    for place, (a, x) in enumerate(columns):
        for b, y in columns[place + 1 :]:
            both = (x >= 0) & (y >= 0)
            if both.sum() < FEWEST:
                continue
            height, width = int(x[both].max()) + 1, int(y[both].max()) + 1
            counts = np.bincount(x[both] * width + y[both], minlength=height * width).reshape(height, width)
            pairs += _cramer(a, b, counts)
    return pairs


def _cramer(a: str, b: str, counts: np.ndarray) -> list[dict]:
    counts = counts[counts.any(1)][:, counts.any(0)].astype(float)
    if min(counts.shape) < 2:
        return []
    total = counts.sum()
    expected = counts.sum(1, keepdims=True) * counts.sum(0, keepdims=True) / total
    chi2 = float(((counts - expected) ** 2 / expected).sum())
    return _pair(a, b, "cramers_v", math.sqrt(chi2 / (total * (min(counts.shape) - 1))))


def _ratios(levels: list[tuple[str, np.ndarray]], numbers: list[tuple[str, np.ndarray]]) -> list[dict]:
    pairs = []
    scaled = [(name, _scaled(values)) for name, values in numbers]
    for a, codes in levels:
        for b, values in scaled:
            both = (codes >= 0) & ~np.isnan(values)
            if both.sum() < FEWEST:
                continue
            groups, known = codes[both], values[both]
            counts, sums = np.bincount(groups), np.bincount(groups, weights=known - known.mean())
            total = float(((known - known.mean()) ** 2).sum())
            if total > 1e-24 and (counts > 0).sum() > 1:
                between = float((sums[counts > 0] ** 2 / counts[counts > 0]).sum())
                pairs += _pair(a, b, "correlation_ratio", math.sqrt(between / total))
    return pairs
