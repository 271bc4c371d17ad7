"""One training job made ready: spec, data, network and optimizer, built in the order in which they can fail."""

import functools
import hashlib
import time
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
import torch

from . import VERSION
from .catalogue import digest
from .data.limits import Limits
from .data.reader import read
from .data.table import Column, Table
from .device import pick_device, use_threads
from .loop import State
from .models import ARCHITECTURES
from .models.architecture import Architecture, Group
from .outcome import JobFailed
from .precision import pick_precision
from .randomness import seed_weights
from .settings import Settings
from .spec import AUTO, Spec, load_spec
from .tasks.tabular import Tabular, prepare


PREPARING = 16  # operations on a cell before the first step, about


@dataclass(frozen=True, kw_only=True, slots=True)
class Request:
    """What the caller of `train` gives."""

    spec: Path
    data: Path
    format: str
    gzip: bool
    out: Path
    resume: Path | None = None
    threads: int | None = None
    checkpoint_seconds: float = 60.0
    limits: Limits = field(default_factory=Limits)


@dataclass(kw_only=True)
class Job:
    request: Request
    spec: Spec
    architecture: Architecture
    hyperparameters: Any  # of the architecture, every `auto` settled
    problem: Tabular
    settings: Settings
    state: State
    device: torch.device
    inputs: dict[str, Any]  # numeric and levels, as Architecture.build takes them
    file: dict[str, Any]  # rows, and name, type and missing cells of each column
    tested: Column  # the target's cells in the test rows
    seconds: dict[str, float]

    @property
    def config(self) -> dict[str, Any]:
        """Everything that decides the result, with what was left to us filled in."""
        spec, settings, problem = self.spec, self.settings, self.problem
        return {
            "task": problem.task,
            "target": spec.target,
            "features": problem.features,
            "split": problem.split,
            "weight": spec.weight,
            "architecture": self.architecture.id,
            "hyperparameters": asdict(self.hyperparameters),
            "training": {
                "epochs": settings.epochs,
                "batch_size": settings.batch_size,
                "micro_batch_size": settings.micro_batch_size,
                "precision": settings.precision,
                "loss": problem.loss_name,
                "selection_metric": problem.metric,
                "class_weights": spec.training.class_weights,
                "early_stopping_patience": settings.patience,
                "seed": settings.seed,
            },
        }

    @functools.cached_property
    def data_sha256(self) -> str:
        """Of the file's bytes; computed when it is first needed, which is after the first step."""
        with open(self.request.data, "rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()

    @functools.cached_property
    def config_hash(self) -> str:
        return digest({"config": self.config, "data": self.data_sha256})

    @property
    def conditions(self) -> dict[str, Any]:
        """What must be the same for a resumed run to equal an uninterrupted one, bit for bit."""
        return {"threads": torch.get_num_threads(), "device": self.device.type, **versions()}

    @property
    def rows(self) -> dict[str, int]:
        return {name: getattr(self.problem, name).rows for name in ("train", "validation", "test")}


def versions() -> dict[str, str]:
    return {"trainer": VERSION, "torch": str(torch.__version__)}


def open_job(request: Request) -> Job:
    """Raises SpecError, DataError or JobFailed."""
    clock = time.monotonic()
    spec = load_spec(str(request.spec))
    table = read(request.data, request.format, request.gzip, request.limits)
    read_at = time.monotonic()
    use_threads(request.threads, table.rows * len(table.columns) * PREPARING)
    problem = prepare(table, spec)
    problem.findings.extend({"code": f["code"], "message": f["message"]} for f in table.findings)
    architecture = ARCHITECTURES[spec.model.architecture]
    device = pick_device(spec.resources.accelerator)
    inputs = {"numeric": problem.preprocess.numeric_inputs, "levels": problem.preprocess.level_counts}
    if inputs["numeric"] + sum(inputs["levels"]) == 0:
        raise JobFailed("user_error", "The features hold no value in the training rows; name other features.")
    own = architecture.settle(spec.model.hyperparameters, problem.task)
    problem = replace(problem, label_smoothing=getattr(own, "label_smoothing", 0.0))
    seed_weights(spec.training.seed)
    network = architecture.build(asdict(own), inputs["numeric"], inputs["levels"], problem.outputs)
    architecture.start(network, problem.train)
    network = network.to(device)
    groups = architecture.groups(network)
    settings = _settings(spec, architecture, own, groups, problem.train.rows)
    size = sum(p.numel() for p in network.parameters())
    use_threads(request.threads, settings.micro_batch_size * size)
    settings = replace(settings, precision=pick_precision(
        spec.training.precision, device, settings.micro_batch_size * size))
    optimizer = torch.optim.AdamW(
        [{"params": group.parameters} for group in groups], lr=settings.learning_rate,
        betas=(0.9, getattr(own, "second_moment", 0.999)), weight_decay=settings.weight_decay, fused=True)
    return Job(
        request=request, spec=spec, architecture=architecture, hyperparameters=own, problem=problem.to(device),
        settings=settings,
        state=State(network=network, optimizer=optimizer), device=device, inputs=inputs, file=_described(table),
        tested=_cells_of(table.column(spec.target), problem.test_rows),
        seconds={"read": read_at - clock, "prepare": time.monotonic() - read_at})


def _described(table: Table) -> dict[str, Any]:
    columns = [{"name": c.name, "type": c.type, "missing": c.missing} for c in table.columns]
    return {"rows": table.rows, "columns": columns}


def _cells_of(column: Column, rows: np.ndarray) -> Column:
    """A copy: of a large table nothing else stays in memory."""
    return replace(column, values=column.values[rows])


def _settings(spec: Spec, architecture: Architecture, own: Any, groups: list[Group], rows: int) -> Settings:
    asked = spec.training
    patience = asked.early_stopping_patience
    batch = min(asked.batch_size or architecture.batch_size or default_batch(rows), rows)
    return Settings(
        epochs=asked.epochs or architecture.epochs,
        batch_size=batch, micro_batch_size=min(asked.micro_batch_size or batch, batch), precision="float32",
        patience=architecture.patience if patience == AUTO else patience, seed=asked.seed,
        learning_rate=own.learning_rate, weight_decay=own.weight_decay, schedule=own.schedule,
        fade=getattr(own, "regularization_schedule", "constant") == "fade",
        gradient_clip=getattr(own, "gradient_clip", 0.0),
        factors=tuple((group.rate, group.decay) for group in groups), at=architecture.at)


def default_batch(rows: int) -> int:
    """About 32 steps an epoch, in powers of two from 32 to 256: small data needs steps, large data needs speed."""
    return min(max(32, 2 ** max(0, (rows // 32).bit_length() - 1)), 256)
