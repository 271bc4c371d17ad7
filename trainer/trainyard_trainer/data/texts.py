"""Columns of texts: categories, ids, free text, booleans."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace

import polars as pl

from . import cells

ID_TOKENS = {"id", "ids", "uuid", "guid", "rowid", "unnamed"}
ID_NAMES = {"", "index", "key", "serial", "row", "nr", "no"}
_TOKENS = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+")
FEW = 50
LEVELS = 1_000
ID_ROWS = 20
NAMED_ID_ROWS = 10
LONG = 100


@dataclass(frozen=True, slots=True)
class Texts:
    """A column as texts. `marked`: null for missing; `spaces` and `length`: means over the present cells;
    `levels`: the distinct cells in their order where they are not too many, else None."""

    marked: pl.Series
    present: int
    distinct: int
    blanks: bool
    spaces: float
    length: float
    levels: list[str] | None = None


def read_texts(frame: pl.DataFrame, names: Iterable[str]) -> dict[str, Texts]:
    """The columns `names` as texts, measured over all cells, in three queries for all of them."""
    names = list(names)
    if not names:
        return {}
    marked = frame.select(
        pl.when(~pl.col(name).is_in(list(cells.MISSING))).then(pl.col(name)).alias(name) for name in names
    )
    measures = (
        lambda text: text.count(),
        lambda text: text.drop_nulls().n_unique(),
        lambda text: text.str.contains(r"\s").any(),
        lambda text: text.str.count_matches(" ", literal=True).mean(),
        lambda text: text.str.len_chars().mean(),
    )
    row = marked.select(
        measure(pl.col(name)).alias(f"{place} {name}") for name in names for place, measure in enumerate(measures)
    ).row(0)
    width = len(measures)
    found = {name: Texts(marked[name], *row[i * width : (i + 1) * width]) for i, name in enumerate(names)}
    few = [name for name in names if found[name].distinct <= LEVELS]
    if few:
        levels = marked.select(pl.col(name).drop_nulls().unique(maintain_order=True).implode() for name in few).row(0)
        found |= {name: replace(found[name], levels=list(each)) for name, each in zip(few, levels, strict=True)}
    return found


def is_id_name(name: str) -> bool:
    """Whether a column's name says that it numbers the rows (`id`, `customer_id`, `PassengerId`, no name)."""
    return name.strip().lower() in ID_NAMES or bool(ID_TOKENS & {token.lower() for token in _TOKENS.findall(name)})


def text_type(name: str, texts: Texts) -> str:
    """`empty`, `boolean` (the two words of one spelling), `category`, `id` (every cell another, one short word
    each) or `text`."""
    if not texts.present:
        return "empty"
    if texts.levels and any(set(texts.levels) <= set(pair) for pair in cells.BOOLEANS):
        return "boolean"
    share = texts.distinct / texts.present
    if share > 0.5 and texts.spaces >= 2 or share > 0.2 and texts.length > LONG:
        return "text"
    if texts.distinct == texts.present and not texts.blanks and texts.length <= LONG:
        if texts.present >= ID_ROWS or texts.present >= NAMED_ID_ROWS and is_id_name(name):
            return "id"
    if share > 0.5 and texts.spaces > 0.5 and texts.distinct > FEW:
        return "text"
    return "category"
