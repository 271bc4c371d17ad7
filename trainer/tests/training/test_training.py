"""Whole jobs through the warm host: what they tell, how they end, and that the score is honest."""

import json
import math
from pathlib import Path

import pytest
import torch

from trainyard_trainer.artifact.predict_template import predict as own_predict

from .conftest import digest_of, facts_of, model_of, series
from .data import birds, houses, weighted_birds, write_csv

QUICK = {"epochs": 5, "batch_size": 32}


def test_a_classification_job_tells_its_story_in_order(job):
    run = job(training={"epochs": 30, "batch_size": 16})
    assert run.finish()["code"] == 0
    kinds = [e["type"] for e in run.seen]
    assert [e["phase"] for e in run.of("phase")] == ["loading", "first_step", "training", "evaluating"]
    assert kinds[0] == "phase" and kinds[-2:] == ["result", "exited"]
    assert kinds.index("started") < kinds.index("metrics") < kinds.index("best")
    started = run.of("started")[0]
    assert (started["task"], started["epochs"], started["steps_per_epoch"], started["steps"]) == ("classification", 30, 9, 270)
    assert sum(started["rows"].values()) == 200
    assert started["config"]["training"]["loss"] == "cross_entropy" and started["parameters"] > 100
    last = run.of("progress")[-1]
    assert last["step"] == max(series(run)) and last["epoch"] * 9 == last["step"]
    scores = run.result["metrics"]
    assert scores["test"]["accuracy"] > 0.9 > scores["baseline"]["accuracy"]
    assert set(scores["baseline"]) - {"name"} == set(scores["test"])
    linear, = scores["baselines"]
    assert set(linear) == set(scores["baseline"]) and linear["accuracy"] > 0.9
    assert set(run.result["artifacts"]) == {p.name for p in (run.out / "artifacts").iterdir()}
    facts = facts_of(run)
    assert len(facts["history"]) == len(series(run)) and facts["run"]["seconds"]["training"] > 0
    assert [c["class"] for c in facts["test_report"]["classes"]] == ["Adelie", "Chinstrap", "Gentoo"]


@pytest.mark.parametrize("architecture", ["mlp", "linear"])
def test_regression_is_scored_in_the_unit_of_the_target_and_beats_the_mean(job, tmp_path, architecture):
    run = job(data=houses(tmp_path / "houses.csv", 300), target="price", architecture=architecture,
              training={"epochs": 60, "batch_size": 16}, hyperparameters={"learning_rate": 0.02})
    run.finish()
    assert run.of("started")[0]["task"] == "regression"
    test, mean = run.result["metrics"]["test"], run.result["metrics"]["baseline"]
    assert mean["name"] == "mean" and mean["rmse"] > 80_000 and abs(mean["r2"]) < 0.2
    assert test["rmse"] < 0.35 * mean["rmse"] and test["r2"] > 0.85
    linear, = run.result["metrics"]["baselines"]
    assert linear["name"] == "linear" and linear["r2"] > 0.85
    assert sum(facts_of(run)["test_report"]["residuals"]["counts"]) == run.of("started")[0]["rows"]["test"]


def test_the_best_epoch_is_the_extreme_of_its_series_and_its_weights_are_kept(job):
    """A rate so high that the first epochs are the best; the run ends by its number of epochs, not by patience."""
    run = job(training={"epochs": 10, "batch_size": 16, "early_stopping_patience": 50},
              hyperparameters={"learning_rate": 0.3, "dropout": 0})
    run.finish()
    points = series(run)
    best = run.result["metrics"]["best"]
    assert best["direction"] == "min" and len(points) == 10
    assert best["value"] == min(values[best["metric"]] for values in points.values()) == points[best["step"]][best["metric"]]
    assert best["epoch"] < 10
    assert run.of("best")[-1]["epoch"] == best["epoch"]
    # Ended after the best epoch, the run has nothing but those weights.
    short = job(training={"epochs": best["epoch"], "batch_size": 16, "early_stopping_patience": 50},
                hyperparameters={"learning_rate": 0.3, "dropout": 0})
    short.finish()
    one, other = model_of(run)["weights"], model_of(short)["weights"]
    assert all(torch.equal(one[name], other[name]) for name in one)


