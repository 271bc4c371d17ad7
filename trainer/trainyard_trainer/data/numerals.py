"""Columns of numbers: all cells fit, or the column is none."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np
import numpy.ma  # noqa: F401  polars asks for it with the first array it is given, which costs every child 20 ms
import polars as pl

from . import cells

_INFINITE = r"(?i)^[+-]?inf(inity)?$"
_MARKS = {"plain": r"[.eE]", "decimal_comma": ",", "thousands_comma": r"\."}
# Below this, the threads of polars take longer to start than Python takes to read cell by cell.
FEW_CELLS = 5_000
BLANK_ENDS = r"^[ \t]|[ \t]$"


@dataclass(frozen=True, slots=True)
class Numerals:
    """A column read as numbers. `infinite`: rows that are infinite, to be refused. `whole`: only whole numbers,
    written without a point."""

    values: np.ndarray
    missing: np.ndarray
    infinite: np.ndarray
    whole: bool


def fits(cell: str, style: str) -> bool:
    """Whether a cell may stand in a column of numbers."""
    return (
        cells.number(cell, style) is not None
        or cells.missing_word(cell, trim=True) is not None
        or cells.is_infinite(cell, style)
    )


def read_numbers(frame: pl.DataFrame, names: Iterable[str], style: str) -> dict[str, Numerals]:
    """Those of the columns `names` that hold only numbers, infinities and missing cells in a style.
    Blanks around a cell mean nothing here. One query for all columns: a query costs more than a small column."""
    names = list(names)
    if frame.height * len(names) <= FEW_CELLS:
        few = {name: _read_few(frame[name].to_list(), style) for name in names}
        return {name: numerals for name, numerals in few.items() if numerals is not None}
    found = _read(frame, names, style)
    rest = [name for name in names if found[name] is None]
    if rest:
        padded = frame.select(pl.col(rest).str.contains(BLANK_ENDS).any()).row(0)
        rest = [name for name, blanks in zip(rest, padded, strict=True) if blanks]
    if rest:
        found |= _read(frame.select(pl.col(rest).str.strip_chars(cells.BLANKS)), rest, style)
    return {name: numerals for name, numerals in found.items() if numerals is not None}


def _read_few(texts: list[str], style: str) -> Numerals | None:
    """The same for one column, cell by cell."""
    values, missing, infinite = [], [], []
    for row, text in enumerate(texts):
        value = cells.number(text, style)
        if value is None:
            if cells.missing_word(text, trim=True) is not None:
                missing.append(row)
            elif cells.is_infinite(text, style):
                infinite.append(row)
            else:
                return None
        values.append(np.nan if value is None else value + 0.0)
    held, absent = np.array(values), np.zeros(len(texts), bool)
    absent[missing] = True
    known = held[~np.isnan(held)]
    if not len(known):
        return None
    whole = bool((known == np.floor(known)).all())
    if whole:
        marks = re.compile(_MARKS[style])
        whole = not any(marks.search(text) for text, gone in zip(texts, absent.tolist(), strict=True) if not gone)
    return Numerals(held, absent, np.array(infinite, dtype=np.intp), whole)


def _read(frame: pl.DataFrame, names: list[str], style: str) -> dict[str, Numerals | None]:
    parts = frame.select(part for name in names for part in _parts(name, style))
    found = {name: _numerals(frame[name], name, parts, style) for name in names}
    whole = [name for name in names if found[name] and found[name].whole]
    if whole:
        # A whole number written with a point (1.0) makes a column of numbers, not of integers.
        present = [pl.col(name).filter(~pl.col(name).is_in(list(cells.MISSING))) for name in whole]
        marked = frame.select(text.str.contains(_MARKS[style]).any() for text in present).row(0)
        for name, marks in zip(whole, marked, strict=True):
            found[name] = replace(found[name], whole=not marks)
    return found


def _parts(name: str, style: str) -> list[pl.Expr]:
    text = pl.col(name)
    digits = text
    if style == "decimal_comma":
        digits = text.str.replace_all(".", "", literal=True).str.replace(",", ".", literal=True)
    elif style == "thousands_comma":
        digits = text.str.replace_all(",", "", literal=True)
    return [
        text.is_in(list(cells.MISSING)).alias(f"missing {name}"),
        text.str.contains(f"^(?:{cells.NUMBER_PATTERNS[style]})$").alias(f"fits {name}"),
        digits.cast(pl.Float64, strict=False).fill_null(np.nan).alias(f"value {name}"),
    ]


def _numerals(texts: pl.Series, name: str, parts: pl.DataFrame, style: str) -> Numerals | None:
    missing, fit = parts[f"missing {name}"].to_numpy(), parts[f"fits {name}"].to_numpy()
    infinite = np.zeros(len(texts), bool)
    strange = ~(fit | missing)
    if strange.any():
        infinite = texts.str.contains(_INFINITE).to_numpy() & strange
        if (strange & ~infinite).any():
            return None
    values = parts[f"value {name}"].to_numpy() + 0.0  # a copy of its own, and no negative zero
    values[missing] = np.nan
    infinite = infinite | np.isinf(values)
    known = values[np.isfinite(values)]
    if not len(known) or not _exact(texts, values, style):
        return None
    return Numerals(values, missing, np.flatnonzero(infinite), bool((known == np.floor(known)).all()))


def _exact(texts: pl.Series, values: np.ndarray, style: str) -> bool:
    """Whether every whole number beyond 2^53 is one that a float holds."""
    large = np.flatnonzero(np.abs(values) >= cells.EXACT_INTEGER)
    if not len(large):
        return True
    unique = texts.gather(large).unique()
    return all(cells.number(text, style) is not None or cells.is_infinite(text, style) for text in unique)


def count_words(texts: pl.Series, missing: pl.Series | np.ndarray) -> dict[str, int]:
    """How often each missing word occurs."""
    if not missing.any():
        return {}
    found = texts.filter(pl.Series(missing)).value_counts()
    counts = dict(zip(found[found.columns[0]].to_list(), found[found.columns[1]].to_list(), strict=True))
    return {word: counts[word] for word in cells.MISSING if word in counts}
