"""The settings of the optimizer that every architecture has, with its own defaults."""

from typing import Any

from .architecture import setting


def learning_rate(default: float) -> Any:
    return setting(
        default, {"type": "number", "exclusiveMinimum": 0, "maximum": 10**9},
        "Size of an optimizer step. Too high and the loss grows or stops being a number; too low and it hardly falls. "
        "Useful values lie between 0.00001 and 0.1.",
        group="optimizer", order=10, log=True)


def weight_decay(default: float) -> Any:
    return setting(
        default, {"type": "number", "minimum": 0, "maximum": 1},
        "How strongly weights are pulled towards zero; more of it guards against learning the training rows by heart.",
        group="optimizer", order=11, log=True)


def schedule(default: str) -> Any:
    return setting(
        default, {"type": "string", "enum": ["constant", "cosine"]},
        "How the learning rate changes over the run: not at all, or along a cosine down to zero at the last epoch.",
        group="optimizer", order=12, advanced=True)
