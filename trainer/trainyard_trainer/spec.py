"""The job as the person asked for it, parsed: frozen dataclasses, every fault at once with its JSON Pointer."""

import json
from dataclasses import dataclass
from typing import Any

from .checks import check, pointer
from .losses import loss_fault
from .models import ARCHITECTURES
from .models.architecture import json_schema
from .selection import selection_fault

MAX_SPEC_BYTES = 1024 * 1024
TASKS = ("classification", "regression")
SPLIT_COLUMNS = ("group", "time")  # methods of splitting that need the column of that name
AUTO = "auto"


class SpecError(Exception):
    """`problems`: `(pointer, message)` each."""

    def __init__(self, problems: list[tuple[str, str]]):
        self.problems = problems
        super().__init__("; ".join(f"{at or '/'} {message}" for at, message in problems))


@dataclass(frozen=True, kw_only=True, slots=True)
class Split:
    method: str | None = None  # None: stratified for classes, random for numbers
    validation_fraction: float = 0.15
    test_fraction: float = 0.15
    column: str | None = None  # of a group or time split


@dataclass(frozen=True, kw_only=True, slots=True)
class Model:
    architecture: str
    hyperparameters: Any  # the architecture's own dataclass


@dataclass(frozen=True, kw_only=True, slots=True)
class Training:
    epochs: int | None = None  # None, here and below: the architecture's default
    batch_size: int | None = None
    micro_batch_size: int | None = None  # None: the batch at once
    precision: str | None = None  # None: by device and size
    loss: str | None = None
    selection_metric: str | None = None  # by which the best epoch is chosen
    class_weights: str | dict[str, float] = "none"  # none, balanced, or class -> weight
    early_stopping_patience: int | str | None = AUTO  # AUTO: the architecture's default; None: off
    seed: int = 0
    time_limit_seconds: float | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Resources:
    accelerator: str = "auto"
    gpus: int = 1


@dataclass(frozen=True, kw_only=True, slots=True)
class Spec:
    task: str | None  # None: from the target's column type
    target: str
    features: tuple[str, ...] | None
    weight: str | None  # the column that says how much each row counts
    split: Split
    model: Model
    training: Training
    resources: Resources


_AUTO = {"const": "auto"}
_NAME = {"type": "string", "minLength": 1, "maxLength": 65_536}
_NULL = {"type": "null"}
_FRACTION = {"type": "number", "exclusiveMinimum": 0, "maximum": 0.5}
_WEIGHT = {"type": "number", "exclusiveMinimum": 0, "maximum": 1e9}
_SCHEMA = {
    "type": "object",
    "required": ["target", "model"],
    "properties": {
        "dataset_id": {"type": "string", "maxLength": 100},
        "name": {"type": "string", "maxLength": 1000},
        "tags": {"type": "array", "items": {"type": "string", "maxLength": 200}, "maxItems": 100},
        "cloned_from": {"anyOf": [_NULL, {"type": "string", "maxLength": 100}]},
        "task": {"type": "string", "enum": ["auto", *TASKS, "text_classification", "language", "forecasting"]},
        "target": _NAME,
        "features": {"type": "array", "items": _NAME, "minItems": 1, "maxItems": 10_000},
        "columns": {
            "type": "object",
            "properties": {role: _NAME for role in ("text", "time", "series", "group", "weight")},
        },
        "horizon": {"type": "integer", "minimum": 1},
        "split": {
            "type": "object",
            "properties": {
                "method": {"type": "string", "enum": ["random", "stratified", "group", "time"]},
                "validation_fraction": _FRACTION,
                "test_fraction": _FRACTION,
            },
        },
        "model": {
            "type": "object",
            "required": ["architecture"],
            "properties": {
                "architecture": {"type": "string", "enum": list(ARCHITECTURES)},
                "hyperparameters": {"type": "object", "properties": {}},
            },
        },
        "training": {
            "type": "object",
            "properties": {
                "epochs": {"anyOf": [_AUTO, {"type": "integer", "minimum": 1, "maximum": 100_000}]},
                "batch_size": {"anyOf": [_AUTO, {"type": "integer", "minimum": 1, "maximum": 1_048_576}]},
                "micro_batch_size": {"anyOf": [_AUTO, {"type": "integer", "minimum": 1, "maximum": 1_048_576}]},
                "precision": {"type": "string", "enum": ["auto", "float32", "bfloat16"]},
                "loss": {"type": "string", "maxLength": 64},
                "selection_metric": {"type": "string", "maxLength": 64},
                "class_weights": {"anyOf": [
                    {"type": "object", "properties": {}, "additionalProperties": _WEIGHT},
                    {"type": "string", "enum": ["auto", "none", "balanced"]},
                ]},
                "early_stopping_patience": {"anyOf": [_NULL, {"type": "integer", "minimum": 1, "maximum": 100_000}]},
                "seed": {"type": "integer", "minimum": 0, "maximum": 2**32 - 1},
                "time_limit_seconds": {"anyOf": [_NULL, {"type": "number", "exclusiveMinimum": 0}]},
            },
        },
        "resources": {
            "type": "object",
            "properties": {
                "accelerator": {"type": "string", "enum": ["auto", "cpu", "gpu"]},
                "gpus": {"type": "integer", "minimum": 1, "maximum": 64},
            },
        },
    },
}


