"""Every file of the corpus comes out right: read as it should be, or refused at its place."""

import json

import numpy as np
import pytest

from trainyard_trainer.data.profile import preview, profile
from trainyard_trainer.data.reader import read

from tests.data.reading import CASES, codes, place, refusal, shape


def files(pattern: str):
    return sorted(path.name for path in CASES.glob(pattern))


def format_of(name: str) -> tuple[str, bool]:
    packed = name.endswith(".gz")
    ending = name.removesuffix(".gz").rsplit(".", 1)[1]
    return {"txt": "csv"}.get(ending, ending), packed


def open_case(name: str):
    format, packed = format_of(name)
    return read(CASES / name, format, packed)


REFUSED = {
    "A15-trailing-comma-in-row-one.csv": (2, None, "ragged_row"),
    "A16-row-with-too-many-values.csv": (3, None, "ragged_row"),
    "A17-rows-with-too-few-values.csv": (2, None, "ragged_row"),
    "A18-same-name-twice.csv": (1, "w", "duplicate_columns"),
    "A19-number-names-that-collide.csv": (1, "2", "duplicate_columns"),
    "A25-cp1252.csv": (2, "ort", "not_utf8"),
    "A26-big5-with-a-pipe-byte.csv": (2, "place", "not_utf8"),
    "A30-header-only.csv": (1, None, "no_rows"),
    "A31-nothing-but-line-breaks.csv": (1, None, "empty_file"),
    "A32-title-above-the-header.csv": (3, None, "title_line"),
    "A44-array-in-a-jsonl.jsonl": (1, None, "not_an_object"),
    "A52-bare-quote-in-a-value.csv": (2, "name", "quote"),
    "A56-gzip-and-zero-padding.csv.gz": (102, None, "bad_gzip"),
    "A57-gzip-cut-short.csv.gz": (680, None, "bad_gzip"),
    "A58-workbook-named-csv.csv": (1, None, "workbook"),
    "A62-broken-line-in-the-middle.jsonl": (42, 10, "broken_json"),
    "B03-target-with-inf-and-gaps.csv": (9, "target", "infinite_number"),
}
WORDS = {
    "A16-row-with-too-many-values.csv": "Line 3 has 4 values, the header has 3",
    "A18-same-name-twice.csv": '"w" is given to columns 1, 2, 3',
    "A25-cp1252.csv": "not UTF-8",
    "A32-title-above-the-header.csv": "Line 1 has 1 value, line 3 has 3",
    "A44-array-in-a-jsonl.jsonl": "an array, not an object",
    "A56-gzip-and-zero-padding.csv.gz": "bytes after the end",
    "A57-gzip-cut-short.csv.gz": "ends early",
    "A58-workbook-named-csv.csv": "This is a workbook",
}
# name: (rows, types of all columns, column and its first texts)
READ = {
    "A02-letter-after-1500-digits.csv": (1501, {"part": "id", "ok": "integer"}, ("part", ["1000", "1001"])),
    "A03-integers-beyond-64-bits.csv": (40, {"serial": "id", "ok": "integer"}, ("serial", ["98765432109876543210"])),
    "A05-region-code-NA.csv": (
        40,
        {"region": "category", "sales": "integer", "won": "integer"},
        ("region", [None, "EU", "APAC", None]),
    ),
    "A06-texts-that-look-like-nothing.tsv": (
        48,
        {"phrase": "category", "label": "category"},
        ("phrase", [None, "N/A", "nan bread", "None of these", "nan", "a b c"]),
    ),
    "A08-codes-with-an-e.csv": (48, {"code": "category", "balance": "integer"}, ("code", ["240e17", "00631e4"])),
    "A09-decimal-comma.csv": (
        40,
        {"artikel": "id", "preis": "number", "menge": "integer"},
        ("preis", ["1000.0", "2007.03"]),
    ),
    "A20-bom-and-quoted-header.csv": (
        3,
        {"first name": "category", "age": "integer", "y": "integer"},
        ("first name", ["Bo, jr", "Ada", "Cy"]),
    ),
    "A21-crlf-rows-lf-inside-quotes.csv": (
        3,
        {"k": "integer", "remark": "category", "y": "integer"},
        ("remark", ['line "one"\n\nmore', "other\ntext", "plain"]),
    ),
    "A23-line-break-in-a-header.csv": (
        2,
        {"net\nweight": "number", "gross\rweight": "number", "y": "integer"},
        ("gross\rweight", ["2.5", "4.5"]),
    ),
    "A24-utf16.csv": (3, {"stad": "category", "pris": "integer"}, ("stad", ["Malmö", "Køge", "Åbo"])),
    "A29-sep-line.csv": (2, {"id": "integer", "label": "category", "y": "integer"}, ("label", ["red", "blue"])),
    "A34-names-of-object-members.csv": (
        2,
        {"toString": "category", "constructor": "category", "hasOwnProperty": "category", "length": "integer", "y": "integer"},
        ("constructor", ["b", "e"]),
    ),
    "A36-dates-either-way.csv": (24, {"at": "datetime", "num": "integer"}, ("at", ["01/01/2021", "02/06/2021"])),
    "A37-title-turns-number.jsonl": (200, {"title": "id", "y": "integer"}, ("title", ["t0", "t1"])),
    "A42-blank-lines.jsonl": (3, {"t": "category", "y": "integer"}, ("t", ["a", "b", "c"])),
    "A45-null-then-object.jsonl": (
        3,
        {"o": "text", "y": "integer"},
        ("o", [None, '{"k":1,"l":[1,2]}', '{"k":"two"}']),
    ),
    "A46-quoted-line-breaks-many-rows.csv": (1100, {"i": "integer", "foo": "category"}, ("foo", ["ABC DE\nFGH"])),
    "A47-thousands-in-quotes.csv": (4, {"day": "datetime", "a": "integer", "b": "integer"}, ("b", ["18440", "3071", "24906"])),
    "A49-versions.csv": (5, {"version": "category", "y": "integer"}, ("version", ["2.4", "2.10", "2.4.7"])),
    "A50-plus-signs.csv": (3, {"t": "number", "volt": "number"}, ("volt", ["0.0", "0.0125", "0.0275"])),
    "A51-hash-before-a-pipe-header.txt": (
        2,
        {"#   stamp": "integer", "site": "category", "count": "integer"},
        ("site", ["AB", "CD"]),
    ),
    "A53-coordinates-and-a-comma-number.csv": (
        2,
        {"Land": "category", "Ort": "category", "Antal": "number", "Datum": "datetime"},
        ("Ort", ["59.91;10.75", "55.68;12.57"]),
    ),
    "A54-digits-with-a-space-header.csv": (3, {" id ": "integer", " y ": "integer"}, (" id ", ["1", "2", "3"])),
    "B01-one-class.csv": (60, {"x1": "integer", "x2": "integer", "target": "category"}, ("target", ["yes"])),
    "B05-labels-of-two-types.jsonl": (90, {"x": "integer", "label": "integer"}, ("label", ["0", "1", "2", "0"])),
    "B06-labels-that-differ-in-case.csv": (90, {"x": "integer", "label": "category"}, ("label", ["Yes", "no", "yes", " no"])),
    "B09-one-value-or-nothing.csv": (100, {"a": "integer", "flag": "category", "y": "integer"}, ("flag", [None, "on"])),
    "B22-gap-and-double-date.csv": (176, {"shop": "category", "day": "datetime", "sold": "integer"}, ("day", ["2024-01-01"])),
    "B23-offset-stamps.csv": (
        72,
        {"series": "category", "at": "datetime", "load": "integer"},
        ("at", ["2024-06-04 17:00:00+05:30"]),
    ),
    "B24-hour-that-comes-twice.csv": (73, {"at": "datetime", "load": "integer"}, ("at", ["2024-10-26 00:00"])),
    "E06-markup-as-names.csv": (
        3,
        {"<img src=x onerror=window.__ty=1>": "category", "<svg/onload=window.__ty=2>": "category", "y": "integer"},
        ("<svg/onload=window.__ty=2>", ["${7*7}", "<b>bold</b>", "{{7*7}}"]),
    ),
}
FINDINGS = {
    "A02-letter-after-1500-digits.csv": ("almost_numbers", "part", '"9a" in line 1502'),
    "A03-integers-beyond-64-bits.csv": ("large_integers", "serial", "98765432109876543210"),
    "A05-region-code-NA.csv": ("na_words", "region", "20 cells say NA"),
    "A06-texts-that-look-like-nothing.tsv": ("na_words", "phrase", "8 cells say null"),
    "A08-codes-with-an-e.csv": ("codes", "code", "240e17"),
    "A09-decimal-comma.csv": ("decimal_comma", "preis", "comma before the decimals"),
    "A36-dates-either-way.csv": ("ambiguous_dates", "at", "day first, by our own rule"),
    "A37-title-turns-number.jsonl": ("mixed_types", "title", "number, string"),
    "A45-null-then-object.jsonl": ("nested_values", "o", "nested"),
    "A47-thousands-in-quotes.csv": ("thousands_comma", "b", "between thousands"),
    "A53-coordinates-and-a-comma-number.csv": ("decimal_comma", "Antal", "comma before the decimals"),
    "A54-digits-with-a-space-header.csv": ("blanks_in_name", " id ", "blanks around it"),
    "B06-labels-that-differ-in-case.csv": ("labels_alike", "label", '"Yes", "yes", "YES"'),
}


