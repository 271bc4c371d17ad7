"""predictions.csv: what the model says of each test row, beside the truth."""

import csv
import io
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any, BinaryIO

import numpy as np
from torch import Tensor

from ..data.table import Column
from .predict_template import CHUNK, safe, typed_labels

CELLS = 2_000_000  # about 50 MB and 5 s
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
    shown = [safe(label) for label in typed_labels(tested.target)] if labels else []
    start = 0
    while start < last and (start == 0 or deadline is None or clock() < deadline):
        stop = min(start + CHUNK, last)
        writer.writerows(_lines(tested, start, stop, shown, full))
        start = stop
    text.flush()
    text.detach()
    return start


def _lines(tested: Scored, start: int, stop: int, labels: list[Any], full: bool) -> Iterator[list[Any]]:
    """As predict.py answers, without a dict for each row: there may be very many."""
    truth = map(safe, replace(tested.truth, values=tested.truth.values[start:stop]).texts())
    rows = (tested.rows[start:stop] + 1).tolist()
    outputs = tested.outputs[start:stop].double().cpu()
    if not labels:
        values = outputs[:, 0] * tested.target["scale"] + tested.target["mean"]
        return map(list, zip(rows, truth, values.tolist()))
    best = [labels[i] for i in outputs.argmax(1).tolist()]
    shares = outputs.softmax(1) if full else outputs.softmax(1).amax(1, keepdim=True)
    return ([row, true, guess, *share] for row, true, guess, share in zip(rows, truth, best, shares.tolist()))
