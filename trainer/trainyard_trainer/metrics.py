"""Scores of a model. Undefined ones are NaN, which events and files write as null; never a made-up 0 or 1.

`weight` [rows] is how much each row counts, None for each as much: a row of weight 2 is two rows.
"""

import math
from typing import Any

import numpy as np
import torch
from torch import Tensor

TABLE_CLASSES = 50  # more rows than that nobody reads, and the confusion matrix grows with the square
CALIBRATION_STEPS = 15
RESIDUAL_STEPS = 20


def classification(logits: Tensor, target: Tensor, weight: Tensor | None = None) -> dict[str, float]:
    """Scores of logits [rows, classes] against class numbers [rows].

    Balanced accuracy is the mean recall of the classes present; macro F1 the mean over the classes that are present
    or predicted.
    """
    hits, support, predicted = _counts(logits, target, weight)
    present, seen = support > 0, (support + predicted) > 0
    recall = hits[present] / support[present]
    f1 = 2 * hits[seen] / (support + predicted)[seen]
    return {
        "accuracy": float(hits.sum() / support.sum()),
        "balanced_accuracy": float(recall.mean()),
        "macro_f1": float(f1.mean()),
    }


def _counts(logits: Tensor, target: Tensor, weight: Tensor | None) -> tuple[Tensor, Tensor, Tensor]:
    """Of each class: how often it was answered rightly, how often it is there, how often it was answered."""
    classes = logits.shape[1]
    guess = logits.argmax(1)
    right = guess == target
    counts = [torch.bincount(x, None if weight is None else w.double(), minlength=classes).double()
              for x, w in ((target[right], None if weight is None else weight[right]), (target, weight), (guess, weight))]
    return counts[0], counts[1], counts[2]


def regression(predicted: Tensor, target: Tensor, weight: Tensor | None = None) -> dict[str, float]:
    """Scores in the unit of the target; both float64 [rows]. R² is undefined where the target does not vary."""
    count = torch.ones_like(target) if weight is None else weight.double()
    error, rows = predicted - target, float(count.sum())
    spread = float((count * (target - (count * target).sum() / rows) ** 2).sum())
    squares = float((count * error**2).sum())
    return {
        "rmse": math.sqrt(squares / rows) if math.isfinite(squares) else math.nan,
        "mae": float((count * error.abs()).sum()) / rows,
        "r2": 1 - squares / spread if spread > 0 else math.nan,
    }


def roc_auc(scores: Tensor, positive: Tensor, weight: Tensor | None = None) -> float:
    """Area under the ROC curve: the share of pairs in the right order (Mann and Whitney), ties counted half; NaN
    unless both classes are there."""
    if int(positive.sum()) in (0, len(positive)):
        return math.nan
    count = torch.ones_like(scores, dtype=torch.float64) if weight is None else weight.double()
    ordered, order = torch.sort(scores.double())
    negative = torch.where(positive, 0.0, count)
    below = torch.cat([negative.new_zeros(1), negative[order].cumsum(0)])  # weight of the negatives before each place
    mine = scores.double()[positive].contiguous()
    wins = below[torch.searchsorted(ordered, mine, right=False)] + below[torch.searchsorted(ordered, mine, right=True)]
    return float((wins / 2 * count[positive]).sum() / (negative.sum() * count[positive].sum()))


def one_against_rest(probabilities: Tensor, target: Tensor, weight: Tensor | None = None) -> float:
    """The mean area under the ROC curve of each class that is there against all others (macro)."""
    areas = [roc_auc(probabilities[:, i].contiguous(), target == i, weight) for i in target.unique().tolist()]
    return sum(areas) / len(areas)


def reliability(probabilities: Tensor, target: Tensor, weight: Tensor | None = None) -> list[dict[str, float]]:
    """Answers by how sure they were, in 15 equal steps: how many, how sure on average, and how often right.

    Of Guo et al., "On Calibration of Modern Neural Networks", 2017; steps without an answer are left out.
    """
    sure, guess = probabilities.max(1)
    step = (sure * CALIBRATION_STEPS).ceil().long().clamp(1, CALIBRATION_STEPS) - 1
    right = (guess == target).double()
    count = torch.ones_like(right) if weight is None else weight.double()
    found = []
    for i in step.unique().tolist():
        inside = step == i
        share = count[inside] / count[inside].sum()
        found.append({"low": i / CALIBRATION_STEPS, "high": (i + 1) / CALIBRATION_STEPS, "rows": int(inside.sum()),
                      "share": float(count[inside].sum() / count.sum()),
                      "confidence": float((sure[inside] * share).sum()), "accuracy": float((right[inside] * share).sum())})
    return found


def calibration_error(probabilities: Tensor, target: Tensor, weight: Tensor | None = None) -> float:
    """Expected calibration error: the mean distance of confidence and accuracy over the answers."""
    if not probabilities.isfinite().all():
        return math.nan
    steps = reliability(probabilities, target, weight)
    return sum(s["share"] * abs(s["confidence"] - s["accuracy"]) for s in steps)


def residuals(predicted: Tensor, target: Tensor) -> dict[str, Any]:
    """Predicted minus true, both float64 [rows]: a histogram of 20 steps between the 1st and 99th percentile, whose
    outermost counts hold what lies outside, and percentiles. Empty where a prediction is no number."""
    error = predicted - target
    if not error.isfinite().all():
        return {}
    shares = torch.tensor([0.01, 0.05, 0.25, 0.5, 0.75, 0.95, 0.99], dtype=torch.float64)
    at = torch.from_numpy(np.quantile(error.cpu().numpy(), shares.numpy()))
    edges = torch.linspace(float(at[0]), float(at[-1]), RESIDUAL_STEPS + 1, dtype=torch.float64)
    step = (torch.searchsorted(edges, error.cpu(), right=True) - 1).clamp(0, RESIDUAL_STEPS - 1)
    counts = torch.bincount(step, minlength=RESIDUAL_STEPS)
    percentiles = {f"{share:.0%}": value for share, value in zip(shares.tolist(), at.tolist())}
    return {"residuals": {"edges": edges.tolist(), "counts": counts.tolist(), "percentiles": percentiles}}


def class_table(logits: Tensor, target: Tensor, names: list[str], weight: Tensor | None = None) -> dict[str, Any]:
    """Per-class figures with the number of rows as they are, and the confusion matrix (counts; rows: true class, columns: predicted) for up to 50."""
    hits, support, predicted = _counts(logits, target, weight)
    both = support + predicted
    rows = torch.bincount(target, minlength=len(names)).tolist()
    table = [
        {"class": name, "rows": rows[i], "recall": _share(hits[i], support[i]),
         "precision": _share(hits[i], predicted[i]), "f1": _share(2 * hits[i], both[i])}
        for i, name in enumerate(names[:TABLE_CLASSES])
    ]
    report: dict[str, Any] = {"classes": table}
    if len(names) <= TABLE_CLASSES:
        cells = torch.bincount(target * len(names) + logits.argmax(1), minlength=len(names) ** 2)
        report["confusion"] = cells.reshape(len(names), len(names)).tolist()
    return report


def _share(part: Tensor, whole: Tensor) -> float | None:
    return float(part / whole) if whole > 0 else None
