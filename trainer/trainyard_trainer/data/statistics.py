"""What the profile says of one column."""

import math

import numpy as np
import polars as pl

from . import cells, dates
from .table import NUMERIC, Column

TOP, TOP_WHERE_MANY = 20, 5
MANY_COLUMNS = 100
BINS, BINS_WHERE_MANY = 20, 10
VALUE_CHARACTERS = 200


def of_column(column: Column, columns: int) -> dict:
    """The statistics of one of `columns` columns, all JSON-able: no infinity, no NaN, no number beyond 2^53."""
    entry = {
        "name": column.name,
        "type": column.type,
        "missing": column.missing,
        "missing_words": column.missing_words,
        "distinct": 0,
        "distinct_exact": True,
    }
    many = columns > MANY_COLUMNS
    if column.type in NUMERIC:
        entry |= _numbers(column, BINS_WHERE_MANY if many else BINS)
        entry["number_style"] = column.number_style
    elif column.type != "empty":
        entry |= _texts(column, TOP_WHERE_MANY if many else TOP)
    if column.convention:
        entry["convention"] = column.convention
    if column.nested:
        entry["nested"] = True
    return entry


def json_number(column: Column, value: float) -> int | float | str | None:
    """A number of a column as JSON holds it: whole numbers beyond 2^53 as strings, what is not finite as null."""
    if not math.isfinite(value):
        return None
    if column.type != "integer":
        return value
    return str(int(value)) if abs(value) > cells.EXACT_INTEGER else int(value)


def _numbers(column: Column, bins: int) -> dict:
    values = column.numbers()
    known = np.sort(values[~np.isnan(values)] if column.missing else values)
    low, high = float(known[0]), float(known[-1])
    with np.errstate(over="ignore", invalid="ignore"):
        mean, deviation, median = float(known.mean()), float(known.std()), float(np.median(known))
    return {
        "distinct": int(np.count_nonzero(known[1:] != known[:-1])) + 1,
        "min": json_number(column, low),
        "max": json_number(column, high),
        "mean": _finite(mean),
        "std": _finite(deviation),
        "median": _finite(median),
        "histogram": _histogram(known, low, high, bins, column.type == "integer"),
    }


def _finite(value: float) -> float | None:
    return value if math.isfinite(value) else None


def _histogram(known: np.ndarray, low: float, high: float, bins: int, whole: bool) -> dict | None:
    """Equal bins from min to max over sorted numbers; whole numbers of a small range get one bin each. None
    where floats cannot tell the edges apart."""
    if low == high:
        return {"edges": [low, high], "counts": [len(known)]}
    if whole and high - low < bins:
        edges = np.arange(low - 0.5, high + 1.0)
    else:
        with np.errstate(over="ignore", invalid="ignore"):
            edges = np.linspace(low, high, bins + 1)
    if not np.isfinite(edges).all() or not (np.diff(edges) > 0).all():
        return None
    below = np.searchsorted(known, edges[1:-1], side="left")
    return {"edges": edges.tolist(), "counts": np.diff([0, *below, len(known)]).tolist()}


def _texts(column: Column, top: int) -> dict:
    present = column.series().drop_nulls()
    counted = present.alias("value").value_counts(name="count")
    entry = {"distinct": len(counted)}
    first = counted.top_k(top, by=["count", "value"], reverse=[False, True])
    first = first.sort(["count", "value"], descending=[True, False])
    entry["top"] = [{"value": short(value), "count": count} for value, count in first.rows()]
    if column.type == "text":
        lengths = present.str.len_chars()
        entry |= {"min_length": int(lengths.min()), "max_length": int(lengths.max())}
    if column.type == "datetime":
        entry |= _moments(column, counted["value"])
    return entry


def _moments(column: Column, unique: pl.Series) -> dict:
    moments = dates.seconds(unique, column.convention)
    return {"min": unique[int(moments.argmin())], "max": unique[int(moments.argmax())]}


def short(text: str) -> str:
    """A text as the profile shows it, cut where it is long."""
    return text if len(text) <= VALUE_CHARACTERS else text[: VALUE_CHARACTERS - 1] + "…"
