"""fit(): the loop. Randomness is a pure function of (seed, epoch, batch), so a run that was killed and resumed on the
same CPU, threads and versions ends with the weights of one that was not, bit for bit."""

import math
import time
from dataclasses import dataclass, field
from typing import Any

import torch
from torch import Tensor, nn

from .control import Control
from .events import Events
from .memory import is_out_of_memory
from .pace import CheckpointSink, Pace
from .randomness import permutation
from .settings import Settings
from .step import train_step
from .tasks.problem import Part, Problem

EVALUATION_ROWS = 2048  # what a wide network holds of them at once must fit into memory
NOT_FINITE_LIMIT = 3


@dataclass(kw_only=True, slots=True)
class State:
    """Everything that decides how the run goes on; all of it is in a checkpoint."""

    network: nn.Module
    optimizer: torch.optim.Optimizer
    epoch: int = 0
    batch: int = 0  # batches of this epoch that are done
    step: int = 0
    loss_sum: float = 0.0  # over the rows of this epoch
    rows_at_once: int | None = None  # pieces that a batch is taken in since memory ran out; None: as the settings say
    not_finite: int = 0  # steps in a row whose loss is not a number
    since_best: int = 0  # epochs
    best: dict[str, Any] | None = None
    best_weights: dict[str, Tensor] | None = None
    history: list[dict[str, Any]] = field(default_factory=list)  # one entry an epoch

    _PLAIN = ("epoch", "batch", "step", "loss_sum", "rows_at_once", "not_finite", "since_best", "best", "best_weights", "history")

    def saved(self) -> dict[str, Any]:
        plain = {name: getattr(self, name) for name in self._PLAIN}
        return {**plain, "network": self.network.state_dict(), "optimizer": self.optimizer.state_dict()}

    def restore(self, saved: dict[str, Any]) -> None:
        self.network.load_state_dict(saved["network"])
        self.optimizer.load_state_dict(saved["optimizer"])
        for name in self._PLAIN:
            setattr(self, name, saved[name])


def fit(problem: Problem, settings: Settings, state: State, events: Events, control: Control,
        checkpoints: CheckpointSink) -> str:
    """Trains until the end; returns why: finished, early_stopped, diverged, user_stopped, released or time_limit."""
    device = next(state.network.parameters()).device
    batches = math.ceil(problem.train.rows / settings.batch_size)
    steps = batches * settings.epochs
    pace = Pace(events, settings.epochs, steps)
    while state.epoch < settings.epochs:
        if settings.patience is not None and state.since_best >= settings.patience:
            return "early_stopped"
        data = problem.train.take(permutation(settings.seed, state.epoch, problem.train.rows).to(device))
        state.network.train()
        while state.batch < batches:
            if ending := control.ending():
                if state.step > 0:
                    checkpoints.publish(state)
                return ending
            start = state.batch * settings.batch_size
            rows = data.slice(start, start + settings.batch_size)
            pace.before_step()
            loss = train_step(problem, state, rows, settings, steps, events)
            state.batch, state.step = state.batch + 1, state.step + 1
            state.loss_sum += loss * rows.rows
            state.not_finite = 0 if math.isfinite(loss) else state.not_finite + 1
            pace.after_step(state, loss, rows.rows, state.batch == batches)
            if state.not_finite >= NOT_FINITE_LIMIT:
                events.metrics(state.step, state.epoch + 1, {"train/loss": loss})
                return "diverged"
            checkpoints.publish_if_due(state)
        end_epoch(problem, state, events)
        pace.report(state)
    return "finished"


def end_epoch(problem: Problem, state: State, events: Events) -> None:
    """Scores the validation part, keeps the weights if they are the best so far, and moves to the next epoch."""
    scores = problem.evaluate(outputs_of(state.network, problem.validation), problem.validation)
    values = {"train/loss": state.loss_sum / problem.train.rows}
    values |= {f"validation/{name}": value for name, value in scores.items()}
    state.epoch, state.batch, state.loss_sum = state.epoch + 1, 0, 0.0
    state.history.append({"epoch": state.epoch, "step": state.step, **values})
    events.metrics(state.step, state.epoch, values)
    if is_better(values, state.best, problem):
        metric = f"validation/{problem.metric}"
        place = {"epoch": state.epoch, "step": state.step, "metric": metric,
                 "direction": problem.direction, "value": values[metric]}
        state.best = {**place, **{name: v for name, v in values.items() if name.startswith("validation/")}}
        state.best_weights = {name: t.detach().clone() for name, t in state.network.state_dict().items()}
        state.since_best = 0
        events.send("best", **place)
    else:
        state.since_best += 1


def is_better(values: dict[str, float], best: dict[str, Any] | None, problem: Problem) -> bool:
    """By the metric of the problem; among equals the lower loss. What is no finite number is never better: weights that
    have run away may still have an accuracy."""
    sign = 1 if problem.direction == "min" else -1

    def rank(scores: dict[str, Any]) -> tuple[float, float]:
        return sign * scores[f"validation/{problem.metric}"], scores["validation/loss"]

    return all(map(math.isfinite, rank(values))) and (best is None or rank(values) < rank(best))


def outputs_of(network: nn.Module, part: Part, deadline: float | None = None) -> Tensor:
    """Outputs for the rows of a part, in order; with a deadline (monotonic), for as many as it allows, at least some.

    Where the memory is too small, fewer rows are taken at once.
    """
    network.eval()
    chunks, start, at_once = [], 0, EVALUATION_ROWS
    with torch.inference_mode():
        while start < part.rows:
            try:
                chunks.append(network(*part.slice(start, start + at_once).inputs))
                start += at_once
            except Exception as error:
                if at_once == 1 or not is_out_of_memory(error):
                    raise
                at_once //= 2
            if chunks and deadline is not None and time.monotonic() >= deadline:
                break
    return torch.cat(chunks)
