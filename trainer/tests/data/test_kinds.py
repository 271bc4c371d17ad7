"""The kinds behind the corpus: cells, types, separators, line ends, marks and refusals, many of each."""

import codecs

import pytest

from trainyard_trainer.data.reader import read

from tests.data.reading import codes, place, read_text, refusal, shape, written


def column_of(folder, cells, **options):
    text = "v,y\n" + "".join(f'"{cell}",0\n' for cell in cells)
    return read_text(folder, text, **options).column("v")


@pytest.mark.parametrize(
    ("cells", "type_"),
    [
        (["1", "2", ""], "integer"),
        (["1", " 2", "3 ", " NA"], "integer"),
        (["+1", "-2", "0", "-0"], "integer"),
        (["1.0", "2"], "number"),
        (["1e-05", "1E+22", "2.5e10", ".5", "5."], "number"),
        (["1152921504606846976", "1"], "integer"),
        (["9007199254740993", "1"], "category"),
        (["98765432109876543210.5", "1"], "number"),
        (["007", "12"], "category"),
        (["0012.5", "1.5"], "category"),
        (["77e31", "9e41"], "category"),
        (["1.5", "nan"], "category"),
        (["inf", "-inf"], "category"),
        (["inf", "many"], "category"),
        (["1_000", "2"], "category"),
        (["0x10", "2"], "category"),
        (["１２", "2"], "category"),
        (["1,5", "2"], "number"),
        (["0,205", "1,205"], "number"),
        (["1,205.5", "12,345,678"], "number"),
        (["1.234.567", "1"], "integer"),
        (["1.5", "1,5"], "category"),
        (["true", "false", "NA"], "boolean"),
        (["True", "False"], "boolean"),
        (["true", "True"], "category"),
        (["yes", "no"], "category"),
        (["2024-01-31", "2024-02-29"], "datetime"),
        (["2023-02-29", "2023-02-28"], "category"),
        (["2024-01-31T10:00:00.5Z", "2024-01-31 10:00+05:30"], "datetime"),
        (["31/01/2024", "01/02/2024"], "datetime"),
        (["01/31/2024 1:30 PM", "02/01/2024 12:05 AM"], "datetime"),
        (["31.01.2024", "01.02.2024"], "datetime"),
        (["31/01/2024", "01/31/2024"], "category"),
        (["2024.1.2", "2024.10.1"], "category"),
        (["2.4", "2.10"], "number"),
        (["", "NA", "NaN", "null"], "empty"),
        ([" ", "\t"], "category"),
        (["N/A", "nan", "None", "NULL"], "category"),
    ],
)
def test_the_type_comes_from_all_cells(tmp_path, cells, type_):
    column = column_of(tmp_path, cells)
    assert column.type == type_
    if column.type == "category":
        assert column.texts() == cells


def test_a_late_cell_decides_as_much_as_the_first(tmp_path):
    for late, type_ in [("9a", "id"), ("1.5", "number"), ("NA", "integer"), (" 7", "integer"), ("0777", "id")]:
        column = column_of(tmp_path, [*map(str, range(10_000, 12_000)), late])
        assert column.type == type_, late


def test_one_infinite_cell_in_a_column_of_numbers_is_refused(tmp_path):
    for cell in ("inf", "-Inf", "Infinity", "+INFINITY", "1e+400", "-1.5e999"):
        refused = refusal(written(tmp_path, f'a,b\n1,2\n"x\ny",3\nz,{cell}\n'), "csv")
        assert place(refused) == (5, "b", "infinite_number") and cell in refused.message
    for cell in ("Infinity", "-Infinity", "1e400"):
        for format, text in [("jsonl", f'{{"b": 1}}\n\n{{"b": {cell}}}'), ("json", f'[{{"b": 1}},\n\n{{"b": {cell}}}]')]:
            assert place(refusal(written(tmp_path, text), format)) == (3, "b", "infinite_number")


def test_numbers_in_other_spellings_have_their_values(tmp_path):
    def values(cells):
        return column_of(tmp_path, cells).numbers().tolist()

    assert values(["1.000,92", "-3.266,14", "5"]) == [1000.92, -3266.14, 5.0]
    assert values(["1,205.50", "12,345,678", "-988"]) == [1205.5, 12345678.0, -988.0]
    assert values(["+1.25E-02", "-.5", "1152921504606846976"]) == [0.0125, -0.5, 2.0**60]
    assert column_of(tmp_path, ["1152921504606846976", "9007199254740992"]).texts() == ["1152921504606846976", "9007199254740992"]


