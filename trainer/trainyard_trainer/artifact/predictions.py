"""predictions.csv: what the model says of each test row, beside the truth."""

import csv
import io
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, BinaryIO

import numpy as np
from torch import Tensor

from ..data.table import Column
from .predict_template import CHUNK, answers_of, safe

CELLS = 4_000_000  # about 80 MB and, on a slow machine, 10 s
FULL_CLASSES = 100  # of more classes only the predicted one has its probability


@dataclass(frozen=True, slots=True)
class Scored:
    """The test rows: their numbers in the file (from 0), the target's cells, and the outputs of the network for the
    first of them, or for all."""

    rows: np.ndarray
    truth: Column
    outputs: Tensor
    target: dict[str, Any]  # as model.pt holds it


def write_predictions(tested: Scored, file: BinaryIO, deadline: float | None,
                      clock: Callable[[], float] = time.monotonic) -> int:
    """Writes `row,truth,prediction[,probability of …]`, by chunks; returns how many rows it wrote.

    `row` counts the rows of the file from 1, without the header and without empty lines. At most CELLS cells are
    written, and with a deadline (of `clock`) no chunk is begun after it; the first one always is.
    """
    labels = tested.target.get("labels", [])
    full = len(labels) <= FULL_CLASSES
    shares = [f"probability of {label}" for label in labels] if full else ["probability"]
    wide = 3 + len(shares)
    last = min(len(tested.outputs), max(CHUNK, CELLS // wide))
    text = io.TextIOWrapper(file, encoding="utf-8", errors="replace", newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(["row", "truth", "prediction", *shares])
    start = 0
    while start < last and (start == 0 or deadline is None or clock() < deadline):
        stop = min(start + CHUNK, last)
        writer.writerows(_lines(tested, start, stop, full))
        start = stop
    text.flush()
    text.detach()
    return start


def _lines(tested: Scored, start: int, stop: int, full: bool) -> list[list[Any]]:
    truth = Column(tested.truth.name, tested.truth.type, tested.truth.values[start:stop]).texts()
    answers = answers_of(tested.target, tested.outputs[start:stop].double().cpu())
    lines = []
    for row, true, answer in zip(tested.rows[start:stop].tolist(), truth, answers):
        shares = answer.get("probabilities", {}).values()
        shown = shares if full else [max(shares)]
        lines.append([row + 1, safe(true), safe(answer["prediction"]), *shown])
    return lines
