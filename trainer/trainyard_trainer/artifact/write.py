"""Writes what a person downloads: the model and its program first, then what is taken from them."""

import errno
import hashlib
import json
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

import torch
from torch import Tensor

from .. import VERSION
from ..events import Events, finite_values
from ..job import Job, versions
from .bundle import write_bundle
from .card import model_card
from .described import described
from .files import write_text, write_whole
from .onnx.export import CannotExport, onnx_model
from .predict_source import predict_source
from .predictions import Scored, write_predictions
from .pt import save_model
from .safetensors import write_safetensors

EXPECTED = (CannotExport, OSError, MemoryError, ValueError)


@dataclass(frozen=True, kw_only=True, slots=True)
class Finished:
    """What is known of the model at the end. `incomplete` is why training ended early, or None. `deadline`
    (monotonic) is set after a stop: then predictions end there, and ONNX and the zip are left out."""

    weights: dict[str, Tensor]
    metrics: dict[str, Any]
    test_report: dict[str, Any]
    tested: Scored
    incomplete: str | None
    deadline: float | None


def write_artifacts(job: Job, done: Finished, events: Events) -> list[str]:
    """Writes the files into `<out>/artifacts` and returns their names, `model.pt` first.

    Without the model or its program the job has failed, so their errors are raised. Any other file that cannot be
    made is left out, which a warning, metrics.json and the card say.
    """
    started = time.monotonic()
    files = _Files(job.request.out / "artifacts", events)
    source = predict_source(job.architecture.id)
    artifact = _artifact(job, done, source)
    save_model(artifact, files.folder / "model.pt")
    write_text(files.folder / "predict.py", source)
    files.names += ["model.pt", "predict.py"]
    files.optional("predictions.csv", lambda file: files.say_cut(done, write_predictions(done.tested, file, done.deadline)))
    files.optional("model.safetensors", lambda file: _safetensors(artifact, file))
    if done.deadline is None:
        files.optional("model.onnx", lambda file: _onnx(job, artifact, file))
    job.seconds["artifacts"] = time.monotonic() - started
    facts = _facts(job, done, source, files)
    files.optional("metrics.json", lambda file: file.write((json.dumps(facts, indent=1, allow_nan=False) + "\n").encode()))
    files.optional("model_card.md", lambda file: file.write(model_card(facts).encode(errors="replace")))
    if done.deadline is None:
        files.optional("model.zip", lambda file: write_bundle(files.folder, list(files.names), file))
    return files.names


class _Files:
    """The files made so far, and what is to be said of those that were not."""

    def __init__(self, folder: Path, events: Events):
        folder.mkdir(parents=True, exist_ok=True)
        self.folder, self._events = folder, events
        self.names: list[str] = []
        self.said: list[str] = []

    def optional(self, name: str, write: Callable[[BinaryIO], Any]) -> None:
        try:
            write_whole(self.folder / name, write)
            self.names.append(name)
        except Exception as error:
            if not isinstance(error, EXPECTED):
                traceback.print_exc()  # a fault of ours, which the log of the job keeps
            self.say(f"{name} was left out: {_reason(error)}.", "warning")

    def say(self, sentence: str, level: str = "info") -> None:
        self.said.append(sentence)
        self._events.log(level, sentence)

    def say_cut(self, done: Finished, rows: int) -> None:
        if rows < len(done.tested.rows):
            self.say(f"predictions.csv holds the first {rows} of {len(done.tested.rows)} test rows.")


def _reason(error: Exception) -> str:
    if isinstance(error, MemoryError):
        return "it needs more memory than the job may use"
    if isinstance(error, OSError):
        return "the disk is full" if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG) else str(error.strerror)
    if isinstance(error, EXPECTED):
        return str(error)
    return f"a fault of the trainer, {type(error).__name__}"


def _artifact(job: Job, done: Finished, source: str) -> dict[str, Any]:
    """The content of model.pt: nothing of time, host, path or attempt."""
    return {
        "task": job.problem.task,
        "target": job.problem.target,
        "preprocess": job.problem.preprocess.fitted,
        "architecture": job.architecture.id,
        "hyperparameters": job.config["hyperparameters"],
        "inputs": job.inputs,
        "outputs": job.problem.outputs,
        "weights": done.weights,
        "metrics": done.metrics,
        "data": {"sha256": job.data_sha256, "rows": job.rows},
        "config": job.config,
        "versions": versions(),
        "predict_py": source,
    }


def _safetensors(artifact: dict[str, Any], file: BinaryIO) -> None:
    metadata, more = described(artifact)
    write_safetensors({**artifact["weights"], **more}, metadata, file)


def _onnx(job: Job, artifact: dict[str, Any], file: BinaryIO) -> None:
    metadata, _ = described(artifact)
    pieces = onnx_model(job.state.network, job.inputs["numeric"], len(job.inputs["levels"]), artifact["target"],
                        metadata, ("trainyard", VERSION))
    file.writelines(pieces)


def _facts(job: Job, done: Finished, source: str, files: _Files) -> dict[str, Any]:
    """The content of metrics.json, of which the card is made."""
    return {
        "architecture": {"id": job.architecture.id, "title": job.architecture.title, "source": job.architecture.source},
        "config": job.config,
        "data": {"sha256": job.data_sha256, "format": job.request.format, "rows": job.rows, "file": job.file,
                 "classes": _training_classes(job)},
        "metrics": done.metrics,
        "test_report": done.test_report,
        "history": [finite_values(entry)[0] for entry in job.state.history],
        "findings": job.problem.findings,
        "incomplete": done.incomplete,
        "files": {"names": [*files.names, "metrics.json", "model_card.md"], "said": files.said},
        "predict_py_sha256": hashlib.sha256(source.encode()).hexdigest(),
        "versions": versions(),
        "run": {"seconds": job.seconds, "device": job.device.type, "threads": job.conditions["threads"]},
    }


def _training_classes(job: Job) -> list[dict[str, Any]]:
    """`{ class, rows }` of the training part; empty for a regression."""
    labels = job.problem.target.get("labels", [])
    counts = torch.bincount(job.problem.train.target, minlength=len(labels)).tolist() if labels else []
    return [{"class": label, "rows": count} for label, count in zip(labels, counts)]
