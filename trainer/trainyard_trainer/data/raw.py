"""What the readers of the formats hand on to be typed: every cell a text."""

from dataclasses import dataclass, field

import polars as pl

from .lines import Lines


@dataclass(slots=True)
class RawColumn:
    """`cells`: String series without nulls. `kinds`: which JSON types it held (of string, number, boolean,
    nested), empty for CSV."""

    name: str
    cells: pl.Series
    kinds: set[str] = field(default_factory=set)


@dataclass(slots=True)
class RawTable:
    columns: list[RawColumn]
    lines: Lines
    separator: str | None = None
    findings: list[dict] = field(default_factory=list)
