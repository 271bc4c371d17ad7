"""The loop's clock work: phases around the first step, progress and its estimate, checkpoints by time."""

import time
from typing import TYPE_CHECKING, Protocol

from .checkpoint import Checkpoints
from .events import Events

if TYPE_CHECKING:
    from .loop import State

CHECKPOINT_SECONDS = 60.0
WARM_UP_STEPS = 10  # left out of the estimate: caches, first use of kernels


class Pace:
    """Reports progress of one attempt. Steps done by earlier attempts count as done, not as speed."""

    def __init__(self, events: Events, epochs: int, steps: int):
        self._events, self._epochs, self._steps = events, epochs, steps
        self._done = 0  # steps of this attempt
        self._rows = 0
        self._since = 0.0

    def before_step(self) -> None:
        if self._done == 0:
            self._events.phase("first_step")

    def after_step(self, state: "State", loss: float, rows: int, last: bool) -> None:
        """`last`: of its epoch, whose own point at this step is about to follow."""
        self._done += 1
        if self._done == 1:
            self._events.phase("training")
        if self._done <= WARM_UP_STEPS:
            self._since = time.monotonic()
        else:
            self._rows += rows
        if not last and self._events.metrics_due():
            self._events.metrics(state.step, state.epoch + 1, {"train/loss": loss})
        if self._events.progress_due():
            self.report(state)

    def report(self, state: "State") -> None:
        elapsed, timed = time.monotonic() - self._since, self._done - WARM_UP_STEPS
        known = timed > 0 and elapsed > 0
        self._events.progress(
            epoch=min(state.epoch + (1 if state.batch else 0), self._epochs) or 1, epochs=self._epochs,
            step=state.step, steps=self._steps,
            eta_seconds=round((self._steps - state.step) * elapsed / timed, 3) if known else None,
            samples_per_second=round(self._rows / elapsed, 1) if known else None)


class CheckpointSink(Protocol):
    def publish_if_due(self, state: "State") -> None: ...

    def publish(self, state: "State") -> None: ...


class NoCheckpoints:
    """For a run that nobody will resume."""

    def publish_if_due(self, state: "State") -> None:
        """Never due."""

    def publish(self, state: "State") -> None:
        """Kept nowhere."""


class CheckpointClock:
    """Publishes a checkpoint when the last one is old enough, and at every stop."""

    def __init__(self, checkpoints: Checkpoints, events: Events, seconds: float, extra: dict):
        self._checkpoints, self._events, self._seconds, self._extra = checkpoints, events, seconds, extra
        self._last = time.monotonic()

    def publish_if_due(self, state: "State") -> None:
        if time.monotonic() - self._last >= self._seconds:
            self.publish(state)

    def publish(self, state: "State") -> None:
        published = self._checkpoints.publish(state.step, {**state.saved(), **self._extra})
        self._events.send("checkpoint", step=state.step, epoch=state.epoch + 1, path=published.path,
                          bytes=published.bytes, sha256=published.sha256)
        self._last = time.monotonic()
