"""Bounds: gzip, records, cells, columns, memory; and chunks that cut anywhere."""

import gzip
import os
import subprocess
import sys
import zlib

import pytest

from trainyard_trainer.data.limits import Limits
from trainyard_trainer.data.reader import read

from tests.data.reading import CASES, place, read_text, refusal, shape, written

MEASURE = """
import resource, sys
from trainyard_trainer.data.errors import DataError
from trainyard_trainer.data.limits import Limits
from trainyard_trainer.data.reader import read
idle = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
try:
    read(sys.argv[1], sys.argv[2], True, Limits(inflated_bytes=int(sys.argv[3])))
except DataError as refused:
    print(refused.reason, refused.message)
print((resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - idle) // 1024)
"""
LIMIT = (2048 if os.environ.get("TEST_FULL") == "1" else 64) * 1024**2


def bomb(path, line: bytes, inflated: int, members: int = 1):
    """A gzip file of `inflated` bytes of one line again and again, made without holding them."""
    block = line * (1024**2 // len(line))
    with path.open("wb") as file:
        for _ in range(members):
            packer = zlib.compressobj(1, wbits=31)
            file.write(packer.compress(b"a,b\n"))
            for _ in range(inflated // len(block) // members + 1):
                file.write(packer.compress(block))
            file.write(packer.flush())
    return path


@pytest.mark.parametrize(
    ("line", "members", "format"),
    [(b"1,2\n", 2, "csv"), (b"x", 1, "csv"), (b'{"a": 1}\n', 1, "jsonl")],
)
def test_a_gzip_bomb_is_refused_within_little_memory(tmp_path, line, members, format):
    path = bomb(tmp_path / "bomb.gz", line, LIMIT + 1, members)
    command = [sys.executable, "-c", MEASURE, str(path), format, str(LIMIT)]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60)
    said, grown = done.stdout.splitlines()
    assert said.startswith("too_large_inflated") and f"{LIMIT:,} bytes" in said
    assert int(grown) < 48, f"memory grew by {grown} MiB"


def test_all_members_of_a_gzip_file_count(tmp_path):
    path = written(tmp_path, gzip.compress(b"a,b\n1,2\n") + gzip.compress(b"3,4\n") + gzip.compress(b""))
    table = read(path, "csv", True)
    assert table.column("b").numbers().tolist() == [2.0, 4.0]
    tight = refusal(path, "csv", True, Limits(inflated_bytes=11))
    assert place(tight) == (3, None, "too_large_inflated")
    assert read(path, "csv", True, Limits(inflated_bytes=12)).rows == 2


def test_gzip_that_is_none_or_spoiled_is_refused(tmp_path):
    packed = gzip.compress(b"a,b\n" + b"1,2\n" * 1000)
    spoiled = bytearray(packed)
    spoiled[-6] ^= 1  # the checksum
    for content, words in [
        (b"a,b\n1,2\n", "is not"),
        (packed[:-1], "ends early"),
        (packed[: len(packed) // 2], "ends early"),
        (packed + b"\0" * 512, "bytes after the end"),
        (packed + b"more", "bytes after the end"),
        (packed + b"\x1f", "bytes after the end"),
        (bytes(spoiled), "damaged"),
    ]:
        refused = refusal(written(tmp_path, content), "csv", True)
        assert refused.reason == "bad_gzip" and words in refused.message
    assert refusal(written(tmp_path, b""), "csv", True).reason == "empty_file"
    assert refusal(written(tmp_path, gzip.compress(b"")), "csv", True).reason == "empty_file"
    assert refusal(written(tmp_path, packed), "csv", False).reason == "not_text"
    assert refusal(written(tmp_path, gzip.compress(packed)), "csv", True).reason == "not_text"


def test_a_cell_or_record_past_its_limit_is_refused_with_its_place(tmp_path):
    wide = "x" * 200_000
    for format, content, expected in [
        ("csv", f"a,b\n1,2\n3,{wide}\n4,5\n", (3, "b", "cell_too_large")),
        ("csv", f'a,b\n1,2\n3,"{wide}"\n4,5\n', (3, "b", "cell_too_large")),
        ("csv", f"a,{wide}\n1,2\n", (1, 2, "cell_too_large")),
        ("csv", 'a,b\n1,2\n3,"' + "y\n" * 700_000, (3, "b", "quote")),
        ("csv", "a,b\n1,2\n3," + "y" * 2_000_000, (3, None, "record_too_large")),
        ("jsonl", f'{{"a": 1}}\n\n{{"a": "{wide}"}}\n', (3, "a", "cell_too_large")),
        ("json", f'[{{"a": 1}},\n{{"a": "{wide}"}}]', (2, "a", "cell_too_large")),
        ("json", '[{"a": 1},\n{"a": ["' + '", "'.join(["z" * 60_000] * 30), (2, None, "record_too_large")),
        ("jsonl", '{"a": 1}\n{"a": "' + "z" * 2_000_000, (2, None, "record_too_large")),
        ("text", f"one\n{wide}\n", (2, "text", "cell_too_large")),
        ("text", f"one\n{wide}", (2, "text", "cell_too_large")),
    ]:
        for chunk in (100_000, 8 * 1024**2):
            refused = refusal(written(tmp_path, content), format, chunk_bytes=chunk)
            assert place(refused) == expected, (format, content[:20], chunk)
            assert "\n" not in refused.message and len(refused.message) < 400
    edge = "x" * 65_536
    assert read_text(tmp_path, f"a,b\n{edge},1\n").column("a").texts() == [edge]


def test_columns_and_cells_are_bounded(tmp_path):
    def header(count):
        return ",".join(f"c{i}" for i in range(count)) + "\n" + ",".join("1" * count) + "\n"

    assert len(read_text(tmp_path, header(3_000)).columns) == 3_000
    assert place(refusal(written(tmp_path, header(10_001)), "csv")) == (1, None, "too_many_columns")
    records = "".join(f'{{"k{i}": 1}}\n' for i in range(12))
    assert place(refusal(written(tmp_path, records), "jsonl", limits=Limits(columns=10))) == (11, "k10", "too_many_columns")
    long = "".join(f'{{"{i:060000}": 1}}\n' for i in range(20))
    assert refusal(written(tmp_path, long), "jsonl").reason == "names_too_large"
    assert refusal(written(tmp_path, records), "jsonl", limits=Limits(cells=100)).reason == "too_many_cells"
    assert refusal(written(tmp_path, header(20)), "csv", limits=Limits(cells=19)).reason == "too_many_cells"


def test_rows_of_two_lines_are_counted_exactly_whatever_the_chunks(tmp_path):
    row = '{i},"ABC DE\nFGH, ""{i}"""\n'
    path = written(tmp_path, "i,foo\n" + "".join(row.replace("{i}", str(i)) for i in range(200_000)))
    for chunk in (1 << 16, 1 << 20, 8 << 20):
        table = read(path, "csv", chunk_bytes=chunk)
        assert table.rows == 200_000 and table.line_of(199_999) == 2 + 2 * 199_999
        assert table.column("foo").values[199_999] == 'ABC DE\nFGH, "199999"'
    with path.open("a") as file:
        file.write("1\n")
    for chunk in (1 << 16, 8 << 20):
        assert place(refusal(path, "csv", chunk_bytes=chunk)) == (400_002, None, "ragged_row")


def test_chunks_of_any_size_give_the_same_table_for_every_file_of_the_corpus():
    for path in sorted(CASES.glob("*")):
        packed = path.suffix == ".gz"
        format = {"txt": "csv"}.get(ending := path.name.removesuffix(".gz").rsplit(".", 1)[1], ending)
        for chunk in (1, 13, 4096):
            if chunk == 1 and path.stat().st_size > 600:
                continue
            assert outcome(path, format, packed, chunk) == outcome(path, format, packed, 1 << 20), path.name


def outcome(path, format, packed, chunk):
    try:
        table = read(path, format, packed, chunk_bytes=chunk)
    except Exception as refused:
        return repr(refused)
    return table.rows, shape(table), table.findings, [column.texts() for column in table.columns]


def test_deep_json_is_refused_not_crashed_on(tmp_path):
    deep = '{"a": ' + "[" * 10_000 + "]" * 10_000 + "}"
    assert place(refusal(written(tmp_path, deep), "jsonl")) == (1, None, "broken_json")
    assert place(refusal(written(tmp_path, f"[\n{deep}]"), "json")) == (2, None, "broken_json")
