"""A run that was ended in any way and resumed equals one that was not: weights, bytes, metric values, steps."""

import os
import random
import shutil

import pytest

from trainyard_trainer.models import ARCHITECTURES

from .conftest import digest_of, model_of, series, start
from .data import weighted_birds

ENDINGS = {"KILL": None, "USR1": "released", "TERM": "stopped"}
TRAINING = {"epochs": 6, "batch_size": 16, "early_stopping_patience": None}


def attempts(host, folder, at_steps, signal, **fields):
    """Runs the job, ends it when a checkpoint of each of these steps has been published, and resumes it."""
    runs, resume = [], None
    for step in [*at_steps, None]:
        run = start(host, folder, out=folder / "resumed", resume=resume, checkpoint_seconds=0.000001, **fields)
        runs.append(run)
        if step is not None:
            run.until(lambda e: e["type"] == "checkpoint" and e["step"] >= step)
            run.signal(signal)
        run.finish()
        assert step is None or run.reply["signal"] == "SIGKILL" or run.result["outcome"] == ENDINGS[signal]
        newest = run.of("checkpoint")[-1]["path"] if run.of("checkpoint") else None
        resume = str(run.out / newest) if newest else None
    return runs


@pytest.mark.parametrize("signal", ENDINGS)
@pytest.mark.parametrize("seed", [0, 1, 2])
def test_a_resumed_run_equals_an_uninterrupted_one_bit_for_bit(warm_host, tmp_path, signal, seed):
    fields = {"training": {**TRAINING, "seed": seed}, "architecture": ["mlp", "linear"][seed % 2],
              "hyperparameters": {"schedule": ["constant", "cosine"][seed % 2]}}
    whole = start(warm_host, tmp_path, 1, **fields)
    # 9 steps an epoch: in mid-epoch, and at the very end of one
    parts = attempts(warm_host, tmp_path, [11 + seed, 27, 40 - seed], signal, **fields)
    whole.finish()
    assert whole.result["outcome"] == parts[-1].result["outcome"] == "succeeded"
    assert digest_of(whole) == digest_of(parts[-1])
    assert series(whole) == series(*parts)
    assert whole.result["metrics"] == parts[-1].result["metrics"]
    assert max(series(*parts)) == 54


ROUNDS = 20 if os.environ.get("TEST_FULL") == "1" else 1
ENSEMBLES_AND_OTHERS = [name for name in ARCHITECTURES if name not in ("linear", "mlp")]


@pytest.mark.parametrize("architecture", ENSEMBLES_AND_OTHERS)
@pytest.mark.parametrize("target", ["species", "mass"][:ROUNDS])
def test_every_architecture_that_is_killed_anywhere_ends_as_if_it_had_not_been(warm_host, tmp_path, architecture, target):
    fields = {"architecture": architecture, "target": target, "training": {**TRAINING, "epochs": 4}}
    whole = start(warm_host, tmp_path, 1, **fields)
    whole.finish()
    last = max(series(whole))
    for _ in range(ROUNDS):
        shutil.rmtree(tmp_path / "resumed", ignore_errors=True)
        steps = sorted(random.sample(range(1, last - 4), 2))
        parts = attempts(warm_host, tmp_path, steps, "KILL", **fields)
        assert digest_of(whole) == digest_of(parts[-1]), steps
        assert series(whole) == series(*parts), steps
        assert whole.result["metrics"] == parts[-1].result["metrics"]


@pytest.mark.parametrize("target, weights", [("species", "balanced"), ("mass", "none")])
def test_weights_of_rows_and_classes_are_the_same_after_a_kill(warm_host, tmp_path, target, weights):
    data = weighted_birds(tmp_path / "weighted.csv")
    fields = {"data": data, "target": target, "columns": {"weight": "count"},
              "training": {**TRAINING, "class_weights": weights}}
    whole = start(warm_host, tmp_path, 1, **fields)
    parts = attempts(warm_host, tmp_path, [5, 29], "KILL", **fields)
    whole.finish()
    assert digest_of(whole) == digest_of(parts[-1])
    assert series(whole) == series(*parts)
    assert whole.result["metrics"] == parts[-1].result["metrics"]


