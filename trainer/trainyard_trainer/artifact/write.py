"""Writes what a person downloads: model.pt, predict.py, metrics.json, model_card.md."""

import hashlib
import json
from typing import Any

from torch import Tensor

from ..events import finite_values
from ..job import Job, versions
from .card import model_card
from .files import write_text
from .predict_source import predict_source
from .pt import save_model

NAMES = ["model.pt", "predict.py", "metrics.json", "model_card.md"]


def write_artifacts(job: Job, weights: dict[str, Tensor], metrics: dict[str, Any], test_report: dict[str, Any],
                    incomplete: str | None) -> list[str]:
    """Writes all of them into `<out>/artifacts`, the model last; returns their names."""
    folder = job.request.out / "artifacts"
    folder.mkdir(parents=True, exist_ok=True)
    source = predict_source(job.architecture.id)
    data = {"sha256": job.data_sha256, "rows": job.rows}
    artifact = {
        "task": job.problem.task,
        "target": job.problem.target,
        "preprocess": job.problem.preprocess.fitted,
        "architecture": job.architecture.id,
        "hyperparameters": job.config["hyperparameters"],
        "inputs": job.inputs,
        "outputs": job.problem.outputs,
        "weights": weights,
        "metrics": metrics,
        "data": data,
        "config": job.config,
        "versions": versions(),
        "predict_py": source,
    }
    facts = {
        "architecture": {"id": job.architecture.id, "title": job.architecture.title, "source": job.architecture.source},
        "config": job.config,
        "data": data,
        "metrics": metrics,
        "test_report": test_report,
        "history": [finite_values(entry)[0] for entry in job.state.history],
        "findings": job.problem.findings,
        "incomplete": incomplete,
        "predict_py_sha256": hashlib.sha256(source.encode()).hexdigest(),
        "versions": versions(),
        "run": {"seconds": job.seconds, "device": job.device.type, "threads": job.conditions["threads"]},
    }
    write_text(folder / "predict.py", source)
    write_text(folder / "metrics.json", json.dumps(facts, indent=1, allow_nan=False) + "\n")
    write_text(folder / "model_card.md", model_card(facts))
    save_model(artifact, folder / "model.pt")
    return NAMES