def test_the_best_epoch_may_be_chosen_by_a_metric_of_the_task(job):
    """A high rate and blurred classes: the lowest loss and the best scores fall into different epochs."""
    chosen = {}
    for metric, way in (("loss", "min"), ("accuracy", "max"), ("macro_f1", "max")):
        run = job(training={"epochs": 25, "batch_size": 32, "early_stopping_patience": 25, "selection_metric": metric},
                  hyperparameters={"learning_rate": 0.05, "dropout": 0, "hidden_sizes": [64]}, target="island")
        run.finish()
        best, name, points = run.result["metrics"]["best"], f"validation/{metric}", series(run).values()
        assert (best["metric"], best["direction"]) == (name, way)
        assert run.of("started")[0]["config"]["training"]["selection_metric"] == metric
        top = max(p[name] for p in points) if way == "max" else min(p[name] for p in points)
        assert best["value"] == top
        assert best["validation/loss"] == min(p["validation/loss"] for p in points if p[name] == top)
        chosen[metric] = best["epoch"]
    assert chosen["loss"] != chosen["accuracy"]
    run = job(target="mass", training={**QUICK, "selection_metric": "r2"})
    run.finish()
    assert (run.result["metrics"]["best"]["metric"], run.result["metrics"]["best"]["direction"]) == ("validation/r2", "max")
    run = job(target="mass", training={**QUICK, "selection_metric": "accuracy"})
    assert run.finish()["code"] == 2 and "/training/selection_metric accuracy does not fit" in run.result["message"]


def test_a_stop_keeps_the_best_epoch_and_its_series_is_that_of_the_whole_run(job):
    fields = {"training": {"epochs": 400, "batch_size": 16, "early_stopping_patience": None}}
    run = job(**fields)
    run.until(lambda e: e["type"] == "best" and e["epoch"] >= 3)
    run.signal("TERM")
    run.signal("TERM")
    run.finish()
    assert (run.result["outcome"], run.result["reason"]) == ("stopped", "user_stopped")
    best = run.result["metrics"]["best"]
    assert best["value"] == min(v["validation/loss"] for v in series(run).values())
    assert model_of(run)["metrics"]["test"]["accuracy"] == run.result["metrics"]["test"]["accuracy"]
    assert run.result["metrics"]["baselines"] == []
    assert run.of("checkpoint")[-1]["step"] >= run.of("progress")[-1]["step"]
    assert all(e["step"] % 9 == 0 for e in run.of("metrics") if "validation/loss" in e["values"])


def test_a_stop_in_the_first_epoch_gives_the_model_of_now(job):
    run = job(training={"epochs": 10, "batch_size": 1}, hyperparameters={"hidden_sizes": [1024, 1024]})
    run.until(lambda e: e["type"] == "phase" and e["phase"] == "training")
    run.signal("TERM")
    run.finish()
    assert run.result["outcome"] == "stopped" and not run.of("best")
    assert run.result["metrics"]["best"]["step"] == run.of("checkpoint")[-1]["step"] < 140
    assert model_of(run)["task"] == "classification"


@pytest.mark.parametrize("signal, outcome", [("TERM", "stopped"), ("USR1", "released")])
def test_a_stop_before_the_first_step_leaves_no_model(warm_host, job, signal, outcome):
    run = job()
    run.signal(signal)
    assert run.finish()["code"] == 0
    if not any(e.get("phase") == "first_step" for e in run.of("phase")):
        assert run.result["outcome"] == outcome and run.result["artifacts"] == []
        assert not (run.out / "artifacts").exists() and not run.of("checkpoint")


@pytest.mark.parametrize("architecture", ["mlp", "linear"])
@pytest.mark.parametrize("target", ["species", "mass"])
def test_a_loss_that_is_no_number_ends_the_job_with_what_to_change(job, architecture, target):
    run = job(hyperparameters={"learning_rate": 1e9}, training={"epochs": 50, "batch_size": 16},
              architecture=architecture, target=target)
    assert run.finish()["code"] == 2
    assert (run.result["outcome"], run.result["reason"]) == ("failed", "user_error")
    assert "Lower learning_rate from 1e+09 to 0.0" in run.result["message"]
    last = run.of("metrics")[-1]
    assert last["values"]["train/loss"] is None and last["not_finite"] == ["train/loss"]


def test_class_weights_raise_the_recall_of_the_rare_class(job, tmp_path):
    rows = [[(i * 37 % 100) / 50 + (1.0 if i % 40 == 0 else 0), "yes" if i % 40 == 0 else "no"] for i in range(1600)]
    data = write_csv(tmp_path / "rare.csv", ["x", "y"], rows)
    recall = {}
    for weights in ("none", "balanced"):
        run = job(data=data, target="y", architecture="linear", training={"class_weights": weights, "epochs": 15})
        run.finish()
        assert run.result["metrics"]["baseline"]["accuracy"] > 0.97
        assert run.result["metrics"]["test"]["roc_auc"] > 0.6
        recall[weights] = next(c["recall"] for c in facts_of(run)["test_report"]["classes"] if c["class"] == "yes")
    assert recall["balanced"] > recall["none"]
    run = job(data=data, target="y", training={"class_weights": {"maybe": 2}})
    assert run.finish()["code"] == 2
    assert "/training/class_weights/maybe" in run.result["message"]


