"""Every file of a model, opened by what a person would open it with, says the same as predict.py."""

import csv
import errno
import json
import math
import re
import shutil
import zipfile
from dataclasses import asdict
from pathlib import Path

import numpy as np
import onnxruntime
import pytest
import torch
from safetensors import safe_open

from trainyard_trainer.artifact import write
from trainyard_trainer.artifact.bundle import write_bundle
from trainyard_trainer.artifact.card import yaml_number
from trainyard_trainer.artifact.onnx.export import CannotExport, onnx_model
from trainyard_trainer.artifact.onnx.operators import OPERATORS
from trainyard_trainer.artifact.predict_template import inputs, predict
from trainyard_trainer.artifact.predictions import FULL_CLASSES, Scored, write_predictions
from trainyard_trainer.control import Control
from trainyard_trainer.data.table import Column
from trainyard_trainer.events import Events
from trainyard_trainer.job import Request
from trainyard_trainer.models import ARCHITECTURES
from trainyard_trainer.train import run_train

from .conftest import digest_of, facts_of, model_of, rows_of
from .data import birds, write_csv, write_spec

ALL = ["model.pt", "predict.py", "predictions.csv", "model.safetensors", "model.onnx", "metrics.json", "model_card.md",
       "model.zip"]
AFTER_A_STOP = [name for name in ALL if name not in ("model.onnx", "model.zip")]


def close(one, other):
    return math.isclose(one, other, rel_tol=1e-6, abs_tol=1e-6)


@pytest.mark.parametrize("architecture", ARCHITECTURES)
@pytest.mark.parametrize("target", ["species", "price"])
def test_the_predictions_are_those_of_predict_py_for_the_same_rows(finished, architecture, target):
    run = finished(architecture, target)
    assert run.result["artifacts"] == ALL
    rows = rows_of(run.data)
    tested = rows_of(run.out / "artifacts" / "predictions.csv")
    assert len(tested) == model_of(run)["data"]["rows"]["test"]
    places = [int(row["row"]) for row in tested]
    assert places == sorted(set(places)) and 1 <= places[0] and places[-1] <= len(rows)
    answers = predict(model_of(run), [rows[place - 1] for place in places])
    for row, place, answer in zip(tested, places, answers):
        assert row["truth"] == rows[place - 1][target] or float(row["truth"]) == float(rows[place - 1][target])
        if target == "price":
            assert close(float(row["prediction"]), answer["prediction"])
        else:
            assert row["prediction"] == answer["prediction"]
            assert all(close(float(row[f"probability of {name}"]), p) for name, p in answer["probabilities"].items())
    # The score that is reported is the score of these rows.
    if target == "species":
        hits = sum(row["truth"] == row["prediction"] for row in tested)
        assert close(hits / len(tested), run.result["metrics"]["test"]["accuracy"])
    else:
        error = sum(abs(float(row["truth"]) - float(row["prediction"])) for row in tested) / len(tested)
        assert math.isclose(error, run.result["metrics"]["test"]["mae"], rel_tol=1e-5)


@pytest.mark.parametrize("architecture", ARCHITECTURES)
@pytest.mark.parametrize("target", ["species", "price"])
def test_the_onnx_file_gives_the_answers_of_torch_for_any_number_of_rows(finished, architecture, target):
    run = finished(architecture, target)
    art = model_of(run)
    session = onnxruntime.InferenceSession(run.out / "artifacts" / "model.onnx")
    raw = [*rows_of(run.data), {}, {"island": "nowhere", "mass": 1e30, "area": "-5"}]
    for rows in (raw, raw[:1], raw[:7]):
        numbers, categories = inputs(art, rows)
        found, = session.run(None, {"numbers": numbers.numpy(), "categories": categories.numpy()})
        wanted = predict(art, rows)
        if target == "species":
            wanted = [list(answer["probabilities"].values()) for answer in wanted]
            assert session.get_outputs()[0].name == "probabilities"
        else:
            wanted = [answer["prediction"] for answer in wanted]
            assert session.get_outputs()[0].name == "prediction"
        np.testing.assert_allclose(found, wanted, rtol=1e-6, atol=1e-6)
    spec = json.loads(session.get_modelmeta().custom_metadata_map["spec"])
    assert spec["architecture"] == architecture and spec["target"]["name"] == target


