"""The program itself: its environment, its signals while it starts, its exit codes."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

from trainyard_trainer.process import allowed_environment

from .data import birds, write_spec
from .warm_host import TRAINER, WarmHost

SECRETS = {"DATABASE_URL": "postgres://secret", "AWS_SECRET_ACCESS_KEY": "secret", "HOME": "/home/secret", "LC_CTYPE": "x"}


def test_no_secret_of_the_caller_reaches_the_host_or_its_children():
    host = WarmHost(slots=1, env={**SECRETS, "OMP_NUM_THREADS": "2", "TZ": "UTC"})
    children = Path(f"/proc/{host.process.pid}/task/{host.process.pid}/children").read_text().split()
    for pid in [host.process.pid, *children]:
        begun = Path(f"/proc/{pid}/environ").read_text()
        assert "secret" not in begun
        assert {line.split("=")[0] for line in begun.split("\0") if line} == {
            "PATH", "PYTHONPATH", "OMP_NUM_THREADS", "OMP_WAIT_POLICY", "TZ"}
    assert host.ready["type"] == "ready" and host.ready["seconds"] > 0 and len(host.ready["catalogue_hash"]) == 64
    assert host.close() == (0, "")
    assert allowed_environment({**SECRETS, "CUDA_VISIBLE_DEVICES": "0"}) == {"CUDA_VISIBLE_DEVICES": "0"}


def test_a_host_without_its_pipes_says_so():
    done = subprocess.run([sys.executable, "-m", "trainyard_trainer", "serve", "--slots", "3"], cwd=TRAINER,
                          capture_output=True, text=True, stdin=subprocess.DEVNULL)
    assert done.returncode == 2 and "3 slots need pipes at descriptors 3 to 8" in done.stderr


def train(folder, *more, **pipes):
    return subprocess.Popen(
        [sys.executable, "-m", "trainyard_trainer", "train", str(folder / "spec.json"), "--data", str(folder / "birds.csv"),
         "--format", "csv", "--out", str(folder / "out"), *more],
        cwd=TRAINER, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, **pipes)


def test_the_command_line_trains_resumes_and_keeps_a_stop_that_comes_while_it_starts(tmp_path):
    birds(tmp_path / "birds.csv", rows=60)
    write_spec(tmp_path / "spec.json", training={"epochs": 100_000, "early_stopping_patience": None})
    early = train(tmp_path)
    time.sleep(0.3)  # in the midst of importing torch
    late = train(tmp_path, "--checkpoint-seconds", "0.01")
    early.send_signal(signal.SIGTERM)
    _, errors = early.communicate(timeout=60)
    assert early.returncode == 0 and errors == "user_stopped\n"
    deadline = time.monotonic() + 60
    while not (tmp_path / "out" / "checkpoints" / "latest.json").exists():
        assert time.monotonic() < deadline
        time.sleep(0.02)
    late.send_signal(signal.SIGINT)
    late.communicate(timeout=60)
    assert late.returncode == 0
    first = json.loads((tmp_path / "out" / "checkpoints" / "latest.json").read_text())["step"]
    assert (tmp_path / "out" / "artifacts" / "model.pt").exists()
    write_spec(tmp_path / "spec.json", training={"epochs": 100_000, "early_stopping_patience": None, "time_limit_seconds": 0.2})
    read, write = os.pipe()
    again = train(tmp_path, "--resume", "latest", preexec_fn=lambda: os.dup2(write, 3, inheritable=True), close_fds=False)
    os.close(write)
    events = [json.loads(line) for line in os.fdopen(read)]
    again.communicate(timeout=60)
    assert again.returncode == 0 and events[-1]["reason"] == "time_limit"
    assert any(e.get("line", "").startswith(f"Resumed at step {first}") for e in events)


def test_a_bad_spec_is_one_sentence_and_code_two(tmp_path):
    birds(tmp_path / "birds.csv", rows=20)
    write_spec(tmp_path / "spec.json", hyperparameters={"dropout": 7})
    process = train(tmp_path)
    _, errors = process.communicate(timeout=60)
    assert process.returncode == 2
    assert errors.splitlines()[0] == "/model/hyperparameters/dropout must be less than 1, got 7"
    assert "Traceback" not in errors
