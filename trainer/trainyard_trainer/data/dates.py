"""Columns of dates and times: one convention a column, decided by all of its cells."""

import numpy as np
import polars as pl

from . import cells

CONVENTIONS = ("iso", "day_first", "month_first")
UNDECIDED = frozenset(("day_first", "month_first"))
# Below this, asking Python for each distinct cell is faster than a query with a large pattern.
FEW = 2_000
_DAYS = np.array([31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31])


def is_date(cell: str) -> bool:
    """Whether a cell may stand in a column of dates."""
    return cells.missing_word(cell, trim=True) is not None or bool(cells.date_conventions(cell))


def read_dates(texts: pl.Series) -> frozenset[str] | None:
    """The conventions under which every cell of a column is a date or missing: empty where each cell is one
    but no convention fits all, None where a cell is no date or all are missing."""
    unique = texts.unique().str.strip_chars(cells.BLANKS)
    unique = unique.filter(~unique.is_in(list(cells.MISSING)))
    if not len(unique):
        return None
    fits = {name: ~np.isnan(seconds(unique, name)) for name in CONVENTIONS}
    # Dates with points are written day first wherever they are written.
    fits["month_first"] &= ~unique.str.contains(r"^[0-9]+\.").to_numpy()
    if not np.logical_or.reduce(list(fits.values())).all():
        return None
    return frozenset(name for name, fit in fits.items() if fit.all())


def seconds(texts: pl.Series, convention: str) -> np.ndarray:
    """`cells.seconds` of every cell of a series: float64, NaN where a cell is null or no date."""
    if len(texts) <= FEW:
        found = (None if text is None else cells.seconds(text, convention) for text in texts.to_list())
        return np.array([np.nan if value is None else value for value in found], dtype=np.float64)
    pattern = cells.YEAR_FIRST if convention == "iso" else cells.YEAR_LAST
    parts = texts.str.strip_chars(cells.BLANKS).str.extract_groups(f"^{pattern}$").struct.unnest()
    first, mark, second, other, third, hour, minute, second_, fraction, half, offset = parts.get_columns()
    order = {"iso": (first, second, third), "day_first": (third, second, first), "month_first": (third, first, second)}
    year, month, day = (_whole(part) for part in order[convention])
    hours, minutes, secs = _whole(hour), _whole(minute), _whole(second_)
    halves = half.str.to_lowercase().fill_null("").to_numpy()
    good = (mark == other).fill_null(False).to_numpy() & _is_day(year, month, day)
    good &= (hours < 24) & (minutes < 60) & (secs < 60) & ((halves == "") | ((hours >= 1) & (hours <= 12)))
    hours = np.where(halves == "", hours, hours % 12 + 12 * (halves == "pm"))
    months = (np.where(good, year, 1970) - 1970) * 12 + np.where(good, month, 1) - 1
    days = months.astype("datetime64[M]").astype("datetime64[D]").astype(np.int64) + np.where(good, day, 1) - 1
    result = days * 86_400.0 + hours * 3_600 + minutes * 60 + secs
    result += ("0." + fraction.fill_null("0")).cast(pl.Float64).to_numpy() - _offsets(offset)
    return np.where(good, result, np.nan)


def _whole(part: pl.Series) -> np.ndarray:
    return part.cast(pl.Int64).fill_null(0).to_numpy()


def _is_day(year: np.ndarray, month: np.ndarray, day: np.ndarray) -> np.ndarray:
    known = (month >= 1) & (month <= 12) & (year >= 1)
    leap = (year % 4 == 0) & ((year % 100 != 0) | (year % 400 == 0)) & (month == 2)
    return known & (day >= 1) & (day <= _DAYS[np.where(known, month, 1) - 1] + leap)


def _offsets(offset: pl.Series) -> np.ndarray:
    """Seconds east of UTC."""
    signed = offset.str.replace(":", "", literal=True).str.extract(r"^([+-][0-9]{4})$").cast(pl.Int64)
    away = signed.fill_null(0).to_numpy()
    return np.sign(away) * (np.abs(away) // 100 * 3_600 + np.abs(away) % 100 * 60)
