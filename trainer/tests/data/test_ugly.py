"""Ugly files, as people have them: each is read as it should be or refused with its place, in little time."""

import json
import os
import random
import time
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from trainyard_trainer.data.errors import DataError
from trainyard_trainer.data.limits import Limits
from trainyard_trainer.data.profile import profile
from trainyard_trainer.data.reader import read

from tests.data.reading import place, read_text, refusal, shape, written

EXAMPLES = 3_000 if os.environ.get("TEST_FULL") == "1" else 150
WIDE = 10_000 if os.environ.get("TEST_FULL") == "1" else 2_000
READ = [
    ("byte-order mark and CRLF", b"\xef\xbb\xbfcity,n\r\nLund,1\r\nYstad,2\r\n", {"city": "category", "n": "integer"}),
    ("quoted line breaks", b'note,n\n"one\r\ntwo\n",1\n"three",2\n', {"note": "category", "n": "integer"}),
    ("semicolons and decimal commas", b"a;b\n1,5;2\n-3,25;4\n", {"a": "number", "b": "integer"}),
    ("tabs", b"a\tb\n1.5\tx y\n2.5\tz\n", {"a": "number", "b": "category"}),
    ("a separator after the last column", b"a,b,\n1,2,\n3,4,\n", None),
    ("one column", b"n\n1\n2\n", {"n": "integer"}),
    ("one row and no line end", b"a,b\n1,2", {"a": "integer", "b": "integer"}),
    ("numbers beyond 64 bits", b"n\n18446744073709551616\n-9223372036854775809\n1\n", {"n": "category"}),
    ("dates in one spelling", b"d\n2024-01-31\n2024-02-29\n", {"d": "datetime"}),
    ("dates in five spellings", b"d\n2024-01-31\n31/01/2024\n31.01.2024\nJan 31 2024\n20240131\n", None),
    ("every word for nothing", b"n\nNA\nNaN\nnull\n\n1\n", {"n": "integer"}),
    ("empty texts in quotes", b'a,b\n"","x"\n"","y"\n', {"a": "empty", "b": "category"}),
    ("header in another script", "größe,名前\n1,a\n2,b\n".encode(), {"größe": "integer", "名前": "category"}),
]


@pytest.mark.parametrize("name, content, types", READ, ids=[case[0] for case in READ])
def test_an_ugly_file_is_read_or_refused_with_its_place(tmp_path, name, content, types):
    if types is None:
        try:
            table = read_text(tmp_path, content)
        except DataError as refused:
            assert refused.line >= 1 and refused.reason and refused.message
            return
        assert all(column.type in ("category", "text", "empty", "integer") for column in table.columns)
    else:
        table = read_text(tmp_path, content)
        assert shape(table) == types
    json.dumps(profile(table), allow_nan=False)


@pytest.mark.parametrize("content, line", [
    ("größe\n".encode() * 3 + "größe\n".encode("latin-1") + b"x\n", 4),
    (b"a,b\n" + "1,é\n".encode() * 5000 + "1,é\n".encode("cp1252"), 5002),
    ("a,b\n1,2\n".encode("utf-16") + b"\xff\xfe\xff", None),
])
def test_a_file_of_mixed_encodings_is_refused_where_the_other_one_begins(tmp_path, content, line):
    refused = refusal(written(tmp_path, content), "csv")
    assert refused.reason in ("not_utf8", "not_text") and (line is None or refused.line == line)


def test_thousands_of_columns_are_read_and_profiled(tmp_path):
    names = ",".join(f"c{i}" for i in range(WIDE))
    rows = "\n".join(",".join(str((i * j) % 97) for i in range(WIDE)) for j in range(3))
    clock = time.process_time()
    table = read_text(tmp_path, f"{names}\n{rows}\n")
    found = profile(table)
    assert len(found["columns"]) == WIDE and table.rows == 3
    assert time.process_time() - clock < 30


@pytest.mark.parametrize("format", ["csv", "jsonl", "json", "text"])
def test_a_line_of_a_hundred_megabytes_is_refused_before_it_is_held(tmp_path, format):
    path = tmp_path / "file"
    start = {"csv": b"a,b\n1,", "jsonl": b'{"a": "', "json": b'[{"a": "', "text": b""}[format]
    with path.open("wb") as file:
        file.write(start)
        for _ in range(100):
            file.write(b"x" * 1024**2)
    clock = time.process_time()
    refused = refusal(path, format)
    assert refused.reason in ("record_too_large", "cell_too_large") and refused.line == (2 if format == "csv" else 1)
    assert time.process_time() - clock < 5


SOUND = [
    (b'id,name,when,x\n1,"a, b",2024-01-31,1.5\n2,"c ""d""",2024-02-01,NA\n3,e,,-2e3\n', "csv"),
    (b"a;b\n1,5;x\n2,5;y\n", "csv"),
    (b'{"a": 1, "b": "x"}\n{"a": null, "b": [1, {"c": 2}]}\n', "jsonl"),
    (b'[{"a": 1.5, "b": true}, {"b": false, "a": "\\u00e9"}]', "json"),
    (b"one line\nanother line\n", "text"),
]
ODD = [b"\0", b"\xff", b"\xfe\xff", b'"', b"\r", b"\n", b",", b";", b"\t", b"\\", b"\\ud800", b"{", b"]", b"1e999",
       b"inf", b"9" * 40, b"__proto__", "\u2028".encode(), b"\xef\xbb\xbf", b"-", b"1,000.5"]


@st.composite
def spoiled(draw):
    """A sound file with a few places changed: closer to what people have than any bytes."""
    data, format = draw(st.sampled_from(SOUND))
    r = random.Random(draw(st.integers(0, 2**32)))
    for _ in range(draw(st.integers(0, 4))):
        at, length = r.randrange(len(data) + 1), r.randrange(4)
        data = data[:at] + (r.choice(ODD) if r.random() < 0.7 else b"") + data[at + length:]
    return data, format


@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck))
@given(spoiled() | st.tuples(st.binary(max_size=80), st.sampled_from(["csv", "tsv", "json", "jsonl", "text"])), st.booleans())
def test_any_bytes_give_a_profile_of_finite_json_or_an_error_with_its_place(file, packed):
    data, format = file
    with TemporaryDirectory() as folder:
        path = written(Path(folder), data, packed=packed)
        try:
            table = read(path, format, packed, Limits())
        except DataError as refused:
            assert refused.reason.replace("_", "").isalnum() and refused.message
            assert refused.line is None or 1 <= refused.line <= data.count(b"\n") + data.count(b"\r") + 2
            json.dumps(refused.invalid(), allow_nan=False)
            return
    assert table.rows >= 1
    found = profile(table)
    assert found["rows"] == table.rows
    json.dumps(found, allow_nan=False)
