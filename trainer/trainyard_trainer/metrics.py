"""Scores of a model. Undefined ones are NaN, which events and files write as null; never a made-up 0 or 1."""

import math
from typing import Any

import torch
from torch import Tensor

TABLE_CLASSES = 50  # more rows than that nobody reads, and the confusion matrix grows with the square


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


def class_table(logits: Tensor, target: Tensor, names: list[str]) -> dict[str, Any]:
    """Per-class figures, and the confusion matrix (rows: true class, columns: predicted) for up to 50 classes."""
    hits, support, predicted = _counts(logits, target)
    table = [
        {"class": name, "rows": int(support[i]), "recall": _share(hits[i], support[i]),
         "precision": _share(hits[i], predicted[i])}
        for i, name in enumerate(names[:TABLE_CLASSES])
    ]
    report: dict[str, Any] = {"classes": table}
    if len(names) <= TABLE_CLASSES:
        cells = torch.bincount(target * len(names) + logits.argmax(1), minlength=len(names) ** 2)
        report["confusion"] = cells.reshape(len(names), len(names)).tolist()
    return report


def _share(part: Tensor, whole: Tensor) -> float | None:
    return float(part / whole) if whole > 0 else None