def test_patience_goes_on_where_it_was(warm_host, tmp_path):
    fields = {"training": {"epochs": 400, "early_stopping_patience": 5, "batch_size": 32},
              "hyperparameters": {"learning_rate": 0.03}}
    whole = start(warm_host, tmp_path, 1, **fields)
    whole.finish()
    assert whole.result["reason"] == "early_stopped"
    best = whole.result["metrics"]["best"]["epoch"]
    last = series(whole)
    assert len(last) == best + 5
    three_without = sorted(last)[best + 2]
    parts = attempts(warm_host, tmp_path, [three_without], "USR1", **fields)
    assert parts[-1].result["reason"] == "early_stopped"
    assert series(*parts) == last
    assert digest_of(whole) == digest_of(parts[-1])


def test_equal_jobs_give_equal_bytes_and_another_seed_does_not(job):
    first, second = job(0, training={"epochs": 3, "seed": 7}), job(1, training={"epochs": 3, "seed": 7})
    first.finish()
    second.finish()
    assert digest_of(first) == digest_of(second)
    other = job(0, training={"epochs": 3, "seed": 8})
    other.finish()
    assert digest_of(first) != digest_of(other)


def test_a_damaged_checkpoint_falls_back_to_the_one_before_it_and_says_so(job):
    run = job(training=TRAINING, checkpoint_seconds=0.000001)
    run.until(lambda e: e["type"] == "checkpoint" and e["step"] >= 20)
    run.signal("USR1")
    run.finish()
    newest = run.out / run.of("checkpoint")[-1]["path"]
    assert len(list(newest.parent.glob("*.ckpt"))) == 2
    damaged = bytearray(newest.read_bytes())
    damaged[len(damaged) // 2] ^= 1
    newest.write_bytes(damaged)
    again = job(training=TRAINING, resume=str(newest), out=run.out)
    again.finish()
    assert again.result["outcome"] == "succeeded"
    said = [e["line"] for e in again.of("log")]
    assert f"The checkpoint {newest.name} cannot be used (its checksum does not match)." in said
    assert f"Resumed at step {int(newest.stem) - 1}, epoch {(int(newest.stem) - 1) // 9 + 1}." in said
    straight = job(training=TRAINING)
    straight.finish()
    assert digest_of(straight) == digest_of(again)


def test_a_checkpoint_of_another_job_is_refused(job):
    run = job(training=TRAINING)
    run.until(lambda e: e["type"] == "phase" and e["phase"] == "training")
    run.signal("USR1")
    run.finish()
    path = str(run.out / run.of("checkpoint")[-1]["path"])
    other = job(training={**TRAINING, "seed": 1}, resume=path)
    assert other.finish()["code"] == 2
    assert other.result["reason"] == "user_error" and "other settings" in other.result["message"]


def test_a_resume_may_raise_the_time_limit_and_a_changed_thread_count_is_said(job):
    slow = {"architecture": "mlp", "hyperparameters": {"hidden_sizes": [2048, 2048]}}
    run = job(training={**TRAINING, "epochs": 1000, "time_limit_seconds": 0.5}, **slow)
    run.finish()
    assert (run.result["outcome"], run.result["reason"]) == ("stopped", "time_limit")
    assert model_of(run)["task"] == "classification"
    path = str(run.out / run.of("checkpoint")[-1]["path"])
    again = job(training={**TRAINING, "epochs": 1000, "time_limit_seconds": 0.6}, resume=path, threads=1, **slow)
    again.finish()
    assert again.of("metrics")[-1]["step"] > run.of("metrics")[-1]["step"]
    assert any("other threads" in e["line"] for e in again.of("log"))
