"""Columns of texts: categories, ids, free text, booleans."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

import polars as pl

from . import cells

ID_TOKENS = {"id", "ids", "uuid", "guid", "rowid", "index", "serial", "key", "unnamed"}
_TOKENS = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+")
FEW = 50
ID_ROWS = 20
NAMED_ID_ROWS = 10
LONG = 100


@dataclass(frozen=True, slots=True)
class Texts:
    """A column as texts. `marked`: null for missing; `spaces` and `length`: means over the present cells."""

    marked: pl.Series
    present: int
    distinct: int
    blanks: bool
    spaces: float
    length: float


def read_texts(frame: pl.DataFrame, names: Iterable[str]) -> dict[str, Texts]:
    """The columns `names` as texts, measured over all cells, in two queries for all of them."""
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
    return {name: Texts(marked[name], *row[i * width : (i + 1) * width]) for i, name in enumerate(names)}


def is_id_name(name: str) -> bool:
    """Whether a column's name says that it numbers the rows (`id`, `customer_id`, `PassengerId`, no name)."""
    return not name.strip() or bool(ID_TOKENS & {token.lower() for token in _TOKENS.findall(name)})


def text_type(name: str, texts: Texts) -> str:
    """`empty`, `boolean` (the two words of one spelling), `category`, `id` (every cell another, one short word
    each) or `text`."""
    if not texts.present:
        return "empty"
    if texts.distinct <= 2 and _boolean_words(texts.marked):
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


def _boolean_words(marked: pl.Series) -> bool:
    words = set(marked.drop_nulls().unique().to_list())
    return any(words <= set(pair) for pair in cells.BOOLEANS)
