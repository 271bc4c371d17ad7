"""Runs that are killed with SIGKILL at a random moment and resumed, against one that was not: are the models equal?

Each run is killed once after its first checkpoint; the architectures take turns.
"""

import hashlib
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from .figures import Figure

RUNS = 20
ARCHITECTURES = ("linear", "mlp", "mlp_ple", "resnet", "realmlp")
EPOCHS, STEPS = 30, 30 * 11


def write_job(folder: Path, architecture: str) -> None:
    draw = random.Random(0)
    rows = [f"{draw.gauss(0, 1):.4f},{draw.choice('abc')},{draw.random():.4f},{draw.choice('xyz')}" for _ in range(500)]
    (folder / "rows.csv").write_text("\n".join(["p,q,r,y", *rows]) + "\n")
    (folder / "spec.json").write_text(json.dumps({
        "target": "y", "model": {"architecture": architecture}, "resources": {"accelerator": "cpu"},
        "training": {"epochs": EPOCHS, "batch_size": 32, "early_stopping_patience": None}}))


def start(folder: Path, out: Path) -> subprocess.Popen:
    return subprocess.Popen(
        [sys.executable, "-m", "trainyard_trainer", "train", str(folder / "spec.json"), "--data", str(folder / "rows.csv"),
         "--format", "csv", "--out", str(out), "--resume", "latest", "--checkpoint-seconds", "0.000001", "--threads", "1"],
        stderr=subprocess.DEVNULL)


def step_of(out: Path) -> int:
    try:
        return json.loads((out / "checkpoints" / "latest.json").read_text())["step"]
    except FileNotFoundError:
        return 0


def model_of(out: Path) -> str:
    return hashlib.sha256((out / "artifacts" / "model.pt").read_bytes()).hexdigest()


def finish(folder: Path, out: Path) -> str:
    if start(folder, out).wait() != 0:
        raise RuntimeError("a run failed")
    return model_of(out)


def kill_somewhere(folder: Path, out: Path, draw: random.Random) -> bool:
    """Whether the run was still going when it was killed."""
    step, run = draw.randrange(1, STEPS), start(folder, out)
    while run.poll() is None and step_of(out) < step:
        time.sleep(draw.uniform(0, 0.02))
    os.kill(run.pid, signal.SIGKILL)
    return run.wait() == -signal.SIGKILL


def resume_exact() -> list[Figure]:
    draw, whole, equal, killed = random.Random(), {}, 0, 0
    for turn in range(RUNS):
        architecture = ARCHITECTURES[turn % len(ARCHITECTURES)]
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            write_job(folder, architecture)
            if architecture not in whole:
                whole[architecture] = finish(folder, folder / "whole")
            killed += kill_somewhere(folder, folder / "killed", draw)
            equal += finish(folder, folder / "killed") == whole[architecture]
    return [Figure(benchmark="resume_exact", contender="ours", unit=f"of {RUNS} equal", samples=[equal],
                   note=f"{killed} were killed in the middle")]
