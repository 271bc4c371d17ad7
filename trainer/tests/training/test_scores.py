"""Scores, splits and scaling against their definitions."""

import math

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from trainyard_trainer import metrics
from trainyard_trainer.data.preprocess import Preprocess
from trainyard_trainer.data.split import group_split, random_split, stratified_split, time_split
from trainyard_trainer.data.table import Column
from trainyard_trainer.data.transform import scaled_numbers


def test_scores_of_classes_follow_their_definitions():
    logits = torch.tensor([[2.0, 1, 0], [0, 2, 1], [0, 2, 1], [2, 1, 0], [0, 1, 2], [2, 0, 0]])
    target = torch.tensor([0, 1, 0, 0, 2, 2])
    scores = metrics.classification(logits, target)
    assert scores["accuracy"] == pytest.approx(4 / 6)
    assert scores["balanced_accuracy"] == pytest.approx((2 / 3 + 1 + 1 / 2) / 3)
    assert scores["macro_f1"] == pytest.approx((2 * 2 / 6 + 2 * 1 / 3 + 2 * 1 / 3) / 3)
    table = metrics.class_table(logits, target, ["a", "b", "c"])
    assert table["confusion"] == [[2, 1, 0], [0, 1, 0], [1, 0, 1]]
    assert table["classes"][1] == {"class": "b", "rows": 1, "recall": 1.0, "precision": 0.5, "f1": 2 / 3}


@given(st.lists(st.tuples(st.integers(0, 4), st.booleans()), min_size=2, max_size=40))
@settings(max_examples=60, deadline=None)
def test_auc_is_the_share_of_pairs_in_the_right_order(pairs):
    scores = torch.tensor([float(s) for s, _ in pairs])
    positive = torch.tensor([p for _, p in pairs])
    found = metrics.roc_auc(scores, positive)
    ups, downs = scores[positive], scores[~positive]
    if len(ups) == 0 or len(downs) == 0:
        assert math.isnan(found)
    else:
        wins = (ups[:, None] > downs).double() + 0.5 * (ups[:, None] == downs).double()
        assert found == pytest.approx(float(wins.mean()))


def test_calibration_is_the_distance_of_confidence_and_accuracy():
    probabilities = torch.tensor([[0.95, 0.05], [0.95, 0.05], [0.94, 0.06], [0.4, 0.6]]).double()
    target = torch.tensor([0, 1, 0, 1])
    steps = metrics.reliability(probabilities, target)
    assert [s["rows"] for s in steps] == [1, 3] and steps[1]["low"] == pytest.approx(14 / 15)
    wanted = 3 / 4 * abs((0.95 + 0.95 + 0.94) / 3 - 2 / 3) + 1 / 4 * 0.4
    assert metrics.calibration_error(probabilities, target) == pytest.approx(wanted)
    assert math.isnan(metrics.calibration_error(probabilities * math.nan, target))


def test_auc_of_many_classes_is_the_mean_over_those_that_are_there():
    probabilities = torch.tensor([[0.7, 0.2, 0.1, 0], [0.2, 0.5, 0.3, 0], [0.1, 0.6, 0.3, 0], [0.3, 0.1, 0.6, 0]])
    target = torch.tensor([0, 1, 2, 2])
    wanted = [metrics.roc_auc(probabilities[:, i], target == i) for i in range(3)]
    assert metrics.one_against_rest(probabilities, target) == pytest.approx(sum(wanted) / 3)
    assert math.isnan(metrics.one_against_rest(probabilities, torch.zeros(4).long()))


@given(st.integers(0, 10**6))
@settings(max_examples=25, deadline=None)
def test_a_row_of_weight_three_is_three_rows_in_every_score(seed):
    draw = torch.Generator().manual_seed(seed)
    weight = torch.randint(1, 4, (30,), generator=draw)
    again = torch.arange(30).repeat_interleave(weight)
    for classes in (2, 4):
        logits = torch.randn(30, classes, generator=draw).round(decimals=1)
        target = torch.randint(classes, (30,), generator=draw)
        shares = logits.double().softmax(1)
        for score in (
            lambda l, p, t, w=None: metrics.classification(l, t, w),
            lambda l, p, t, w=None: {"auc": metrics.roc_auc(l[:, 1] - l[:, 0], t == 1, w)},
            lambda l, p, t, w=None: {"auc": metrics.one_against_rest(p, t, w)},
            lambda l, p, t, w=None: {"ece": metrics.calibration_error(p, t, w)},
            lambda l, p, t, w=None: {str(c["class"]): c["f1"] for c in metrics.class_table(l, t, list("abcd")[:classes], w)["classes"]},
        ):
            wanted = score(logits[again], shares[again], target[again])
            assert score(logits, shares, target, weight.float()) == pytest.approx(wanted, nan_ok=True)
    guess, truth = torch.randn(2, 30, generator=draw, dtype=torch.float64)
    assert metrics.regression(guess, truth, weight.float()) == pytest.approx(metrics.regression(guess[again], truth[again]))


