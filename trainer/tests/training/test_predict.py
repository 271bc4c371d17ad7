"""The download: predict.py with torch alone gives what the trainer gives, in any process, for any row."""

import ast
import contextlib
import csv
import gzip
import importlib.util
import io
import json
import math
import os
import subprocess
import sys

import pytest
import torch
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from trainyard_trainer.artifact.predict_source import predict_source
from trainyard_trainer.artifact.predict_template import predict as own_predict
from trainyard_trainer.data.limits import Limits
from trainyard_trainer.data.reader import read
from trainyard_trainer.loop import outputs_of
from trainyard_trainer.models import ARCHITECTURES
from trainyard_trainer.spec import load_spec
from trainyard_trainer.tasks.tabular import prepare

from .conftest import model_of, rows_of, start
from .data import birds, write_csv


@pytest.fixture(scope="module")
def trained(warm_host, tmp_path_factory):
    folder = tmp_path_factory.mktemp("trained")
    run = start(warm_host, folder, training={"epochs": 8, "batch_size": 16})
    run.finish()
    return run


@pytest.fixture(scope="module")
def downloaded(trained):
    """predict.py as a module, loaded without this package."""
    return load(trained)


def load(run):
    spec = importlib.util.spec_from_file_location("downloaded_predict", run.out / "artifacts" / "predict.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def outside(run, data, *more, seed="random"):
    """predict.py in a process of its own that cannot import this package."""
    return subprocess.run(
        [sys.executable, "-I", str(run.out / "artifacts" / "predict.py"), str(run.out / "artifacts" / "model.pt"),
         str(data), *more],
        capture_output=True, text=True, cwd="/", env={"PATH": os.environ["PATH"], "PYTHONHASHSEED": seed}, timeout=60)


@pytest.mark.parametrize("architecture", ARCHITECTURES)
@pytest.mark.parametrize("target", ["species", "price"])
def test_raw_rows_give_what_the_trainer_itself_computes(finished, architecture, target):
    run = finished(architecture, target)
    art = model_of(run)
    raw = [{k: v for k, v in row.items() if k != target} for row in rows_of(run.data)]
    answers = load(run).predict(art, raw)
    assert own_predict(art, raw) == answers
    problem = prepare(read(run.data, "csv", False, Limits()), load_spec(str(run.data.with_name("spec-0.json"))))
    network = load(run).network_of(art)
    network.load_state_dict(art["weights"])
    for part in (problem.validation, problem.test):
        outputs = outputs_of(network, part)
        wanted = outputs.double().softmax(1) if problem.outputs > 1 else \
            outputs.double() * problem.target["scale"] + problem.target["mean"]
        found = {tuple(round(x, 6) for x in (a["probabilities"].values() if "probabilities" in a else [a["prediction"]]))
                 for a in answers}
        for row in wanted.tolist():
            assert any(all(math.isclose(x, y, abs_tol=2e-6, rel_tol=1e-6) for x, y in zip(row, other)) for other in found)
    # The score of the download on the validation rows is the one that chose the epoch.
    scores = problem.evaluate(outputs_of(network, problem.validation), problem.validation)
    assert math.isclose(scores["loss"], art["metrics"]["best"]["value"], rel_tol=1e-6)


def test_every_form_of_rows_and_fresh_processes_with_other_hash_seeds_agree(trained, downloaded, tmp_path):
    path = birds(tmp_path / "rows.csv", rows=20, seed=3)
    rows = rows_of(path)
    expected = downloaded.predict(model_of(trained), rows)
    assert own_predict(model_of(trained), rows) == expected
    forms = {
        "rows.json": json.dumps(rows).encode(),
        "rows.jsonl": "\n".join(map(json.dumps, rows)).encode(),
        "rows.csv.gz": gzip.compress((tmp_path / "rows.csv").read_bytes()),
        "rows.tsv": "\n".join("\t".join(row) for row in csv.reader(open(path, newline=""))).encode(),
        "utf16.csv": (tmp_path / "rows.csv").read_text().encode("utf-16"),
    }
    for name, content in forms.items():
        (tmp_path / name).write_bytes(content)
        assert downloaded.main([str(trained.out / "artifacts" / "model.pt"), str(tmp_path / name),
                                "--out", str(tmp_path / "out.json")]) == 0
        same(json.loads((tmp_path / "out.json").read_text())["predictions"], expected)
    for seed in ("1", "2"):
        done = outside(trained, path, "--out", str(tmp_path / "out.csv"), seed=seed)
        assert (done.returncode, done.stderr) == (0, "")
        shown = list(csv.DictReader(open(tmp_path / "out.csv", newline="")))
        same([{"prediction": row.pop("prediction"),
               "probabilities": {c.removeprefix("probability of "): float(p) for c, p in row.items()}} for row in shown], expected)


def same(answers, expected):
    assert [a["prediction"] for a in answers] == [a["prediction"] for a in expected]
    for a, b in zip(answers, expected):
        assert list(a["probabilities"]) == list(b["probabilities"])
        assert all(math.isclose(a["probabilities"][c], b["probabilities"][c], abs_tol=1e-6) for c in b["probabilities"])


def test_no_number_however_odd_breaks_an_answer_and_each_is_said(trained, downloaded):
    odd = [{"mass": value} for value in (1e400, -1e400, 1e300, -1e300, 10**400, "Infinity", "abc", True, [1], None, "", "NA")]
    said = []
    answers = downloaded.predict(model_of(trained), odd, said)
    assert all(math.isfinite(p) for a in answers for p in a["probabilities"].values())
    assert answers[0] == answers[5] == answers[6] == answers[9] == answers[10] == answers[11]
    assert any("infinite" in s for s in said) and any("far outside" in s for s in said) and any("no number" in s for s in said)


def test_thousands_of_unknown_values_are_one_sentence(trained, downloaded):
    said = []
    downloaded.predict(model_of(trained), [{"island": f"new {i}"} for i in range(1000)], said)
    assert said == ["column island: 1000 values not seen in training, taken as unknown "
                    "('new 0', 'new 1', 'new 2', 'new 3', 'new 4')"]


def test_bad_files_of_rows_end_with_a_line_and_a_reason(trained, downloaded, tmp_path, capsys):
    for name, content, words in (
        ("a.csv", b"island,mass\nDream,1,2\n", "line 2: Line 2 has 3 values"),
        ("b.csv", b"island\nMalm\xf6\n", "line 2: The file is not UTF-8"),
        ("gone.csv.gz", gzip.compress(b"island\nDream\n")[:-9], "ended before"),
        ("b.jsonl", b'{"island": "x"}\n{"island": "Malm\xf6"}\n', "line 2: The file is not UTF-8"),
        ("c.jsonl", b'{"mass": 1}\n\n{"mass": \n', "line 3: not JSON"),
        ("d.json", b"[1]", "row 1 is not an object"),
        ("e.csv", b"isle,weight\nDream,1\n", "has none of the columns of the model"),
        ("empty.csv", b"", "line 1: The file is empty"),
        ("bad.csv.gz", b"\x1f\x8bnothing", "bad.csv.gz: "),
        ("deep.json", b"[" * 100_000, "deep.json: "),
    ):
        (tmp_path / name).write_bytes(content)
        assert downloaded.main([str(trained.out / "artifacts" / "model.pt"), str(tmp_path / name)]) == 2
        said = capsys.readouterr().err
        assert words in said and said.count("\n") == 1
    (tmp_path / "f.csv").write_bytes(b"island,weight,species\nDream,1,Adelie\n")
    model = str(trained.out / "artifacts" / "model.pt")
    assert downloaded.main([model, str(tmp_path / "f.csv")]) == 0
    said = capsys.readouterr().err
    assert "does not have, taken as missing" in said and "does not use: weight\n" in said
    assert downloaded.main([model, str(tmp_path / "f.csv"), "--out", str(tmp_path / "none" / "out.csv")]) == 2
    assert capsys.readouterr().err.splitlines()[-1] == "Cannot write the answers: No such file or directory"


@given(st.binary(max_size=300) | st.text(alphabet='[]{}",:\n\r\t;|\0island,mass1.eé', max_size=80).map(str.encode))
@settings(max_examples=500 if os.environ.get("TEST_FULL") == "1" else 60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_bytes_as_rows_are_answered_or_refused_in_one_sentence(trained, downloaded, tmp_path, content):
    (tmp_path / "any").write_bytes(content)
    said = io.StringIO()
    with contextlib.redirect_stderr(said):
        code = downloaded.main([str(trained.out / "artifacts" / "model.pt"), str(tmp_path / "any"), "--out",
                                str(tmp_path / "out.csv")])
    assert code in (0, 2)
    assert code == 0 or said.getvalue().count("\n") == 1


def test_what_is_no_model_is_said_so_and_nothing_in_it_runs(downloaded, tmp_path, capsys):
    (tmp_path / "rows.csv").write_text("a\n1\n")
    (tmp_path / "text.pt").write_text("hello")
    torch.save({"format": "trainyard-model", "x": Evil(tmp_path / "ran")}, tmp_path / "evil.pt")
    torch.save({"weights": torch.zeros(2)}, tmp_path / "other.pt")
    for name, words in (("text.pt", "not a model file"), ("evil.pt", "not a model file"), (".", "Is a directory"),
                        ("other.pt", "not a Trainyard model of version 1"), ("gone.pt", "No such file or directory")):
        assert downloaded.main([str(tmp_path / name), str(tmp_path / "rows.csv")]) == 2
        assert capsys.readouterr().err == f"{tmp_path / name}: {words}\n"
    assert not (tmp_path / "ran").exists()


def test_answers_go_into_a_pipe_that_may_close_early(trained, tmp_path):
    path = birds(tmp_path / "rows.csv", rows=2000)
    command = [sys.executable, "-I", str(trained.out / "artifacts" / "predict.py"),
               str(trained.out / "artifacts" / "model.pt"), path]
    reader, writer = os.pipe()
    os.close(reader)
    done = subprocess.run(command, stdout=writer, stderr=subprocess.PIPE, text=True, timeout=60)
    os.close(writer)
    assert (done.returncode, done.stderr) == (2, "Cannot write the answers: Broken pipe\n")


def test_a_label_that_a_spreadsheet_would_run_is_made_a_text_unless_asked_for_raw(warm_host, downloaded, tmp_path, capsys):
    labels = ["=1+1", "@sum", "-5", "+cmd|x"]
    rows = [[i % 4, labels[i % 4]] for i in range(80)]
    run = start(warm_host, tmp_path, data=write_csv(tmp_path / "risky.csv", ["x", "y"], rows), target="y",
                training={"epochs": 30, "batch_size": 8}, features=["x"])
    run.finish()
    (tmp_path / "rows.csv").write_text("x\n0\n1\n2\n3\n")
    shown = {}
    for more in ((), ("--raw",)):
        assert load(run).main([str(run.out / "artifacts" / "model.pt"), str(tmp_path / "rows.csv"),
                               "--out", str(tmp_path / "out.csv"), *more]) == 0
        shown[more] = {row["prediction"] for row in rows_of(tmp_path / "out.csv")}
    assert shown["--raw",] <= set(labels) and len(shown["--raw",]) > 2
    assert shown[()] == {label if label == "-5" else "'" + label for label in shown["--raw",]}
    tested = rows_of(run.out / "artifacts" / "predictions.csv")
    assert {row["truth"] for row in tested} == {"'=1+1", "'@sum", "-5", "'+cmd|x"}


def test_a_category_of_digits_keeps_its_zeros_and_one_value_or_nothing_predicts(warm_host, tmp_path):
    rows = [[["00120", "00345"][i % 2], ["on", ""][i % 3 == 0], ["x", "y"][i % 2]] for i in range(60)]
    run = start(warm_host, tmp_path, data=write_csv(tmp_path / "codes.csv", ["post", "flag", "y"], rows), target="y",
                training={"epochs": 30, "batch_size": 16})
    run.finish()
    said = []
    answers = load(run).predict(model_of(run), [
        {"post": "00120", "flag": "on"}, {"post": "120", "flag": "on"}, {"post": 120, "flag": "on"},
        {"post": "00120", "flag": "off"}, {"post": "00120"}], said)
    assert answers[0]["prediction"] == "x" and answers[1] == answers[2] != answers[0]
    assert any("'120'" in s for s in said) and any("'off'" in s for s in said)


def test_labels_keep_the_type_that_the_column_has(warm_host, tmp_path):
    lines = [json.dumps({"x": i % 3, "y": [0, "0", 1, "1", 2, "2"][i % 3 * 2 + i % 2]}) for i in range(90)]
    (tmp_path / "mixed.jsonl").write_text("\n".join(lines) + "\n")
    run = start(warm_host, tmp_path, data=tmp_path / "mixed.jsonl", target="y", training={"epochs": 20})
    run.finish()
    assert run.of("started")[0]["task"] == "classification"
    answers = load(run).predict(model_of(run), [{"x": 0}, {"x": "2"}])
    assert list(answers[0]["probabilities"]) == ["0", "1", "2"]
    assert len({type(a["prediction"]) for a in answers}) == 1


@pytest.mark.parametrize("architecture", ARCHITECTURES)
def test_no_name_of_the_gathered_file_is_defined_twice(architecture):
    names = []
    for node in ast.parse(predict_source(architecture)).body:
        if isinstance(node, (ast.FunctionDef, ast.ClassDef)):
            names.append(node.name)
        if isinstance(node, ast.Assign):
            names += [found.id for target in node.targets for found in ast.walk(target) if isinstance(found, ast.Name)]
    assert len(names) == len(set(names)) > 40


def test_markup_in_names_and_cells_is_only_text_in_the_card(warm_host, tmp_path):
    evil = '<img src=x onerror="alert(1)">'
    rows = [[i, [evil, "[a](javascript:b)", "| # `x`"][i % 3], ["<b>", "**y**\n# no"][i % 2]] for i in range(60)]
    data = write_csv(tmp_path / "evil.csv", [f"{evil} x", "__init__", "<script>y</script>"], rows)
    run = start(warm_host, tmp_path, data=data, target="<script>y</script>", training={"epochs": 2})
    run.finish()
    card = (run.out / "artifacts" / "model_card.md").read_text()
    assert "<" not in card and "](java" not in card and "\n# no" not in card
    answers = load(run).predict(model_of(run), [{f"{evil} x": 1, "__init__": evil}])
    assert answers[0]["prediction"] in ("<b>", "**y**\n# no")


def test_the_model_opens_without_running_code_and_holds_nothing_of_its_place(trained):
    art = model_of(trained)
    text = repr(art) + (trained.out / "artifacts" / "predict.py").read_text()
    assert str(trained.out) not in text and os.uname().nodename not in text
    assert art["predict_py"] == (trained.out / "artifacts" / "predict.py").read_text()
    assert art["data"]["rows"] == {"train": 140, "validation": 30, "test": 30}
    assert all(isinstance(t, torch.Tensor) for t in art["weights"].values())


def test_the_verb_predict_answers_rows_through_the_host(warm_host, trained, tmp_path):
    rows = [{"island": "Dream", "mass": 4000}, {}]
    (tmp_path / "rows.json").write_text(json.dumps({"rows": rows}))
    fields = {"verb": "predict", "spec": str(tmp_path / "rows.json"), "out": str(tmp_path / "answers.json")}
    run = warm_host.run(1, data=str(trained.out / "artifacts" / "model.pt"), **fields)
    assert run.finish()["code"] == 0
    assert json.loads((tmp_path / "answers.json").read_text())["predictions"] == own_predict(model_of(trained), rows)
    evil = tmp_path / "evil.pt"
    torch.save({"format": "trainyard-model", "x": Evil(tmp_path / "ran")}, evil)
    run = warm_host.run(1, data=str(evil), **fields)
    assert run.finish()["code"] == 2
    assert "not a model file" in run.result["message"] and not (tmp_path / "ran").exists()


class Evil:
    def __init__(self, path):
        self.path = path

    def __reduce__(self):
        return os.system, (f"touch {self.path}",)
