"""What a model has to beat: the answer that looks at no feature."""

import torch
from torch import Tensor

from .tasks.tabular import Tabular


def baseline(problem: Tabular) -> tuple[str, Tensor]:
    """Its name and its outputs for the test rows.

    Classes: the shares of the training rows, whose largest is the majority. Numbers: the mean of the training rows,
    which is 0 in the standardised target.
    """
    rows = problem.test.rows
    if problem.task == "regression":
        return "mean", torch.zeros(rows, 1)
    # One row more for each class, so that a class that training lacks has a finite log-loss.
    train = problem.train.to(torch.device("cpu"))
    counts = torch.bincount(train.target, train.weight, minlength=problem.outputs) + 1
    return "majority", (counts / counts.sum()).log().float().expand(rows, -1)
