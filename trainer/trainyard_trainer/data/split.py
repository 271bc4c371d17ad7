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
