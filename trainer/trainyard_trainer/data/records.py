"""How bytes become records: the strict and slow form, and the choice of the separator.

Only the standard library and `cells`, because the text of this file travels inside predict.py. The trainer
itself scans with numpy and reads with polars (`csv_table`), takes the separator from here, and falls back to
`csv_records` for a block that polars reads in another way; a test holds the two readings equal.
"""

import csv
import io
import re

from .cells import MISSING, NUMBER_PATTERNS

SEPARATORS = ",;\t|"
SAMPLE_BYTES = 256 * 1024
SAMPLE_RECORDS = 200
_LINE_END = re.compile(r"\r\n|\r|\n")
_SEP_LINE = re.compile(r'"?sep=([^\r\n]?)"?(?:\r\n|\r|\n|\Z)', re.IGNORECASE)
_ANY_NUMBER = re.compile("|".join(NUMBER_PATTERNS.values()))


class BadRecord(Exception):
    """Text that is no valid record: line, column (its name, its place from 1, or None), reason, message."""

    def __init__(self, line, column, reason, message):
        super().__init__(message)
        self.line, self.column, self.reason, self.message = line, column, reason, message


class Dialect:
    """How a file is written: its separator, the characters of a `sep=` line before the header, and, where
    the file looks like a table under a title line, what line 1 and the first line of that table hold."""

    def __init__(self, separator, skip=0, title=None):
        self.separator, self.skip, self.title = separator, skip, title


def dialect(sample, whole, tabs=False):
    """The dialect of a file from its first bytes (valid UTF-8; `whole` if that is all of it).

    The separator is the one of comma, semicolon, tab and pipe under which all records of the sample, quotes
    respected, have one width of at least two; if more than one does, the one that leaves more numbers, then
    more columns. If none does, the one under which the header and most records are split, so that the odd
    record is named; else comma, so that a file of one column has one column. `tabs`: the file says that it is
    TSV, which is taken at its word wherever it can be.
    """
    text = sample.decode("utf-8", "ignore")
    hint = _SEP_LINE.match(text)
    if hint:
        if not hint[1] or hint[1] not in SEPARATORS:
            message = "Line 1 names a separator that is none of comma, semicolon, tab and pipe; remove the line."
            raise BadRecord(1, None, "separator", message)
        return Dialect(hint[1], skip=hint.end())
    tables = {separator: _records(text, separator, whole) for separator in "\t;|," if separator in text}
    rated = {separator: _rate(records) for separator, records in tables.items()}
    best = max(rated.values(), default=(0,))
    if tabs and (rated.get("\t", (0,))[0] > 0 or best[0] < 2):
        return Dialect("\t")
    if best[0] == 0:
        return Dialect(",", title=_title(tables, text))
    winners = [separator for separator, rate in rated.items() if rate[0] == best[0]]
    if len(winners) > 1 and best[0] == 2:
        return Dialect(max(winners, key=lambda separator: (_numbers(tables[separator]), rated[separator])))
    return Dialect(max(winners, key=rated.__getitem__))


def _records(text, separator, whole):
    """The sample's records without blank lines, and without a last one that may be cut."""
    records = []
    try:
        for record in csv.reader(io.StringIO(text, newline=""), delimiter=separator):
            records.append(record)
            if len(records) > SAMPLE_RECORDS:
                break
    except csv.Error:
        whole = True
    if not whole or len(records) > SAMPLE_RECORDS:
        records = records[:-1] or records
    return [record for record in records if record]


def _rate(records):
    """(2, width) where all records have one width, (1, matches, width) where most are split, or (0,)."""
    widths = [len(record) for record in records]
    if not widths or widths[0] < 2:
        return (0,)
    if len(set(widths)) == 1:
        return (2, widths[0])
    split = sum(1 for width in widths[1:] if width > 1)
    if 2 * split < len(widths) - 1:
        return (0,)
    return (1, sum(1 for width in widths[1:] if width == widths[0]), widths[0])


