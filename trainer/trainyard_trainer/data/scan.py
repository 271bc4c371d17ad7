"""Where records begin and end: one pass over bytes with numpy, which polars is checked against.

A block is a run of whole records. The scan knows RFC 4180 strictly: a quote opens only at the start of a
value, closes only at its end, and line ends (LF, CR LF, CR) count only outside quotes.
"""

import re
from dataclasses import dataclass

import numpy as np

from .limits import Limits
from .records import BadRecord, check_width, quote_message

LF, CR, QUOTE = 10, 13, 34


@dataclass(slots=True)
class Block:
    """`body`: whole records, ended by LF each, no blank lines. `lines`: the line of each record's start.
    `consumed` bytes of the data and `line_ends` in them. `fault`: what to raise once these records are taken."""

    body: bytes
    lines: np.ndarray
    consumed: int
    line_ends: int
    fault: BadRecord | None


def scan(data: bytes, separator: str, first_line: int, width: int | None, limits: Limits, last: bool) -> Block:
    """The whole records at the start of `data`, each `width` values wide (None: as wide as the first).

    Without `last` more data follows, and a record that may go on is left. The records end before the first one
    that is refused, which is the block's `fault`.
    """
    if last and not data.endswith((b"\n", b"\r")):
        data += b"\n"
    bytes_ = np.frombuffer(data, np.uint8)
    ends = bytes_ == LF
    if b"\r" in data:
        lone = bytes_ == CR
        lone[:-1] &= bytes_[1:] != LF
        if not last:
            lone[-1:] = False  # its LF may come with the next data
        ends |= lone
    separators = bytes_ == ord(separator)
    line_ends = record_ends = np.flatnonzero(ends)
    fault_at, outside = None, None
    if b'"' in data:
        is_quote = bytes_ == QUOTE
        outside = ~np.bitwise_xor.accumulate(is_quote.view(np.uint8)).view(bool)
        separators &= outside
        record_ends = line_ends[outside[line_ends]]
        fault_at = _quote_fault(bytes_, is_quote, ord(separator), last)
        if fault_at is not None:
            record_ends = record_ends[: np.searchsorted(record_ends, fault_at)]
    consumed = int(record_ends[-1]) + 1 if len(record_ends) else 0
    fault = _fault(bytes_, separators, outside, line_ends, consumed, fault_at, first_line, limits)
    starts = np.concatenate(([0], record_ends[:-1] + 1))[: len(record_ends)]
    lengths = record_ends - starts
    if b"\r" in data:
        lengths -= (bytes_[record_ends] == LF) & (bytes_[record_ends - 1] == CR) & (lengths > 0)
    lines = _lines(line_ends, record_ends, starts) + first_line
    has_blank = not lengths.all()
    if has_blank:
        kept = lengths > 0
        starts, record_ends, lengths, lines = starts[kept], record_ends[kept], lengths[kept], lines[kept]
    odd = _odd(np.flatnonzero(separators[:consumed]), starts, record_ends, lengths, lines, width, limits)
    if odd:
        place, fault = odd
        consumed, lines = int(starts[place]), lines[:place]
    body = _clean(data[:consumed], ends[:consumed], None if outside is None else outside[:consumed], has_blank)
    return Block(body, lines, consumed, int(np.searchsorted(line_ends, consumed)), fault)


def _lines(line_ends, record_ends, starts):
    """How many line ends stand before each record."""
    count = len(record_ends)
    if count and line_ends[count - 1] == record_ends[-1]:
        return np.arange(count)  # no line end inside a record
    return np.searchsorted(line_ends, starts)


def _odd(places, starts, ends, lengths, lines, width, limits: Limits) -> tuple[int, BadRecord] | None:
    """The first record of another width or too large, and what is wrong with it; `places`: of separators."""
    if not len(ends):
        return None
    if width is None:
        width = int(np.searchsorted(places, ends[0])) + 1
    even = len(places) == len(ends) * (width - 1)
    if even and width > 1:
        grid = places.reshape(len(ends), width - 1)
        even = not ((grid[:, -1] > ends).any() or (grid[:, 0] < starts).any())
    if even and int(lengths.max()) <= limits.cell_bytes:
        return None
    counts = np.searchsorted(places, ends) - np.searchsorted(places, starts) + 1
    for record in np.flatnonzero((counts != width) | (lengths > limits.cell_bytes)).tolist():
        try:
            check_width(int(lines[record]), int(counts[record]), width)
            _check_size(places, int(starts[record]), int(lengths[record]), int(lines[record]), limits)
        except BadRecord as bad:
            return record, bad
    return None


