"""Chooses what a tabular model learns from: the rows that have a target and the columns that can be features."""

import numpy as np

from ..checks import pointer
from ..data.table import Column, Table
from ..spec import Spec, SpecError

LEARNABLE = ("number", "integer", "boolean", "category", "datetime")
FEW_VALUES = 20  # whole numbers with no more distinct values than this are taken for classes
EXAMPLES = 5


def short(name: str) -> str:
    """A name or value of the data for a message: on one line, cut."""
    line = "".join(c if c.isprintable() else " " for c in name[:61])
    return line if len(name) <= 60 else line[:60] + "…"


def listed(names: list[str]) -> str:
    """Up to five names and how many more there are: a message stays a sentence."""
    rest = f" and {len(names) - EXAMPLES} more" if len(names) > EXAMPLES else ""
    return ", ".join(short(name) for name in names[:EXAMPLES]) + rest


def finding(code: str, message: str) -> dict[str, str]:
    return {"code": code, "message": message}


def find_target(table: Table, spec: Spec) -> Column:
    """Raises SpecError where the target cannot be learned."""
    target = next((c for c in table.columns if c.name == spec.target), None)
    if target is None:
        names = listed([c.name for c in table.columns])
        raise SpecError([("/target", f"there is no column {short(spec.target)}; the columns are {names}")])
    if target.type == "empty" or target.missing == table.rows:
        raise SpecError([("/target", f"every cell of {short(target.name)} is missing; choose another target")])
    return target


def resolve_task(target: Column, asked: str | None, distinct: int) -> str:
    """Texts and booleans are classes, numbers are numbers; whole numbers with few distinct values are classes."""
    if asked is not None:
        if asked == "regression" and not isinstance(target.values, np.ndarray):
            raise SpecError([("/task", f"{short(target.name)} holds {target.type} values, regression needs numbers")])
        return asked
    if target.type == "integer":
        return "classification" if distinct <= FEW_VALUES else "regression"
    return "regression" if target.type == "number" else "classification"


def choose_features(table: Table, spec: Spec) -> tuple[list[Column], list[dict[str, str]]]:
    """The feature columns in the order of the file, and what to say of those left out. Raises SpecError."""
    if spec.features is not None:
        return _asked(table, spec.features)
    others = [c for c in table.columns if c.name not in (spec.target, spec.split.column, spec.weight)]
    chosen = [c for c in others if c.type in LEARNABLE]
    findings = []
    if spec.split.column is not None:
        findings.append(finding("split_column_left_out", f"Left out because rows are split by it: "
                                                         f"{short(spec.split.column)}. Name it in features to learn from it."))
    if spec.weight is not None:
        findings.append(finding("weight_column_left_out", f"Left out because it says how much a row counts: "
                                                          f"{short(spec.weight)}."))
    for kind, why in (
        ("text", "free text, which this architecture cannot read"),
        ("id", "identifiers, which tell rows apart but mean nothing for a new row"),
        ("empty", "empty"),
    ):
        names = [c.name for c in others if c.type == kind]
        if names:
            findings.append(finding(f"{kind}_left_out", f"Left out as {why}: {listed(names)}."))
    if not chosen:
        raise SpecError([("/features", "no column is left to learn from; name some in features")])
    return chosen, findings


def _asked(table: Table, features: tuple[str, ...]) -> tuple[list[Column], list[dict[str, str]]]:
    by_name = {c.name: c for c in table.columns}
    problems = []
    for i, name in enumerate(features):
        if name not in by_name:
            problems.append((pointer("features", i), f"there is no column {short(name)}"))
        elif by_name[name].type == "empty":
            problems.append((pointer("features", i), f"every cell of {short(name)} is missing"))
    if problems:
        raise SpecError(problems[:100])
    wanted = set(features)
    return [c for c in table.columns if c.name in wanted], []