@pytest.mark.parametrize("architecture", ARCHITECTURES)
@pytest.mark.parametrize("numeric, levels", [(5, []), (0, [4, 3]), (1, [2]), (2, [40])])
@pytest.mark.parametrize("outputs", [1, 2])
def test_a_network_of_numbers_alone_or_categories_alone_has_an_onnx_file_too(architecture, numeric, levels, outputs):
    chosen = ARCHITECTURES[architecture]
    task = "regression" if outputs == 1 else "classification"
    network = chosen.build(asdict(chosen.settle(chosen.hyperparameters(), task)), numeric, levels, outputs)
    target = {"mean": 10.0, "scale": 2.0} if outputs == 1 else {"labels": ["no", "yes"]}
    pieces = onnx_model(network, numeric, len(levels), target, {}, ("test", "1"))
    session = onnxruntime.InferenceSession(b"".join(bytes(piece) for piece in pieces))
    for rows in (1, 5):
        numbers = torch.randn(rows, numeric)
        categories = torch.randint(0, min(levels, default=1), (rows, len(levels)))
        with torch.inference_mode():
            wanted = network(numbers, categories).double()
        wanted = wanted.softmax(1) if outputs > 1 else wanted[:, 0] * 2 + 10
        found, = session.run(None, {"numbers": numbers.numpy(), "categories": categories.numpy()})
        np.testing.assert_allclose(found, wanted.numpy(), rtol=1e-5, atol=1e-6)


VARIANTS = [
    ("tabm", {"numeric_embedding": "none"}),
    *(("realmlp", {"numeric_embedding": kind, "activation": activation, "one_hot_levels": 3})
      for kind, activation in (("pl", "relu"), ("plr", "mish"), ("none", "selu"))),
]


@pytest.mark.parametrize("architecture, chosen", VARIANTS)
def test_other_settings_of_a_network_have_an_onnx_file_too(architecture, chosen):
    settled = ARCHITECTURES[architecture].settle(ARCHITECTURES[architecture].hyperparameters(**chosen), "classification")
    network = ARCHITECTURES[architecture].build(asdict(settled), 2, [4, 9], 3)
    pieces = onnx_model(network, 2, 2, {"labels": ["a", "b", "c"]}, {}, ("test", "1"))
    session = onnxruntime.InferenceSession(b"".join(bytes(piece) for piece in pieces))
    numbers, categories = torch.randn(6, 2), torch.randint(0, 4, (6, 2))
    with torch.inference_mode():
        wanted = network(numbers, categories).double().softmax(1)
    found, = session.run(None, {"numbers": numbers.numpy(), "categories": categories.numpy()})
    np.testing.assert_allclose(found, wanted.numpy(), rtol=1e-5, atol=1e-6)


class CountsRows(torch.nn.Linear):
    def forward(self, numbers, categories):
        return super().forward(numbers * len(numbers))


class Sorts(torch.nn.Linear):
    def forward(self, numbers, categories):
        return super().forward(numbers.sort(1).values)


@pytest.mark.parametrize("network, words", [(CountsRows, "uses the number of rows"), (Sorts, "no ONNX operator for sort")])
def test_a_network_that_onnx_cannot_say_is_refused_with_the_reason(network, words):
    with pytest.raises(CannotExport, match=words):
        onnx_model(network(3, 1), 3, 0, {"mean": 0.0, "scale": 1.0}, {}, ("test", "1"))


def test_other_programs_open_the_weights_and_find_the_spec_beside_them(finished):
    for architecture in ARCHITECTURES:
        run = finished(architecture, "species")
        art = model_of(run)
        with safe_open(run.out / "artifacts" / "model.safetensors", "pt") as file:
            spec = json.loads(file.metadata()["spec"])
            held = {name: file.get_tensor(name) for name in file.keys()}
        assert all(torch.equal(held.pop(name), tensor) for name, tensor in art["weights"].items())
        assert spec["hyperparameters"] == json.loads(json.dumps(art["hyperparameters"]))
        assert spec["target"]["labels"] == ["Adelie", "Chinstrap", "Gentoo"]
        named = [column["quantiles"]["tensor"] for column in spec["preprocess"]["numbers"] if "quantiles" in column]
        assert set(named) == set(held)
        for column, name in zip(art["preprocess"]["numbers"], named):
            assert torch.equal(column["quantiles"], held[name])


def test_the_zip_holds_every_other_file_and_equal_files_give_equal_bytes(finished, tmp_path):
    run = finished("mlp", "species")
    folder = run.out / "artifacts"
    with zipfile.ZipFile(folder / "model.zip") as bundle:
        assert bundle.testzip() is None
        assert [entry.filename for entry in bundle.infolist()] == ALL[:-1]
        assert all(bundle.read(name) == (folder / name).read_bytes() for name in ALL[:-1])
    shutil.copytree(folder, tmp_path / "later")
    for i in range(2):
        with open(tmp_path / f"{i}.zip", "wb") as file:
            write_bundle([folder, tmp_path / "later"][i], ALL[:-1], file)
    assert (tmp_path / "0.zip").read_bytes() == (tmp_path / "1.zip").read_bytes() == (folder / "model.zip").read_bytes()


