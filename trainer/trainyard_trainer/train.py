"""The verb `train`, and what a person is told of an error."""

import errno
import os
import time
from typing import Any

from .checkpoint import Checkpoints, CheckpointError
from .control import Control
from .data.errors import DataError
from .events import Events, compact
from .finish import finish, result
from .job import Job, Request, open_job
from .loop import fit
from .memory import is_out_of_memory
from .outcome import JobFailed
from .pace import CheckpointClock
from .spec import SpecError

ROOM = 15_000  # bytes in an event for what data or person decide the length of
FULL_DISK = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


def run_train(request: Request, events: Events, control: Control) -> dict[str, Any]:
    """Runs the job; returns the fields of its result event. Raises what ended it otherwise, see `as_failure`."""
    events.phase("loading")
    job = open_job(request)
    checkpoints = Checkpoints(request.out, lambda: job.config_hash)
    if request.resume is not None:
        _resume(job, checkpoints, events)
    _announce(job, events)
    control.limit(job.spec.training.time_limit_seconds)
    started = time.monotonic()
    clock = CheckpointClock(checkpoints, events, request.checkpoint_seconds, {"conditions": job.conditions})
    ending = fit(job.problem, job.settings, job.state, events, control, clock)
    job.seconds["training"] = time.monotonic() - started
    return finish(job, ending, events)


def as_failure(error: Exception) -> JobFailed | None:
    """What a person is told of an error, or None for one that is a fault of the trainer."""
    if isinstance(error, JobFailed):
        return error
    if isinstance(error, DataError):
        return JobFailed("data_error", error.message, error.invalid())
    if isinstance(error, SpecError):
        return JobFailed("user_error", str(error)[:4000])
    if isinstance(error, CheckpointError):
        return JobFailed("user_error", f"{error}.")
    if is_out_of_memory(error):
        return JobFailed("out_of_memory", "The job needs more memory than it may use. "
                                          "Lower batch_size or the size of the network, or use fewer columns.")
    if isinstance(error, OSError) and error.errno in FULL_DISK:
        return JobFailed("platform_error", "The disk of the worker is full.")
    if isinstance(error, OSError) and error.filename is not None:
        return JobFailed("platform_error", f"{os.path.basename(error.filename)}: {error.strerror}.")
    return None


def _resume(job: Job, checkpoints: Checkpoints, events: Events) -> None:
    saved, said = checkpoints.load(job.request.resume)
    for sentence in said:
        events.log("warning", f"{sentence[0].upper()}{sentence[1:]}.")
    if saved is None:
        return
    job.state.restore(saved)
    changed = [name for name, value in job.conditions.items() if saved["conditions"].get(name) != value]
    if changed:
        events.log("warning", f"Resumed with other {', '.join(changed)}: the result will not equal that of an "
                              "uninterrupted run exactly.")
    events.log("info", f"Resumed at step {job.state.step}, epoch {job.state.epoch + 1}.")


def _announce(job: Job, events: Events) -> None:
    settings = job.settings
    steps = -(-job.problem.train.rows // settings.batch_size)
    events.send(
        "started", task=job.problem.task, epochs=settings.epochs, steps_per_epoch=steps,
        steps=steps * settings.epochs, batch_size=settings.batch_size, rows=job.rows,
        parameters=sum(p.numel() for p in job.state.network.parameters()), config=_told_config(job),
        findings=_told_findings(job.problem.findings))


def _told_config(job: Job) -> dict[str, Any]:
    """The config, without what 10,000 columns or 1,000 classes with long names would make too long for an event."""
    config = job.config
    if len(compact(config["features"])) > ROOM:
        config["features"] = len(config["features"])
    if len(compact(config["training"]["class_weights"])) > ROOM:
        config["training"]["class_weights"] = len(config["training"]["class_weights"])
    return config


def _told_findings(findings: list[dict[str, str]]) -> list[dict[str, str]]:
    """The first findings, as many as have room."""
    told, room = [], ROOM
    for finding in findings:
        short = {**finding, "message": finding["message"][:400]}
        room -= len(compact(short))
        if room < 0:
            break
        told.append(short)
    return told
