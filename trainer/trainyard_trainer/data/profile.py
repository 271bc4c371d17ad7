"""The profile and the preview of a file."""

import json
import os
from pathlib import Path

from . import statistics
from .associations import associations
from .limits import Limits
from .reader import read
from .table import NUMERIC, Column, Table

PREVIEW_ROWS = 100
PREVIEW_BYTES = 256 * 1024
# What a profile may take as JSON: 2.5 MiB in all, whatever the file holds.
COLUMN_BYTES = 2 * 1024**2
FINDING_BYTES = 256 * 1024
ASSOCIATION_BYTES = 256 * 1024
PLAIN_KEYS = ("name", "type", "missing", "distinct", "distinct_exact", "min", "max", "convention", "nested")
BARE_KEYS = ("name", "type", "missing", "distinct")
TARGET_NAMES = ("target", "label", "class", "y", "outcome")
TARGET_TYPES = ("category", "boolean", "integer", "number")


def profile(table: Table) -> dict:
    """What `profile.json` holds: types, statistics, associations and findings, all of it finite.

    It is bounded: where the columns are so many or their texts so long that all statistics do not fit, every
    column keeps fewer of them, and findings and associations end where their room does, warnings first.
    """
    count = len(table.columns)
    said = sorted(table.findings, key=lambda finding: finding["severity"] != "warning")
    return {
        "rows": table.rows,
        "columns": _fitting([statistics.of_column(column, count) for column in table.columns]),
        "associations": _first(associations(table), ASSOCIATION_BYTES),
        "findings": _first(said, FINDING_BYTES),
        "target_suggestion": suggest_target(table),
    }


def _fitting(columns: list[dict]) -> list[dict]:
    for keys in (PLAIN_KEYS, BARE_KEYS):
        if len(_json(columns)) <= COLUMN_BYTES:
            break
        columns = [{key: column[key] for key in keys if key in column} for column in columns]
    return columns


def _first(items: list[dict], room: int) -> list[dict]:
    """The first items whose JSON fits."""
    kept = []
    for item in items:
        room -= len(_json(item)) + 1
        if room < 0:
            break
        kept.append(item)
    return kept


def suggest_target(table: Table) -> str | None:
    """The column most likely to be predicted: by its name, else the last one that can be; or None."""
    able = [column for column in table.columns if column.type in TARGET_TYPES and not column.nested]
    named = {column.name.strip().casefold(): column.name for column in reversed(able)}
    for name in TARGET_NAMES:
        if name in named:
            return named[name]
    return able[-1].name if len(table.columns) > 1 and able else None


def preview(table: Table) -> dict:
    """What `preview.json` holds: the first rows, each cell of its column's type, null for missing. At most 100
    rows and 256 KiB: long texts are cut first, then rows, then columns."""
    columns = table.columns
    rows = [list(row) for row in zip(*(_head(column) for column in columns), strict=True)]
    names = [column.name for column in columns]
    while rows and _size(names, rows) > PREVIEW_BYTES:
        if len(rows) > 1:
            rows = rows[: len(rows) // 2]
        else:
            names, rows = names[: len(names) // 2], [rows[0][: len(names) // 2]]
    return {"columns": names, "rows": rows}


def _head(column: Column) -> list:
    if column.type in NUMERIC:
        return [statistics.json_number(column, value) for value in column.numbers()[:PREVIEW_ROWS].tolist()]
    texts = column.values.head(PREVIEW_ROWS).to_list()
    if column.type == "boolean":
        return [None if text is None else text.lower() == "true" for text in texts]
    return [None if text is None else statistics.short(text) for text in texts]


def _size(names: list[str], rows: list[list]) -> int:
    return len(_json({"columns": names, "rows": rows}))


def run_profile(
    path: str | Path, format: str, gzip: bool, out_dir: str | Path, limits: Limits = Limits()
) -> None:
    """Reads a file and writes `profile.json` and `preview.json` into `out_dir`, each whole or not at all.

    Raises DataError for data that is refused; then nothing is written.
    """
    table = read(path, format, gzip, limits)
    out = Path(out_dir)
    out.mkdir(parents=True, exist_ok=True)
    _publish(out / "preview.json", preview(table))
    _publish(out / "profile.json", profile(table))


def _publish(path: Path, value: dict) -> None:
    part = path.with_name(f".{path.name}.part")
    with part.open("wb") as file:
        file.write(_json(value))
        file.flush()
        os.fsync(file.fileno())
    os.replace(part, path)


def _json(value: dict | list) -> bytes:
    return json.dumps(value, allow_nan=False, ensure_ascii=False, separators=(",", ":")).encode()