@pytest.mark.parametrize("architecture", ["mlp", "realmlp"])
def test_equal_runs_give_equal_bytes_of_all_that_holds_no_time(job, architecture):
    runs = [job(slot, architecture=architecture, training={"epochs": 3}) for slot in (0, 1)]
    for run in runs:
        run.finish()
    for name in ("model.pt", "predict.py", "predictions.csv", "model.safetensors", "model.onnx"):
        assert digest_of(runs[0], name) == digest_of(runs[1], name), name


def test_after_a_stop_there_is_all_but_onnx_and_the_zip_and_the_card_says_why_it_ended(job):
    run = job(training={"epochs": 10_000, "batch_size": 16, "early_stopping_patience": None})
    run.until(lambda e: e["type"] == "best" and e["epoch"] >= 2)
    run.signal("TERM")
    run.finish()
    assert run.result["artifacts"] == AFTER_A_STOP
    assert {p.name for p in (run.out / "artifacts").iterdir()} == set(AFTER_A_STOP)
    card = (run.out / "artifacts" / "model_card.md").read_text()
    assert "ended early" in card and "model.onnx" not in card
    assert len(rows_of(run.out / "artifacts" / "predictions.csv")) == 30


def trained_here(folder, **fields):
    """A job in this process, so that a test can take something away from it: its result, and what it said."""
    write_spec(folder / "spec.json", training={"epochs": 1}, **fields)
    seen = []
    request = Request(spec=folder / "spec.json", data=birds(folder / "birds.csv"), format="csv", gzip=False, out=folder)
    done = run_train(request, Events(seen.append), Control())
    return done, [e["line"] for e in seen if e["type"] == "log" and e["level"] == "warning"]


def test_a_file_that_cannot_be_made_is_left_out_and_said_and_the_job_succeeds(tmp_path, monkeypatch, capsys):
    monkeypatch.delitem(OPERATORS, "linear")
    monkeypatch.setattr(write, "write_safetensors", full_disk)
    monkeypatch.setattr(write, "write_bundle", lambda *_: {}["a fault of ours"])
    done, warnings = trained_here(tmp_path)
    assert done["outcome"] == "succeeded" and "in <lambda>" in capsys.readouterr().err
    left = ["model.safetensors", "model.onnx", "model.zip"]
    assert done["artifacts"] == [name for name in ALL if name not in left]
    assert warnings == ["model.safetensors was left out: the disk is full.",
                        "model.onnx was left out: there is no ONNX operator for linear here.",
                        "model.zip was left out: a fault of the trainer, KeyError."]
    assert not [p for p in (tmp_path / "artifacts").iterdir() if p.name.endswith(".part")]
    facts = json.loads((tmp_path / "artifacts" / "metrics.json").read_text())
    assert facts["files"]["said"] == warnings[:2]
    card = (tmp_path / "artifacts" / "model_card.md").read_text()
    assert card.count("was left out") == 2
    assert "- `model.onnx`" not in card and "- `predictions.csv`" in card


def full_disk(*_):
    raise OSError(errno.ENOSPC, "No space left on device")


def scored(rows, labels):
    outputs = torch.randn(rows, len(labels), generator=torch.Generator().manual_seed(0))
    truth = Column("y", "number", np.arange(rows, dtype=np.float64))
    return Scored(np.arange(rows), truth, outputs, {"labels": labels, "kind": "category"})


def test_predictions_stay_within_bounds_of_cells_and_of_time(tmp_path):
    def written(made, deadline=None, clock=lambda: 0.0):
        with open(tmp_path / "p.csv", "wb") as file:
            count = write_predictions(made, file, deadline, clock)
        rows = rows_of(tmp_path / "p.csv")
        assert len(rows) == count
        return rows

    few = written(scored(5000, ["a", "b"]))
    assert len(few) == 5000 and list(few[0]) == ["row", "truth", "prediction", "probability of a", "probability of b"]
    many = written(scored(100, [f"c{i}" for i in range(FULL_CLASSES + 1)]))
    assert list(many[0]) == ["row", "truth", "prediction", "probability"]
    assert all(1 / (FULL_CLASSES + 1) < float(row["probability"]) < 1 for row in many)
    late = iter([0.0, 9.0, 9.0])
    assert len(written(scored(10_000, ["a", "b"]), 5.0, lambda: next(late))) == 2 * 2048
    assert len(written(scored(5000, ["a", "b"]), -1.0)) == 2048
    empty = written(scored(0, ["a", "b"]))
    assert empty == []


