"""Turns numbers of one table into the inputs of a network, with what was fitted on the training rows.

Only torch, and nothing of this package: the text of this file travels inside predict.py, so that prediction scales
as training did.
"""

import torch


def scaled_numbers(columns, values):
    """`values` float64 [rows, len(columns)], NaN for missing -> float32 [rows, inputs].

    A column gives its scaled value and, when it has an `indicator`, a second input that is 1 where the value was
    missing. A missing value counts as the middle of the column. Every result is finite, whatever number comes in.
    """
    inputs = []
    for i, column in enumerate(columns):
        value = values[:, i]
        missing = torch.isnan(value)
        scaled = _SCALINGS[column["scaling"]](torch.where(missing, column["middle"], value), column)
        inputs.append(scaled)
        if column["indicator"]:
            inputs.append(missing.to(torch.float64))
    if not inputs:
        return torch.zeros(len(values), 0)
    return torch.stack(inputs, 1).to(torch.float32)


def _standard(x, column):
    """Mean 0 and deviation 1 on the training rows, cut off far outside of them."""
    # Divided before subtracting: numbers near the limit of a float64 would overflow.
    return (x / column["scale"] - column["mean"] / column["scale"]).clamp(-20.0, 20.0)


def _quantile(x, column):
    """The normal deviate of the rank that the value has among the training rows; ties get the middle of their ranks."""
    marks = column["quantiles"]
    ranks = torch.linspace(0.0, 1.0, len(marks), dtype=torch.float64)
    x = x.clamp(marks[0], marks[-1])
    share = (_rank(x, marks, ranks, False) + _rank(x, marks, ranks, True)) / 2
    return torch.special.ndtri(share.clamp(column["tail"], 1.0 - column["tail"]))


def _rank(x, marks, ranks, upper):
    i = torch.searchsorted(marks, x, right=upper).clamp(1, len(marks) - 1)
    low, high = marks[i - 1], marks[i]
    # Halves, because the distance of two float64 can be more than a float64 holds.
    way = torch.where(high > low, (x / 2 - low / 2) / (high / 2 - low / 2), float(upper))
    return ranks[i - 1] + way * (ranks[i] - ranks[i - 1])


def _robust(x, column):
    """The distance from the median in units of the quartiles' distance, clipped smoothly between -3 and 3."""
    # Clipped before squaring, and divided before subtracting: a float64 near its limit would overflow.
    x = (x / column["scale"] - column["mean"] / column["scale"]).clamp(-1e6, 1e6)
    return x / (1.0 + (x / 3.0) ** 2).sqrt()


_SCALINGS = {"standard": _standard, "quantile": _quantile, "robust": _robust}


def date_part(seconds, part):
    """`hour` 0 to 23, `weekday` 1 (Monday) to 7, `day` of the month or `month` of moments in seconds since 1970, in UTC.

    float64 [rows] to float64 [rows]; NaN stays NaN. Days to months as in Hinnant, "chrono-compatible low-level date
    algorithms", 2013: years begin in March, so that the day that leap years add is their last.
    """
    days = (seconds / 86400).floor()
    if part == "hour":
        return ((seconds - days * 86400) / 3600).floor()
    if part == "weekday":
        return torch.remainder(days + 3, 7) + 1
    shifted = days + 719468
    era = (shifted / 146097).floor()
    of_era = shifted - era * 146097
    leaps = (of_era / 36524).floor() - (of_era / 1460).floor() - (of_era / 146096).floor()
    year = ((of_era + leaps) / 365).floor()
    of_year = of_era - (365 * year + (year / 4).floor() - (year / 100).floor())
    month = ((5 * of_year + 2) / 153).floor()
    if part == "day":
        return of_year - ((153 * month + 2) / 5).floor() + 1
    return torch.remainder(month + 2, 12) + 1
