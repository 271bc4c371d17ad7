"""What a person should know about the reading: sentences with a code, never a refusal."""


import re

from . import cells
from .lines import Lines
from .raw import RawColumn, RawTable
from .records import shown
from .table import Column

TEXTUAL = ("category", "id", "text", "boolean")
HEAD = 64
LABEL_CHARACTERS = 200
_NUMBER_LIKE = re.compile(r"[ \t]*[+-]?[0-9][0-9.,]*(?:[eE][+-]?[0-9]+)?[ \t]*\Z")
_PLAIN = f"^(?:{cells.NUMBER_PATTERNS['plain']})$"
ORDER_WORDS = {"day_first": "day first", "month_first": "month first"}
STYLE_WORDS = {
    "decimal_comma": "a comma before the decimals (1.234,5 is 1234.5)",
    "thousands_comma": "commas between thousands (1,234.5 is 1234.5)",
}


def finding(code: str, severity: str, message: str, column: str | None = None, **more: object) -> dict:
    """One finding as the profile holds it."""
    named = {} if column is None else {"column": column}
    return {"code": code, "severity": severity, **named, "message": message, **more}


def number_style(name: str, style: str) -> dict:
    message = f"The numbers in {shown(name)} were read as written with {STYLE_WORDS[style]}."
    return finding(style, "info", message, name)


def ambiguous_marks(raw: RawColumn) -> dict:
    name = raw.name
    example = shown(raw.cells.filter(raw.cells.str.contains("[.,]"))[0])
    message = (
        f"Cells of {shown(name)} such as {example} may hold decimals or thousands, and nothing in the file tells: "
        "they were kept as texts. Write the numbers without thousands separators."
    )
    return finding("ambiguous_marks", "warning", message, name)


def ambiguous_dates(name: str, convention: str, followed: bool) -> dict:
    why = "as in the other dates of the file" if followed else "by our own rule"
    message = (
        f"The dates in {shown(name)} were read {ORDER_WORDS[convention]}, {why}: no day is above 12, so the data "
        "cannot tell. If the other order is meant, write them as YYYY-MM-DD."
    )
    return finding("ambiguous_dates", "warning", message, name, convention=convention)


def mixed_dates(name: str) -> dict:
    message = f"No single order of day, month and year fits all dates in {shown(name)}: they were kept as texts."
    return finding("mixed_dates", "warning", message, name)


def of_columns(columns: list[Column], raw: RawTable) -> list[dict]:
    """The findings on typed columns, in their order."""
    found = []
    for column, cells_of in zip(columns, raw.columns, strict=True):
        found += _missing(column, cells_of) + _kinds(column, cells_of)
        if column.type == "empty":
            message = f"{shown(column.name)} has no value in any row."
            found.append(finding("empty_column", "warning", message, column.name))
        if column.type in ("category", "id", "text") and not column.nested:
            found += _almost_numbers(column, cells_of, raw.lines)
    return found


def _missing(column: Column, raw: RawColumn) -> list[dict]:
    found = []
    for word, count in column.missing_words.items():
        if not word or (word == "null" and raw.kinds):
            continue
        cells_say = "1 cell says" if count == 1 else f"{count} cells say"
        message = f"{cells_say} {word} in {shown(column.name)} and count as missing."
        if column.type in TEXTUAL:
            message += f" If {word} is a value here, such as a region or a name, spell it in another way."
        severity = "warning" if column.type in TEXTUAL else "info"
        found.append(finding("na_words", severity, message, column.name, word=word, count=count))
    return found


def _kinds(column: Column, raw: RawColumn) -> list[dict]:
    if column.nested:
        message = (
            f"{shown(column.name)} holds nested values (objects or arrays): they were kept as JSON texts. "
            "Leave the column out, or write its parts as columns of their own."
        )
        return [finding("nested_values", "warning", message, column.name)]
    if len(raw.kinds) > 1:
        kinds = ", ".join(sorted(raw.kinds))
        message = f"{shown(column.name)} holds values of several JSON types ({kinds}): all were read by their text."
        return [finding("mixed_types", "info", message, column.name)]
    return []


