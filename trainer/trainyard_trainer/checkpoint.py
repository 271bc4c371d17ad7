"""Checkpoints that survive a kill at any moment: write, fsync, rename, then point; the last two are kept.

A file is what `torch.save` wrote followed by the SHA-256 of that, so a damaged one is known without its pointer.
Everything in it loads with `weights_only=True`.
"""

import hashlib
import io
import json
import os
import pickle
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

import torch

FORMAT = 3
KEPT = 2
_MAGIC = b"trainyard-checkpoint-1\n"
_TRAILER = len(_MAGIC) + hashlib.sha256().digest_size


class CheckpointError(Exception):
    """The file is damaged, or belongs to another job."""


class WrongJob(CheckpointError):
    """The checkpoint was written by a run with another configuration or other data."""


@dataclass(frozen=True, slots=True)
class Published:
    path: str  # relative to the job's folder
    bytes: int
    sha256: str


class _Hashing(io.RawIOBase):
    """Passes writes on and hashes them on the way: one pass over a large file."""

    def __init__(self, file: BinaryIO):
        self._file = file
        self.hash = hashlib.sha256()
        self.bytes = 0

    def write(self, data: Any) -> int:
        self._file.write(data)
        self.hash.update(data)
        self.bytes += len(data)
        return len(data)


class Checkpoints:
    """The checkpoints of one job in `<out>/checkpoints`."""

    def __init__(self, out: Path, config_hash: Callable[[], str]):
        """`config_hash` is asked when it is needed: hashing the data may not delay the first step."""
        self._out = out
        self._folder = out / "checkpoints"
        self._config_hash = config_hash

    def publish(self, step: int, state: dict[str, Any]) -> Published:
        """Writes the state and makes it the newest. On return it is on disk; on any failure the old ones still are."""
        self._folder.mkdir(parents=True, exist_ok=True)
        part = self._folder / f".{step}.part"
        try:
            with open(part, "wb") as file:
                sink = _Hashing(file)
                torch.save({"format": FORMAT, "config": self._config_hash(), "step": step, "state": state}, sink)
                sink.write(_MAGIC + sink.hash.digest())
                file.flush()
                os.fsync(file.fileno())
            target = self._folder / f"{step}.ckpt"
            os.replace(part, target)
        except BaseException:
            part.unlink(missing_ok=True)
            raise
        published = Published(str(target.relative_to(self._out)), sink.bytes, sink.hash.hexdigest())
        self._point(step, published)
        self._prune(step)
        return published

    def load(self, path: Path) -> tuple[dict[str, Any] | None, list[str]]:
        """The state in `path`, else in the newest sound checkpoint before it, else None; with what to say about it.

        Raises WrongJob for a checkpoint of another configuration: going on with it would mix two runs in silence.
        """
        said = []
        step = _step_of(path)
        older = [p for s, p in steps_in(path.parent) if p != path and (step is None or s < step)]
        for candidate in [path, *older[:KEPT]]:
            try:
                return read(candidate, self._config_hash()), said
            except WrongJob:
                raise
            except (CheckpointError, OSError) as error:
                said.append(f"the checkpoint {candidate.name} cannot be used ({error})")
        said.append("no sound checkpoint is left; training starts from the beginning")
        return None, said

    def _prune(self, step: int) -> None:
        """Keeps the newest up to `step`. Later ones are damaged or of a course that was given up."""
        found = steps_in(self._folder)
        kept = [path for s, path in found if s <= step][:KEPT]
        for _, path in found:
            if path not in kept:
                path.unlink(missing_ok=True)

    def _point(self, step: int, published: Published) -> None:
        part = self._folder / ".latest.part"
        pointer = {"step": step, "name": Path(published.path).name, "bytes": published.bytes,
                   "sha256": published.sha256, "config": self._config_hash()}
        with open(part, "w") as file:
            json.dump(pointer, file)
            file.flush()
            os.fsync(file.fileno())
        os.replace(part, self._folder / "latest.json")
        folder = os.open(self._folder, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)


def newest_in(folder: Path) -> Path | None:
    """The checkpoint that the pointer names, if there is one."""
    try:
        return folder / Path(json.loads((folder / "latest.json").read_text())["name"]).name
    except FileNotFoundError:
        return None
    except (ValueError, KeyError):
        found = steps_in(folder)
        return found[0][1] if found else None


def read(path: Path, config_hash: str) -> dict[str, Any]:
    """The state in one file. Raises CheckpointError."""
    data = path.read_bytes()
    content, trailer = memoryview(data)[:-_TRAILER], data[-_TRAILER:]
    if len(data) <= _TRAILER or not trailer.startswith(_MAGIC):
        raise CheckpointError("it is cut short or not a checkpoint")
    if hashlib.sha256(content).digest() != trailer[len(_MAGIC):]:
        raise CheckpointError("its checksum does not match")
    try:
        payload = torch.load(io.BytesIO(content), weights_only=True, map_location="cpu")
    except pickle.UnpicklingError as error:
        raise CheckpointError("it holds something else than tensors and plain values") from error
    if payload["format"] != FORMAT:
        raise CheckpointError(f"it has format {payload['format']}, this trainer reads {FORMAT}")
    if payload["config"] != config_hash:
        raise WrongJob("the checkpoint belongs to a job with other settings or other data; start it from the beginning")
    return payload["state"]


def steps_in(folder: Path) -> list[tuple[int, Path]]:
    """Published checkpoints, newest first."""
    found = [(step, path) for path in folder.glob("*.ckpt") if (step := _step_of(path)) is not None]
    return sorted(found, reverse=True)


def _step_of(path: Path) -> int | None:
    return int(path.stem) if path.suffix == ".ckpt" and path.stem.isdigit() else None
