"""The end of a job: the best weights, their score on the test rows beside the baseline, and the artifacts."""

import math
import time
from typing import Any

from torch import Tensor

from .artifact.predictions import Scored
from .artifact.write import Finished, write_artifacts
from .baselines import baseline
from .events import Events, finite_values
from .job import Job
from .linear_baseline import linear_baseline
from .loop import outputs_of

STOPPED_SECONDS = 5.0
WRITING_SECONDS = 2.0  # for the predictions of a run that was stopped
STOPPED = ("user_stopped", "time_limit")


def finish(job: Job, ending: str, events: Events) -> dict[str, Any]:
    """Scores and writes the model; returns the fields of the result event. `ending` is what `fit` returned."""
    state = job.state
    if ending == "released":
        return result("released", None, None)
    if ending in STOPPED and state.step == 0:
        return result("stopped", ending, "Stopped before the first step; there is no model yet.")
    if state.best_weights is None and ending not in STOPPED:
        return _no_model(job, ending)
    events.phase("evaluating")
    started = time.monotonic()
    deadline = started + STOPPED_SECONDS if ending in STOPPED else None
    weights, best = _chosen(job, deadline)
    outputs = outputs_of(job.state.network, job.problem.test, deadline)
    metrics, report, said = _scores(job, best, outputs, deadline)
    for sentence in said:
        events.log("info", sentence)
    job.seconds["evaluation"] = time.monotonic() - started
    incomplete = ending if ending in (*STOPPED, "diverged") else None
    done = Finished(
        weights=weights, metrics=metrics, test_report=report, incomplete=incomplete,
        tested=Scored(job.problem.test_rows, job.tested, outputs, job.problem.target),
        deadline=None if deadline is None else time.monotonic() + WRITING_SECONDS)
    artifacts = write_artifacts(job, done, events)
    outcome, reason, message = _told(job, ending)
    return result(outcome, reason, message, metrics=metrics, artifacts=artifacts)


def result(outcome: str, reason: str | None, message: str | None, *, metrics: dict | None = None,
           artifacts: list[str] | None = None, invalid: dict | None = None) -> dict[str, Any]:
    return {"outcome": outcome, "reason": reason, "message": message, "metrics": metrics,
            "artifacts": artifacts or [], "invalid": invalid}


def _told(job: Job, ending: str) -> tuple[str, str | None, str | None]:
    if ending == "diverged":
        return "failed", "user_error", diverged_message(job)
    state = job.state
    if ending == "time_limit":
        return "stopped", ending, f"The time limit was reached in epoch {state.epoch + 1}, at step {state.step}."
    if ending in STOPPED:
        return "stopped", ending, None
    if ending == "early_stopped":
        return "succeeded", ending, (f"No improvement for {state.since_best} epochs after epoch {state.best['epoch']}, "
                                     "whose model was kept.")
    return "succeeded", None, None


def _no_model(job: Job, ending: str) -> dict[str, Any]:
    if ending == "diverged":
        return result("failed", "user_error", diverged_message(job))
    if any(math.isfinite(entry["validation/loss"]) for entry in job.state.history):
        return result("failed", "user_error", f"The validation {job.problem.metric} was undefined after every epoch. "
                                              "Set training.selection_metric to loss.")
    return result("failed", "user_error", "The validation loss was no finite number after any epoch. "
                  + _lower_rate(job))


def diverged_message(job: Job) -> str:
    return f"The loss stopped being a number at step {job.state.step}, three steps in a row. " + _lower_rate(job)


def _lower_rate(job: Job) -> str:
    usual = job.architecture.settle(type(job.hyperparameters)(), job.problem.task).learning_rate
    rate = job.settings.learning_rate
    return f"Lower learning_rate from {rate:g} to {usual if rate > usual else rate / 10:g}."


def _chosen(job: Job, deadline: float | None) -> tuple[dict[str, Tensor], dict[str, Any]]:
    """The weights of the best epoch; before the first epoch ended, those of now, scored on as much as time allows."""
    state, problem = job.state, job.problem
    if state.best_weights is not None:
        state.network.load_state_dict(state.best_weights)
        return state.best_weights, state.best
    outputs = outputs_of(state.network, problem.validation, deadline)
    scores = problem.evaluate(outputs, problem.validation.slice(0, len(outputs)))
    values = {f"validation/{name}": value for name, value in scores.items()}
    metric = f"validation/{problem.metric}"
    best = {"epoch": state.epoch + 1, "step": state.step, "metric": metric, "direction": problem.direction,
            "value": values[metric], **values}
    return state.network.state_dict(), best


def _scores(job: Job, best: dict[str, Any], outputs: Tensor, deadline: float | None) -> tuple[dict, dict, list[str]]:
    """`{ best, test, baseline, baselines }` without anything that is not finite, the test report, and what to say.

    `baselines` is a list of more of them; empty for a run that has to stop in time.
    """
    problem = job.problem
    rows = len(outputs)
    part = problem.test.slice(0, rows)
    test, undefined = finite_values(problem.evaluate_fully(outputs, part))
    name, answer = baseline(problem)
    reference, _ = finite_values(problem.evaluate_fully(answer[:rows].to(outputs.device), part))
    said = []
    if rows < problem.test.rows:
        said.append(f"Tested on the first {rows} of {problem.test.rows} test rows, to stop in time.")
    if undefined:
        said.append(f"Undefined on these test rows: {', '.join(undefined)}.")
    others = []
    answer = linear_baseline(problem) if deadline is None else None
    if answer is not None:
        scores, _ = finite_values(problem.evaluate_fully(answer.to(outputs.device), part))
        others.append({"name": "linear", **scores})
    metrics = {"best": finite_values(best)[0], "test": test, "baseline": {"name": name, **reference},
               "baselines": others}
    return metrics, {"rows": rows, "undefined": undefined, **problem.report(outputs, part)}, said