def test_marks_that_nothing_decides_stay_texts_with_a_finding(tmp_path):
    table = read_text(tmp_path, "a;b\n1,205;x\n2,500;y\n")
    assert shape(table) == {"a": "category", "b": "category"} and ("ambiguous_marks", "a") in codes(table)
    decided = read_text(tmp_path, "a;b\n1,205;0,5\n2,500;1,5\n")
    assert decided.column("a").numbers().tolist() == [1.205, 2.5]
    grouped = read_text(tmp_path, "a;b\n1.205;0,5\n2.500;1,5\n")
    assert shape(grouped) == {"a": "category", "b": "number"} and ("ambiguous_marks", "a") in codes(grouped)


def test_dates_follow_the_data_then_the_other_columns_then_a_rule(tmp_path):
    def conventions(text):
        table = read_text(tmp_path, text)
        return [column.convention for column in table.columns], ("ambiguous_dates", "a") in codes(table)

    assert conventions("a,b\n13/02/2024,x\n01/02/2024,y\n") == (["day_first", None], False)
    assert conventions("a,b\n02/13/2024,x\n01/02/2024,y\n") == (["month_first", None], False)
    assert conventions("a,b\n01/02/2024,02/13/2024\n") == (["month_first", "month_first"], True)
    assert conventions("a,b\n01/02/2024,x\n") == (["day_first", None], True)
    mixed = read_text(tmp_path, "a,b\n31/01/2024,x\n01/31/2024,y\n")
    assert ("mixed_dates", "a") in codes(mixed)


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
def test_a_separator_is_found_with_quotes_respected(tmp_path, separator):
    others = [mark for mark in ",;\t|" if mark != separator]
    quoted = '"' + " ".join(others + [separator]) + '"'
    text = separator.join(["name", "n", quoted]) + "\n" + "".join(separator.join([quoted, str(i), "x"]) + "\n" for i in range(3))
    table = read_text(tmp_path, text)
    assert [column.name for column in table.columns] == ["name", "n", quoted[1:-1]]
    assert table.column("name").texts() == [quoted[1:-1]] * 3


def test_a_file_of_one_column_has_one_column(tmp_path):
    assert shape(read_text(tmp_path, "v\n1\n2\n")) == {"v": "integer"}
    assert read_text(tmp_path, "tags\na|b\nc\nd|e|f\n").column("tags").texts() == ["a|b", "c", "d|e|f"]
    assert read_text(tmp_path, 'v\n1\n""\n\n3\n').column("v").missing_words == {"": 1}
    alike = read_text(tmp_path, "tags\na|b\nc|d\n")
    assert alike.column("tags").texts() == ["a|b", "c|d"] and ("title_line", None) in codes(alike)


def test_odd_records_are_refused_under_their_own_separator(tmp_path):
    for text, line in [("a;b;c\n1;2\n3;4;5\n", 2), ("a\tb\n1\t2\n3\n", 3), ("a|b\n1|2|3\n4|5\n", 2), ("Title\na,b\n1,2\n", 2)]:
        assert place(refusal(written(tmp_path, text), "csv")) == (line, None, "ragged_row")
    assert place(refusal(written(tmp_path, "a,b\n" + "1,2\n" * 300_000 + "1\n"), "csv")) == (300_002, None, "ragged_row")


def test_sep_lines_are_obeyed_or_refused(tmp_path):
    table = read_text(tmp_path, "sep=|\r\na|b\r\n1|2,5\r\n")
    assert shape(table) == {"a": "integer", "b": "number"} and table.line_of(0) == 3
    assert place(refusal(written(tmp_path, "sep=:\na:b\n1:2\n"), "csv")) == (1, None, "separator")
    assert place(refusal(written(tmp_path, "sep=;\na;b\n1\n"), "csv")) == (3, None, "ragged_row")


