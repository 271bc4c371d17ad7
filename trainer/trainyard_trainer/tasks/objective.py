"""What is made small: the losses of classes and of numbers, one value a row, and how rows and classes weigh in them."""

import torch
from torch import Tensor
from torch.nn import functional

from ..losses import quantile_of
from .problem import Part

_OF_NUMBERS = {"mse": functional.mse_loss, "mae": functional.l1_loss, "huber": functional.huber_loss}


def row_losses(name: str, outputs: Tensor, target: Tensor, class_weights: Tensor | None, smoothing: float) -> Tensor:
    """float32 [rows]; of classes already multiplied with the weight of each row's class."""
    if name == "cross_entropy":
        return functional.cross_entropy(
            outputs, target, weight=class_weights, label_smoothing=smoothing, reduction="none")
    share = quantile_of(name)
    if share is None:
        return _OF_NUMBERS[name](outputs.squeeze(1), target, reduction="none")
    # Smallest where that share of the targets lies below the output (Koenker and Bassett, 1978).
    above = target - outputs.squeeze(1)
    return torch.maximum(share * above, (share - 1) * above)


def training_mass(rows: Part, class_weights: Tensor | None) -> Tensor | float:
    """What the sum of the losses of a batch is divided by: its rows, or the weights of their classes.

    Weights of rows do not enter: their mean over the training part is 1, and a batch with a heavy row takes a larger
    step, so that the mean of the gradients over the batches is the gradient of the weighted loss.
    """
    return float(rows.rows) if class_weights is None else class_weights[rows.target].sum()


def scored_mass(rows: Part, class_weights: Tensor | None) -> Tensor | float:
    """The same of a part that is scored: here the weighted mean is exact."""
    if rows.weight is None:
        return training_mass(rows, class_weights)
    return rows.weight.sum() if class_weights is None else (class_weights[rows.target] * rows.weight).sum()


def summed(losses: Tensor, weight: Tensor | None) -> Tensor:
    return losses.sum() if weight is None else (losses * weight).sum()
