"""One step: in pieces, in less memory than it wanted, in half the precision."""

import math

import pytest
import torch

from trainyard_trainer.control import Control
from trainyard_trainer.events import Events
from trainyard_trainer.job import Request, open_job
from trainyard_trainer.loop import fit, outputs_of
from trainyard_trainer.models import ARCHITECTURES
from trainyard_trainer.pace import NoCheckpoints
from trainyard_trainer.precision import pick_precision
from trainyard_trainer.step import gradient

from .conftest import digest_of, facts_of, series, start
from .data import weighted_birds, write_spec
from .test_resume import TRAINING, attempts

CPU, CUDA = torch.device("cpu"), torch.device("cuda")


def opened(folder, **fields):
    write_spec(folder / "spec.json", columns={"weight": "count"}, **fields)
    data = weighted_birds(folder / "birds.csv")
    return open_job(Request(spec=folder / "spec.json", data=data, format="csv", gzip=False, out=folder))


def run(job, seen):
    return fit(job.problem, job.settings, job.state, Events(seen.append), Control(), NoCheckpoints())


NO_CHANCE = {"mlp": {"dropout": 0.0}, "tabm": {"dropout": 0.0},
             "ft_transformer": {"attention_dropout": 0.0, "ffn_dropout": 0.0}}


@pytest.mark.parametrize("architecture", NO_CHANCE)
@pytest.mark.parametrize("target, class_weights", [("species", "balanced"), ("mass", "none")])
def test_the_gradient_of_pieces_is_that_of_the_batch(tmp_path, architecture, target, class_weights):
    job = opened(tmp_path, architecture=architecture, target=target, hyperparameters=NO_CHANCE[architecture],
                 training={"class_weights": class_weights})
    rows = job.problem.train.slice(0, 25)

    def at_once(count):
        loss = gradient(job.problem, job.state, rows, job.settings, count)
        return float(loss), [p.grad.clone() for p in job.state.network.parameters()]

    job.state.network.train()
    loss, whole = at_once(25)
    for count in (24, 7, 1):
        other, pieces = at_once(count)
        assert other == pytest.approx(loss, rel=1e-5)
        assert all(torch.allclose(a, b, atol=1e-5, rtol=1e-4) for a, b in zip(whole, pieces))


def too_large_for(job, most, error):
    def refuse(_, inputs):
        if len(inputs[0]) > most:
            raise error
    job.state.network.register_forward_pre_hook(refuse)


@pytest.mark.parametrize("error", [
    torch.OutOfMemoryError("CUDA out of memory"), MemoryError(),
    RuntimeError("[enforce fail] DefaultCPUAllocator: can't allocate memory: you tried to allocate 8 bytes")])
def test_a_batch_that_does_not_fit_is_taken_in_smaller_pieces_and_that_is_said(tmp_path, error):
    fields = {"training": {"epochs": 3, "batch_size": 32}, "hyperparameters": {"dropout": 0.0}}
    whole, seen = opened(tmp_path, **fields), []
    assert run(whole, []) == "finished"
    job = opened(tmp_path, **fields)
    too_large_for(job, 9, error)
    assert run(job, seen) == "finished"
    assert (job.state.step, job.state.rows_at_once) == (whole.state.step, 8)
    said = [e["line"] for e in seen if e["type"] == "log"]
    assert [line.split("at most ")[1].split(" rows")[0] for line in said] == ["16", "8"]
    assert "does not fit into memory" in said[0] and "step 1 on" in said[0]
    for mine, other in zip(job.state.history, whole.state.history):
        assert mine["validation/loss"] == pytest.approx(other["validation/loss"], rel=1e-3)
    again = opened(tmp_path, **fields)
    again.state.restore(job.state.saved())
    assert again.state.rows_at_once == 8


def test_what_does_not_fit_row_by_row_or_is_another_error_ends_the_run(tmp_path):
    for most, error in ((0, MemoryError()), (9, RuntimeError("shapes cannot be multiplied"))):
        job = opened(tmp_path, training={"epochs": 1})
        too_large_for(job, most, error)
        with pytest.raises(type(error)):
            run(job, [])
        with pytest.raises(type(error)):
            outputs_of(job.state.network, job.problem.test)


def test_a_smaller_micro_batch_trains_the_same_and_a_killed_one_resumes_exactly(warm_host, tmp_path):
    fields = {"training": {**TRAINING, "micro_batch_size": 5}}
    parts = attempts(warm_host, tmp_path, [8, 31], "KILL", **fields)
    whole = start(warm_host, tmp_path, **fields)
    whole.finish()
    assert digest_of(whole) == digest_of(parts[-1]) and series(whole) == series(*parts)
    started = whole.of("started")[0]
    assert (started["batch_size"], started["config"]["training"]["micro_batch_size"], started["steps_per_epoch"]) == (16, 5, 9)


def test_the_precision_is_chosen_by_device_and_size(monkeypatch):
    able = True
    monkeypatch.setattr(torch.cuda, "is_bf16_supported", lambda including_emulation=True: able)
    assert pick_precision(None, CPU, 2**40) == "float32"
    assert pick_precision(None, CUDA, 2**40) == "bfloat16"
    assert pick_precision(None, CUDA, 2**20) == "float32"
    assert pick_precision("float32", CUDA, 2**40) == "float32"
    assert pick_precision("bfloat16", CPU, 1) == "bfloat16"
    able = False
    assert pick_precision(None, CUDA, 2**40) == "float32"


@pytest.mark.parametrize("architecture", ARCHITECTURES)
def test_every_architecture_learns_in_half_precision_and_keeps_whole_weights(job, architecture):
    made = job(architecture=architecture, training={"epochs": 8, "batch_size": 32, "precision": "bfloat16"})
    assert made.finish()["code"] == 0
    facts = facts_of(made)
    assert facts["config"]["training"]["precision"] == "bfloat16"
    losses = [entry["train/loss"] for entry in facts["history"]]
    assert all(map(math.isfinite, losses)) and losses[-1] < losses[0]
    art = torch.load(made.out / "artifacts" / "model.pt", weights_only=True)
    assert {t.dtype for t in art["weights"].values() if t.is_floating_point()} == {torch.float32}
