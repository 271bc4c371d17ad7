"""The bounds of what is read."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True, slots=True)
class Limits:
    """Sizes in bytes: of all members of a gzip file inflated, of one record, of one cell in UTF-8."""

    inflated_bytes: int = 2 * 1024**3
    record_bytes: int = 1024**2
    cell_bytes: int = 64 * 1024
    columns: int = 10_000
    cells: int = 200_000_000  # a cell costs 16 bytes of memory even where the file spends one, or none, on it


def too_many_cells(limits: Limits) -> str:
    return f"The table has more than {limits.cells:,} cells, which is the limit: send fewer rows or columns."
