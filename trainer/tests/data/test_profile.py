"""The profile and the preview: right numbers, finite JSON, within bounds."""

import json

import numpy as np
import pytest

from trainyard_trainer.data.errors import DataError
from trainyard_trainer.data.limits import Limits
from trainyard_trainer.data.plain import csv_rows
from trainyard_trainer.data.profile import PREVIEW_BYTES, preview, profile, run_profile, suggest_target
from trainyard_trainer.data.records import BadRecord

from tests.data.reading import CASES, fast, read_text, written


def facts(folder, text, format="csv"):
    return {column["name"]: column for column in profile(read_text(folder, text, format))["columns"]}


def test_numbers_have_their_statistics(tmp_path):
    rng = np.random.default_rng(0)
    values = rng.normal(size=1000).round(3)
    text = "x,k\n" + "".join(f"{value},{i % 3}\n" for i, value in enumerate(values)) + ",\nNA,2\n"
    x, k = facts(tmp_path, text).values()
    assert (x["min"], x["max"], x["median"]) == (values.min(), values.max(), np.median(values))
    assert x["mean"] == pytest.approx(values.mean()) and x["std"] == pytest.approx(values.std())
    assert x["distinct"] == len(set(values.tolist())) and x["missing_words"] == {"": 1, "NA": 1}
    counts, edges = np.histogram(values, 20)
    assert x["histogram"]["counts"] == counts.tolist() and x["histogram"]["edges"] == pytest.approx(edges.tolist())
    assert k["histogram"] == {"edges": [-0.5, 0.5, 1.5, 2.5], "counts": [334, 333, 334]} and k["min"] == 0


def test_a_profile_is_finite_json_for_numbers_of_any_size(tmp_path):
    text = "a,b,c,d\n1e+300,-1.7e+308,5e-324,1152921504606846976\n-1e+300,1.7e+308,0,9007199254740992\n"
    table = read_text(tmp_path, text)
    a, b, c, d = profile(table)["columns"]
    json.dumps(profile(table), allow_nan=False)
    assert (a["min"], b["std"], b["histogram"], c["max"]) == (-1e300, None, None, 5e-324)
    assert (d["type"], d["min"], d["max"]) == ("integer", 9007199254740992, "1152921504606846976")
    assert preview(table)["rows"][0] == [1e300, -1.7e308, 5e-324, "1152921504606846976"]


def test_texts_have_their_most_frequent_values(tmp_path):
    rows = [f"{word},{i}" for i, word in enumerate(["red"] * 5 + ["blue"] * 5 + ["green"] * 2 + ["NA"])]
    word, _ = facts(tmp_path, "w,i\n" + "\n".join(rows)).values()
    assert word["type"] == "category" and word["distinct"] == 3 and word["missing"] == 1
    assert word["top"] == [{"value": "blue", "count": 5}, {"value": "red", "count": 5}, {"value": "green", "count": 2}]
    (text,) = facts(tmp_path, "one two three\nfour five six seven\n" + "x" * 500, "text").values()
    assert (text["min_length"], text["max_length"], len(text["top"][2]["value"])) == (13, 500, 200)
    when, _ = facts(tmp_path, "d,y\n2024-03-01,1\n2024-01-02T03:04:05Z,2\n").values()
    assert (when["convention"], when["min"], when["max"]) == ("iso", "2024-01-02T03:04:05Z", "2024-03-01")


def test_associations_find_what_goes_together(tmp_path):
    rng = np.random.default_rng(1)
    rows = []
    for i in range(2000):
        group = "abc"[i % 3]
        rows.append(f"{i},{-2 * i},{group},{group.upper()},{'abc'.index(group) * 10},{rng.normal():.4f},{rng.choice(list('xyz'))}")
    table = read_text(tmp_path, "n,m,g,h,v,noise,other\n" + "\n".join(rows) + "\n")
    found = {(pair["a"], pair["b"]): (pair["kind"], pair["value"]) for pair in profile(table)["associations"]}
    assert found["n", "m"] == ("pearson", -1.0)
    assert found["g", "h"] == ("cramers_v", 1.0)
    assert found["g", "v"] == ("correlation_ratio", 1.0)
    assert abs(found["n", "noise"][1]) < 0.1 and found["g", "other"][1] < 0.1