def labels(name: str, levels: list[str]) -> list[dict]:
    """The finding on the levels of a category that differ only in case or in blanks, if any do."""
    groups: dict[str, list[str]] = {}
    for label in levels:
        groups.setdefault(label.strip().casefold(), []).append(label)
    alike = [group for group in groups.values() if len(group) > 1]
    if not alike:
        return []
    listed = "; ".join(", ".join(map(shown, group[:5])) for group in alike[:5])
    groups_shown = [[label[:LABEL_CHARACTERS] for label in group[:20]] for group in alike[:20]]
    message = (
        f"Labels in {shown(name)} differ only in case or in blanks around them: {listed}. They stay apart; "
        "spell them in one way to merge them."
    )
    return [finding("labels_alike", "warning", message, name, groups=groups_shown)]


def _almost_numbers(column: Column, raw: RawColumn, lines: Lines) -> list[dict]:
    """Why a column that looks like numbers is none: codes that would change, or a few other cells."""
    if not any(map(_NUMBER_LIKE.match, column.values.head(HEAD).drop_nulls().to_list())):
        return []
    present = column.values.drop_nulls()
    found = []
    codes = present.filter(present.str.contains(r"^[+-]?0[0-9]+$|^[+-]?[0-9]+[eE][0-9]+$"))
    if len(codes):
        some = f"{len(codes)} cells of {shown(column.name)}, such as {shown(codes[0])}"
        message = f"{some}, are codes and would change as numbers."
        found.append(finding("codes", "info", message + " The column was kept as texts.", column.name))
    long = present.filter(present.str.contains(r"^[+-]?[1-9][0-9]{15,}$"))
    large = next((text for text in long.head(10_000).to_list() if cells.number(text) is None), None)
    if large is not None:
        some = f"Whole numbers in {shown(column.name)}, such as {shown(large)}"
        message = f"{some}, are too large to be computed with exactly."
        found.append(finding("large_integers", "info", message + " The column was kept as texts.", column.name))
    plain = raw.cells.str.contains(_PLAIN) | raw.cells.is_in(list(cells.MISSING))
    others = (~plain).arg_true()
    if not found and len(others) <= 0.2 * len(present):
        row = int(others[0]) if len(others) else 0
        share = f"{len(others)} of {len(present)} cells of {shown(column.name)} are no numbers"
        first = f"the first is {shown(raw.cells[row])} in line {lines.of(row)}"
        message = f"{share}, {first}: the column was kept as texts."
        if len(others):
            found.append(finding("almost_numbers", "warning", message, column.name))
    return found


def of_table(columns: list[Column], rows: int) -> list[dict]:
    """The findings on names and rows."""
    found = []
    for place, column in enumerate(columns, 1):
        if not column.name:
            found.append(finding("unnamed_column", "info", f"Column {place} has no name.", column.name))
        elif column.name != column.name.strip():
            message = f"The name {shown(column.name)} has blanks around it; they belong to it."
            found.append(finding("blanks_in_name", "info", message, column.name))
    folded: dict[str, list[str]] = {}
    for column in columns:
        folded.setdefault(column.name.strip().casefold(), []).append(column.name)
    for names in folded.values():
        if len(names) > 1:
            listed = ", ".join(map(shown, names[:10]))
            message = f"Names of columns differ only in case or blanks: {listed}. Each is a column of its own."
            found.append(finding("names_alike", "info", message, names[0]))
    blank = _blank_rows(columns)
    if blank:
        message = f"{blank} of {rows} rows have no value in any column."
        found.append(finding("blank_rows", "warning", message))
    return found


def _blank_rows(columns: list[Column]) -> int:
    blank = None
    for column in columns:
        if not column.missing:
            return 0
        mask = column.missing_mask()
        blank = mask if blank is None else blank & mask
        if not blank.any():
            return 0
    return 0 if blank is None else int(blank.sum())