def test_every_file_of_the_corpus_has_an_expected_outcome():
    assert files("*") == sorted(REFUSED.keys() | READ.keys())


@pytest.mark.parametrize("name", sorted(REFUSED))
def test_a_file_is_refused_with_its_place(name):
    format, packed = format_of(name)
    refused = refusal(CASES / name, format, packed)
    assert place(refused) == REFUSED[name]
    assert WORDS.get(name, "") in refused.message


@pytest.mark.parametrize("name", sorted(READ))
def test_a_file_is_read_as_it_should_be(name):
    rows, types, (column, first) = READ[name]
    table = open_case(name)
    assert (table.rows, shape(table)) == (rows, types)
    assert table.column(column).texts()[: len(first)] == first
    for each in table.columns:
        assert len(each.texts()) == len(each.missing_mask()) == rows
        assert each.missing == int(each.missing_mask().sum())
    facts = profile(table)
    json.dumps([facts, preview(table)], allow_nan=False)
    assert [c["type"] for c in facts["columns"]] == list(types.values())


@pytest.mark.parametrize("name", sorted(FINDINGS))
def test_a_finding_says_what_the_reader_decided(name):
    code, column, words = FINDINGS[name]
    said = [f["message"] for f in open_case(name).findings if (f["code"], f["column"]) == (code, column)]
    assert len(said) == 1 and words in said[0]


