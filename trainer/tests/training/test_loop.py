"""The loop and its checkpoints from inside: what a test through a process cannot hold still."""

import json
import math
from dataclasses import asdict

import pytest
import torch

from trainyard_trainer.checkpoint import CheckpointError, Checkpoints, WrongJob, newest_in, read
from trainyard_trainer.control import Control
from trainyard_trainer.events import MAX_LINE, Events, write_line
from trainyard_trainer.finish import finish
from trainyard_trainer.job import Request, default_batch, open_job
from trainyard_trainer.loop import fit
from trainyard_trainer.pace import NoCheckpoints
from trainyard_trainer.randomness import derived, permutation
from trainyard_trainer.settings import Settings
from trainyard_trainer.train import run_train

from .data import birds, write_csv, write_spec


class Runaway(Settings):
    """A learning rate that explodes after the second epoch."""

    def rate(self, step, steps):
        return 1e9 if step >= 2 * steps // self.epochs else self.learning_rate


def open_small(folder, data=None, **fields):
    data = data or birds(folder / "birds.csv")
    write_spec(folder / "spec.json", **fields)
    return open_job(Request(spec=folder / "spec.json", data=data, format="csv", gzip=False, out=folder))


def test_after_a_divergence_the_best_epoch_before_it_is_still_there(tmp_path):
    job = open_small(tmp_path, training={"epochs": 6, "batch_size": 16})
    job.settings, job.seconds["training"] = Runaway(**asdict(job.settings)), 0.0
    seen = []
    ending = fit(job.problem, job.settings, job.state, Events(seen.append), Control(), NoCheckpoints())
    assert ending == "diverged"
    told = finish(job, ending, Events(seen.append))
    assert (told["outcome"], told["reason"]) == ("failed", "user_error") and "model.pt" in told["artifacts"]
    best = told["metrics"]["best"]
    assert best["epoch"] <= 2 and math.isfinite(best["value"])
    assert any(e.get("not_finite") for e in seen if e["type"] == "metrics")
    art = torch.load(tmp_path / "artifacts" / "model.pt", weights_only=True)
    assert all(t.isfinite().all() for t in art["weights"].values())
    assert "ended early" in (tmp_path / "artifacts" / "model_card.md").read_text()
    json.dumps(seen, allow_nan=False)


def test_an_epoch_visits_each_row_once_in_an_order_of_its_own():
    first, second = permutation(1, 0, 100), permutation(1, 1, 100)
    assert sorted(first.tolist()) == sorted(second.tolist()) == list(range(100))
    assert not torch.equal(first, second) and torch.equal(first, permutation(1, 0, 100))
    assert len({derived(s, "step", e, b) for s in range(5) for e in range(5) for b in range(5)}) == 125


@pytest.mark.parametrize("rows, batch", [(10, 32), (240, 32), (2048, 64), (20_000, 256), (10**6, 256)])
def test_the_default_batch_leaves_small_data_enough_steps(rows, batch):
    assert default_batch(rows) == batch


def checkpoints(folder, config="a"):
    return Checkpoints(folder, lambda: config)


def test_two_checkpoints_are_kept_and_the_pointer_names_the_newest(tmp_path):
    kept = checkpoints(tmp_path)
    assert newest_in(tmp_path / "checkpoints") is None
    published = [kept.publish(step, {"x": torch.arange(step), "n": step}) for step in (5, 10, 100)]
    folder = tmp_path / "checkpoints"
    assert sorted(p.name for p in folder.iterdir()) == ["10.ckpt", "100.ckpt", "latest.json"]
    assert newest_in(folder) == folder / "100.ckpt"
    assert published[-1].bytes == (folder / "100.ckpt").stat().st_size
    assert read(folder / "100.ckpt", "a")["n"] == 100
    (folder / "latest.json").write_text("{")
    assert newest_in(folder) == folder / "100.ckpt"


def test_a_write_that_fails_leaves_the_old_ones(tmp_path, monkeypatch):
    kept = checkpoints(tmp_path)
    kept.publish(1, {"n": 1})
    with pytest.raises(Exception, match="cannot pickle|Can't pickle|pickle"):
        kept.publish(2, {"n": lambda: 0})
    assert sorted(p.name for p in (tmp_path / "checkpoints").iterdir()) == ["1.ckpt", "latest.json"]
    assert kept.load(tmp_path / "checkpoints" / "1.ckpt") == ({"n": 1}, [])


@pytest.mark.parametrize("spoil", [lambda b: b[:-1], lambda b: b[: len(b) // 2], lambda b: b"", lambda b: b[:50] + b"!" + b[51:],
                                   lambda b: b[:-3] + b"abc", lambda b: b + b"x"])
def test_every_kind_of_damage_is_noticed(tmp_path, spoil):
    kept = checkpoints(tmp_path)
    kept.publish(1, {"n": 1})
    kept.publish(2, {"n": 2})
    newest, older = (tmp_path / "checkpoints" / name for name in ("2.ckpt", "1.ckpt"))
    newest.write_bytes(spoil(newest.read_bytes()))
    with pytest.raises(CheckpointError):
        read(newest, "a")
    state, said = kept.load(newest)
    assert state == {"n": 1} and len(said) == 1 and "2.ckpt" in said[0]
    older.write_bytes(spoil(older.read_bytes()))
    state, said = kept.load(newest)
    assert state is None and "from the beginning" in said[-1]
    with pytest.raises(WrongJob):
        kept.publish(3, {"n": 3})
        checkpoints(tmp_path, "b").load(tmp_path / "checkpoints" / "3.ckpt")


def test_events_keep_their_rates_and_their_bounds(tmp_path):
    now, seen = [0.0], []
    events = Events(seen.append, lambda: now[0])
    assert events.progress_due() and events.metrics_due()
    events.progress(epoch=1, epochs=2, step=1, steps=4, eta_seconds=None, samples_per_second=None)
    events.metrics(1, 1, {"a": math.nan, "b": 1.0})
    assert seen[-1] == {"type": "metrics", "step": 1, "epoch": 1, "values": {"a": None, "b": 1.0}, "not_finite": ["a"]}
    now[0] = 0.09
    assert not events.progress_due() and not events.metrics_due()
    now[0] = 0.26
    assert events.progress_due() and events.metrics_due()
    with open(tmp_path / "pipe", "wb") as file, pytest.raises(ValueError):
        write_line(file.fileno(), {"type": "log", "line": "x" * MAX_LINE})


def test_an_event_is_utf8_whatever_the_spec_holds(tmp_path):
    with open(tmp_path / "pipe", "wb") as file:
        write_line(file.fileno(), {"type": "log", "line": "half \ud800 a pair, é"})
    assert json.loads((tmp_path / "pipe").read_text(encoding="utf-8"))["line"] == "half ? a pair, é"


def test_a_table_of_many_long_names_still_fits_into_events(tmp_path):
    names = ["🐧\n" * 150 + str(i) for i in range(400)]
    data = write_csv(tmp_path / "wide.csv", [*names, "y"], [[*(i * j % 7 for j in range(400)), "ab"[i % 2]] for i in range(40)])
    write_spec(tmp_path / "spec.json", target="y", architecture="linear", training={"epochs": 1})
    request = Request(spec=tmp_path / "spec.json", data=data, format="csv", gzip=False, out=tmp_path)
    with open(tmp_path / "events", "wb") as file:
        done = run_train(request, Events(lambda event: write_line(file.fileno(), event)), Control())
    assert done["outcome"] == "succeeded"
    started = [json.loads(line) for line in (tmp_path / "events").read_text().splitlines()][1]
    assert started["config"]["features"] == 400
