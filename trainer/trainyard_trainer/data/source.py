"""The bytes of a file as clean UTF-8: inflated, without a mark, proven to be text."""

import codecs
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from . import gzip_stream
from .errors import DataError
from .limits import Limits

UTF16_MARKS = {codecs.BOM_UTF16_LE: "utf-16-le", codecs.BOM_UTF16_BE: "utf-16-be"}
UTF32_MARKS = (codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)
WORKBOOK = "This is a workbook or a zip archive, not text: save the sheet as CSV (UTF-8) and send that."
FOREIGN = {
    b"PK\x03\x04": ("workbook", WORKBOOK),
    b"PK\x05\x06": ("workbook", WORKBOOK),
    b"\xd0\xcf\x11\xe0": ("workbook", WORKBOOK),
    b"\x1f\x8b": ("not_text", "This is gzip within a name that does not say so: name it .gz, packed once."),
    b"PAR1": ("not_text", "This is a Parquet file: save it as CSV or JSON lines and send that."),
    b"%PDF": ("not_text", "This is a PDF, not a table: save the table as CSV (UTF-8) and send that."),
    b"\x89PNG": ("not_text", "This is a picture, not text: send a table as CSV (UTF-8)."),
    b"\x28\xb5\x2f\xfd": ("not_text", "This is zstd: send the file plain or as gzip."),
    b"BZh9": ("not_text", "This is bzip2: send the file plain or as gzip."),
    b"\xfd7zXZ": ("not_text", "This is xz: send the file plain or as gzip."),
    b"ARROW1": ("not_text", "This is an Arrow file: save it as CSV or JSON lines and send that."),
    b"\x93NUMPY": ("not_text", "This is a NumPy array: save it as CSV or JSON lines and send that."),
}
NOT_UTF8 = "The file is not UTF-8 from here on: save it as UTF-8 (in a spreadsheet: CSV UTF-8) and send it again."
CUT_UTF16 = "The UTF-16 text is broken here: save the file as UTF-8 and send it again."
NUL = "There is a NUL character here, which no text holds: remove it, or save the file as UTF-8."


class BadText(Exception):
    """The text ends here because what follows is none; everything before it was yielded."""

    def __init__(self, reason: str, message: str):
        super().__init__(message)
        self.reason, self.message = reason, message


@dataclass(frozen=True, slots=True)
class Source:
    """A file to read: `chunks` may be called again and starts from the beginning."""

    path: Path
    gzip: bool
    limits: Limits
    chunk_bytes: int

    def chunks(self) -> Iterator[bytes]:
        """Valid UTF-8 without NUL and mark, in pieces of whole characters. Raises BadText where the text
        ends before the file does, DataError where the file is none at all."""
        if self.gzip:
            gzip_stream.check(self.path, self.limits)
            raw = gzip_stream.inflate(self.path, self.chunk_bytes, self.limits)
        else:
            raw = _read(self.path, self.chunk_bytes)
        return _checked(raw)


def _read(path: Path, size: int) -> Iterator[bytes]:
    with path.open("rb") as file:
        while data := file.read(size):
            yield data


def _checked(raw: Iterator[bytes]) -> Iterator[bytes]:
    head = b""
    for data in raw:
        head += data
        if len(head) >= 8:
            break
    for mark, (reason, message) in FOREIGN.items():
        if head.startswith(mark):
            raise DataError(1, None, reason, message)
    if head.startswith(UTF32_MARKS):
        raise DataError(1, None, "not_utf8", "The file is UTF-32: save it as UTF-8 and send it again.")
    encoding = UTF16_MARKS.get(head[:2])
    if encoding:
        yield from _utf8(_transcoded(head[2:], raw, encoding))
    else:
        yield from _utf8(_with_head(head.removeprefix(codecs.BOM_UTF8), raw))


def _with_head(head: bytes, rest: Iterator[bytes]) -> Iterator[bytes]:
    yield head
    yield from rest


def _transcoded(head: bytes, rest: Iterator[bytes], encoding: str) -> Iterator[bytes]:
    decode, pending = codecs.lookup(encoding).decode, b""
    decoder = codecs.getincrementaldecoder(encoding)()
    for data in _with_head(head, rest):
        pending = decoder.getstate()[0] + data
        try:
            yield decoder.decode(data).encode()
        except UnicodeDecodeError as problem:
            yield decode(pending[: problem.start])[0].encode()
            raise BadText("not_utf8", CUT_UTF16) from None
    if decoder.getstate()[0]:
        raise BadText("not_utf8", CUT_UTF16)


def _utf8(raw: Iterator[bytes]) -> Iterator[bytes]:
    pending = b""
    for data in raw:
        nul = data.find(b"\0")
        data = pending + (data if nul < 0 else data[:nul])
        if data.isascii():
            pending = b""
        else:
            data, pending = _whole(data)
            if data is None:
                yield pending
                raise BadText("not_utf8", NOT_UTF8)
        if data:
            yield data
        if nul >= 0:
            raise BadText(*(("not_utf8", NOT_UTF8) if pending else ("nul", NUL)))
    if pending:
        raise BadText("not_utf8", NOT_UTF8)


def _whole(data: bytes) -> tuple[bytes | None, bytes]:
    """The whole characters and the bytes of one that is cut; or None and the valid bytes before a bad one."""
    try:
        _, used = codecs.utf_8_decode(data, "strict", False)
    except UnicodeDecodeError as problem:
        return None, data[: problem.start]
    return data[:used], data[used:]
