"""The job spec: every fault at once, each at its place; the catalogue that the platform validates with."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from trainyard_trainer.catalogue import catalogue
from trainyard_trainer.models import ARCHITECTURES
from trainyard_trainer.spec import SpecError, load_spec, parse_spec

ROOT = Path(__file__).parents[3]


def faults(**fields):
    with pytest.raises(SpecError) as caught:
        parse_spec({"target": "y", "model": {"architecture": "mlp"}, **fields})
    return dict(caught.value.problems)


def test_a_small_spec_gets_the_defaults_and_auto_means_default():
    spec = parse_spec({"target": "y", "model": {"architecture": "mlp"}, "task": "auto",
                       "training": {"epochs": "auto", "batch_size": "auto", "loss": "auto", "class_weights": "auto"}})
    assert spec == parse_spec({"target": "y", "model": {"architecture": "mlp"}})
    assert (spec.task, spec.training.epochs, spec.training.class_weights) == (None, None, "none")
    assert spec.model.hyperparameters.hidden_sizes == (384, 384)


def test_a_column_to_split_by_says_how_to_split():
    spec = parse_spec({"target": "y", "model": {"architecture": "mlp"}, "columns": {"time": "day"}})
    assert (spec.split.method, spec.split.column) == ("time", "day")
    assert parse_spec({"target": "y", "model": {"architecture": "mlp"}}).split.column is None


def test_auto_is_a_value_once_the_task_is_known():
    model = {"architecture": "realmlp", "hyperparameters": {"learning_rate": "auto"}}
    given = parse_spec({"target": "y", "model": model}).model.hyperparameters
    settle = ARCHITECTURES["realmlp"].settle
    assert (settle(given, "classification").learning_rate, settle(given, "classification").activation) == (0.04, "selu")
    assert (settle(given, "regression").learning_rate, settle(given, "regression").activation) == (0.2, "mish")
    assert faults(model={"architecture": "realmlp", "hyperparameters": {"learning_rate": "fast"}})


def test_every_fault_is_told_at_once():
    found = faults(
        task="dance", extra=1, split={"validation_fraction": 0.9}, resources={"gpus": "many"},
        training={"epochs": 0, "seed": -1, "batch_size": 1.5, "early_stopping_patience": "auto"},
        model={"architecture": "mlp", "hyperparameters": {
            "dropout": 1, "hidden_sizes": [4, 0], "learning_rate": True, "schedule": "x", "depth": 3}})
    assert set(found) == {
        "/task", "/extra", "/split/validation_fraction", "/resources/gpus", "/training/epochs", "/training/seed",
        "/training/batch_size", "/training/early_stopping_patience", "/model/hyperparameters/dropout",
        "/model/hyperparameters/hidden_sizes/1", "/model/hyperparameters/learning_rate",
        "/model/hyperparameters/schedule", "/model/hyperparameters/depth"}
    assert found["/model/hyperparameters/dropout"] == "must be less than 1, got 1"


@pytest.mark.parametrize("fields, pointer", [
    ({"split": {"method": "time"}}, "/columns/time"),
    ({"split": {"method": "group"}}, "/columns/group"),
    ({"split": {"method": "random"}, "columns": {"group": "user"}}, "/split/method"),
    ({"columns": {"time": "day", "group": "user"}}, "/split/method"),
    ({"columns": {"time": "y"}}, "/columns/time"),
    ({"columns": {"series": "shop"}}, "/columns/series"),
    ({"columns": {"weight": "y"}}, "/columns/weight"),
    ({"horizon": 3}, "/horizon"),
    ({"task": "forecasting"}, "/task"),
    ({"features": ["x", "y"]}, "/features/1"),
    ({"features": ["x", "x"]}, "/features/1"),
    ({"task": "regression", "training": {"loss": "cross_entropy"}}, "/training/loss"),
    ({"training": {"loss": "fast"}}, "/training/loss"),
    ({"task": "classification", "training": {"selection_metric": "rmse"}}, "/training/selection_metric"),
    ({"training": {"selection_metric": "luck"}}, "/training/selection_metric"),
    ({"task": "classification", "training": {"loss": "quantile_0.5"}}, "/training/loss"),
    ({"task": "regression", "training": {"loss": "quantile_1"}}, "/training/loss"),
    ({"training": {"loss": "quantile_-0.1"}}, "/training/loss"),
    ({"training": {"loss": "quantile_"}}, "/training/loss"),
    ({"task": "regression", "training": {"class_weights": "balanced"}}, "/training/class_weights"),
    ({"training": {"class_weights": {"a": -1}}}, "/training/class_weights"),
    ({"split": {"validation_fraction": 0.5, "test_fraction": 0.5}}, "/split"),
    ({"model": {"architecture": "gpt"}}, "/model/architecture"),
    ({"model": {"architecture": {}}}, "/model/architecture"),
    ({"model": 3}, "/model"),
    ({"__proto__": {}}, "/__proto__"),
])
def test_what_cannot_be_done_is_refused_where_it_stands(fields, pointer):
    assert list(faults(**fields)) == [pointer]


@pytest.mark.parametrize("text", ["", "{", "[]", "3", '{"target": NaN}', "[" * 100_000, "\xff", " " * 2_000_000,
                                  '{"target":"y","model":{"architecture":"mlp","hyperparameters":{"dropout":1e999}}}'])
def test_bytes_that_are_no_spec_are_refused(tmp_path, text):
    path = tmp_path / "spec.json"
    path.write_bytes(text.encode("latin-1"))
    with pytest.raises(SpecError):
        load_spec(str(path))


def test_the_committed_catalogue_is_current():
    """To renew it: python -m trainyard_trainer describe --out packages/contracts/src/architectures.json"""
    committed = json.loads((ROOT / "packages/contracts/src/architectures.json").read_text())
    assert committed == json.loads(json.dumps(catalogue()))


def test_describe_needs_neither_torch_nor_polars():
    code = ("import sys; sys.argv = ['x', 'describe']\nfrom trainyard_trainer.__main__ import main\nmain()\n"
            "sys.exit(any(name in sys.modules for name in ('torch', 'polars', 'numpy')))")
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT / "trainer", capture_output=True, text=True)
    assert done.returncode == 0
    described = json.loads(done.stdout)
    assert described["hash"] == catalogue()["hash"]
    for architecture in described["architectures"]:
        schema = architecture["hyperparameters"]
        assert schema["additionalProperties"] is False
        for setting in schema["properties"].values():
            assert {"title", "default", "description", "x-ui"} <= set(setting)
        defaults = {name: setting["default"] for name, setting in schema["properties"].items()}
        parse_spec({"target": "y", "model": {"architecture": architecture["id"], "hyperparameters": defaults}})
        assert set(architecture["search_space"]) <= set(defaults)
