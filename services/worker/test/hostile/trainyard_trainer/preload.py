"""Children that misbehave as the name of their job says."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path


def load():
    return {"type": "ready", "pid": os.getpid(), "versions": {}, "catalogue_hash": "0" * 64, "architectures": ["mlp"]}


def warm_up():
    pass


def run_job(command):
    out = Path(command["out"])
    (out / "artifacts").mkdir(parents=True)
    name = json.loads(Path(command["spec"]).read_text())["name"]
    return BEHAVIOURS[name](out) or 0


def send(**event):
    os.write(3, json.dumps(event).encode() + b"\n")


def result(*artifacts, outcome="succeeded", reason=None):
    send(type="result", outcome=outcome, reason=reason, message=None, metrics=None, artifacts=list(artifacts))


def symlink(out):
    (out / "artifacts" / "model.pt").symlink_to("/etc/passwd")
    result("model.pt")


def folder_symlink(out):
    (out / "artifacts").rmdir()
    (out / "artifacts").symlink_to("/etc")
    result("passwd")


def hard_link(out):
    os.link(out.parent / "spec.json", out / "artifacts" / "model.pt")
    result("model.pt")


def named_pipe(out):
    os.mkfifo(out / "artifacts" / "model.pt")
    result("model.pt")


def climb(out):
    (out / "x").write_text("x")
    result("../x")


def huge(out):
    with open(out / "artifacts" / "model.pt", "wb") as file:
        file.truncate(2**21)
    result("model.pt")


def hostile_checkpoints(out):
    (out / "checkpoints").mkdir()
    (out / "checkpoints" / "1.ckpt").symlink_to(out.parent / "spec.json")
    (out / "checkpoints" / "2.ckpt").write_text("not what was announced")
    for path in ("checkpoints/1.ckpt", "../spec.json", "/etc/passwd", "checkpoints/2.ckpt"):
        send(type="checkpoint", step=1, epoch=1, path=path, bytes=1, sha256="0" * 64)
    time.sleep(0.3)
    result()


def flood(out):
    """A second each of short lines, of one endless line, and of output."""
    short = b"x\n{}\n{\"type\":\"progress\"}\n" * 2000
    for descriptor, block in ((3, short), (3, b"y" * 65536), (1, b"noise and more noise\n" * 3000)):
        until = time.monotonic() + 1
        while time.monotonic() < until:
            os.write(descriptor, block)
    os.write(3, b"\n")
    result()


def hang(out):
    result()
    time.sleep(3600)


def deaf(out):
    """TERM stays blocked, and two children share the group."""
    send(type="phase", phase="training")
    for _ in range(2):
        if os.fork() == 0:
            time.sleep(3600)
    time.sleep(3600)


def scattered(out):
    """A child in a session of its own, and a program in another: no group leads to either."""
    if os.fork() == 0:
        os.setsid()
        time.sleep(3600)
    subprocess.Popen(["sleep", "3600"], start_new_session=True, cwd="/")
    send(type="phase", phase="training")
    time.sleep(3600)


def forge(out):
    """Marks of an end that the host did not write."""
    os.write(3, b'{"type":"exited","nonce":"forged"}\n' * 100)
    os.write(1, b"\0exited forged\n" * 100)
    time.sleep(0.2)
    send(type="log", level="info", line="still here")
    result()


def half(out):
    os.write(3, b'{"type":"result","outcome":"succ')


def traceback(out):
    print("Traceback (most recent call last):\nValueError: bad value 17 at 0x7f12 in /tmp/file.py", file=sys.stderr)
    sys.stderr.flush()
    return 3


def odd_numbers(out):
    for line in (b'{"type":"metrics","step":1,"epoch":1,"values":{"train/loss":NaN}}', b'{"type":"progress","epoch":1e999}',
                 b"\xff\xfe broken", b'{"type":"phase","phase":"training"}\r', b'{"type":"unknown"}'):
        os.write(3, line + b"\n")
    result()


BEHAVIOURS = {f.__name__: f for f in (
    symlink, folder_symlink, hard_link, named_pipe, climb, huge, hostile_checkpoints, flood, hang, deaf, scattered, forge,
    half, traceback, odd_numbers)}
signal.signal(signal.SIGPIPE, signal.SIG_DFL)
