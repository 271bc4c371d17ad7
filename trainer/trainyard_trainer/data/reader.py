"""The one reader: of files for the profile, for training and for predictions."""

from collections.abc import Mapping
from pathlib import Path

from . import findings
from .columns import text_column, type_columns
from .csv_table import read_csv
from .json_table import read_json, read_jsonl
from .limits import Limits
from .raw import RawTable
from .source import Source
from .table import Table
from .text_table import read_text

FORMATS = ("csv", "tsv", "json", "jsonl", "text")
CHUNK_BYTES = 8 * 1024**2


def read(
    path: str | Path,
    format: str,
    gzip: bool = False,
    limits: Limits = Limits(),
    *,
    conventions: Mapping[str, str] | None = None,
    chunk_bytes: int = CHUNK_BYTES,
) -> Table:
    """Reads a whole file into typed columns.

    `conventions` sets `day_first` or `month_first` for columns whose dates cannot tell. The result does not
    depend on `chunk_bytes`. Raises DataError, with line, column, reason and message, for all that is refused.
    """
    raw = _raw(Source(Path(path), gzip, limits, chunk_bytes), format)
    rows = raw.lines.rows
    if format == "text":
        columns, found = [text_column(raw.columns[0])], []
    else:
        columns, found = type_columns(raw, conventions or {})
    return Table(columns, rows, raw.lines.of, raw.findings + found + findings.of_table(columns, rows))


def _raw(source: Source, format: str) -> RawTable:
    match format:
        case "csv":
            return read_csv(source, tabs=False)
        case "tsv":
            return read_csv(source, tabs=True)
        case "json":
            return read_json(source)
        case "jsonl":
            return read_jsonl(source)
        case "text":
            return read_text(source)
    raise ValueError(f"no such format: {format}")