def test_only_lf_cr_and_crlf_end_a_line(tmp_path):
    text = "a,b\r\n1,x\u2028y\r2,x\u0085y\n3,x\x0by\r\n\r\n\n"
    table = read_text(tmp_path, text)
    assert table.column("b").texts() == ["x\u2028y", "x\u0085y", "x\x0by"]
    assert [table.line_of(row) for row in range(3)] == [2, 3, 4]
    assert place(refusal(written(tmp_path, text + "4\n"), "csv")) == (7, None, "ragged_row")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('a,b\n1,Pipe 5" long\n', (2, "b", "quote")),
        ('a,b\n1,"x" y\n', (2, "b", "quote")),
        ('a,b\n1,2\n3,"never\n4,5\n6,7\n', (3, "b", "quote")),
        ('a,b\n1,"x\ny"z\n', (2, "b", "quote")),
        ('a,b\n1, "x"\n', (2, "b", "quote")),
        ('a,"b\n', (1, 2, "quote")),
        ('a,b\n1\n2,"x\n', (2, None, "ragged_row")),
    ],
)
def test_a_quote_out_of_place_is_refused_where_it_opens(tmp_path, text, expected):
    assert place(refusal(written(tmp_path, text), "csv")) == expected


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_utf16_is_read_with_its_mark_and_refused_without(tmp_path, encoding):
    mark = {"utf-16-le": codecs.BOM_UTF16_LE, "utf-16-be": codecs.BOM_UTF16_BE}[encoding]
    body = "stad,n\nMalmö 🏙,1\n".encode(encoding)
    for chunk in (1, 3, 8 << 20):
        table = read(written(tmp_path, mark + body), "csv", chunk_bytes=chunk)
        assert table.column("stad").texts() == ["Malmö 🏙"]
    assert refusal(written(tmp_path, body), "csv").reason == "nul"
    assert place(refusal(written(tmp_path, mark + body[:-1]), "csv")) == (2, "n", "not_utf8")


def test_bytes_that_are_no_text_are_refused_with_their_place(tmp_path):
    for content, format, expected in [
        (b"a,b\n1,2\n3,x\0y\n", "csv", (3, "b", "nul")),
        (b'a,b\n1,"x\n\xff"\n', "csv", (3, "b", "not_utf8")),
        (b"a,b\xe9\n1,2\n", "csv", (1, 2, "not_utf8")),
        (b"a,b\n1,\xed\xa0\x80\n", "csv", (2, "b", "not_utf8")),
        (b"a,b\n1,2\n3,\xc3", "csv", (3, "b", "not_utf8")),
        (b'[{"a": 1},\n{"a": "x\xff"}]', "json", (2, 9, "not_utf8")),
        (b'{"a": 1}\n{"a": "x\xff"}', "jsonl", (2, 9, "not_utf8")),
        (b'{"a": 1}\n{"a": "\0"}', "jsonl", (2, 8, "nul")),
        (b"one\ntwo\xff", "text", (2, "text", "not_utf8")),
        (b"\xff\xfe\0\0a\0\0\0", "csv", (1, None, "not_utf8")),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(50), "csv", (1, None, "workbook")),
        (b"PAR1" + bytes(50), "json", (1, None, "not_text")),
        (b"\x80\x04\x95\x1a\0\0\0", "csv", (1, 1, "not_utf8")),
    ]:
        assert place(refusal(written(tmp_path, content), format)) == expected, content
    for content in (b"", codecs.BOM_UTF8, b"\n\n\n", b"\r\n", b" \n\t\n", codecs.BOM_UTF16_LE):
        for format in ("csv", "tsv", "json", "jsonl", "text"):
            assert refusal(written(tmp_path, content), format).reason == "empty_file"


@pytest.mark.parametrize(
    ("format", "text", "expected"),
    [
        ("json", '{"a": 1}', (1, None, "not_an_array")),
        ("json", '\n"text"', (2, None, "not_an_array")),
        ("json", "[]", (1, None, "no_rows")),
        ("json", "[{}]", (1, None, "no_columns")),
        ("json", '[{"a": 1},\n [2]]', (2, None, "not_an_object")),
        ("json", '[{"a": 1},\n {"a": tru}]', (2, 8, "broken_json")),
        ("json", '[{"a": 1}\n {"a": 2}]', (2, 2, "broken_json")),
        ("json", '[{"a": 1},\n', (2, 1, "broken_json")),
        ("json", '[{"a": 1}]\nx', (2, 1, "broken_json")),
        ("json", '[{"a": 1},]', (1, 11, "broken_json")),
        ("json", '[{"a": 1,\n "a": 2}]', (1, "a", "duplicate_columns")),
        ("json", '[{"a": 1,\n "b": "x\\u0000y"}]', (2, "b", "nul")),
        ("jsonl", '{"a": 1}\n{"b": {"c": "\\u0000"}}', (2, "b", "nul")),
        ("jsonl", '{"a": 1}\n{"a": "\\ud800"}', (2, "a", "not_text")),
        ("jsonl", '{"a": 1}\n{"__proto__": 1}', (2, "__proto__", "forbidden_name")),
        ("jsonl", '{"a": 1}\n{"\\u005f_proto__": 1}', (2, "__proto__", "forbidden_name")),
        ("jsonl", '{"a": 1} {"a": 2}', (1, 10, "broken_json")),
        ("jsonl", '{"a": 01}', (1, 8, "broken_json")),
        ("jsonl", "{'a': 1}", (1, 2, "broken_json")),
        ("jsonl", '{"a": 1}\n3', (2, None, "not_an_object")),
        ("jsonl", '{"a": "x\ty"}', (1, 9, "broken_json")),
        ("csv", "a,__proto__\n1,2\n", (1, "__proto__", "forbidden_name")),
        ("csv", '"x\ny",b,b\n1,2,3\n', (1, "b", "duplicate_columns")),
        ("csv", "a,b", (1, None, "no_rows")),
        ("csv", "a,b\n\n\n", (1, None, "no_rows")),
    ],
)
def test_a_refusal_names_line_column_and_reason(tmp_path, format, text, expected):
    for chunk in (1, 7, 8 << 20):
        assert place(refusal(written(tmp_path, text), format, chunk_bytes=chunk)) == expected


