"""By what the best epoch is chosen on the validation rows. No torch."""

METRICS = {
    "classification": ("loss", "accuracy", "balanced_accuracy", "macro_f1"),
    "regression": ("loss", "rmse", "mae", "r2"),
}
DEFAULT = "loss"
_UPWARDS = frozenset(("accuracy", "balanced_accuracy", "macro_f1", "r2"))


def direction(metric: str) -> str:
    return "max" if metric in _UPWARDS else "min"


def selection_fault(metric: str | None, task: str | None) -> str | None:
    """Why there is no such metric for the task, or for any task while that is not known; None where there is."""
    offered = list(dict.fromkeys(name for kind, names in METRICS.items() if task in (None, kind) for name in names))
    if metric is None or metric in offered:
        return None
    return f"{metric} does not fit {task or 'any task'}; choose {' or '.join(offered)}"
