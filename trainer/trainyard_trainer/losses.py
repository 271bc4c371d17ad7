"""The names of losses: which there are for each task, and the share in the name of a quantile loss. No torch."""

import re

LOSSES = {
    "classification": ("cross_entropy",),
    "regression": ("mse", "mae", "huber", "quantile_0.1", "quantile_0.5", "quantile_0.9"),
}
"""The first is what `auto` means. Of the quantile losses those that are offered; any share is accepted."""

_QUANTILE = re.compile(r"quantile_(-?[0-9]{1,20}(?:\.[0-9]{1,40})?)")


def quantile_of(loss: str) -> float | None:
    """0.9 for quantile_0.9, whatever number it is; None for any other name."""
    match = _QUANTILE.fullmatch(loss)
    return None if match is None else float(match[1])


def loss_fault(loss: str | None, task: str | None) -> str | None:
    """Why there is no such loss for the task, or for any task while that is not known; None where there is."""
    quantile = None if loss is None or task == "classification" else quantile_of(loss)
    if quantile is not None:
        return None if 0 < quantile < 1 else f"the quantile of {loss} must lie between 0 and 1, as in quantile_0.9"
    offered = [name for kind, names in LOSSES.items() if task in (None, kind) for name in names]
    if loss is None or loss in offered:
        return None
    return f"{loss} does not fit {task or 'any task'}; choose {' or '.join(offered)}"
