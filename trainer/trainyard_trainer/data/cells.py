"""What a cell is: the rules that the profile, the training and the downloaded predict.py share.

Only the standard library, and nothing of this package: the text of this file travels inside predict.py, so
that a model reads the cells of tomorrow exactly as it read those it was trained on. A cell is a text; what
JSON holds is turned into the text that CSV would hold (`cell_text`).
"""

import json
import math
import re
from datetime import datetime

MISSING = ("", "NA", "NaN", "null")
BLANKS = " \t"
EXACT_INTEGER = 2**53

# Digits after a leading zero, and `240e17` (an exponent with neither a point before it nor a sign in it, which
# no program writes for a number), are codes: read as numbers they would change. The patterns use only what
# Python's `re` and Rust's `regex` understand in the same way.
WHOLE = r"[+-]?(?:0|[1-9][0-9]*)"
NUMBER_PATTERNS = {
    "plain": (
        r"[+-]?(?:(?:0|[1-9][0-9]*)(?:[eE][+-][0-9]+)?"
        r"|(?:(?:0|[1-9][0-9]*)\.[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?)"
    ),
    "decimal_comma": (
        r"[+-]?(?:(?:0|[1-9][0-9]*|[1-9][0-9]{0,2}(?:\.[0-9]{3})+)(?:,[0-9]+(?:[eE][+-]?[0-9]+)?)?|,[0-9]+)"
    ),
    "thousands_comma": (
        r"[+-]?(?:(?:0|[1-9][0-9]*|[1-9][0-9]{0,2}(?:,[0-9]{3})+)(?:\.[0-9]+(?:[eE][+-]?[0-9]+)?)?|\.[0-9]+)"
    ),
}
_NUMBERS = {style: re.compile(pattern) for style, pattern in NUMBER_PATTERNS.items()}
_WHOLE = re.compile(WHOLE)
_INFINITE = re.compile(r"[+-]?inf(?:inity)?", re.IGNORECASE)
BOOLEANS = (("false", "true"), ("False", "True"), ("FALSE", "TRUE"))

TIME = (
    r"(?:[T ]([0-9]{1,2}):([0-9]{2})(?::([0-9]{2})(?:\.([0-9]{1,9}))?)?"
    r" ?([AaPp][Mm])? ?(Z|UTC|[+-][0-9]{2}:?[0-9]{2})?)?"
)
YEAR_FIRST = r"([0-9]{4})([-/])([0-9]{1,2})([-/])([0-9]{1,2})" + TIME
YEAR_LAST = r"([0-9]{1,2})([-/.])([0-9]{1,2})([-/.])([0-9]{4})" + TIME
_YEAR_FIRST, _YEAR_LAST = re.compile(YEAR_FIRST), re.compile(YEAR_LAST)
_EPOCH = datetime(1970, 1, 1)


def cell_text(value):
    """The text of a cell that JSON or Python holds as a value; nested values become compact JSON."""
    if isinstance(value, str):
        return value
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return "NaN" if math.isnan(value) else repr(value)
    if isinstance(value, (dict, list)):
        return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return str(value)


def missing_word(text, trim=False):
    """The word by which a cell is missing, or None. Blanks around a word count only where `trim` is set,
    which it is in columns that are not texts: there blanks mean nothing, in texts they belong to the value."""
    word = text.strip(BLANKS) if trim else text
    return word if word in MISSING else None


def is_infinite(text, style="plain"):
    """Whether a cell stands for an infinite number: by word, or because a float cannot hold so much."""
    text = text.strip(BLANKS)
    if _INFINITE.fullmatch(text):
        return True
    if _NUMBERS[style].fullmatch(text) is None or _WHOLE.fullmatch(text):
        return False
    return math.isinf(float(_plain(text, style)))


def number(text, style="plain"):
    """The finite number in a cell as a float, or None where the cell is no number.

    `style` is how its column writes numbers: `plain` 1234.5, `decimal_comma` 1.234,5, `thousands_comma`
    1,234.5. A whole number that a float cannot hold exactly is no number: it would change.
    """
    text = text.strip(BLANKS)
    if _NUMBERS[style].fullmatch(text) is None:
        return None
    digits = _plain(text, style)
    value = float(digits)
    if math.isinf(value):
        return None
    if abs(value) >= EXACT_INTEGER and _WHOLE.fullmatch(digits) and not _holds(digits, value):
        return None
    return value


def _holds(digits, value):
    # A text compare after the length check: int() refuses texts of thousands of digits.
    return len(digits) < 400 and int(digits) == int(value)


def _plain(text, style):
    if style == "decimal_comma":
        return text.replace(".", "").replace(",", ".")
    if style == "thousands_comma":
        return text.replace(",", "")
    return text


def boolean(text):
    """True, False, or None where the cell is no boolean (`true`, `True`, `TRUE` and their opposites)."""
    for false, true in BOOLEANS:
        if text in (false, true):
            return text == true
    return None


def date_conventions(text):
    """The conventions under which a cell is a date or a time: some of iso, day_first, month_first."""
    text = text.strip(BLANKS)
    if _YEAR_FIRST.fullmatch(text):
        return {"iso"} if seconds(text, "iso") is not None else set()
    match = _YEAR_LAST.fullmatch(text)
    if match is None:
        return set()
    # Dates with points are written day first wherever they are written.
    candidates = ("day_first",) if match[2] == "." else ("day_first", "month_first")
    return {name for name in candidates if seconds(text, name) is not None}


def seconds(text, convention):
    """Seconds since 1970 of a date or time, or None; a time without an offset counts as UTC."""
    text = text.strip(BLANKS)
    pattern = _YEAR_FIRST if convention == "iso" else _YEAR_LAST
    match = pattern.fullmatch(text)
    if match is None or match[2] != match[4]:
        return None
    first, _, second, _, third, hour, minute, second_, fraction, half, offset = match.groups()
    if convention == "iso":
        year, month, day = first, second, third
    elif convention == "day_first":
        day, month, year = first, second, third
    else:
        month, day, year = first, second, third
    hours = int(hour or 0)
    if half is not None:
        if not 1 <= hours <= 12:
            return None
        hours = hours % 12 + (12 if half in ("PM", "pm", "Pm", "pM") else 0)
    try:
        moment = datetime(int(year), int(month), int(day), hours, int(minute or 0), int(second_ or 0))
    except ValueError:
        return None
    result = (moment - _EPOCH).total_seconds() + float("0." + (fraction or "0"))
    if offset is not None and offset not in ("Z", "UTC"):
        away = int(offset[1:3]) * 3600 + int(offset[-2:]) * 60
        result -= away if offset[0] == "+" else -away
    return result
