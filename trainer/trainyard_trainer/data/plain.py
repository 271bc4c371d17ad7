"""Rows of a CSV file with nothing but the standard library: what predict.py reads files with.

The same bytes give the same names and cells, and are refused at the same line for the same reason, as in the
trainer's own reader (`csv_table`); a test holds the two equal. The whole file is in memory.
"""

import codecs

from .records import SAMPLE_BYTES, BadRecord, check_names, check_width, csv_records, dialect

CELL_BYTES = 64 * 1024
_UTF16 = {codecs.BOM_UTF16_LE: "utf-16-le", codecs.BOM_UTF16_BE: "utf-16-be"}
_NOT_UTF8 = ("not_utf8", "The file is not UTF-8 from here on: save it as UTF-8 and try again.")
_NUL = ("nul", "There is a NUL character here, which no text holds: remove it, or save the file as UTF-8.")


def csv_rows(data, tabs=False):
    """(names, rows) of the bytes of a CSV file, each row a list of texts. Raises BadRecord."""
    text, trouble = text_of(data)
    if not text.strip() and trouble is None:
        raise BadRecord(1, None, "empty_file", "The file is empty: it needs a line of names and rows below it.")
    encoded = text.encode()
    form = dialect(encoded[:SAMPLE_BYTES], trouble is None and len(encoded) <= SAMPLE_BYTES, tabs)
    names, rows = None, []
    for line, fields in csv_records(text[form.skip :], form.separator, 2 if form.skip else 1, trouble):
        if names is None:
            names = fields
            check_names(names, line)
            if form.title and form.title["alone"]:
                raise BadRecord(form.title["line"], None, "title_line", "The first line is a title: remove it.")
            continue
        check_width(line, len(fields), len(names))
        for place, cell in enumerate(fields, 1):
            if len(cell) * 4 > CELL_BYTES and len(cell.encode()) > CELL_BYTES:
                message = f"A cell in line {line} is larger than {CELL_BYTES:,} bytes, which is the limit."
                raise BadRecord(line, place, "cell_too_large", message)
        rows.append(fields)
    if not rows:
        raise BadRecord(1, None, "no_rows", "The file has a header and no rows: add rows below it.")
    return names, rows


def text_of(data):
    """The text of bytes, and the (reason, message) for which it ends before they do, or None."""
    encoding = _UTF16.get(data[:2], "utf-8")
    data = data[2:] if encoding != "utf-8" else data.removeprefix(codecs.BOM_UTF8)
    trouble = None
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError as problem:
        text, trouble = data[: problem.start].decode(encoding), _NOT_UTF8
    end = text.find("\0")
    return (text, trouble) if end < 0 else (text[:end], _NUL)