def test_a_preview_is_typed_and_bounded(tmp_path):
    text = "a,t,b,n\n" + f'1,"{"long " * 5000}",true,NA\n' * 150
    table = read_text(tmp_path, text)
    shown = preview(table)
    assert len(shown["rows"]) == 100 and shown["rows"][0][0] == 1 and shown["rows"][0][2:] == [True, None]
    assert len(json.dumps(shown)) < PREVIEW_BYTES
    wide = read_text(tmp_path, ",".join(f"c{i}" for i in range(3000)) + "\n" + (",".join(["x" * 200] * 3000) + "\n") * 3)
    assert len(json.dumps(preview(wide))) <= PREVIEW_BYTES
    assert len(json.dumps(profile(wide))) < 2.5 * 1024**2 and len(profile(wide)["columns"]) == 3000


def test_a_profile_of_very_long_names_and_texts_is_bounded(tmp_path):
    names = [f"{i:02}" + "n" * 60_000 for i in range(17)]
    rows = [",".join(f"{(i * j) % 7}" if j % 2 else f"{'w' * 60_000}{i % 2}" for j in range(16)) + ",NA" for i in range(12)]
    held = profile(read_text(tmp_path, ",".join(names) + "\n" + "\n".join(rows) + "\n"))
    assert [column["name"] for column in held["columns"]] == names
    assert len(json.dumps(held)) < 2.5 * 1024**2


def test_a_target_is_suggested_by_name_then_by_place(tmp_path):
    def suggestion(text):
        return suggest_target(read_text(tmp_path, text))

    assert suggestion("Label,x,z\na,1,2\nb,2,3\n") == "Label"
    assert suggestion("x,kind\n1,a\n2,b\n") == "kind"
    assert suggestion("x\n1\n2\n") is None


def test_run_profile_writes_whole_files_or_says_why_not(tmp_path):
    out = tmp_path / "out"
    run_profile(CASES / "A05-region-code-NA.csv", "csv", False, out)
    assert sorted(path.name for path in out.iterdir()) == ["preview.json", "profile.json"]
    held = json.loads((out / "profile.json").read_text())
    assert held["rows"] == 40 and held["target_suggestion"] == "won"
    assert json.loads((out / "preview.json").read_text())["rows"][0] == [None, 100, 0]
    with pytest.raises(DataError) as refused:
        run_profile(CASES / "A16-row-with-too-many-values.csv", "csv", False, tmp_path / "none")
    message = refused.value.message
    assert refused.value.invalid() == {"line": 3, "column": None, "reason": "ragged_row", "message": message}
    assert not (tmp_path / "none").exists()
    long = "n" * 60_000
    with pytest.raises(DataError) as refused:
        run_profile(written(tmp_path, f"a,{long}\n1,2\n3,inf\n"), "csv", False, out)
    assert len(json.dumps(refused.value.invalid())) < 10_000 and refused.value.invalid()["column"] == long[:4096]
    with pytest.raises(DataError) as refused:
        run_profile(written(tmp_path, "a\n1\n", packed=True), "csv", True, out, Limits(inflated_bytes=3))
    assert refused.value.reason == "too_large_inflated"


@pytest.mark.parametrize("name", sorted(path.name for path in CASES.glob("*[vt]") if not path.name.startswith("A58")))
def test_predict_py_reads_the_cells_that_the_trainer_reads(name):
    """The slow form, which travels in predict.py, on every CSV and TSV file of the corpus."""
    data, tabs = (CASES / name).read_bytes(), name.endswith(".tsv")
    try:
        slow = csv_rows(data, tabs)
    except BadRecord as refused:
        slow = (refused.line, refused.reason)
    assert slow == fast(data, tabs, 1000)