@pytest.mark.parametrize("seed", range(4))
def test_two_positives_and_a_random_split_never_fail(job, tmp_path, seed):
    data = write_csv(tmp_path / "two.csv", ["x", "y"], [[i % 7, "yes" if i in (11, 60) else "no"] for i in range(80)])
    run = job(data=data, target="y", split={"method": "random"}, training={**QUICK, "seed": seed})
    assert run.finish()["code"] == 0
    test = run.result["metrics"]["test"]
    report = facts_of(run)["test_report"]
    assert (test["roc_auc"] is None) == ("roc_auc" in report["undefined"])
    assert (test["roc_auc"] is None) == (0 in [c["rows"] for c in report["classes"]])


@pytest.mark.parametrize("architecture", ["mlp", "mlp_ple", "realmlp"])
def test_nothing_is_learned_from_rows_that_are_held_back(job, tmp_path, architecture):
    """Two files that differ in the test and validation rows alone give the same scaling and the same first weights."""
    fields = {"architecture": architecture, "training": {"epochs": 1, "batch_size": 16}}
    first = job(data=birds(tmp_path / "a.csv"), **fields)
    first.finish()
    lines = Path(tmp_path / "a.csv").read_text().splitlines()
    changed = []
    for line in range(1, len(lines), 22 if architecture == "mlp" else 40):
        cells = lines[line].split(",")
        cells[5] = "1000000000.5"
        probe = [*lines[:line], ",".join(cells), *lines[line + 1:]]
        (tmp_path / "b.csv").write_text("\n".join(probe) + "\n")
        run = job(data=tmp_path / "b.csv", **fields)
        run.finish()
        one, other = model_of(first), model_of(run)
        same = all(torch.equal(one["weights"][n], other["weights"][n]) for n in one["weights"])
        scaling = [a["high"] == b["high"] for a, b in zip(one["preprocess"]["numbers"], other["preprocess"]["numbers"])]
        assert same == all(scaling)
        changed.append(not same)
    # 10 or 5 rows tried, 30 % of the rows are held back
    assert 0 < sum(changed) < len(changed)


def test_a_split_by_group_or_time_keeps_that_column_out_of_the_features(job, tmp_path):
    """Each user is of one class: a model that is split at random knows the user again, one split by user cannot."""
    rows = [[f"u{i % 30}", f"2024-01-{i % 28 + 1:02}", i % 7, "ab"[i % 30 % 2]] for i in range(300)]
    data = write_csv(tmp_path / "users.csv", ["user", "day", "x", "y"], rows)
    run = job(data=data, target="y", columns={"group": "user"}, training=QUICK)
    assert run.finish()["code"] == 0
    started = run.of("started")[0]
    assert started["config"]["features"] == ["day", "x"]
    assert started["config"]["split"]["method"] == "group" and started["config"]["split"]["column"] == "user"
    assert all(count % 10 == 0 for count in started["rows"].values())
    run = job(data=data, target="y", columns={"time": "day"}, features=["x", "day"], training=QUICK)
    assert run.finish()["code"] == 0
    assert set(run.of("started")[0]["config"]["features"]) == {"day", "x"}
    for columns, words in (({"group": "y2"}, "no column y2"), ({"time": "user"}, "a time split needs dates or numbers")):
        run = job(data=data, target="y", columns=columns, training=QUICK)
        assert run.finish()["code"] == 2
        assert words in run.result["message"]


def test_a_quantile_loss_answers_with_that_quantile(job, tmp_path):
    rows = [[i % 5, (i * 7919 % 1000) / 10] for i in range(1000)]
    data = write_csv(tmp_path / "spread.csv", ["x", "y"], rows)
    below = {}
    for share in (0.05, 0.9):
        run = job(data=data, target="y", architecture="linear", training={"loss": f"quantile_{share}", "epochs": 30})
        run.finish()
        residuals = facts_of(run)["test_report"]["residuals"]["percentiles"]
        below[share] = residuals["50%"]
    assert below[0.05] < -20 and below[0.9] > 20


