"""What the reader returns: typed columns of equal length."""

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
import polars as pl

NUMERIC = ("number", "integer")
TYPES = ("number", "integer", "boolean", "category", "text", "datetime", "id", "empty")


@dataclass(frozen=True, slots=True, eq=False)
class Column:
    """One column. Of `number` and `integer`, `values` is a float64 array with NaN for missing (an integer
    column holds only whole numbers that a float64 holds exactly); of every other type a polars String series
    with null for missing, each text as the file spells it.

    `number_style` (see `cells.number`) and `convention` (see `cells.seconds`) are what a later reader of
    single cells must be told; they are None where they do not apply. `missing_words` counts missing cells by word.
    """

    name: str
    type: str
    values: np.ndarray | pl.Series
    missing_words: dict[str, int] = field(default_factory=dict)
    number_style: str | None = None
    convention: str | None = None
    nested: bool = False

    @property
    def missing(self) -> int:
        return sum(self.missing_words.values())

    def missing_mask(self) -> np.ndarray:
        """Boolean array, true where the cell is missing."""
        if isinstance(self.values, np.ndarray):
            return np.isnan(self.values)
        return self.values.is_null().to_numpy()

    def numbers(self) -> np.ndarray:
        """The float64 array of a `number` or `integer` column, NaN for missing."""
        if not isinstance(self.values, np.ndarray):
            raise TypeError(f"column {self.name!r} is {self.type}, not numeric")
        return self.values

    def texts(self) -> list[str | None]:
        """The cells as texts, None for missing. Whole numbers are written in digits, exactly; other numbers
        in the shortest form that gives the same float."""
        if not isinstance(self.values, np.ndarray):
            return self.values.to_list()
        return [None if value != value else self.number_text(value) for value in self.values.tolist()]

    def number_text(self, value: float) -> str:
        return str(int(value)) if self.type == "integer" else repr(value)

    def series(self) -> pl.Series:
        """The cells as a polars String series, null for missing: for work on whole columns."""
        if not isinstance(self.values, np.ndarray):
            return self.values
        return pl.Series(self.name, self.texts(), dtype=pl.String)


@dataclass(frozen=True, slots=True, eq=False)
class Table:
    """What was read: `rows` rows of `columns`, and what a person should know about the reading.

    `line_of(row)` gives the line of a row (from 0) in the file. Each finding is
    `{ code, severity: info|warning, column?, message }`.
    """

    columns: list[Column]
    rows: int
    line_of: Callable[[int], int]
    findings: list[dict] = field(default_factory=list)

    def column(self, name: str) -> Column:
        for column in self.columns:
            if column.name == name:
                return column
        raise KeyError(name)