def _numbers(records):
    """The share of cells that are numbers in some way of writing, or missing."""
    cells = [cell.strip() for record in records[1:] for cell in record]
    return sum(1 for cell in cells if cell in MISSING or _ANY_NUMBER.fullmatch(cell)) / (len(cells) or 1)


def _title(tables, text):
    """`{ line, values, alone, separator }` where one separator splits everything below the first lines into
    one width: the first line of that table, its width, and whether a blank line sets the title apart."""
    for separator, records in tables.items():
        widths = [len(record) for record in records]
        start = next((i for i, width in enumerate(widths) if width > 1), None)
        if separator == "," or not start or len(widths) - start < 2 or len(set(widths[start:])) > 1:
            continue
        lines = _LINE_END.split(text)
        line = next(i for i, content in enumerate(lines, 1) if separator in content)
        alone = start == 1 and any(not content for content in lines[: line - 1])
        return {"line": line, "values": widths[start], "alone": alone, "separator": separator}
    return None


def csv_records(text, separator, first_line=1, trouble=None):
    """Yields (line, fields) for each record of RFC 4180 text, blank lines left out.

    Lines end with LF, CR LF or CR, as they come. `trouble` is what stands behind the text if it ends before
    the file does, a (reason, message) pair: it is raised with the place of the end of the text.
    """
    field = re.compile(r'"([^"]*(?:""[^"]*)*)"|([^"\r\n%s]*)' % re.escape(separator))
    position, line = 0, first_line
    while position < len(text):
        start, fields = line, []
        while True:
            match = field.match(text, position)
            end = match.end()
            follows = text[end : end + 1]
            value = match[2]
            if value is None:
                value = match[1].replace('""', '"')
                line += len(_LINE_END.findall(match[1]))
            if follows and follows not in "\r\n" + separator:
                opened = line if match[2] is not None else line - len(_LINE_END.findall(match[1]))
                if trouble and text[position] == '"' and _unclosed(text, position):
                    raise BadRecord(_lines_to(text, position, line), len(fields) + 1, *trouble)
                raise BadRecord(opened, len(fields) + 1, "quote", quote_message(opened))
            if not follows and trouble:
                raise BadRecord(line, len(fields) + 1, *trouble)
            fields.append(value)
            position = end + len(follows)
            if follows != separator:
                break
        if follows == "\r" and text[position : position + 1] == "\n":
            position += 1
        if fields != [""] or match[2] is None:
            yield start, fields
        line += 1
    if trouble:
        raise BadRecord(line, 1, *trouble)


def _unclosed(text, position):
    return re.compile(r'"[^"]*(?:""[^"]*)*\Z').match(text, position) is not None


def _lines_to(text, position, line):
    return line + len(_LINE_END.findall(text, position))


def quote_message(line):
    return (
        f"A quote in line {line} opens or closes where it may not, or never closes: a value that holds a quote "
        "is written in quotes, with each of its own quotes doubled."
    )


def check_width(line, count, width):
    if count != width:
        values = "1 value" if count == 1 else f"{count} values"
        message = f"Line {line} has {values}, the header has {width}: every line needs as many as the header."
        raise BadRecord(line, None, "ragged_row", message)


def check_names(names, line, limit=10_000):
    """Refuses names of columns that cannot stand beside one another."""
    if len(names) > limit:
        raise BadRecord(line, None, "too_many_columns", f"The file has {len(names)} columns, {limit} is the limit.")
    places = {}
    for place, name in enumerate(names, 1):
        places.setdefault(name, []).append(place)
    for name, where in places.items():
        if len(where) > 1:
            listed = ", ".join(map(str, where[:20]))
            message = f"The name {shown(name)} is given to columns {listed}: give each a name of its own."
            raise BadRecord(line, name, "duplicate_columns", message)
    if "__proto__" in places:
        message = "A column may not be named __proto__: rename it."
        raise BadRecord(line, "__proto__", "forbidden_name", message)


def shown(name, limit=80):
    """A name or value of the data within a sentence: on one line, cut, in quotes."""
    text = " ".join(str(name).split("\n")).replace("\r", " ")
    return '"' + (text if len(text) <= limit else text[: limit - 1] + "…") + '"'
