"""The types of columns, decided by all of their cells."""

from collections.abc import Mapping

import polars as pl

from . import cells, findings
from .dates import UNDECIDED, is_date, read_dates
from .errors import DataError
from .numerals import Numerals, count_words, fits, read_numbers
from .raw import RawColumn, RawTable
from .records import shown
from .styles import COMMA_STYLES, dots_may_group, preferred
from .table import Column
from .texts import NAMED_ID_ROWS, Texts, is_id_name, read_texts, text_type

# What the first cells rule out need not be tried on all; they never decide what a column is.
HEAD = 32


def type_columns(raw: RawTable, conventions: Mapping[str, str]) -> tuple[list[Column], list[dict]]:
    """Typed columns and findings. `conventions` sets day_first or month_first for columns by name.

    Where the cells of a column do not tell which mark is the decimal one, or whether the day comes first, the
    other columns of the file do; else the choice is the same every time and a finding states it.
    Raises DataError for an infinite number in a column of numbers.
    """
    columns, found = _Typing(raw, conventions).columns()
    return columns, found + findings.of_columns(columns, raw)


def text_column(raw: RawColumn) -> Column:
    """The lines of a plain text file, which are texts whatever they hold."""
    return _textual(raw, read_texts(raw.cells.alias("0").to_frame(), ["0"])["0"], "text")


class _Typing:
    """One table on its way to types. Columns go by their place (as a text) in polars: names may be anything."""

    def __init__(self, raw: RawTable, conventions: Mapping[str, str]):
        self.raw, self.conventions = raw, conventions
        self.by_place = {str(place): column for place, column in enumerate(raw.columns)}
        self.frame = pl.DataFrame([column.cells.alias(place) for place, column in self.by_place.items()])
        flat = [place for place, column in self.by_place.items() if "nested" not in column.kinds]
        heads = dict(zip(flat, (self.frame[place].head(HEAD).to_list() for place in flat), strict=True))

        def possible(rest, test):
            return [place for place in rest if all(map(test, heads[place]))]

        self.plain = read_numbers(self.frame, possible(flat, lambda cell: fits(cell, "plain")), "plain")
        rest = [place for place in flat if place not in self.plain]
        self.styles: dict[str, dict[str, Numerals]] = {}
        for style in COMMA_STYLES:
            able = possible(rest, lambda cell, style=style: fits(cell, style))
            for place, numerals in read_numbers(self.frame, able, style).items():
                self.styles.setdefault(place, {})[style] = numerals
        rest = possible([place for place in rest if place not in self.styles], is_date)
        dates = {place: read_dates(self.frame[place]) for place in rest}
        self.dates = {place: found for place, found in dates.items() if found is not None}

    def columns(self) -> tuple[list[Column], list[dict]]:
        """The columns in the file's order, and the findings on how they were read."""
        done: dict[str, Column] = {}
        found: list[dict] = []
        self._numeric(done, found)
        self._dated(done, found)
        texts = read_texts(self.frame, [place for place in self.by_place if place not in done])
        for place, text in texts.items():
            raw = self.by_place[place]
            done[place] = _textual(raw, text, "text" if "nested" in raw.kinds and text.present else None)
            if done[place].type == "category":
                found += findings.labels(raw.name, text.levels or [])
        return [done[place] for place in self.by_place], found

    def _numeric(self, done: dict[str, Column], found: list[dict]) -> None:
        decided = {next(iter(styles)) for styles in self.styles.values() if len(styles) == 1}
        for place, numerals in self.plain.items():
            raw = self.by_place[place]
            if "decimal_comma" in decided and dots_may_group(raw.cells, numerals):
                found.append(findings.ambiguous_marks(raw))
            else:
                done[place] = self._numbers(raw, numerals, "plain")
        for place, styles in self.styles.items():
            raw = self.by_place[place]
            style = preferred(styles, self.raw.separator, decided)
            if style is None:
                found.append(findings.ambiguous_marks(raw))
            else:
                done[place] = self._numbers(raw, styles[style], style)
                found.append(findings.number_style(raw.name, style))

    def _numbers(self, raw: RawColumn, numerals: Numerals, style: str) -> Column:
        if len(numerals.infinite):
            row = int(numerals.infinite[0])
            line, cell = self.raw.lines.of(row), shown(raw.cells[row])
            where = f"{cell} in line {line}, column {shown(raw.name)}"
            message = f"{where}, is infinite: write a number, or leave it empty."
            raise DataError(line, raw.name, "infinite_number", message)
        known = len(numerals.values) - int(numerals.missing.sum())
        trimmed = raw.cells.str.strip_chars(cells.BLANKS) if known < len(numerals.values) else raw.cells
        words = count_words(trimmed, numerals.missing)
        if numerals.whole and known >= NAMED_ID_ROWS and is_id_name(raw.name):
            present = raw.cells.str.strip_chars(cells.BLANKS).set(pl.Series(numerals.missing), None)
            if present.drop_nulls().n_unique() == known:
                return Column(raw.name, "id", present, words)
        return Column(raw.name, "integer" if numerals.whole else "number", numerals.values, words, number_style=style)

    def _dated(self, done: dict[str, Column], found: list[dict]) -> None:
        orders = {next(iter(possible)) for possible in self.dates.values() if len(possible) == 1} & UNDECIDED
        for place, possible in self.dates.items():
            raw = self.by_place[place]
            if not possible:
                found.append(findings.mixed_dates(raw.name))
                continue
            wanted = self.conventions.get(raw.name)
            if len(possible) == 1:
                convention = next(iter(possible))
            elif wanted in possible:
                convention = wanted
            else:
                convention = next(iter(orders)) if len(orders) == 1 else "day_first"
                found.append(findings.ambiguous_dates(raw.name, convention, len(orders) == 1))
            trimmed = raw.cells.str.strip_chars(cells.BLANKS)
            missing = trimmed.is_in(list(cells.MISSING))
            marked = trimmed.set(missing, None) if missing.any() else trimmed
            done[place] = Column(raw.name, "datetime", marked, count_words(trimmed, missing), convention=convention)


def _textual(raw: RawColumn, texts: Texts, kind: str | None) -> Column:
    words = count_words(raw.cells, texts.marked.is_null()) if texts.present < len(raw.cells) else {}
    nested = "nested" in raw.kinds
    return Column(raw.name, kind or text_type(raw.name, texts), texts.marked, words, nested=nested)
