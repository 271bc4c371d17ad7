"""Tabular classification and regression: from a table to tensors, a loss and scores."""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import torch
from torch import Tensor

from .. import metrics
from ..checks import pointer
from ..data.preprocess import Preprocess
from ..data.table import Column, Table
from ..losses import LOSSES
from ..models import ARCHITECTURES
from ..selection import DEFAULT, direction
from ..spec import Spec, SpecError, settings_faults
from .columns import choose_features, find_target, finding, listed, resolve_task, short
from .objective import row_losses, scored_mass, summed, training_mass
from .problem import Part
from .row_weights import for_parts, weights_of
from .splitting import split_rows

MIN_ROWS = 10
MAX_CLASSES = 1000


@dataclass(frozen=True, kw_only=True, slots=True)
class Tabular:
    """A tabular problem, ready for the loop, with what an artifact must hold to predict.

    `outputs` of the network are logits [rows, classes], or the standardised target [rows, 1].
    """

    task: str
    outputs: int
    train: Part
    validation: Part
    test: Part
    test_rows: np.ndarray  # their numbers in the file, from 0
    target: dict[str, Any]  # as the artifact holds it: name, kind, classes or mean and scale
    preprocess: Preprocess
    loss_name: str
    class_weights: Tensor | None
    split: dict[str, Any]
    findings: list[dict[str, str]]
    features: list[str]
    label_smoothing: float = 0.0  # in training alone
    metric: str = "loss"
    direction: str = "min"

    def to(self, device: torch.device) -> "Tabular":
        if device.type == "cpu":
            return self
        weights = self.class_weights
        return replace(self, train=self.train.to(device), validation=self.validation.to(device),
                       test=self.test.to(device), class_weights=None if weights is None else weights.to(device))

    def training_mass(self, rows: Part) -> Tensor | float:
        return training_mass(rows, self.class_weights)

    def training_loss(self, outputs: Tensor, rows: Part, mass: Tensor | float) -> Tensor:
        """The mean over the members, each by itself, where outputs are [rows, members, outputs]."""
        target, weight = rows.target, rows.weight
        if outputs.dim() == 3:
            members = outputs.shape[1]
            target, mass = target.repeat_interleave(members), mass * members
            weight = None if weight is None else weight.repeat_interleave(members)
            outputs = outputs.flatten(0, 1)
        losses = row_losses(self.loss_name, outputs, target, self.class_weights, self.label_smoothing)
        return summed(losses, weight) / mass

    def loss(self, outputs: Tensor, rows: Part) -> Tensor:
        """Mean over the rows, as they count; of a regression in units of the target's standard deviation."""
        losses = row_losses(self.loss_name, outputs, rows.target, self.class_weights, 0.0)
        return summed(losses, rows.weight) / scored_mass(rows, self.class_weights)

    def evaluate(self, outputs: Tensor, rows: Part) -> dict[str, float]:
        scores = {"loss": float(self.loss(outputs, rows))}
        if self.task == "classification":
            return scores | metrics.classification(outputs, rows.target, rows.weight)
        return scores | metrics.regression(*self._in_unit(outputs, rows.target), rows.weight)

    def evaluate_fully(self, outputs: Tensor, rows: Part) -> dict[str, float]:
        """`evaluate`, with the scores that are too slow for every epoch."""
        scores = self.evaluate(outputs, rows)
        if self.task == "classification":
            target, weight = rows.target, rows.weight
            probabilities = outputs.double().softmax(1)
            losses = row_losses("cross_entropy", outputs.double(), target, None, 0.0)
            scores["log_loss"] = float(summed(losses, weight) / scored_mass(rows, None))
            scores["calibration_error"] = metrics.calibration_error(probabilities, target, weight)
            if self.outputs == 2:
                scores["roc_auc"] = metrics.roc_auc(outputs[:, 1] - outputs[:, 0], target == 1, weight)
            elif self.outputs <= metrics.TABLE_CLASSES:
                scores["roc_auc"] = metrics.one_against_rest(probabilities, target, weight)
        return scores

    def report(self, outputs: Tensor, rows: Part) -> dict[str, Any]:
        target, weight = rows.target, rows.weight
        if self.task == "regression":
            return metrics.residuals(*self._in_unit(outputs, target))
        table = metrics.class_table(outputs, target, self.target["labels"], weight)
        probabilities = outputs.double().softmax(1)
        if not probabilities.isfinite().all():
            return table
        return {**table, "reliability": metrics.reliability(probabilities, target, weight)}

    def _in_unit(self, outputs: Tensor, target: Tensor) -> tuple[Tensor, Tensor]:
        """Predicted and true values in the target's own unit."""
        mean, scale = self.target["mean"], self.target["scale"]
        return outputs.squeeze(1).double() * scale + mean, target.double() * scale + mean