def test_row_numbers_count_the_rows_of_the_file_also_those_without_a_target(job, tmp_path):
    lines = [[i, "" if i % 3 == 0 else "odd" if i % 2 else "even", f"two\nlines {i % 2}"] for i in range(1, 121)]
    run = job(data=write_csv(tmp_path / "gaps.csv", ["x", "y", "z"], lines), target="y", training={"epochs": 1})
    run.finish()
    found = rows_of(run.out / "artifacts" / "predictions.csv")
    assert len(found) == 12
    assert all(row["truth"] == lines[int(row["row"]) - 1][1] != "" for row in found)


def test_whole_numbers_and_numbers_are_written_as_the_column_holds_them(job, tmp_path):
    lines = [[i % 7, 9007199254740000 + i * 3] for i in range(60)]
    run = job(data=write_csv(tmp_path / "whole.csv", ["x", "y"], lines), target="y", task="regression", training={"epochs": 1})
    run.finish()
    assert all(int(row["truth"]) == lines[int(row["row"]) - 1][1] for row in rows_of(run.out / "artifacts" / "predictions.csv"))


FRONT = re.compile(r'(?:  )*(?:- )?(?:[a-z-]+(?:_[a-z]+)*: ?)?(?:"[^"\\]*"|-?[0-9.]+(?:e[+-][0-9]+)?|[a-z][a-z0-9_-]*)?')


def test_the_card_has_front_matter_that_yaml_reads_and_says_the_limits(job, tmp_path):
    names = ["a", "b", "c"]
    rows = [[i % 5 if i % 10 else "", i % 3, "k", names[0] if i % 20 == 0 else names[1 + i % 2]] for i in range(200)]
    run = job(data=write_csv(tmp_path / "rare.csv", ["x", "z", "one", "y"], rows), target="y", features=["x"],
              training={"epochs": 2})
    run.finish()
    card = (run.out / "artifacts" / "model_card.md").read_text()
    _, front, body = card.split("---\n", 2)
    lines = front.splitlines()
    assert all(FRONT.fullmatch(line) for line in lines), [line for line in lines if not FRONT.fullmatch(line)]
    assert "pipeline_tag: tabular-classification" in lines and "model-index:" in lines
    accuracy = lines[lines.index("    - type: accuracy") + 1]
    assert accuracy == f"      value: {run.result['metrics']['test']['accuracy']!r}"
    assert f'      name: "sha256:{model_of(run)["data"]["sha256"]}"' in lines
    assert "Columns of the file that the model does not use: z, one." in body
    assert "Missing cells: x 10.0%." in body
    assert "Classes with fewer than 20 training rows: a (6)." in body
    assert all(f"- `{name}`" in body for name in ALL if name not in ("model_card.md", "model.zip"))
    assert facts_of(run)["run"]["seconds"]["artifacts"] > 0
    assert [yaml_number(x) for x in (1e-05, 1.5e-07, 0.25, 1e20, -1e-9)] == \
        ["1.0e-05", "1.5e-07", "0.25", "1.0e+20", "-1.0e-09"]


def test_every_file_opens_with_torch_alone(finished, bare_python, tmp_path):
    """An environment that has torch and what torch needs, and nothing else: no numpy, no polars, none of ours."""
    folders = []
    for target in ("species", "price"):
        for architecture in ARCHITECTURES:
            run = finished(architecture, target)
            folder = tmp_path / f"{architecture} {target}"
            shutil.copytree(run.out / "artifacts", folder)
            shutil.copy(run.data, folder / "rows.csv")
            folders.append(str(folder))
    done = bare_python(Path(__file__).parent / "open_downloads.py", *folders)
    assert done.returncode == 0, done.stderr[-3000:]
    assert done.stdout.splitlines() == [f"{folder}: opened" for folder in folders]
    done = bare_python(Path(folders[0]) / "predict.py", Path(folders[0]) / "model.pt", Path(folders[0]) / "rows.csv")
    assert (done.returncode, done.stderr) == (0, "")
    answers = list(csv.DictReader(done.stdout.splitlines()))
    tested = rows_of(Path(folders[0]) / "predictions.csv")
    for row in tested:
        answer = answers[int(row["row"]) - 1]
        assert all(close(float(row[name]), float(answer[name])) for name in row if name.startswith("probability of "))
