"""Which rows train, validate and test: at random, by class, by group or by time."""

import numpy as np

from ..data.preprocess import NUMERIC_KINDS, raw_numbers
from ..data.split import group_split, random_split, stratified_split, time_split
from ..data.table import Column, Table
from ..randomness import derived
from ..spec import Spec, SpecError
from .columns import finding, listed, short

LEAST_VALUES = 3  # one for each part


def split_rows(table: Table, spec: Spec, task: str, values: np.ndarray, kept: np.ndarray,
               findings: list) -> tuple[str, list[np.ndarray]]:
    """The method, and row numbers into `values` of train, validation and test. `kept` are those rows in the table."""
    method = spec.split.method or ("stratified" if task == "classification" else "random")
    generator = np.random.Generator(np.random.PCG64(derived(spec.training.seed, "split")))
    fractions = spec.split.validation_fraction, spec.split.test_fraction
    if method == "random":
        return method, random_split(len(values), *fractions, generator)
    if method == "stratified":
        counts = np.bincount(values)
        rare = int((counts < 3).sum())
        if rare:
            findings.append(finding("rare_classes", f"{rare} of {len(counts)} classes have fewer than 3 rows; "
                                                    "those rows are trained on and not tested."))
        return method, stratified_split(values, *fractions, generator)
    column = _column(table, method, spec.split.column)
    if method == "group":
        parts = group_split(_groups(column, kept), *fractions, generator)
    else:
        parts = time_split(_times(column, kept, findings), *fractions)
    if task == "classification":
        unseen = np.setdiff1d(values, values[parts[0]])
        if len(unseen):
            findings.append(finding("classes_not_in_training", f"{len(unseen)} of {int(values.max()) + 1} classes are "
                                    "in no training row of this split; the model cannot know them."))
    return method, parts


def _column(table: Table, role: str, name: str | None) -> Column:
    column = next((c for c in table.columns if c.name == name), None)
    if column is None:
        names = listed([c.name for c in table.columns])
        raise SpecError([(f"/columns/{role}", f"there is no column {short(name or '')}; the columns are {names}")])
    return column


def _groups(column: Column, kept: np.ndarray) -> np.ndarray:
    """Group numbers; a row without a group is one of its own."""
    texts = column.texts()
    names = [texts[row] if texts[row] is not None else row for row in kept.tolist()]
    number = {name: i for i, name in enumerate(dict.fromkeys(names))}
    if len(number) < LEAST_VALUES:
        raise SpecError([("/columns/group", f"{short(column.name)} has {len(number)} different values; "
                                            f"at least {LEAST_VALUES} are needed to split by it")])
    return np.array([number[name] for name in names])


def _times(column: Column, kept: np.ndarray, findings: list) -> np.ndarray:
    if column.type not in NUMERIC_KINDS:
        raise SpecError([("/columns/time", f"{short(column.name)} holds {column.type} values; "
                                           "a time split needs dates or numbers")])
    times = raw_numbers(column)[kept]
    missing = int(np.isnan(times).sum())
    if missing:
        findings.append(finding("rows_without_time", f"{missing} rows without a time are trained on."))
    if len(np.unique(times[~np.isnan(times)])) < LEAST_VALUES:
        raise SpecError([("/columns/time", f"{short(column.name)} has fewer than {LEAST_VALUES} different times")])
    return times