def load_spec(path: str) -> Spec:
    """Reads and parses the file. Raises SpecError, also for what is not JSON."""
    with open(path, "rb") as file:
        data = file.read(MAX_SPEC_BYTES + 1)
    if len(data) > MAX_SPEC_BYTES:
        raise SpecError([("", f"the job spec is larger than {MAX_SPEC_BYTES} bytes")])
    try:
        raw = json.loads(data, parse_constant=_refuse_constant)
    except RecursionError:
        raise SpecError([("", "the job spec is nested too deeply")]) from None
    except ValueError as error:
        raise SpecError([("", f"the job spec is not JSON: {error}")]) from None
    return parse_spec(raw)


def parse_spec(raw: object) -> Spec:
    """The parsed job. Raises SpecError with every fault that can be seen without the data."""
    problems: list[tuple[str, str]] = []
    schema = _with_hyperparameters(raw)
    body = check(raw, schema, "", problems)
    if problems:
        raise SpecError(problems)
    training = {name: None if value == "auto" else value for name, value in body.get("training", {}).items()}
    training["class_weights"] = training.get("class_weights") or "none"
    architecture = ARCHITECTURES[body["model"]["architecture"]]
    columns = body.get("columns", {})
    split = body.get("split", {})
    given = [role for role in SPLIT_COLUMNS if role in columns]
    if len(given) == 1:
        split = {"method": given[0], **split}
    spec = Spec(
        task=None if body.get("task", "auto") == "auto" else body["task"],
        target=body["target"],
        features=body.get("features"),
        weight=columns.get("weight"),
        split=Split(**split, column=columns.get(split.get("method"))),
        model=Model(
            architecture=architecture.id,
            hyperparameters=architecture.hyperparameters(**body["model"].get("hyperparameters", {})),
        ),
        training=Training(**training),
        resources=Resources(**body.get("resources", {})),
    )
    problems = [*_unavailable(spec, body), *_contradictions(spec), *_split_columns(spec, columns)]
    if problems:
        raise SpecError(problems)
    return spec


def _refuse_constant(name: str) -> None:
    raise ValueError(f"{name} is not a JSON value")


def _with_hyperparameters(raw: object) -> dict:
    """The schema of the body, with the hyperparameters of the architecture it names."""
    model = raw.get("model") if isinstance(raw, dict) else None
    name = model.get("architecture") if isinstance(model, dict) else None
    architecture = ARCHITECTURES.get(name) if isinstance(name, str) else None
    if architecture is None:
        return _SCHEMA
    properties = _SCHEMA["properties"]
    model_schema = properties["model"]
    own = {**model_schema["properties"], "hyperparameters": json_schema(architecture.hyperparameters)}
    return {**_SCHEMA, "properties": {**properties, "model": {**model_schema, "properties": own}}}


def _unavailable(spec: Spec, body: dict) -> list[tuple[str, str]]:
    offered = f"the architecture {spec.model.architecture} does not offer"
    problems = []
    if spec.task is not None and spec.task not in ARCHITECTURES[spec.model.architecture].task_kinds:
        problems.append(("/task", f"{offered} the task {spec.task}"))
    if "horizon" in body:
        problems.append(("/horizon", f"{offered} a horizon; leave it out"))
    for role in set(body.get("columns", {})) - {*SPLIT_COLUMNS, "weight"}:
        problems.append((pointer("columns", role), f"{offered} a {role} column yet; leave it out"))
    return problems


def _contradictions(spec: Spec) -> list[tuple[str, str]]:
    problems = []
    if spec.features is not None:
        seen: set[str] = set()
        for i, name in enumerate(spec.features):
            if name == spec.target:
                problems.append((pointer("features", i), "is the target; a model may not see what it is to predict"))
            elif name in seen:
                problems.append((pointer("features", i), "is listed twice"))
            seen.add(name)
    if spec.weight == spec.target:
        problems.append(("/columns/weight", "is the target; choose another column of weights"))
    if spec.split.validation_fraction + spec.split.test_fraction > 0.9:
        problems.append(("/split", "validation_fraction and test_fraction leave less than a tenth of the rows to train on"))
    if spec.task == "regression" and spec.split.method == "stratified":
        problems.append(("/split/method", "stratified needs classes; choose random for regression"))
    if spec.task == "regression" and spec.training.class_weights != "none":
        problems.append(("/training/class_weights", "regression has no classes to weight; choose none"))
    problems += settings_faults(spec.training, spec.task)
    return problems


def settings_faults(training: Training, task: str | None) -> list[tuple[str, str]]:
    """What does not fit the task among loss and metric; with None what fits no task."""
    faults = {"loss": loss_fault(training.loss, task),
              "selection_metric": selection_fault(training.selection_metric, task)}
    return [(pointer("training", name), fault) for name, fault in faults.items() if fault is not None]


def _split_columns(spec: Spec, columns: dict[str, str]) -> list[tuple[str, str]]:
    """A group or time split needs its column, and such a column needs its split."""
    method = spec.split.method
    problems = []
    if method in SPLIT_COLUMNS and method not in columns:
        problems.append((pointer("columns", method), f"is required for a {method} split; name the column to split by"))
    for role in SPLIT_COLUMNS:
        if role not in columns:
            continue
        if columns[role] == spec.target:
            problems.append((pointer("columns", role), "is the target; choose another column to split by"))
        if method != role:
            problems.append(("/split/method", f"must be {role}, because columns names a {role} column; "
                                              "or leave that column out"))
    return problems
