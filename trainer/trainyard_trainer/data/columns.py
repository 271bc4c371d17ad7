"""The types of columns, decided by all of their cells."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import polars as pl

from . import cells, findings
from .dates import UNDECIDED, Dates, read_dates
from .errors import DataError
from .numerals import Numerals, count_words, read_numbers
from .raw import RawColumn, RawTable
from .records import shown
from .styles import comma_styles, dots_may_group, preferred
from .table import Column
from .texts import NAMED_ID_ROWS, boolean_words, is_id_name, text_type


@dataclass(slots=True)
class Draft:
    """What the cells of one column allow, before the columns are compared."""

    raw: RawColumn
    numbers: Numerals | None = None
    styles: dict[str, Numerals] = field(default_factory=dict)
    dates: Dates | None = None

    @property
    def nested(self) -> bool:
        return "nested" in self.raw.kinds


def type_columns(raw: RawTable, conventions: Mapping[str, str]) -> tuple[list[Column], list[dict]]:
    """Typed columns and findings. `conventions` sets day_first or month_first for columns by name.

    Where the cells of a column do not tell which mark is the decimal one, or whether the day comes first, the
    other columns of the file do; else the choice is the same every time and a finding states it.
    Raises DataError for an infinite number in a column of numbers.
    """
    drafts = [_draft(column) for column in raw.columns]
    styles = {next(iter(draft.styles)) for draft in drafts if len(draft.styles) == 1}
    orders = {next(iter(draft.dates.possible)) for draft in drafts if draft.dates and len(draft.dates.possible) == 1}
    columns, found = [], []
    for draft in drafts:
        column, notes = _decide(draft, raw, styles, orders & UNDECIDED, conventions)
        columns.append(column)
        found += notes + findings.of_column(column, draft.raw, raw.lines)
    return columns, found


def _draft(raw: RawColumn) -> Draft:
    draft = Draft(raw)
    if draft.nested:
        return draft
    draft.numbers = read_numbers(raw, "plain")
    if draft.numbers is None:
        draft.styles = comma_styles(raw)
    if draft.numbers is None and not draft.styles:
        draft.dates = read_dates(_known(raw.cells.str.strip_chars(cells.BLANKS))[0])
    return draft


def _decide(draft: Draft, raw: RawTable, styles, orders, conventions) -> tuple[Column, list[dict]]:
    name = draft.raw.name
    if draft.numbers is not None:
        if not ("decimal_comma" in styles and dots_may_group(draft.raw, draft.numbers)):
            return _numeric(draft.raw, draft.numbers, "plain", raw), []
        return _textual(draft), [findings.ambiguous_marks(name, draft.raw)]
    if draft.styles:
        style = preferred(draft.styles, raw.separator, styles)
        if style is None:
            return _textual(draft), [findings.ambiguous_marks(name, draft.raw)]
        return _numeric(draft.raw, draft.styles[style], style, raw), [findings.number_style(name, style)]
    if draft.dates and draft.dates.possible:
        return _dated(draft, orders, conventions.get(name))
    notes = [findings.mixed_dates(name)] if draft.dates and draft.dates.dated else []
    return _textual(draft), notes


def _numeric(raw: RawColumn, numerals: Numerals, style: str, table: RawTable) -> Column:
    if len(numerals.infinite):
        row = int(numerals.infinite[0])
        line = table.lines.of(row)
        cell = shown(raw.cells[row])
        message = f"The number {cell} in line {line}, column {shown(raw.name)}, is infinite: write a number, or leave it empty."
        raise DataError(line, raw.name, "infinite_number", message)
    known = len(numerals.values) - sum(numerals.words.values())
    if numerals.whole and known >= NAMED_ID_ROWS and is_id_name(raw.name):
        present, marked, _ = _known(raw.cells.str.strip_chars(cells.BLANKS))
        if present.n_unique() == known:
            return Column(raw.name, "id", marked, numerals.words)
    kind = "integer" if numerals.whole else "number"
    return Column(raw.name, kind, numerals.values, numerals.words, number_style=style)


def _known(texts: pl.Series) -> tuple[pl.Series, pl.Series, pl.Series]:
    """The present cells, the series with null for missing, and the mask of missing ones."""
    missing = texts.is_in(list(cells.MISSING))
    if not missing.any():
        return texts, texts, missing
    marked = pl.select(pl.when(~missing).then(texts)).to_series()
    return texts.filter(~missing), marked, missing


def _dated(draft: Draft, orders: set[str], wanted: str | None) -> tuple[Column, list[dict]]:
    name, possible = draft.raw.name, draft.dates.possible
    trimmed = draft.raw.cells.str.strip_chars(cells.BLANKS)
    _, marked, missing = _known(trimmed)
    words = count_words(trimmed, missing)
    notes = []
    if len(possible) == 1:
        convention = next(iter(possible))
    elif wanted in possible:
        convention = wanted
    else:
        convention = next(iter(orders)) if len(orders) == 1 else "day_first"
        notes = [findings.ambiguous_dates(name, convention, len(orders) == 1)]
    return Column(name, "datetime", marked, words, convention=convention), notes


def _textual(draft: Draft) -> Column:
    raw = draft.raw
    present, marked, missing = _known(raw.cells)
    words = count_words(raw.cells, missing)
    if not len(present):
        return Column(raw.name, "empty", marked, words)
    if draft.nested:
        return Column(raw.name, "text", marked, words, nested=True)
    kind = "boolean" if boolean_words(present) else text_type(raw.name, present)
    return Column(raw.name, kind, marked, words)


def text_column(raw: RawColumn) -> Column:
    """The lines of a plain text file, which are texts whatever they hold."""
    _, marked, missing = _known(raw.cells)
    return Column(raw.name, "text", marked, count_words(raw.cells, missing))
