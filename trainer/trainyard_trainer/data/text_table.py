"""Plain text: one column, a row for each line."""

import io

import numpy as np
import polars as pl

from .errors import DataError
from .limits import too_many_cells
from .lines import Lines
from .raw import RawColumn, RawTable
from .scan import cell_message
from .source import BadText, Source

NAME = "text"


def read_text(source: Source) -> RawTable:
    """Every line is a row, also a blank one (its cell is missing). Raises DataError."""
    newlines = io.IncrementalNewlineDecoder(None, translate=True)
    parts, lines, rest = [], Lines(), ""
    chunks = source.chunks()
    while True:
        trouble, data = None, None
        try:
            data = next(chunks, None)
        except BadText as problem:
            trouble = problem
        text = rest + newlines.decode("" if data is None else data.decode(), final=data is None)
        cells = text.split("\n")
        rest = cells.pop() if data is not None or not cells[-1] else ""
        _add(cells, parts, lines, source)
        if trouble:
            line = lines.rows + (0 if cells and text[-1:] != "\n" else 1)
            raise DataError(line, NAME, trouble.reason, trouble.message)
        if len(rest) > source.limits.cell_bytes:
            raise DataError(lines.rows + 1, NAME, "cell_too_large", cell_message(lines.rows + 1, source.limits))
        if data is None:
            break
    if not any((part.str.strip_chars() != "").any() for part in parts):
        raise DataError(1, None, "empty_file", "The file is empty: it needs a line for each text.")
    return RawTable([RawColumn(NAME, pl.concat(parts))], lines)


def _add(cells: list[str], parts: list[pl.Series], lines: Lines, source: Source) -> None:
    if not cells:
        return
    part = pl.Series(cells, dtype=pl.String)
    wide = np.flatnonzero((part.str.len_bytes() > source.limits.cell_bytes).to_numpy())
    if len(wide):
        line = lines.rows + int(wide[0]) + 1
        raise DataError(line, NAME, "cell_too_large", cell_message(line, source.limits))
    if lines.rows + len(part) > source.limits.cells:
        raise DataError(lines.rows + 1, None, "too_many_cells", too_many_cells(source.limits))
    parts.append(part)
    lines.add(np.arange(len(part)) + lines.rows + 1)