@pytest.mark.parametrize("heavy", ["a", "b"])
def test_the_weight_of_a_row_decides_what_is_learned_and_how_it_is_scored(job, tmp_path, heavy):
    """Nothing tells the rows apart but how much they count: the heavy third outweighs the rest."""
    rows = [[i % 2, "a" if i % 3 == 0 else "b", 8 if (i % 3 == 0) == (heavy == "a") else 1] for i in range(240)]
    data = write_csv(tmp_path / "heavy.csv", ["x", "y", "count"], rows)
    run = job(data=data, target="y", columns={"weight": "count"}, training={"epochs": 60, "batch_size": 32})
    assert run.finish()["code"] == 0
    config = run.of("started")[0]["config"]
    assert (config["weight"], config["features"]) == ("count", ["x"])
    wanted = 8 / 10 if heavy == "a" else 16 / 17
    test = run.result["metrics"]["test"]
    assert test["accuracy"] == pytest.approx(wanted) and run.result["metrics"]["baseline"]["accuracy"] == pytest.approx(wanted)
    assert [c["rows"] for c in facts_of(run)["test_report"]["classes"]] == [12, 24]
    plain = job(data=data, target="y", features=["x"], training={"epochs": 60, "batch_size": 32})
    plain.finish()
    assert plain.result["metrics"]["test"]["accuracy"] == pytest.approx(2 / 3)


