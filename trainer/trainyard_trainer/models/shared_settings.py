"""The settings that several architectures have, each with its own defaults."""

from typing import Any

from .architecture import setting

_RATE = {"type": "number", "exclusiveMinimum": 0, "maximum": 10**9}
_RATE_HELP = ("Size of an optimizer step. Too high and the loss grows or stops being a number; too low and it hardly "
              "falls. ")


def learning_rate(default: float) -> Any:
    return setting(
        default, _RATE, "Learning rate", _RATE_HELP + "Useful values lie between 0.00001 and 0.1.",
        group="optimizer", order=10, log=True)


def learning_rate_by_task(classification: float, regression: float) -> Any:
    return setting(
        "auto", {"anyOf": [{"const": "auto"}, _RATE]}, "Learning rate",
        _RATE_HELP + f"auto is {classification:g} for classes and {regression:g} for numbers.",
        group="optimizer", order=10, log=True)


def weight_decay(default: float) -> Any:
    return setting(
        default, {"type": "number", "minimum": 0, "maximum": 1}, "Weight decay",
        "How strongly weights are pulled towards zero; more of it guards against learning the training rows by heart.",
        group="optimizer", order=11, log=True)


def schedule(default: str) -> Any:
    return setting(
        default, {"type": "string", "enum": ["constant", "cosine", "cycles"]}, "Schedule of the learning rate",
        "How the learning rate changes over the run: constant; along a cosine down to zero at the last epoch; or in "
        "four cycles from zero up and down again, each twice as long as the one before it.",
        group="optimizer", order=12, advanced=True)


def gradient_clip(default: float) -> Any:
    return setting(
        default, {"type": "number", "minimum": 0, "maximum": 10**6}, "Gradient limit",
        "Longest gradient that a step may follow; a longer one is shortened. Guards against single steps that undo "
        "what was learned. 0 sets no limit.",
        group="optimizer", order=13, advanced=True)


def second_moment(default: float) -> Any:
    return setting(
        default, {"type": "number", "minimum": 0.5, "exclusiveMaximum": 1}, "Memory of squared gradients",
        "Adam's second beta: the share of the past in the running mean of squared gradients that scales each step.",
        group="optimizer", order=14, advanced=True)


def label_smoothing(default: float) -> Any:
    return setting(
        default, {"type": "number", "minimum": 0, "maximum": 0.5}, "Label smoothing",
        "Share of each label that is spread over all classes while training. More of it gives fewer wrong answers, "
        "and probabilities that are too modest: set 0 where probabilities matter more than answers. "
        "Without effect on a regression.",
        group="optimizer", order=15, advanced=True)


def dropout(default: float, order: int, title: str = "Dropout", what: str = "the neurons", advanced: bool = False) -> Any:
    return setting(
        default, {"type": "number", "minimum": 0, "exclusiveMaximum": 1}, title,
        f"Share of {what} that is switched off at random in each step; guards against overfitting.",
        group="network", order=order, advanced=advanced)


def hidden_sizes(default: tuple[int, ...]) -> Any:
    return setting(
        default,
        {"type": "array", "items": {"type": "integer", "minimum": 1, "maximum": 4096}, "minItems": 1, "maxItems": 8},
        "Hidden layers", "Width of each hidden layer, from the input to the output.",
        group="network", order=1, unit="neurons")


def bins(default: int, order: int, advanced: bool = False) -> Any:
    return setting(
        default, {"type": "integer", "minimum": 2, "maximum": 256}, "Bins",
        "Pieces into which the range of each number is cut, at its quantiles. More of them follow finer steps in the "
        "data, and need more rows.", group="embedding", order=order, advanced=advanced)


def embedding_size(default: int, order: int, least: int = 1, advanced: bool = False) -> Any:
    return setting(
        default, {"type": "integer", "minimum": least, "maximum": 256}, "Size of an embedding",
        "How many inputs of the network each number becomes.", group="embedding", order=order, advanced=advanced)
