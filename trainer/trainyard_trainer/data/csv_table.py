"""CSV and TSV: our own scan finds the records and refuses, polars reads the cells."""

import csv
import io
from collections.abc import Iterable, Iterator

import numpy as np
import polars as pl

from .errors import DataError
from .limits import Limits, too_many_cells
from .lines import Lines
from .raw import RawColumn, RawTable
from .records import SAMPLE_BYTES, BadRecord, Dialect, check_names, csv_records, dialect, shown
from .scan import scan
from .source import BadText, Source

# Below this, the threads of polars take longer to start than Python takes to read proven records. Less than the
# limit of a field in Python's csv module.
SMALL_BYTES = 64 * 1024


def read_csv(source: Source, tabs: bool) -> RawTable:
    """All cells of the file as texts. Raises DataError."""
    names: list[str] = []
    try:
        return _read(source, tabs, names)
    except BadRecord as bad:
        column = bad.column
        if isinstance(column, int) and column <= len(names):
            column = names[column - 1]
        raise DataError(bad.line, column, bad.reason, bad.message) from None


def _read(source: Source, tabs: bool, names: list[str]) -> RawTable:
    buffers = _Buffers(source.chunks())
    sample = buffers.fill(SAMPLE_BYTES)
    if not sample.strip() and buffers.ended and buffers.trouble is None:
        raise DataError(1, None, "empty_file", "The file is empty: it needs a line of names and rows below it.")
    form = dialect(sample[:SAMPLE_BYTES], buffers.ended and len(sample) <= SAMPLE_BYTES, tabs)
    buffers.data = sample[len(sample.decode("utf-8", "ignore")[: form.skip].encode()) :] if form.skip else sample
    lines, frames = Lines(), []
    for body, starts in _blocks(buffers, form, source.limits):
        if not names:
            header, body = _header(body, form.separator)
            check_names(header, int(starts[0]), source.limits.columns)
            names.extend(header)
            starts = starts[1:]
            _refuse_title(form)
        if len(starts):
            lines.add(starts)
            if lines.rows * len(names) > source.limits.cells:
                raise BadRecord(int(starts[0]), None, "too_many_cells", too_many_cells(source.limits))
            frames.append(_cells(body, form.separator, len(names), len(starts)))
    if not lines.rows:
        raise DataError(1, None, "no_rows", "The file has a header and no rows: add rows below it.")
    frame = pl.concat(frames)
    columns = [RawColumn(name, series) for name, series in zip(names, frame.get_columns(), strict=True)]
    return RawTable(columns, lines, separator=form.separator, findings=_title_finding(form))


class _Buffers:
    """The bytes not yet taken; `trouble` is the BadText behind them once `ended`."""

    def __init__(self, chunks: Iterator[bytes]):
        self.chunks, self.data, self.ended, self.trouble = chunks, b"", False, None

    def fill(self, size: int) -> bytes:
        """Reads on until at least `size` bytes are there, or the end is."""
        parts, length = [self.data], len(self.data)
        while length < size and not self.ended:
            try:
                data = next(self.chunks, None)
            except BadText as trouble:
                self.trouble, data = trouble, None
            self.ended = data is None
            parts.append(data or b"")
            length += len(data or b"")
        self.data = b"".join(parts)
        return self.data


def _blocks(buffers: _Buffers, form: Dialect, limits: Limits) -> Iterator[tuple[bytes, np.ndarray]]:
    """Checked records as (body, lines); the first record is the header. Raises BadRecord."""
    line, width = 2 if form.skip else 1, None
    while True:
        last = buffers.ended and buffers.trouble is None
        data = buffers.data
        if data:
            block = scan(data, form.separator, line, width, limits, last)
            if len(block.lines):
                if width is None:
                    width = _width(block.body, form.separator)
                yield block.body, block.lines
            if block.fault:
                raise block.fault
            line += block.line_ends
            buffers.data = data[block.consumed :]
        if buffers.ended:
            break
        buffers.fill(len(buffers.data) + 1)
    if buffers.trouble:
        _raise_trouble(buffers, form.separator, line)


def _raise_trouble(buffers: _Buffers, separator: str, line: int) -> None:
    """Raises at the place where the text stops being text; what is left of the record before it leads there."""
    trouble = (buffers.trouble.reason, buffers.trouble.message)
    for _ in csv_records(buffers.data.decode(), separator, line, trouble):
        pass


def _width(body: bytes, separator: str) -> int:
    return len(_header(body, separator)[0])


def _header(body: bytes, separator: str) -> tuple[list[str], bytes]:
    """The names in the first record, and the bytes after it."""
    end = body.find(b"\n") + 1
    quotes = body.count(b'"', 0, end)
    while quotes % 2:
        start, end = end, body.find(b"\n", end) + 1
        # From where the last count ended: a header may hold many thousand line breaks.
        quotes = quotes + body.count(b'"', start, end) if end else 0
    _, names = next(csv_records(body[:end].decode(), separator))
    return names, body[end:]


def _cells(body: bytes, separator: str, width: int, rows: int) -> pl.DataFrame:
    """The cells of a block as String columns `0`, `1`, …; an empty cell is an empty text, quoted or not."""
    schema = {str(place): pl.String for place in range(width)}
    if len(body) <= SMALL_BYTES:
        return _rows(csv.reader(io.StringIO(body.decode(), newline=""), delimiter=separator), schema)
    try:
        frame = pl.read_csv(
            body,
            has_header=False,
            schema=schema,
            separator=separator,
            quote_char='"',
            eol_char="\n",
            empty_string_is_null=False,
            extra_columns="raise",
            missing_columns="raise",
        )
    except (pl.exceptions.PolarsError, pl.exceptions.PanicException):
        frame = None
    if frame is not None and frame.shape == (rows, width):
        return frame
    # The scan has proven the block to be RFC 4180; where polars reads something else in it, our slow form does not.
    return _rows((fields for _, fields in csv_records(body.decode(), separator)), schema)


def _rows(records: Iterable[list[str]], schema: dict) -> pl.DataFrame:
    return pl.DataFrame(dict(zip(schema, zip(*records, strict=True), strict=True)), schema=schema)


def _refuse_title(form: Dialect) -> None:
    if form.title and form.title["alone"]:
        message = f"{_title_words(form)} Remove the lines above the header."
        raise BadRecord(form.title["line"], None, "title_line", message)


def _title_finding(form: Dialect) -> list[dict]:
    if not form.title:
        return []
    message = f"{_title_words(form)} If the first lines are a title, remove them; it was read as one column."
    return [{"code": "title_line", "severity": "warning", "message": message}]


def _title_words(form: Dialect) -> str:
    title = form.title
    return f"Line 1 has 1 value, line {title['line']} has {title['values']} (split at {shown(title['separator'])})."
