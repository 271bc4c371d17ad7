import csv
import functools
import hashlib
import json
import os
import subprocess
from pathlib import Path

import pytest
import torch

from .bare_environment import bare_environment
from .data import birds, houses, write_spec
from .warm_host import WarmHost


@pytest.fixture(scope="session")
def warm_host():
    """One real host for every test: as in production, thousands of jobs may come from it."""
    host = WarmHost(slots=2)
    yield host
    code, log = host.close()
    assert code == 0, log
    assert "died" not in log, log


@pytest.fixture
def job(warm_host, tmp_path):
    """Starts a training job; keyword arguments are fields of the spec, those in HOST of the command."""
    return lambda slot=0, **fields: start(warm_host, tmp_path, slot, **fields)


@pytest.fixture(scope="session")
def finished(warm_host, tmp_path_factory):
    """`finished(architecture, target)`: a job that is trained once for all tests, of classes (`species`) or of a number
    (`price`); its data is in `run.data`."""

    @functools.cache
    def run(architecture, target):
        folder = tmp_path_factory.mktemp(f"{architecture}-{target}")
        data = {"species": birds, "price": houses}[target](folder / "data.csv", rows=150)
        run = start(warm_host, folder, data=data, target=target, architecture=architecture, training={"epochs": 3})
        assert run.finish()["code"] == 0
        run.data = Path(data)
        return run

    return run


@pytest.fixture(scope="session")
def bare_python(tmp_path_factory):
    """`bare_python(script, *arguments)` runs in an environment with torch alone."""
    python = bare_environment(tmp_path_factory.mktemp("bare"))
    return lambda *command: subprocess.run(
        [python, "-I", *command], capture_output=True, text=True, timeout=120, cwd="/", env={"PATH": os.environ["PATH"]})


HOST = ("data", "out", "resume", "checkpoint_seconds", "threads", "limits")


def start(host, folder, slot=0, **fields):
    given = {name: fields.pop(name) for name in HOST if name in fields}
    default = folder / "birds.csv"  # written once: another job may be reading it
    data = given.pop("data", None) or (default if default.exists() else birds(default))
    count = len(list(folder.glob("spec-*.json")))
    out = given.pop("out", None) or folder / f"out-{count}"
    Path(out).mkdir(exist_ok=True)
    spec = write_spec(folder / f"spec-{count}.json", **fields)
    run = host.run(slot, "train", spec=spec, data=str(data), out=str(out),
                   format="jsonl" if str(data).endswith(".jsonl") else "csv", **{"threads": 2, **given})
    run.out = Path(out)
    return run


def rows_of(path):
    """The rows of a CSV file, as texts by column."""
    with open(path, newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def digest_of(run, name="model.pt"):
    return hashlib.sha256((run.out / "artifacts" / name).read_bytes()).hexdigest()


def model_of(run):
    return torch.load(run.out / "artifacts" / "model.pt", weights_only=True)


def facts_of(run):
    return json.loads((run.out / "artifacts" / "metrics.json").read_text())


def series(*runs):
    """Epoch-end points of several attempts by step; a step that two attempts report must have one value."""
    points = {}
    for run in runs:
        for event in run.of("metrics"):
            if "validation/loss" in event["values"]:
                assert points.setdefault(event["step"], event["values"]) == event["values"]
    return points
