"""Splits rows into train, validation and test. The same seed and the same classes give the same split."""

import numpy as np


def random_split(rows: int, validation: float, test: float, generator: np.random.Generator) -> list[np.ndarray]:
    """Three sorted arrays of row numbers. Each part gets at least one row; `rows` must be at least 3."""
    order = generator.permutation(rows)
    sizes = [max(1, round(rows * fraction)) for fraction in (validation, test)]
    held = sum(sizes)
    if held > rows - 1:
        sizes = [1, 1]
        held = 2
    parts = order[held:], order[: sizes[0]], order[sizes[0] : held]
    return [np.sort(part) for part in parts]


def group_split(groups: np.ndarray, validation: float, test: float,
                generator: np.random.Generator) -> list[np.ndarray]:
    """Like `random_split`, with all rows of a group in one part. `groups` holds group numbers from 0, at least 3.

    From the largest group to the smallest, each goes to the part that lacks most rows; equal ones in random order.
    """
    counts = np.bincount(groups)
    wanted = np.array([1 - validation - test, validation, test]) * len(groups)
    parts: list[list[int]] = [[], [], []]
    for group in sorted(generator.permutation(len(counts)).tolist(), key=lambda g: -counts[g]):
        chosen = int(np.argmax(wanted))
        parts[chosen].append(group)
        wanted[chosen] -= counts[group]
    for part in parts:
        if not part:
            part.append(max(parts, key=len).pop())
    where = np.empty(len(counts), dtype=np.int64)
    for k, part in enumerate(parts):
        where[part] = k
    return [np.flatnonzero(where[groups] == k) for k in range(3)]


def time_split(times: np.ndarray, validation: float, test: float) -> list[np.ndarray]:
    """The earliest rows train, the latest test; rows of one time stay in one part. NaN counts as the earliest.

    At least 3 different times are needed. Each part holds at least one of them.
    """
    known = np.where(np.isnan(times), -np.inf, times)
    values, counts = np.unique(known, return_counts=True)
    done = np.cumsum(counts) / len(known)  # share of the rows up to each time
    last = len(values) - 1
    first_of_test = min(max(int(np.searchsorted(done, 1 - test, side="left")) + 1, 2), last)
    first_of_validation = min(
        max(int(np.searchsorted(done, 1 - validation - test, side="left")) + 1, 1), first_of_test - 1)
    place = np.searchsorted(values, known)
    part = (place >= first_of_validation).astype(np.int64) + (place >= first_of_test)
    return [np.flatnonzero(part == k) for k in range(3)]


def stratified_split(classes: np.ndarray, validation: float, test: float,
                     generator: np.random.Generator) -> list[np.ndarray]:
    """Like `random_split`, with the share of each class kept as well as whole rows allow.

    A class with one or two rows goes to the training part, from which the model can learn it. Rounding errors are
    carried from class to class, so that the parts have the sizes that were asked for.
    """
    parts: list[list[np.ndarray]] = [[], [], []]
    debt = [0.0, 0.0]
    order = np.argsort(classes, kind="stable")
    for group in np.split(order, np.flatnonzero(np.diff(classes[order])) + 1):
        members = generator.permutation(group)
        taken = 0
        for k, fraction in enumerate((validation, test)):
            debt[k] += len(members) * fraction
            if len(members) > 2:
                count = min(max(round(debt[k]), 1), len(members) - taken - (2 - k))
                debt[k] -= count
                parts[k + 1].append(members[taken : taken + count])
                taken += count
        parts[0].append(members[taken:])
    if not parts[1]:
        return random_split(len(classes), validation, test, generator)
    return [np.sort(np.concatenate(part)) for part in parts]
