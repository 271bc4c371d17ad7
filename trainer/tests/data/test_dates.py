"""Dates of whole columns and of single cells are the same."""

import numpy as np
import polars as pl
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from trainyard_trainer.data import cells, dates

DIGITS = st.integers(0, 99).map(str) | st.integers(0, 99).map(lambda n: f"{n:02}") | st.sampled_from(["28", "29", "30", "31"])
YEARS = st.integers(0, 9999).map(lambda n: f"{n:04}") | st.sampled_from(["1900", "2000", "2023", "2024"])
MARKS = st.sampled_from("-/.")
TIMES = st.just("") | st.from_regex(cells.TIME, fullmatch=True)
STAMPS = st.one_of(
    st.builds("{}{}{}{}{}{}".format, YEARS, MARKS, DIGITS, MARKS, DIGITS, TIMES),
    st.builds(lambda m, a, b, y, t: f"{a}{m}{b}{m}{y}{t}", MARKS, DIGITS, DIGITS, YEARS, TIMES),
    st.builds(lambda a, b, y, t: f"{y}-{a:02}-{b:02}{t}", st.integers(1, 12), st.integers(1, 31), YEARS, TIMES),
    st.sampled_from(["", " 2024-02-29 ", "2024-02-29T24:00", "2024-01-01 12:00:60", "nothing"]),
)


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(STAMPS, min_size=1, max_size=60))
def test_a_column_of_dates_reads_as_its_cells_do(stamps):
    many = pl.Series(stamps + [None] * dates.FEW, dtype=pl.String)
    for convention in dates.CONVENTIONS:
        found = dates.seconds(many, convention)[: len(stamps)]
        each = [cells.seconds(stamp, convention) for stamp in stamps]
        assert np.array_equal(found, [np.nan if value is None else value for value in each], equal_nan=True), stamps


def test_known_moments():
    for stamp, convention, expected in [
        ("1970-01-01", "iso", 0.0),
        ("2024-02-29T12:30:15.25Z", "iso", 1709209815.25),
        ("2024-06-04 17:00:00+05:30", "iso", 1717500600.0),
        ("2024-06-04 17:00-0100", "iso", 1717524000.0),
        ("04/06/2024", "day_first", 1717459200.0),
        ("6/4/2024 12:05 AM", "month_first", 1717459500.0),
        ("04.06.2024", "day_first", 1717459200.0),
        ("2023-02-29", "iso", None),
        ("2024-02-29", "day_first", None),
        ("13/04/2024", "month_first", None),
        ("04/06.2024", "day_first", None),
    ]:
        assert cells.seconds(stamp, convention) == expected, stamp
