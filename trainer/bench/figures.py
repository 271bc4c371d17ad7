"""What a benchmark gives, and how people read it."""

import os
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True, slots=True)
class Figure:
    """`samples` of one contender in `unit`."""

    benchmark: str
    contender: str
    unit: str
    samples: list[float]
    note: str = ""


def table(figures: list[Figure]) -> str:
    """Markdown: the first contender of each benchmark is ours; the ratio says how many times ours each one takes."""
    lines = ["| benchmark | contender | median | spread | n | against ours | |", "| --- | --- | --- | --- | --- | --- | --- |"]
    ours: dict[str, float] = {}
    for f in figures:
        median = statistics.median(f.samples)
        first = ours.setdefault(f.benchmark, median)
        ratio = "–" if f.contender == "ours" or not first else f"{median / first:.2f}×"
        lines.append(f"| `{f.benchmark}` | {f.contender} | {median:.4g} {f.unit} | {min(f.samples):.4g}–{max(f.samples):.4g} "
                     f"| {len(f.samples)} | {ratio} | {f.note} |")
    return "\n".join(lines)


@dataclass(frozen=True, slots=True)
class Taken:
    """Seconds of the clock and of the processors, those of ended children included: on a machine that is shared, the
    second says more."""

    wall: float
    cpu: float


def timed(work: Callable[[], None]) -> Taken:
    wall, cpu = time.perf_counter(), _cpu()
    work()
    return Taken(time.perf_counter() - wall, _cpu() - cpu)


def _cpu() -> float:
    times = os.times()
    return times.user + times.system + times.children_user + times.children_system
