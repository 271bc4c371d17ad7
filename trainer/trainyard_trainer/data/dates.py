"""Columns of dates and times: one convention a column, decided by all of its cells."""

from dataclasses import dataclass

import polars as pl

from . import cells

HEAD = 64
CONVENTIONS = ("iso", "day_first", "month_first")
UNDECIDED = {"day_first", "month_first"}


@dataclass(frozen=True, slots=True)
class Dates:
    """`possible`: the conventions under which every cell is a date (empty: none fits all). `dated`: whether
    every cell is a date under some convention of its own."""

    possible: set[str]
    dated: bool


def read_dates(present: pl.Series) -> Dates:
    """Reads the cells of a column that are not missing."""
    if not len(present) or not all(cells.date_conventions(cell) for cell in present.head(HEAD).to_list()):
        return Dates(set(), False)
    possible, dated = set(CONVENTIONS), True
    for cell in present.unique().to_list():
        found = cells.date_conventions(cell)
        possible &= found
        if not found:
            return Dates(set(), False)
    return Dates(possible, dated)