def _check_size(places, start: int, length: int, line: int, limits: Limits) -> None:
    if length > limits.record_bytes:
        raise BadRecord(line, None, "record_too_large", record_message(line, limits))
    inner = places[np.searchsorted(places, start) : np.searchsorted(places, start + length)]
    wide = np.flatnonzero(np.diff([start - 1, *inner, start + length]) - 1 > limits.cell_bytes)
    if len(wide):
        raise BadRecord(line, int(wide[0]) + 1, "cell_too_large", cell_message(line, limits))


def cell_message(line: int, limits: Limits) -> str:
    return f"A cell in line {line} is larger than {limits.cell_bytes:,} bytes, which is the limit: shorten it."


def record_message(line: int, limits: Limits) -> str:
    return f"The record at line {line} is larger than {limits.record_bytes:,} bytes, which is the limit: shorten it."


def _quote_fault(bytes_, is_quote, separator: int, last: bool) -> int | None:
    """The byte at which the first wrongly quoted value opens, or None."""
    places = np.flatnonzero(is_quote)
    opens, closes = places[0::2], places[1::2]
    before = bytes_[np.maximum(opens - 1, 0)]
    starts_value = (opens == 0) | (before == separator) | (before == LF) | (before == CR)
    bad_opens = opens[~(starts_value | (before == QUOTE))]
    after = bytes_[np.minimum(closes + 1, len(bytes_) - 1)]
    good = (after == separator) | (after == LF) | (after == CR) | (after == QUOTE) | (closes + 1 == len(bytes_))
    bad_closes = closes[~good]
    first = min([*bad_opens[:1].tolist(), *bad_closes[:1].tolist()], default=None)
    if first is None and last and len(places) % 2:
        first = int(places[-1])
    if first is None or first in bad_opens[:1]:
        return first
    value_opens = opens[starts_value]
    return int(value_opens[np.searchsorted(value_opens, first, side="right") - 1])


def _fault(bytes_, separators, outside, line_ends, consumed, fault_at, first_line, limits: Limits):
    """What is wrong behind the last whole record: a quote, or a record without an end within the limit."""
    if fault_at is None and len(bytes_) - consumed <= limits.record_bytes:
        return None
    if fault_at is None and outside is not None and not outside[-1]:
        opens = (np.flatnonzero(bytes_[consumed:] == QUOTE) + consumed)[0::2]
        fault_at = int(opens[(opens == consumed) | (bytes_[opens - 1] != QUOTE)][-1])
    if fault_at is None:
        line = first_line + int(np.searchsorted(line_ends, consumed))
        return BadRecord(line, None, "record_too_large", record_message(line, limits))
    line = first_line + int(np.searchsorted(line_ends, fault_at))
    column = int(np.count_nonzero(separators[consumed:fault_at])) + 1
    return BadRecord(line, column, "quote", quote_message(line))


def _clean(data: bytes, ends, outside, has_blank: bool) -> bytes:
    """The same records with LF alone between them and without blank lines, which polars takes for rows."""
    if b"\r" in data:
        if outside is None:
            data = data.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
        else:
            bytes_ = np.frombuffer(data, np.uint8).copy()
            bytes_[ends & outside] = LF
            followed = np.zeros(len(bytes_), bool)
            followed[:-1] = (bytes_[:-1] == CR) & outside[:-1] & (bytes_[1:] == LF)
            keep = ~followed
            data, outside = bytes_[keep].tobytes(), outside[keep]
    if not has_blank:
        return data
    if outside is None:
        return re.sub(rb"\n{2,}", b"\n", data).lstrip(b"\n")
    bytes_ = np.frombuffer(data, np.uint8)
    feed = (bytes_ == LF) & outside
    previous = np.concatenate(([True], feed[:-1]))
    return bytes_[~(feed & previous)].tobytes()