def test_residuals_count_every_row_once_and_a_wild_one_does_not_stretch_the_histogram():
    error = torch.cat([torch.linspace(-1, 1, 999), torch.tensor([1e9])]).double()
    found = metrics.residuals(error, torch.zeros(1000).double())["residuals"]
    assert sum(found["counts"]) == 1000 and len(found["counts"]) == 20 and found["edges"][-1] < 1.1
    assert found["percentiles"]["50%"] == pytest.approx(0, abs=0.01)
    same = metrics.residuals(torch.ones(3).double(), torch.ones(3).double())["residuals"]
    assert sum(same["counts"]) == 3
    assert metrics.residuals(error * math.nan, error) == {}


def test_scores_of_numbers_are_undefined_where_the_target_does_not_vary():
    scores = metrics.regression(torch.tensor([1.0, 3.0]).double(), torch.tensor([2.0, 2.0]).double())
    assert scores["rmse"] == 1 and scores["mae"] == 1 and math.isnan(scores["r2"])


@given(st.integers(3, 400), st.floats(0.01, 0.5), st.floats(0.01, 0.4), st.integers(0, 5))
@settings(max_examples=80, deadline=None)
def test_a_split_uses_every_row_once_and_leaves_no_part_empty(rows, validation, test, seed):
    parts = random_split(rows, validation, test, np.random.default_rng(seed))
    assert sorted(np.concatenate(parts).tolist()) == list(range(rows))
    assert min(map(len, parts)) >= 1


@given(st.lists(st.integers(0, 6), min_size=10, max_size=300), st.integers(0, 5))
@settings(max_examples=80, deadline=None)
def test_a_stratified_split_keeps_every_class_in_training(labels, seed):
    classes = np.unique(np.array(labels), return_inverse=True)[1]
    parts = stratified_split(classes, 0.15, 0.15, np.random.default_rng(seed))
    assert sorted(np.concatenate(parts).tolist()) == list(range(len(classes)))
    assert min(map(len, parts)) >= 1
    counts = np.bincount(classes)
    if counts.max() >= 3:
        assert set(classes[parts[0]]) == set(classes)
        assert all(set(np.flatnonzero(counts >= 3)) <= set(classes[part]) for part in parts)


@given(st.lists(st.integers(0, 12), min_size=3, max_size=300), st.floats(0.01, 0.5), st.floats(0.01, 0.4), st.integers(0, 5))
@settings(max_examples=80, deadline=None)
def test_a_group_is_in_one_part_and_no_part_is_empty(labels, validation, test, seed):
    groups = np.unique(np.array(labels), return_inverse=True)[1]
    if groups.max() < 2:
        return
    parts = group_split(groups, validation, test, np.random.default_rng(seed))
    assert sorted(np.concatenate(parts).tolist()) == list(range(len(groups)))
    found = [set(groups[part]) for part in parts]
    assert all(found) and not (found[0] & found[1] or found[1] & found[2] or found[0] & found[2])


@given(st.lists(st.one_of(st.integers(0, 30).map(float), st.just(math.nan)), min_size=3, max_size=300),
       st.floats(0.01, 0.5), st.floats(0.01, 0.4))
@settings(max_examples=80, deadline=None)
def test_the_latest_rows_test_and_one_time_is_in_one_part(times, validation, test):
    times = np.array(times)
    if len(np.unique(times[~np.isnan(times)])) < 3:
        return
    parts = time_split(times, validation, test)
    assert sorted(np.concatenate(parts).tolist()) == list(range(len(times)))
    ordered = [np.where(np.isnan(times[part]), -1, times[part]) for part in parts]
    assert ordered[0].max() < ordered[1].min() <= ordered[1].max() < ordered[2].min()


def test_large_splits_by_group_and_time_have_the_shares_that_were_asked_for():
    r = np.random.default_rng(0)
    parts = group_split(r.integers(0, 200, 5000), 0.15, 0.15, r)
    assert all(abs(len(part) - size) < 50 for part, size in zip(parts, (3500, 750, 750)))
    assert [len(part) for part in time_split(r.permutation(1000).astype(float), 0.15, 0.15)] == [700, 150, 150]


def test_a_large_stratified_split_has_the_shares_that_were_asked_for():
    classes = np.repeat(np.arange(4), [500, 300, 150, 50])
    parts = stratified_split(classes, 0.15, 0.15, np.random.default_rng(0))
    assert [len(part) for part in parts] == [700, 150, 150]
    assert np.bincount(classes[parts[1]]).tolist() in ([75, 45, 23, 7], [75, 45, 22, 8])


HUGE = st.floats(allow_nan=True, allow_infinity=False, width=64)


@given(st.lists(HUGE, min_size=1, max_size=40), st.lists(HUGE, min_size=1, max_size=20), st.sampled_from(["standard", "quantile", "robust"]))
@settings(max_examples=150, deadline=None)
def test_scaling_is_finite_and_keeps_the_order_for_any_numbers(train, other, scaling):
    values = np.array(train)
    fitted = Preprocess([Column("x", "number", values)], np.arange(len(values)), scaling).fitted["numbers"]
    probe = torch.tensor(sorted([x for x in train + other if x == x]) + [math.nan], dtype=torch.float64)
    result = scaled_numbers(fitted, probe[:, None])
    assert result.isfinite().all()
    rising = result[:-1, 0]
    assert (rising[1:] >= rising[:-1] - 1e-5).all()
