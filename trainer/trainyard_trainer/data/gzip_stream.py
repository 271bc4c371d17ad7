"""Inflating within bounds: every member counts, and nothing but members may be in the file."""

import zlib
from collections.abc import Iterator
from pathlib import Path

from .errors import DataError
from .limits import Limits

# Small, because after each member the rest of the block is copied once: a file of nothing but empty members
# must not cost its square.
BLOCK_BYTES = 8 * 1024
MAGIC = b"\x1f\x8b"


def check(path: Path, limits: Limits) -> None:
    """Inflates the file once and keeps nothing, so that a file that is cut, damaged or too large is refused
    before the first of its rows takes memory. Raises DataError."""
    for _ in inflate(path, 1024**2, limits):
        pass


def inflate(path: Path, size: int, limits: Limits) -> Iterator[bytes]:
    """The inflated bytes in pieces of at most `size`. Raises DataError with the line that was reached."""
    total, line = 0, 1
    with path.open("rb") as file:
        member, pending, fresh = zlib.decompressobj(31), b"", True
        while True:
            pending = pending or file.read(BLOCK_BYTES)
            if not pending:
                if not fresh:
                    raise DataError(line, None, "bad_gzip", "The gzip file ends early: it was cut; send it again.")
                return
            if fresh and not _may_begin(pending, file):
                raise DataError(line, None, "bad_gzip", _foreign(total))
            fresh = False
            try:
                data = member.decompress(pending, size)
            except zlib.error as problem:
                message = f"The gzip file is damaged ({problem}): make it again and send it again."
                raise DataError(line, None, "bad_gzip", message) from None
            line += data.count(b"\n", 0, limits.inflated_bytes - total)
            total += len(data)
            if total > limits.inflated_bytes:
                message = f"The file inflates to more than {limits.inflated_bytes:,} bytes, which is the limit."
                raise DataError(line, None, "too_large_inflated", message)
            if data:
                yield data
            pending = member.unconsumed_tail
            if member.eof:
                pending = member.unused_data
                member, fresh = zlib.decompressobj(31), True


def _may_begin(pending: bytes, file) -> bool:
    if len(pending) == 1:
        following = file.read(1)
        file.seek(-len(following), 1)
        pending += following
    return pending[:2] == MAGIC


def _foreign(total: int) -> str:
    if total:
        return "There are bytes after the end of the gzip data: make the file again without them."
    return "The file is named as gzip but is not: send it without .gz, or compress it."
