"""Columns of texts: categories, ids, free text, booleans."""

import re

import polars as pl

from . import cells

ID_TOKENS = {"id", "ids", "uuid", "guid", "rowid", "index", "serial", "key", "unnamed"}
_TOKENS = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+")
FEW = 50
ID_ROWS = 20
NAMED_ID_ROWS = 10
LONG = 100


def is_id_name(name: str) -> bool:
    """Whether a column's name says that it numbers the rows (`id`, `customer_id`, `PassengerId`, no name)."""
    return not name.strip() or bool(ID_TOKENS & {token.lower() for token in _TOKENS.findall(name)})


def boolean_words(present: pl.Series) -> bool:
    """Whether the cells are the two words of one spelling; other mixtures stay categories, blanks and all."""
    words = set(present.head(3).to_list())
    pair = next((pair for pair in cells.BOOLEANS if words <= set(pair)), None)
    return pair is not None and bool(present.is_in(list(pair)).all())


def text_type(name: str, present: pl.Series) -> str:
    """`category`, `id` (every cell another, one short word each) or `text`, from all present cells."""
    rows, distinct = len(present), present.n_unique()
    share = distinct / rows
    words = float(present.str.count_matches(" ", literal=True).mean()) + 1
    length = float(present.str.len_chars().mean())
    if share > 0.5 and words >= 3 or share > 0.2 and length > LONG:
        return "text"
    if distinct == rows and not present.str.contains(r"\s").any() and length <= LONG:
        if rows >= ID_ROWS or rows >= NAMED_ID_ROWS and is_id_name(name):
            return "id"
    if share > 0.5 and words > 1.5 and distinct > FEW:
        return "text"
    return "category"
