"""Numbers of whole columns and of single cells are the same, whichever way is taken for the size."""

import numpy as np
import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from trainyard_trainer.data import cells, numerals

PIECES = st.text("0123456789.,eE+-", max_size=8)
NUMBERS = st.one_of(
    st.integers().map(str),
    st.integers(-(2**70), 2**70).map(str),
    st.floats().map(repr),
    st.integers(0, 10**9).map(lambda n: f"{n:,}"),
    st.integers(0, 10**9).map(lambda n: f"{n:,}".replace(",", ".") + ",5"),
    st.sampled_from(["", "NA", "NaN", "null", "inf", "-Infinity", "1e+999", "1.5e999", "9" * 400, "1.0", "-0"]),
)
CELLS = st.tuples(st.sampled_from(["", " ", "\t"]), NUMBERS | PIECES, st.sampled_from(["", " "])).map("".join)
COLUMNS = st.lists(NUMBERS, min_size=1, max_size=12) | st.lists(CELLS, min_size=1, max_size=4)


@pytest.mark.parametrize("style", list(cells.NUMBER_PATTERNS))
@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(COLUMNS)
def test_few_cells_and_many_are_read_alike(style, texts):
    repeats = numerals.FEW_CELLS // len(texts) + 1
    few = numerals.read_numbers(pl.DataFrame({"0": texts}), ["0"], style).get("0")
    many = numerals.read_numbers(pl.DataFrame({"0": texts * repeats}), ["0"], style).get("0")
    assert (few is None) == (many is None), texts
    if few is None:
        return
    assert many.whole == few.whole
    assert np.array_equal(many.missing, np.tile(few.missing, repeats))
    assert many.infinite.tolist()[: len(few.infinite)] == few.infinite.tolist()
    sure = ~np.isin(np.arange(len(texts)), few.infinite)
    assert np.array_equal(many.values[: len(texts)][sure], few.values[sure], equal_nan=True)
    for text, value in zip(texts, few.values.tolist(), strict=True):
        assert (cells.number(text, style) is None) == (value != value)
