"""Helpers of the tests of the reader."""

import gzip
from pathlib import Path
from tempfile import TemporaryDirectory

from trainyard_trainer.data.csv_table import read_csv
from trainyard_trainer.data.errors import DataError
from trainyard_trainer.data.limits import Limits
from trainyard_trainer.data.reader import read
from trainyard_trainer.data.source import Source
from trainyard_trainer.data.table import Table

CASES = Path(__file__).parent.parent / "cases"


def written(folder: Path, content: bytes | str, name: str = "file", packed: bool = False) -> Path:
    """A file of its own that holds `content`."""
    data = content.encode() if isinstance(content, str) else content
    path = folder / name
    path.write_bytes(gzip.compress(data) if packed else data)
    return path


def read_text(folder: Path, content: bytes | str, format: str = "csv", **options) -> Table:
    return read(written(folder, content), format, **options)


def refusal(path: Path, format: str, packed: bool = False, limits: Limits = Limits(), **options) -> DataError:
    """The DataError that a file is refused with."""
    try:
        table = read(path, format, packed, limits, **options)
    except DataError as refused:
        return refused
    raise AssertionError(f"{path.name} was read: {[(c.name, c.type) for c in table.columns]}")


def place(refused: DataError) -> tuple:
    return refused.line, refused.column, refused.reason


def shape(table: Table) -> dict[str, str]:
    """Type of each column by name."""
    return {column.name: column.type for column in table.columns}


def codes(table: Table) -> set[tuple[str, str | None]]:
    return {(finding["code"], finding.get("column")) for finding in table.findings}


def fast(data: bytes, tabs: bool = False, chunk_bytes: int = 1 << 20):
    """Names and rows as the trainer's reader has them, or where and why it refuses."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "file"
        path.write_bytes(data)
        try:
            raw = read_csv(Source(path, False, Limits(), chunk_bytes), tabs)
        except DataError as refused:
            return refused.line, refused.reason
    return [c.name for c in raw.columns], [list(row) for row in zip(*(c.cells.to_list() for c in raw.columns), strict=True)]
