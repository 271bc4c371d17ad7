"""The regularised linear model that stands beside every model."""

import csv
import time

import numpy as np
import pytest
import torch

from trainyard_trainer.linear_baseline import linear_baseline

from .data import write_csv
from .test_loop import open_small


def problem_of(folder, header, rows, **fields):
    data = write_csv(folder / "made.csv", header, rows)
    return open_small(folder, data=data, architecture="linear", **fields).problem


def test_it_finds_a_line_and_a_step_between_categories(tmp_path):
    r = np.random.default_rng(0)
    x, town = r.normal(size=400), r.integers(0, 3, 400)
    rows = [[round(a, 6), "abc"[t], round(3 * a + 10 * t, 6)] for a, t in zip(x, town)]
    problem = problem_of(tmp_path, ["x", "town", "y"], rows, target="y")
    error = linear_baseline(problem).squeeze(1) - problem.test.target
    assert error.abs().max() < 0.02  # in units of the target's deviation


def test_the_penalty_is_chosen_on_the_validation_rows_and_equal_problems_give_equal_answers(tmp_path):
    """Forty inputs of noise and few rows: without a penalty the answers would be sure and wrong."""
    r = np.random.default_rng(0)
    rows = [[*r.normal(size=40).round(4), "ab"[i % 2]] for i in range(80)]
    problem = problem_of(tmp_path, [*(f"x{i}" for i in range(40)), "y"], rows, target="y")
    answers = linear_baseline(problem)
    assert torch.equal(answers, linear_baseline(problem))
    assert answers.softmax(1).max() < 0.85


@pytest.mark.parametrize("columns, rows, expected", [(3, 60_000, True), (300, 3000, True), (2100, 60, False)])
def test_its_cost_is_bounded(tmp_path, columns, rows, expected):
    """Many rows are thinned out; so many columns that it would take seconds have none."""
    r = np.random.default_rng(0)
    values = r.normal(size=(rows, columns)).round(3)
    with open(tmp_path / "made.csv", "w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow([*(f"x{i}" for i in range(columns)), "y"])
        writer.writerows([*row, "abcdefghij"[int(row[0] * 10) % 10]] for row in values.tolist())
    problem = open_small(tmp_path, data=tmp_path / "made.csv", target="y", architecture="linear").problem
    clock = time.process_time()
    answers = linear_baseline(problem)
    assert (answers is not None) == expected
    assert time.process_time() - clock < 20