def prepare(table: Table, spec: Spec) -> Tabular:
    """Everything that is decided between the file and the first step. Raises SpecError with all that is wrong."""
    target = find_target(table, spec)
    columns, findings = choose_features(table, spec)
    weights = weights_of(table, spec, findings)
    present = ~target.missing_mask()
    kept = np.flatnonzero(present if weights is None else present & (weights > 0))
    dropped = table.rows - int(present.sum())
    if dropped:
        rows = "1 row" if dropped == 1 else f"{dropped} rows"
        findings.append(finding("rows_without_target", f"{rows} without a target left out."))
    if len(kept) < MIN_ROWS:
        also = "" if weights is None else " and a weight"
        raise SpecError([("/target", f"only {len(kept)} rows have a target{also}; at least {MIN_ROWS} are needed")])
    labels = target.texts()
    distinct = set(labels) - {None}
    task = resolve_task(target, spec.task, len(distinct))
    _refuse_what_does_not_fit(spec, task)
    if task == "classification":
        described, values = _classes(target, labels, distinct, kept)
    else:
        described, values = {"name": target.name, "kind": target.type}, target.numbers()[kept]
    method, parts = split_rows(table, spec, task, values, kept, findings)
    if task == "regression":
        counting = None if weights is None else weights[kept[parts[0]]]
        described, values = _standardised(described, values, parts[0], counting)
    scaling = ARCHITECTURES[spec.model.architecture].numeric_scaling
    preprocess = Preprocess(columns, kept[parts[0]], scaling)
    inputs = preprocess.encode(table.rows)
    made = [
        Part(tuple(t[torch.from_numpy(kept[rows])] for t in inputs), torch.from_numpy(values[rows]), weight)
        for rows, weight in zip(parts, for_parts(weights, [kept[rows] for rows in parts]), strict=True)
    ]
    metric = spec.training.selection_metric or DEFAULT
    return Tabular(
        task=task, outputs=len(described["labels"]) if task == "classification" else 1,
        metric=metric, direction=direction(metric),
        train=made[0], validation=made[1], test=made[2], test_rows=kept[parts[2]],
        target=described, preprocess=preprocess, loss_name=spec.training.loss or LOSSES[task][0],
        class_weights=_class_weights(spec, described, made[0]) if task == "classification" else None,
        split={"method": method, "validation_fraction": spec.split.validation_fraction,
               "test_fraction": spec.split.test_fraction,
               **({"column": spec.split.column} if spec.split.column is not None else {})},
        findings=findings, features=[c.name for c in columns])


def _refuse_what_does_not_fit(spec: Spec, task: str) -> None:
    """What could not be seen before the task was known."""
    problems = settings_faults(spec.training, task)
    if task == "regression" and spec.training.class_weights != "none":
        problems.append(("/training/class_weights", "regression has no classes to weight; choose none"))
    if task == "regression" and spec.split.method == "stratified":
        problems.append(("/split/method", "stratified needs classes; choose random for regression"))
    if problems:
        raise SpecError(problems)


def _classes(target: Column, texts: list, distinct: set, kept: np.ndarray) -> tuple[dict, np.ndarray]:
    """Class numbers of the kept rows. Classes of numbers are in the order of numbers, others of their code points."""
    if len(distinct) < 2:
        only = short(next(iter(distinct)))
        raise SpecError([("/target", f"every row has the same target, {only}; there is nothing to tell apart")])
    if len(distinct) > MAX_CLASSES:
        raise SpecError([("/target", f"{short(target.name)} has {len(distinct)} different values; "
                                     f"at most {MAX_CLASSES} classes can be told apart")])
    numeric = isinstance(target.values, np.ndarray)
    labels = sorted(distinct, key=float) if numeric else sorted(distinct)
    number = {label: i for i, label in enumerate(labels)}
    values = np.array([number[texts[row]] for row in kept.tolist()], dtype=np.int64)
    return {"name": target.name, "kind": target.type, "labels": labels}, values


def _standardised(described: dict, values: np.ndarray, train: np.ndarray,
                  weights: np.ndarray | None) -> tuple[dict, np.ndarray]:
    """The target in units of its deviation on the training rows; scores are given in its own unit again."""
    size = float(np.abs(values[train]).max()) or 1.0
    # Scaled first: squares of numbers near the limit of a float64 would overflow.
    known = values[train] / size
    middle = float(np.average(known, weights=weights))
    spread = float(np.sqrt(np.average((known - middle) ** 2, weights=weights)))
    mean, scale = middle * size, spread * size
    scale = scale if scale > 1e-12 * size else size
    standardised = (values / scale - mean / scale).astype(np.float32)
    if not np.isfinite(standardised).all():
        raise SpecError([("/target", "holds values too far apart to compute with; remove the largest")])
    return {**described, "mean": mean, "scale": scale}, standardised


def _class_weights(spec: Spec, described: dict, train: Part) -> Tensor | None:
    """Weight of each class in the loss; `balanced` makes every class count the same whatever its number of rows."""
    asked, labels = spec.training.class_weights, described["labels"]
    if asked == "none":
        return None
    if asked == "balanced":
        least = 1.0 if train.weight is None else float(train.weight.min())
        counts = torch.bincount(train.target, train.weight, minlength=len(labels)).double().clamp_min(least)
        return (counts.sum() / (len(labels) * counts)).float()
    unknown = [name for name in asked if name not in labels]
    if unknown:
        raise SpecError([(pointer("training", "class_weights", short(name)),
                          f"is no class of {short(described['name'])}; they are {listed(labels)}")
                         for name in unknown[:20]])
    return torch.tensor([asked.get(label, 1.0) for label in labels], dtype=torch.float32)
