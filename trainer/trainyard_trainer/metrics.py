"""Scores of a model. Undefined ones are NaN, which events and files write as null; never a made-up 0 or 1."""

import math
from typing import Any

import numpy as np
import torch
from torch import Tensor

TABLE_CLASSES = 50  # more rows than that nobody reads, and the confusion matrix grows with the square
CALIBRATION_STEPS = 15
RESIDUAL_STEPS = 20


def classification(logits: Tensor, target: Tensor) -> dict[str, float]:
    """Scores of logits [rows, classes] against class numbers [rows].

    Balanced accuracy is the mean recall of the classes present; macro F1 the mean over the classes that are present
    or predicted.
    """
    hits, support, predicted = _counts(logits, target)
    present, seen = support > 0, (support + predicted) > 0
    recall = hits[present] / support[present]
    f1 = 2 * hits[seen] / (support + predicted)[seen]
    return {
        "accuracy": float(hits.sum() / max(len(target), 1)),
        "balanced_accuracy": float(recall.mean()),
        "macro_f1": float(f1.mean()),
    }


def _counts(logits: Tensor, target: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    classes = logits.shape[1]
    guess = logits.argmax(1)
    counts = [torch.bincount(x, minlength=classes).double() for x in (target[guess == target], target, guess)]
    return counts[0], counts[1], counts[2]


def regression(predicted: Tensor, target: Tensor) -> dict[str, float]:
    """Scores in the unit of the target; both float64 [rows]. R² is undefined where the target does not vary."""
    error = predicted - target
    spread = float(((target - target.mean()) ** 2).sum())
    squares = float((error**2).sum())
    return {
        "rmse": math.sqrt(squares / len(target)) if math.isfinite(squares) else math.nan,
        "mae": float(error.abs().mean()),
        "r2": 1 - squares / spread if spread > 0 else math.nan,
    }


def roc_auc(scores: Tensor, positive: Tensor) -> float:
    """Area under the ROC curve by ranks (Mann and Whitney), ties counted half; NaN unless both classes are there."""
    count = int(positive.sum())
    if count in (0, len(positive)):
        return math.nan
    ordered = torch.sort(scores.double()).values
    low = torch.searchsorted(ordered, scores.double(), right=False)
    high = torch.searchsorted(ordered, scores.double(), right=True)
    ranks = (low + high + 1).double() / 2
    return (float(ranks[positive].sum()) - count * (count + 1) / 2) / (count * (len(positive) - count))


def one_against_rest(probabilities: Tensor, target: Tensor) -> float:
    """The mean area under the ROC curve of each class that is there against all others (macro)."""
    areas = [roc_auc(probabilities[:, i].contiguous(), target == i) for i in target.unique().tolist()]
    return sum(areas) / len(areas)


def reliability(probabilities: Tensor, target: Tensor) -> list[dict[str, float]]:
    """Answers by how sure they were, in 15 equal steps: how many, how sure on average, and how often right.

    Of Guo et al., "On Calibration of Modern Neural Networks", 2017; steps without an answer are left out.
    """
    sure, guess = probabilities.max(1)
    step = (sure * CALIBRATION_STEPS).ceil().long().clamp(1, CALIBRATION_STEPS) - 1
    right = (guess == target).double()
    found = []
    for i in step.unique().tolist():
        inside = step == i
        found.append({"low": i / CALIBRATION_STEPS, "high": (i + 1) / CALIBRATION_STEPS, "rows": int(inside.sum()),
                      "confidence": float(sure[inside].mean()), "accuracy": float(right[inside].mean())})
    return found


def calibration_error(probabilities: Tensor, target: Tensor) -> float:
    """Expected calibration error: the mean distance of confidence and accuracy over the answers."""
    if not probabilities.isfinite().all():
        return math.nan
    steps = reliability(probabilities, target)
    return sum(s["rows"] * abs(s["confidence"] - s["accuracy"]) for s in steps) / len(target)


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


def class_table(logits: Tensor, target: Tensor, names: list[str]) -> dict[str, Any]:
    """Per-class figures, and the confusion matrix (rows: true class, columns: predicted) for up to 50 classes."""
    hits, support, predicted = _counts(logits, target)
    both = support + predicted
    table = [
        {"class": name, "rows": int(support[i]), "recall": _share(hits[i], support[i]),
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
