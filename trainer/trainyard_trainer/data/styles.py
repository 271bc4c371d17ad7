"""Which way a column writes its numbers, where it is not the plain way."""

import re

import polars as pl

from .numerals import Numerals

_GROUPED = re.compile(r"[+-]?[1-9][0-9]{0,2}([.,])[0-9]{3}")
COMMA_STYLES = ("decimal_comma", "thousands_comma")


def preferred(styles: dict[str, Numerals], separator: str | None, others: set[str]) -> str | None:
    """The style to read by, or None where nothing decides. Where the cells cannot tell (1,205 in all of them)
    the other columns do; else a comma between fields, since who writes a decimal comma writes `;` there."""
    if len(styles) == 1:
        return next(iter(styles))
    decided = others & set(styles)
    if len(decided) == 1:
        return next(iter(decided))
    return "thousands_comma" if separator == "," and not decided else None


def dots_may_group(texts: pl.Series, numerals: Numerals) -> bool:
    """Whether every cell with a point of a plainly read column could be thousands as well (1.205)."""
    if numerals.whole:
        return False
    dotted = texts.filter(texts.str.contains(".", literal=True)).str.strip_chars().unique()
    return all(_GROUPED.fullmatch(text) for text in dotted)
