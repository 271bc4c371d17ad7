"""Columns of dates and times: one convention a column, decided by all of its cells."""

import polars as pl

from . import cells

CONVENTIONS = frozenset(("iso", "day_first", "month_first"))
UNDECIDED = frozenset(("day_first", "month_first"))


def is_date(cell: str) -> bool:
    """Whether a cell may stand in a column of dates."""
    return cells.missing_word(cell, trim=True) is not None or bool(cells.date_conventions(cell))


def read_dates(texts: pl.Series) -> frozenset[str] | None:
    """The conventions under which every cell of a column is a date or missing: empty where each cell is one
    but no convention fits all, None where a cell is no date or all are missing."""
    possible, dates = CONVENTIONS, 0
    for cell in texts.unique().to_list():
        if cells.missing_word(cell, trim=True) is not None:
            continue
        found = cells.date_conventions(cell)
        if not found:
            return None
        possible, dates = possible & found, dates + 1
    return possible if dates else None
