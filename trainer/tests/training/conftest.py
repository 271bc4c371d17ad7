import hashlib
import json
from pathlib import Path

import pytest
import torch

from .data import birds, write_spec
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