def test_whole_columns_keep_every_value():
    part = open_case("A02-letter-after-1500-digits.csv").column("part")
    assert part.texts()[-1] == "9a" and len(set(part.texts())) == 1501
    assert len(set(open_case("A08-codes-with-an-e.csv").column("code").texts())) == 8
    price = open_case("A09-decimal-comma.csv").column("preis").numbers()
    assert (price.min(), price.max()) == (1000.0, 3266.14)
    amounts = open_case("A47-thousands-in-quotes.csv").column("b").numbers()
    assert amounts.tolist() == [18440.0, 3071.0, 24906.0, 1118.0]
    assert open_case("A37-title-turns-number.jsonl").column("title").texts()[150] == "1984"
    assert set(open_case("B05-labels-of-two-types.jsonl").column("label").texts()) == {"0", "1", "2"}
    labels = open_case("B06-labels-that-differ-in-case.csv").column("label").texts()
    assert set(labels) == {"Yes", "yes", "YES", "no", " no", "no "}


def test_missing_cells_are_counted_by_word():
    assert open_case("A05-region-code-NA.csv").column("region").missing_words == {"NA": 20}
    assert open_case("A06-texts-that-look-like-nothing.tsv").column("phrase").missing_words == {"null": 8}
    assert open_case("B09-one-value-or-nothing.csv").column("flag").missing_words == {"": 34}


def test_infinite_cells_are_refused_and_empty_ones_are_missing(tmp_path):
    text = (CASES / "B03-target-with-inf-and-gaps.csv").read_text()
    path = tmp_path / "mended.csv"
    path.write_text(text.replace("7,inf", "7,").replace("34,-inf", "34,"))
    target = read(path, "csv").column("target")
    assert target.missing_words == {"": 3, "NaN": 1} and np.isfinite(target.numbers()[~target.missing_mask()]).all()


def test_a_line_number_counts_line_breaks_inside_quotes():
    table = open_case("A21-crlf-rows-lf-inside-quotes.csv")
    assert [table.line_of(row) for row in range(3)] == [2, 5, 7]


def test_dates_that_cannot_tell_follow_the_wish_of_the_caller():
    path = CASES / "A36-dates-either-way.csv"
    assert read(path, "csv").column("at").convention == "day_first"
    asked = read(path, "csv", conventions={"at": "month_first"})
    assert asked.column("at").convention == "month_first"
    assert ("ambiguous_dates", "at") not in codes(asked)