def test_json_values_are_cells_by_the_rules_of_csv(tmp_path):
    text = '[{"n": 1e5, "b": true, "s": "1.5", "big": 98765432109876543210, "c": "\\u00e9"}, {"n": NaN, "s": 2, "t": "x"}]'
    table = read_text(tmp_path, text, "json")
    assert shape(table) == {
        "n": "number", "b": "boolean", "s": "number", "big": "category", "c": "category", "t": "category"
    }  # fmt: skip
    assert table.column("n").missing_words == {"NaN": 1} and table.column("n").numbers()[0] == 1e5
    assert table.column("b").missing_words == {"": 1} and table.column("t").texts() == [None, "x"]
    assert table.column("big").texts() == ["98765432109876543210", None] and table.column("c").texts()[0] == "é"
    escaped = read_text(tmp_path, '{"a": "\\\\u0000", "b": "\\ud83d\\ude00"}', "jsonl")
    assert [column.texts() for column in escaped.columns] == [["\\u0000"], ["😀"]]


def test_names_of_columns_are_data(tmp_path):
    names = ["constructor", " a ", "A", "a", "100 %", "名前", "x" * 4096, "sep=", "{}", ""]
    table = read_text(tmp_path, ",".join(names) + "\n" + ",".join("1" * len(names)) + "\n")
    assert [column.name for column in table.columns] == names
    assert {code for code, _ in codes(table)} >= {"blanks_in_name", "names_alike", "unnamed_column"}


def test_plain_text_is_one_row_a_line(tmp_path):
    for text in ("one\ntwo\n\nfour", "one\r\ntwo\r\n\r\nfour\r\n", "one\rtwo\r\rfour\r"):
        for chunk in (1, 8 << 20):
            table = read(written(tmp_path, text, "a.gz", packed=True), "text", True, chunk_bytes=chunk)
            assert shape(table) == {"text": "text"}
            assert table.column("text").texts() == ["one", "two", None, "four"]
    assert shape(read_text(tmp_path, "1\n2\n3\n", "text")) == {"text": "text"}


def test_ids_are_told_from_features(tmp_path):
    rows = range(30)
    text = "x,customer_id,code,word,remark\n" + "".join(f"{i},{7 * i},u{i},w{i % 3},a remark of words {i}\n" for i in rows)
    assert shape(read_text(tmp_path, text)) == {
        "x": "integer", "customer_id": "id", "code": "id", "word": "category", "remark": "text"
    }  # fmt: skip


def test_rows_without_any_value_are_told(tmp_path):
    table = read_text(tmp_path, "a,b\n1,2\n,\n,NA\n3,\n")
    assert table.rows == 4 and ("blank_rows", None) in codes(table)


def test_a_tsv_is_taken_at_its_word_where_it_can_be(tmp_path):
    assert shape(read_text(tmp_path, "a\tb\n1,5\t2,5\n", "tsv")) == {"a": "number", "b": "number"}
    assert shape(read_text(tmp_path, "a,b\n1,2\n", "tsv")) == {"a": "integer", "b": "integer"}
    assert read_text(tmp_path, "words\none, two\nthree\n", "tsv").column("words").texts() == ["one, two", "three"]
    assert place(refusal(written(tmp_path, "a\tb\n1,2\n"), "tsv")) == (2, None, "ragged_row")


def test_a_block_that_polars_reads_in_another_way_is_read_by_our_own_form(tmp_path, monkeypatch):
    expected = read_text(tmp_path, 'a,b\n"x\ny",1\nz,2\n')
    monkeypatch.setattr("polars.read_csv", lambda body, **options: expected.columns[0].values.to_frame())
    table = read_text(tmp_path, 'a,b\n"x\ny",1\nz,2\n')
    assert [column.texts() for column in table.columns] == [["x\ny", "z"], ["1", "2"]]
