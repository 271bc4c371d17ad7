"""Columns of numbers: all cells fit, or the column is none."""

from dataclasses import dataclass

import numpy as np
import polars as pl

from . import cells
from .raw import RawColumn

_INFINITE = r"(?i)^[+-]?inf(inity)?$"
_MARKS = {"plain": r"[.eE]", "decimal_comma": ",", "thousands_comma": r"\."}
HEAD = 64


@dataclass(frozen=True, slots=True)
class Numerals:
    """A column read as numbers. `infinite`: rows that are infinite, to be refused. `whole`: only whole numbers,
    written without a point."""

    values: np.ndarray
    words: dict[str, int]
    infinite: np.ndarray
    whole: bool


def read_numbers(column: RawColumn, style: str) -> Numerals | None:
    """The column as numbers in a style, or None where a cell is neither a number, infinite, nor missing.
    Blanks around a cell mean nothing here."""
    head = column.cells.head(HEAD).to_list()
    if not all(_fits(cell, style) for cell in head):
        return None
    result = _read(column.cells, style)
    return result or _read(column.cells.str.strip_chars(cells.BLANKS), style)


def _fits(cell: str, style: str) -> bool:
    return (
        cells.missing_word(cell, trim=True) is not None
        or cells.number(cell, style) is not None
        or cells.is_infinite(cell, style)
    )


def _read(texts: pl.Series, style: str) -> Numerals | None:
    missing = texts.is_in(list(cells.MISSING))
    fits = texts.str.contains(f"^(?:{cells.NUMBER_PATTERNS[style]})$")
    strange = ~(fits | missing)
    infinite = np.zeros(len(texts), bool)
    if strange.any():
        infinite = texts.str.contains(_INFINITE).to_numpy()
        if (strange.to_numpy() & ~infinite).any():
            return None
    values = _values(texts, style, missing)
    if not _exact(texts, values, style):
        return None
    infinite |= np.isinf(values)
    finite = np.isfinite(values)
    if not finite.any():
        return None
    known = values[finite]
    whole = bool((known == np.floor(known)).all()) and not texts.filter(~missing).str.contains(_MARKS[style]).any()
    return Numerals(values, count_words(texts, missing), np.flatnonzero(infinite), whole)


def _values(texts: pl.Series, style: str, missing: pl.Series) -> np.ndarray:
    if style == "decimal_comma":
        texts = texts.str.replace_all(".", "", literal=True).str.replace(",", ".", literal=True)
    elif style == "thousands_comma":
        texts = texts.str.replace_all(",", "", literal=True)
    values = texts.cast(pl.Float64, strict=False).fill_null(np.nan).to_numpy(writable=True)
    values[missing.to_numpy()] = np.nan
    return values + 0.0  # a negative zero is zero


def _exact(texts: pl.Series, values: np.ndarray, style: str) -> bool:
    """Whether every whole number beyond 2^53 is one that a float holds."""
    large = np.flatnonzero(np.abs(values) >= cells.EXACT_INTEGER)
    if not len(large):
        return True
    unique = texts.gather(large).unique()
    return all(cells.number(text, style) is not None or cells.is_infinite(text, style) for text in unique)


def count_words(texts: pl.Series, missing: pl.Series) -> dict[str, int]:
    """How often each missing word occurs."""
    if not missing.any():
        return {}
    found = texts.filter(missing).value_counts()
    counts = dict(zip(found[found.columns[0]].to_list(), found[found.columns[1]].to_list(), strict=True))
    return {word: counts[word] for word in cells.MISSING if word in counts}
