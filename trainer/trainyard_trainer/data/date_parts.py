"""What a column of dates gives beside its moments: the parts of the calendar that its training rows can teach.

A model sees a moment as one number, in which weekdays and seasons hide. The parts are those of AutoGluon's
`DatetimeFeatureGenerator` (arXiv 2003.06505) without the year, which the moment tells, and with the hour; months,
weekdays and hours are categories. A part is left out where the training rows do not go through its cycle twice: a month
that came once cannot be told from a trend.
"""

import numpy as np
import torch

from .transform import date_part

DAY = 86_400
NUMBERS = {"day": 62 * DAY}
"""Part to the span in seconds that the training rows must have."""
CATEGORIES = {"month": 2 * 365 * DAY, "weekday": 14 * DAY, "hour": 2 * DAY}


def number_parts(seconds: np.ndarray, train: np.ndarray) -> dict[str, np.ndarray]:
    return _taught(NUMBERS, seconds, train)


def category_parts(seconds: np.ndarray, train: np.ndarray) -> dict[str, list[str | None]]:
    """Part to its levels as texts, None for missing."""
    return {part: [None if value != value else str(int(value)) for value in values.tolist()]
            for part, values in _taught(CATEGORIES, seconds, train).items()}


def _taught(spans: dict[str, int], seconds: np.ndarray, train: np.ndarray) -> dict[str, np.ndarray]:
    known = seconds[train][~np.isnan(seconds[train])]
    span = float(known.max() - known.min()) if len(known) else 0.0
    parts = {part: date_part(torch.from_numpy(seconds), part).numpy() for part, least in spans.items() if span >= least}
    return {part: values for part, values in parts.items() if len(np.unique(values[train][~np.isnan(values[train])])) > 1}
