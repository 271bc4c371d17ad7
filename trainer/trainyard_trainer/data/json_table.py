"""JSON arrays of objects and JSON lines, record by record: memory holds a window of text and the cells."""

import json
from collections.abc import Iterator

import numpy as np
import polars as pl

from .errors import DataError
from .json_text import JsonText
from .json_values import ABSENT, KINDS, Absent, Literal, cell_of, check_record, decode
from .limits import Limits, too_many_cells
from .lines import Lines
from .raw import RawColumn, RawTable
from .records import BadRecord
from .source import Source

BATCH_ROWS = 5_000
# How near the end of the window a mistake may be only the cut: the longest word is -Infinity.
CUT_CHARACTERS = 16


def read_json(source: Source) -> RawTable:
    """A JSON array of objects: the columns are the union of all keys. Raises DataError."""
    return _read(_array(JsonText(source.chunks()), source.limits), source.limits)


def read_jsonl(source: Source) -> RawTable:
    """One object a line; blank lines are skipped and counted. Raises DataError."""
    return _read(_lines(JsonText(source.chunks()), source.limits), source.limits)


def _read(records: Iterator[tuple[int, dict]], limits: Limits) -> RawTable:
    cells = _Cells(limits)
    try:
        for line, record in records:
            cells.add(line, record)
        cells.flush()
    except BadRecord as bad:
        raise DataError(bad.line, bad.column, bad.reason, bad.message) from None
    if not cells.lines.rows:
        raise DataError(1, None, "no_rows", "The file holds no records: add some.")
    if not cells.columns:
        raise DataError(1, None, "no_columns", "The records have no keys: give each value a name.")
    columns = [RawColumn(name, pl.concat(parts), cells.kinds[name]) for name, parts in cells.columns.items()]
    return RawTable(columns, cells.lines)


def _array(window: JsonText, limits: Limits) -> Iterator[tuple[int, dict]]:
    first = window.peek()
    if not first and not window.trouble:
        raise DataError(1, None, "empty_file", "The file is empty: it needs an array of objects.")
    if first and first in '{"-0123456789tfn':
        message = "The file is not an array: write [ … ] around the objects, or name it .jsonl if each line is one."
        raise BadRecord(window.line, None, "not_an_array", message)
    if first != "[":
        raise _broken(window, window.at, "an array should begin here")
    window.take(window.at + 1)
    if window.peek() == "]":
        window.take(window.at + 1)
    else:
        yield from _elements(window, limits)
    if window.peek() or window.trouble:
        raise _broken(window, window.at, "the array ended before this")


def _elements(window: JsonText, limits: Limits) -> Iterator[tuple[int, dict]]:
    while True:
        window.peek()
        line = window.line
        record, end = _element(window, limits)
        check_record(record, window.text[window.at : end], line, limits)
        yield line, record
        window.take(end)
        follows = window.peek()
        if follows not in (",", "]"):
            raise _broken(window, window.at, "a comma or the end of the array should stand here")
        window.take(window.at + 1)
        if follows == "]":
            return


def _element(window: JsonText, limits: Limits) -> tuple[object, int]:
    while True:
        try:
            return decode(window.text, window.at, window.line)
        except json.JSONDecodeError as problem:
            cut = problem.msg.startswith("Unterminated") or problem.pos + CUT_CHARACTERS > len(window.text)
            if not cut or (window.ended and not window.trouble):
                raise _broken(window, problem.pos, problem.msg) from None
            if window.ended:
                raise _broken(window, len(window.text), problem.msg) from None
            if len(window.text) - window.at > limits.record_bytes:
                message = f"The record at line {window.line} is larger than {limits.record_bytes:,} bytes."
                raise BadRecord(window.line, None, "record_too_large", message) from None
        window.more()


def _lines(window: JsonText, limits: Limits) -> Iterator[tuple[int, dict]]:
    empty = True
    while True:
        end = window.text.find("\n", window.at)
        if end < 0 and not window.ended:
            if len(window.text) - window.at > limits.record_bytes:
                message = f"Line {window.line} is larger than {limits.record_bytes:,} bytes, which is the limit."
                raise BadRecord(window.line, None, "record_too_large", message)
            window.more()
            continue
        if end < 0 and window.trouble:
            raise _broken(window, len(window.text), "")
        raw = window.text[window.at : end if end >= 0 else len(window.text)]
        if raw.strip(" \t"):
            empty = False
            yield window.line, _line(window, raw, limits)
        if end < 0:
            break
        window.take(end + 1)
    if empty:
        raise DataError(1, None, "empty_file", "The file is empty: it needs one object a line.")


def _line(window: JsonText, raw: str, limits: Limits) -> dict:
    start = len(raw) - len(raw.lstrip(" \t"))
    try:
        record, end = decode(raw, start, window.line)
    except json.JSONDecodeError as problem:
        raise _broken(window, window.at + problem.pos, problem.msg) from None
    check_record(record, raw, window.line, limits)
    rest = raw[end:].lstrip(" \t")
    if rest:
        raise _broken(window, window.at + len(raw) - len(rest), "the object ended before this")
    return record


def _broken(window: JsonText, position: int, what: str) -> BadRecord:
    line, column = window.place(position)
    if window.trouble and position >= len(window.text):
        return BadRecord(line, column, window.trouble.reason, window.trouble.message)
    what = what[:1].lower() + what[1:]
    message = f"Line {line} is not JSON: {what} (character {column}). Mend the line and send the file again."
    return BadRecord(line, column, "broken_json", message)


class _Cells:
    """Collects records and turns each batch into one String series a column."""

    def __init__(self, limits: Limits):
        self.limits, self.lines = limits, Lines()
        self.columns: dict[str, list[pl.Series]] = {}
        self.kinds: dict[str, set[str]] = {}
        self._name_bytes = 0
        self._records: list[dict] = []
        self._starts: list[int] = []

    def add(self, line: int, record: dict) -> None:
        for key in record:
            if key not in self.columns:
                self._name(key, line)
        self._records.append(record)
        self._starts.append(line)
        if len(self._records) == BATCH_ROWS:
            self.flush()

    def _name(self, name: str, line: int) -> None:
        if len(self.columns) == self.limits.columns:
            message = f"With line {line} the records have more than {self.limits.columns:,} keys, which is the limit."
            raise BadRecord(line, name[:80], "too_many_columns", message)
        self._name_bytes += len(name.encode())
        if self._name_bytes > self.limits.record_bytes:
            message = f"With line {line} the names of all keys take more than {self.limits.record_bytes:,} bytes."
            raise BadRecord(line, name[:80], "names_too_large", message)
        absent = self.lines.rows
        self.columns[name] = [pl.repeat("", absent, dtype=pl.String, eager=True)] if absent else []
        self.kinds[name] = set()

    def flush(self) -> None:
        if not self._records:
            return
        if (self.lines.rows + len(self._records)) * len(self.columns) > self.limits.cells:
            raise BadRecord(self._starts[0], None, "too_many_cells", too_many_cells(self.limits))
        for name, parts in self.columns.items():
            cells = [record.get(name, ABSENT) for record in self._records]
            types = set(map(type, cells))
            self.kinds[name] |= {KINDS[kind] for kind in types if kind in KINDS}
            if not types <= {str, Literal, Absent}:
                cells = list(map(cell_of, cells))
            parts.append(pl.Series(cells, dtype=pl.String))
        self.lines.add(np.array(self._starts, dtype=np.int64))
        self._records, self._starts = [], []
