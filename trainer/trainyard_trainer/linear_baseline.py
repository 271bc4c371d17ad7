"""A regularised linear model on the inputs that the network had: what a model without any hidden layer reaches.

Ridge regression (Hoerl and Kennard, 1970) in closed form, or logistic regression with an L2 penalty by L-BFGS. The
strength of the penalty is the one that does best on the validation rows. Its cost is bounded by rows, inputs and
iterations, never by time: equal jobs must give equal figures.
"""

from collections.abc import Callable

import torch
from torch import Tensor
from torch.nn import functional

from .tasks.problem import Part
from .tasks.tabular import Tabular

MAX_INPUTS = 2000
MAX_CELLS = 4_000_000  # rows times inputs that are fitted on
MAX_WORK = 100_000_000  # and times classes
LEAST_ROWS = 200
LEVELS = 50  # of a category, the most frequent ones
PENALTIES = (1.0, 0.1, 0.01, 0.001, 0.0001)  # each fit starts where the one before it ended
ITERATIONS = 25


def linear_baseline(problem: Tabular) -> Tensor | None:
    """Its outputs for the test rows, on the CPU, as the network's; None where it would take too long."""
    parts = [part.to(torch.device("cpu")) for part in (problem.train, problem.validation, problem.test)]
    levels = _frequent_levels(parts[0])
    inputs = parts[0].inputs[0].shape[1] + sum(map(len, levels))
    rows = min(parts[0].rows, MAX_CELLS // max(inputs, 1), MAX_WORK // max(inputs * problem.outputs, 1))
    if not 0 < inputs <= MAX_INPUTS or rows < min(LEAST_ROWS, parts[0].rows):
        return None
    every = -(-parts[0].rows // rows)
    train = parts[0].take(torch.arange(0, parts[0].rows, every))
    x, validation, test = (_design(part, levels) for part in (train, *parts[1:]))
    fits, losses = _ridge(x, train), _squares
    if problem.task == "classification":
        fits, losses = _logistic(x, train, problem.outputs), _surprise
    return test @ min(fits, key=lambda fit: float((losses(validation @ fit, parts[1].target) * _counting(parts[1])).sum()))


def _frequent_levels(train: Part) -> list[Tensor]:
    """Of each category, its most frequent level numbers; 0, the unknown, is none of them."""
    found = []
    for column in train.inputs[1].T:
        counts = torch.bincount(column)
        counts[0] = 0
        order = torch.argsort(counts, descending=True, stable=True)[:LEVELS]
        found.append(order[counts[order] > 0])
    return found


def _design(part: Part, levels: list[Tensor]) -> Tensor:
    """[rows, inputs + 1]: numbers, one-hot levels, and a last column of ones."""
    numbers, categories = part.inputs
    hot = [(categories[:, i : i + 1] == chosen).float() for i, chosen in enumerate(levels)]
    return torch.cat([numbers, *hot, torch.ones(part.rows, 1)], 1)


def _counting(part: Part) -> Tensor:
    """float32 [rows]: the share of each row in a mean over the part."""
    weight = torch.ones(part.rows) if part.weight is None else part.weight
    return weight / weight.sum()


def _squares(outputs: Tensor, target: Tensor) -> Tensor:
    return functional.mse_loss(outputs.squeeze(1), target, reduction="none")


def _surprise(outputs: Tensor, target: Tensor) -> Tensor:
    return functional.cross_entropy(outputs, target, reduction="none")


def _penalised(size: int) -> Tensor:
    """[size, 1]: 1 for each weight, 0 for the constant, which is not pulled anywhere."""
    return torch.cat([torch.ones(size - 1, 1), torch.zeros(1, 1)])


def _ridge(x: Tensor, train: Part) -> list[Tensor]:
    wide, share = x.double(), _counting(train).double().unsqueeze(1)
    products, answers = (share * wide).T @ wide, wide.T @ (share * train.target.double().unsqueeze(1))
    # The constant gets a penalty too small to matter, which keeps the system solvable.
    pull = _penalised(x.shape[1]).double().squeeze(1).clamp_min(1e-6)
    return [torch.linalg.solve(products + torch.diag(pull * penalty), answers).float() for penalty in PENALTIES]


def _logistic(x: Tensor, train: Part, classes: int) -> list[Tensor]:
    weights = torch.zeros(x.shape[1], classes, requires_grad=True)
    pulled = _penalised(x.shape[1])
    hot = functional.one_hot(train.target, classes).float()
    fits = []
    for penalty in PENALTIES:
        optimizer = torch.optim.LBFGS(
            [weights], max_iter=ITERATIONS, tolerance_grad=1e-4, tolerance_change=1e-6, line_search_fn="strong_wolfe")
        optimizer.step(_loss_of(weights, x, hot, train, penalty * pulled))
        fits.append(weights.detach().clone())
    return [fit for fit in fits if fit.isfinite().all()] or [torch.zeros_like(weights.detach())]


def _loss_of(weights: Tensor, x: Tensor, hot: Tensor, train: Part, penalty: Tensor) -> Callable[[], Tensor]:
    """Sets the gradient in closed form, which is faster than autograd here."""

    share = _counting(train)

    @torch.no_grad()
    def loss() -> Tensor:
        logits = x @ weights
        weights.grad = x.T @ ((logits.softmax(1) - hot) * share.unsqueeze(1)) + penalty * weights
        return (_surprise(logits, train.target) * share).sum() + (penalty * weights**2).sum() / 2

    return loss
