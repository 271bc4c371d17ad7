"""One JSON record, strictly: an object whose cells become texts."""

import json
import re

from .limits import Limits
from .records import BadRecord, shown
from .scan import cell_message

PROTO = "__proto__"
_ESCAPED_NUL = re.compile(r"(?<!\\)(?:\\\\)*\\u0000")


class Literal(str):
    """A number as the file spells it: whole numbers of any length stay exact."""

    __slots__ = ()


class Absent(str):
    """The empty cell of a record that lacks the key."""

    __slots__ = ()


ABSENT = Absent("")
KINDS = {str: "string", Literal: "number", bool: "boolean", dict: "nested", list: "nested"}


def _float(text: str) -> Literal:
    # `1e5` is a number in JSON; as a text it would be taken for a code.
    return Literal(repr(float(text)) if "e" in text or "E" in text else text)


def _object(pairs: list) -> dict:
    record = dict(pairs)
    if len(record) != len(pairs):
        seen = set()
        for key, _ in pairs:
            if key in seen:
                raise DuplicateKey(key)
            seen.add(key)
    return record


class DuplicateKey(Exception):
    def __init__(self, key: str):
        super().__init__(key)
        self.key = key


DECODER = json.JSONDecoder(object_pairs_hook=_object, parse_float=_float, parse_int=Literal, parse_constant=Literal)


def decode(text: str, at: int, line: int) -> tuple[object, int]:
    """The value at `at` and where it ends. Raises json.JSONDecodeError, BadRecord for what only we refuse."""
    try:
        return DECODER.raw_decode(text, at)
    except DuplicateKey as twice:
        message = f"The record at line {line} has the key {shown(twice.key)} twice: give each a name of its own."
        raise BadRecord(line, twice.key, "duplicate_columns", message) from None
    except RecursionError:
        raise BadRecord(line, None, "broken_json", f"The record at line {line} is nested too deep.") from None


def check_record(record: object, raw: str, line: int, limits: Limits) -> None:
    """Refuses what is no object, a key `__proto__`, NUL, half a surrogate pair and what is too large."""
    if not isinstance(record, dict):
        what = "an array" if isinstance(record, list) else "a single value"
        message = f"Line {line} holds {what}, not an object: every record is an object of names and values."
        raise BadRecord(line, None, "not_an_object", message)
    if PROTO in record:
        raise BadRecord(line, PROTO, "forbidden_name", "A column may not be named __proto__: rename it.")
    if "\\u" in raw:
        _check_escapes(record, raw, line)
    if len(raw) * 4 > limits.cell_bytes:
        _check_sizes(record, raw, line, limits)


def _check_escapes(record: dict, raw: str, line: int) -> None:
    nul = _ESCAPED_NUL.search(raw)
    for key, value in record.items():
        text = cell_of(value)
        if nul and ("\0" in key or "\0" in text or _ESCAPED_NUL.search(text)):
            line += raw.count("\n", 0, nul.end())
            message = f"There is a NUL character (\\u0000) in line {line}, which no text holds: remove it."
            raise BadRecord(line, key, "nul", message)
        try:
            (key + text).encode()
        except UnicodeEncodeError:
            message = f"Line {line} holds half of a surrogate pair (such as \\ud800), which is no text: remove it."
            raise BadRecord(line, key.encode(errors="replace").decode(), "not_text", message) from None


def _check_sizes(record: dict, raw: str, line: int, limits: Limits) -> None:
    if len(raw.encode(errors="replace")) > limits.record_bytes:
        message = f"The record at line {line} is larger than {limits.record_bytes:,} bytes, which is the limit."
        raise BadRecord(line, None, "record_too_large", message)
    for key, value in record.items():
        if max(len(key.encode()), len(cell_of(value).encode())) > limits.cell_bytes:
            raise BadRecord(line, key[:80], "cell_too_large", cell_message(line, limits))


def cell_of(value: object) -> str:
    """The text of a cell; nested values become compact JSON, their numbers as the file spells them."""
    if isinstance(value, str):
        return value
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    return _compact(value)


def _compact(value: object) -> str:
    if isinstance(value, dict):
        return "{" + ",".join(f"{_quoted(key)}:{_compact(item)}" for key, item in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ",".join(map(_compact, value)) + "]"
    if isinstance(value, str) and not isinstance(value, Literal):
        return _quoted(value)
    return cell_of(value)


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)