def test_a_regression_answers_with_the_weighted_mean(job, tmp_path):
    rows = [[i % 2, 10.0 if i % 2 == i // 2 % 2 else 0.0, 3 if i % 2 == i // 2 % 2 else 1] for i in range(400)]
    data = write_csv(tmp_path / "mean.csv", ["x", "y", "count"], rows)
    run = job(data=data, target="y", task="regression", architecture="linear", columns={"weight": "count"},
              training={"epochs": 30, "batch_size": 32})
    assert run.finish()["code"] == 0
    assert model_of(run)["target"]["mean"] == pytest.approx(7.5, abs=0.3)
    assert all(abs(a["prediction"] - 7.5) < 1 for a in own_predict(model_of(run), [{"x": 0}, {"x": 1}]))
    assert run.result["metrics"]["baseline"]["rmse"] == pytest.approx(math.sqrt(0.75 * 2.5**2 + 0.25 * 7.5**2), rel=0.1)


def test_rows_that_do_not_count_are_left_out_and_weights_that_cannot_be_are_refused(job, tmp_path):
    run = job(data=weighted_birds(tmp_path / "weighted.csv"), columns={"weight": "count"}, training=QUICK)
    assert run.finish()["code"] == 0
    started = run.of("started")[0]
    assert sum(started["rows"].values()) == 190 and "count" not in started["config"]["features"]
    said = {f["code"]: f["message"] for f in started["findings"]}
    assert said["rows_without_weight"] == "10 rows without a weight, or with weight 0, left out."
    rows = [["ab"[i % 2], i, -1 if i == 9 else 1, 0, "x" if i else "y", 1e-9 if i == 3 else 5.0] for i in range(40)]
    data = write_csv(tmp_path / "bad.csv", ["y", "x", "minus", "zero", "text", "apart"], rows)
    for name, words in (("minus", "negative weights"), ("zero", "no weight above 0"), ("text", "category values"),
                        ("apart", "a million times"), ("gone", "there is no column gone"), ("y", "is the target")):
        run = job(data=data, target="y", features=["x"], columns={"weight": name}, training=QUICK)
        assert run.finish()["code"] == 2
        assert "/columns/weight" in run.result["message"] and words in run.result["message"]


def test_balanced_classes_count_the_same_whatever_their_rows(job, tmp_path):
    rows = [[i % 5, "rare" if i % 20 == 0 else "usual"] for i in range(600)]
    data = write_csv(tmp_path / "rare.csv", ["x", "y"], rows)
    scores = {}
    for weights in ("none", "balanced", {"rare": 19.0}):
        run = job(data=data, target="y", architecture="linear", hyperparameters={"learning_rate": 0.05},
                  training={"epochs": 40, "class_weights": weights})
        assert run.finish()["code"] == 0
        table = {c["class"]: c["recall"] for c in facts_of(run)["test_report"]["classes"]}
        scores[str(weights)] = table["rare"]
    assert scores["none"] == 0 and scores["balanced"] == 1 and scores["{'rare': 19.0}"] == 1


def test_rows_without_a_target_are_left_out_and_said(job, tmp_path):
    rows = [["" if i % 20 == 3 else i % 5, ["NA", ""][i % 2] if i % 10 == 0 else ["a", "b"][i % 3 == 0]] for i in range(100)]
    run = job(data=write_csv(tmp_path / "gaps.csv", ["x", "y"], rows), target="y", training=QUICK)
    assert run.finish()["code"] == 0
    started = run.of("started")[0]
    assert sum(started["rows"].values()) == 90
    assert {"code": "rows_without_target", "message": "10 rows without a target left out."} in started["findings"]


@pytest.mark.parametrize("target, features, task, words", [
    ("nothing", None, None, "/target there is no column nothing"),
    ("one", None, None, "/target every row has the same target, k"),
    ("empty", None, None, "/target every cell of empty is missing"),
    ("y", ["x", "z", "q"], None, "/features/1 there is no column z; /features/2 there is no column q"),
    ("y", None, "regression", "/task y holds category values, regression needs numbers"),
])
def test_a_target_or_feature_that_cannot_be_is_refused(job, tmp_path, target, features, task, words):
    data = write_csv(tmp_path / "d.csv", ["x", "one", "empty", "y"], [[i, "k", "", "ab"[i % 2]] for i in range(30)])
    fields = {"features": features} if features else {}
    run = job(data=data, target=target, **fields, **({"task": task} if task else {}))
    assert run.finish()["code"] == 2
    assert run.result["reason"] == "user_error" and words in run.result["message"]
    assert run.logs().strip() == run.result["message"]


def test_data_that_cannot_be_read_ends_with_its_place(job, tmp_path):
    (tmp_path / "bad.csv").write_text("x,y\n1,a\n2,b,c\n")
    run = job(data=tmp_path / "bad.csv", target="y")
    assert run.finish()["code"] == 2
    assert run.result["reason"] == "data_error" and run.result["invalid"]["line"] == 3


def test_too_little_memory_is_its_own_reason(job, warm_host, tmp_path):
    run = job(hyperparameters={"hidden_sizes": [4096, 4096, 4096]}, limits={"memory_bytes": 120_000_000})
    assert run.finish()["code"] == 1
    assert run.result["reason"] == "out_of_memory" and "batch_size" in run.result["message"]


def test_a_full_disk_and_a_missing_file_are_told_as_what_they_are(job, tmp_path):
    run = job(limits={"file_bytes": 5000}, checkpoint_seconds=0.000001)
    assert run.finish()["code"] == 1
    assert (run.result["reason"], run.result["message"]) == ("platform_error", "The disk of the worker is full.")
    assert [p.name for p in (run.out / "checkpoints").iterdir()] == []
    run = job(data=tmp_path / "gone.csv")
    assert run.finish()["code"] == 1
    assert run.result["message"] == "gone.csv: No such file or directory."


def test_thirty_jobs_in_a_row_reach_their_end(job, tmp_path):
    data = birds(tmp_path / "small.csv", rows=40)
    digests = set()
    for i in range(30):
        run = job(i % 2, data=data, training={"epochs": 1}, architecture="linear", out=tmp_path / "again")
        assert run.finish(timeout=20)["code"] == 0
        digests.add(digest_of(run))
    assert len(digests) == 1


def test_columns_that_cannot_be_learned_from_are_left_out_unless_asked_for(job, tmp_path):
    rows = [[f"user-{i:05}", f"a long remark number {i * 7919} about this very row", i % 3, "ab"[i % 3 == 0]] for i in range(120)]
    data = write_csv(tmp_path / "ids.csv", ["user", "remark", "x", "y"], rows)
    run = job(data=data, target="y", training=QUICK)
    run.finish()
    started = run.of("started")[0]
    assert started["config"]["features"] == ["x"]
    assert len([f for f in started["findings"] if f["code"].endswith("_left_out")]) >= 1
    run = job(data=data, target="y", training=QUICK, features=["user", "x"])
    run.finish()
    assert run.of("started")[0]["config"]["features"] == ["user", "x"]


def test_a_profile_through_the_host_writes_its_two_files(warm_host, tmp_path):
    out = tmp_path / "profile"
    run = warm_host.run(1, "profile", data=birds(tmp_path / "birds.csv"), out=str(out), threads=1)
    assert run.finish()["code"] == 0 and run.result["outcome"] == "succeeded"
    assert json.loads((out / "profile.json").read_text())["rows"] == 200
    assert len(json.loads((out / "preview.json").read_text())["rows"]) == 100
    (tmp_path / "bad.csv").write_text("x,x\n1,2\n")
    run = warm_host.run(1, "profile", data=str(tmp_path / "bad.csv"), out=str(out))
    assert run.finish()["code"] == 2
    assert run.result["reason"] == "data_error" and run.result["invalid"]["reason"] == "duplicate_columns"


def test_every_figure_in_events_and_files_is_json(job):
    run = job(training=QUICK)
    run.finish()
    for text in (json.dumps(run.seen), (run.out / "artifacts" / "metrics.json").read_text()):
        json.loads(text, parse_constant=lambda word: math.nan / 0)
