"""What is written is read back: random tables, quoting, separators, line ends, chunk sizes."""

import json
import os
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from trainyard_trainer.data.plain import csv_rows
from trainyard_trainer.data.reader import read
from trainyard_trainer.data.records import BadRecord

from tests.data.reading import fast

EXAMPLES = 1_000 if os.environ.get("TEST_FULL") == "1" else 50
EASY = settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck))
SEPARATORS = ",;\t|"
LINE_ENDS = ["\n", "\r\n", "\r"]
LETTERS = st.characters(exclude_categories=["Cs"], exclude_characters="\0")
CELL = st.one_of(
    st.text(LETTERS, max_size=6),
    st.text(',;|\t"\n\r ab', max_size=6),
    st.sampled_from(["", "NA", "null", "1", "-2.5", "1e5", "007", "a,b", 'say "so"', "\u2028", "\u0085", "line\r\nend"]),
)


@st.composite
def tables(draw):
    width = draw(st.integers(1, 5))
    names = draw(st.lists(CELL.filter(lambda n: n not in ("", "__proto__")), min_size=width, max_size=width, unique=True))
    rows = draw(st.lists(st.lists(CELL, min_size=width, max_size=width), min_size=1, max_size=12))
    return names, rows


def field(cell: str, draw) -> str:
    special = any(mark in cell for mark in SEPARATORS + '"\r\n')
    if special or not cell or draw(st.booleans()):
        return '"' + cell.replace('"', '""') + '"'
    return cell


def written_csv(names, rows, separator, draw) -> str:
    lines = [separator.join(field(cell, draw) for cell in row) for row in [names, *rows]]
    return "".join(line + draw(st.sampled_from(LINE_ENDS)) for line in lines)


def slow(data: bytes, tabs: bool = False):
    """The same by the form that travels in predict.py."""
    try:
        return csv_rows(data, tabs)
    except BadRecord as refused:
        return refused.line, refused.reason


@EASY
@given(st.data(), tables(), st.sampled_from(SEPARATORS), st.integers(1, 64))
def test_csv_is_read_back_as_written(data, table, separator, chunk_bytes):
    names, rows = table
    text = f"sep={separator}\n" + written_csv(names, rows, separator, data.draw)
    expected = (names, rows)
    assert fast(text.encode(), chunk_bytes=chunk_bytes) == expected
    assert slow(text.encode()) == expected


@EASY
@given(st.data(), st.sampled_from(SEPARATORS), st.integers(2, 5), st.integers(1, 20))
def test_the_separator_is_found_without_a_hint(data, separator, width, height):
    words = st.one_of(st.text("abc xyz", min_size=1, max_size=8), st.integers(-999, 999).map(str))
    if separator == ";":
        words = words | st.floats(-1e6, 1e6).map(lambda x: f"{x:.2f}".replace(".", ","))
    names = [f"column {place}" for place in range(width)]
    rows = data.draw(st.lists(st.lists(words, min_size=width, max_size=width), min_size=height, max_size=height))
    text = "\n".join(separator.join(row) for row in [names, *rows])
    assert fast(text.encode()) == (names, rows)


@EASY
@given(st.text(',;"\n\rab1\t|', max_size=60), st.integers(1, 9), st.booleans())
def test_any_text_is_read_or_refused_alike_by_both_forms_whatever_the_chunks(text, chunk_bytes, tabs):
    data = text.encode()
    answer = fast(data, tabs)
    assert answer == slow(data, tabs)
    assert answer == fast(data, tabs, chunk_bytes)


@EASY
@given(st.binary(max_size=60) | st.text(max_size=30).map(lambda t: t.encode("utf-16")), st.integers(1, 9))
def test_any_bytes_are_read_or_refused_whatever_the_chunks(data, chunk_bytes):
    assert fast(data) == fast(data, chunk_bytes=chunk_bytes)


VALUE = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False, allow_infinity=False), CELL, st.just({"k": [1]})
)


@EASY
@given(
    st.lists(st.dictionaries(CELL.filter(lambda n: n != "__proto__"), VALUE, min_size=1, max_size=4), min_size=1, max_size=10),
    st.booleans(),
    st.booleans(),
    st.integers(1, 64),
    st.data(),
)
def test_json_is_read_back_as_written(records, as_lines, ascii_only, chunk_bytes, data):
    if as_lines:
        ends = LINE_ENDS + ["\n\n", "\n  \n"]
        text = "".join(json.dumps(r, ensure_ascii=ascii_only) + data.draw(st.sampled_from(ends)) for r in records)
    else:
        text = json.dumps(records, ensure_ascii=ascii_only, indent=data.draw(st.sampled_from([None, 1])))
    with TemporaryDirectory() as folder:
        path = Path(folder) / "file"
        path.write_bytes(text.encode())
        table = read(path, "jsonl" if as_lines else "json", chunk_bytes=chunk_bytes)
    names = list(dict.fromkeys(key for record in records for key in record))
    assert ([c.name for c in table.columns], table.rows) == (names, len(records))
    for column in table.columns:
        for record, cell in zip(records, column.texts(), strict=True):
            check(record.get(column.name), column.name in record, cell, column)


def check(value, present, cell, column):
    trimmed = column.type in ("number", "integer", "datetime", "id")  # there blanks around a cell mean nothing
    if isinstance(value, str) and trimmed:
        value = value.strip(" \t")
    if not present or value in ("", "NA", "NaN", "null") or value is None:
        assert cell is None
    elif isinstance(value, dict):
        assert json.loads(cell) == value
    elif isinstance(value, bool):
        assert cell == ("true" if value else "false")
    elif column.type in ("number", "integer"):
        assert float(cell) == float(value) and (column.type == "number" or int(cell) == int(value))
    elif isinstance(value, str):
        assert cell == value
    else:
        assert float(cell) == float(value)
