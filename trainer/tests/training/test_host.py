"""The warm host: what a child is given, how it ends, and what the worker may rely on when it does."""

import json
import os
import signal
import sys
import time
from pathlib import Path

import pytest

from .warm_host import WarmHost

STUB = [sys.executable, str(Path(__file__).with_name("stub_host.py"))]


@pytest.fixture
def host():
    host = WarmHost(slots=2, command=STUB, env={"OMP_NUM_THREADS": "2"})
    yield host
    if host.process.poll() is None:
        host.close()


def gone(pid):
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] in "ZX"
    except (FileNotFoundError, ProcessLookupError):  # the second when it goes between open and read
        return True


def eventually(holds, seconds=5):
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def test_a_child_has_its_own_session_four_descriptors_and_an_empty_input(host):
    run = host.run(spec="environment", out="/somewhere")
    seen = run.until(lambda e: e["type"] == "seen")
    run.finish()
    assert seen["pid"] == run.started["pid"] == seen["session"]
    assert seen["stdin"] == ""
    assert seen["environ"]["HOME"] == "/somewhere"
    # 4 is the listing itself
    assert seen["descriptors"] == ["0", "1", "2", "3", "4"]
    assert run.reply["code"] == 0 and run.reply["signal"] is None and run.reply["max_rss_bytes"] > 1_000_000


def test_two_children_run_at_once_and_a_busy_slot_refuses(host):
    first, second = host.run(0, spec="wait for stop"), host.run(1, spec="wait for stop")
    first.until(lambda e: e["type"] == "waiting")
    second.until(lambda e: e["type"] == "waiting")
    assert host.run(0, spec="wait for stop").started["type"] == "refused"
    first.signal("TERM")
    assert first.finish()["code"] == 0
    assert first.of("told")[0]["ending"] == "user_stopped"
    second.signal("USR1")
    second.finish()
    assert second.of("told")[0]["ending"] == "released"
    assert host.run(0, spec="nothing").finish()["code"] == 0


def test_signals_that_come_before_the_handlers_are_kept(host):
    for name, ending in (("TERM", "user_stopped"), ("USR1", "released")):
        run = host.run(spec="wait for stop", wait=0.2)
        run.signal(name)
        run.finish()
        assert run.of("told")[0]["ending"] == ending


def test_a_killed_child_takes_its_whole_group_along(host):
    run = host.run(spec="stubborn")
    pids = run.until(lambda e: e["type"] == "family")["pids"]
    run.signal("TERM")
    run.signal("KILL")
    assert run.finish()["signal"] == "SIGKILL"
    eventually(lambda: all(map(gone, pids)))


def test_a_child_that_dies_leaves_no_process_of_its_group(host):
    run = host.run(spec="stubborn")
    pids = run.until(lambda e: e["type"] == "family")["pids"]
    os.kill(pids[0], signal.SIGKILL)
    assert run.finish()["signal"] == "SIGKILL"
    eventually(lambda: all(map(gone, pids)))


def test_a_stopped_child_can_be_killed(host):
    run = host.run(spec="wait for stop")
    run.until(lambda e: e["type"] == "waiting")
    os.kill(run.started["pid"], signal.SIGSTOP)
    run.signal("TERM")
    run.signal("KILL")
    assert run.finish()["signal"] == "SIGKILL"


def test_the_end_mark_follows_everything_and_cannot_be_glued_to_half_a_line(host):
    host.run(spec="half a line").exit()
    assert host.lines[0].get(timeout=5) == b'{"type":"progress","half\n'
    mark = json.loads(host.lines[0].get(timeout=5))
    assert mark["type"] == "exited"
    assert host.lines[1].get(timeout=5) == b"half a log\n"
    assert host.lines[1].get(timeout=5) == f"\0exited {mark['nonce']}\n".encode()


def test_a_child_cannot_forge_its_end(host):
    reply = host.run(spec="forge").exit()
    lines = [host.lines[0].get(timeout=5) for _ in range(3)]
    marks = [json.loads(line)["nonce"] for line in lines if line.strip()]
    assert marks == ["0000", reply["nonce"]]


def test_a_full_pipe_does_not_hang_the_host():
    host = WarmHost(slots=2, command=STUB, read_pipes=False)
    run = host.run(spec="flood")  # 64 lines of 1,000 bytes: the pipe of 64 KiB is full before the mark
    for n in range(20):
        host.send(cmd="ping", n=n)
        assert host.reply()["n"] == n
    for number in (0, 1):
        host.read_pipe(number)
    assert run.finish()["id"] == run.name
    assert len(run.of("noise")) == 64
    assert host.close()[0] == 0


def test_bad_commands_are_refused_and_change_nothing(host):
    for bad in ({"cmd": "dance"}, {"cmd": "run"}, {"cmd": "run", "id": "x", "slot": 9, "verb": "train"},
                {"cmd": "run", "id": "x", "slot": 0, "verb": "rm"}, {"cmd": "signal", "id": "x", "signal": "HUP"}):
        host.send(**bad)
        assert host.reply()["type"] == "refused"
    for line in (b"{nonsense\n", b"[]\n", b"[" * 20_000 + b"\n"):
        host.process.stdin.write(line)
        host.process.stdin.flush()
        assert host.reply()["type"] == "refused"
    assert host.run(spec="nothing").finish()["code"] == 0


def test_the_end_of_the_input_stops_children_first_by_asking_then_by_force(host):
    polite, stubborn = host.run(0, spec="wait for stop"), host.run(1, spec="stubborn")
    polite.until(lambda e: e["type"] == "waiting")
    pids = stubborn.until(lambda e: e["type"] == "family")["pids"]
    began = time.monotonic()
    code, _ = host.close()
    assert code == 0
    assert 0.5 <= time.monotonic() - began < 5
    assert polite.until(lambda e: e["type"] == "told")["ending"] == "user_stopped"
    eventually(lambda: all(map(gone, [*pids, polite.started["pid"]])))


def test_children_die_with_a_killed_host(host):
    run, other = host.run(0, spec="wait for stop"), host.run(1, spec="stubborn")
    run.until(lambda e: e["type"] == "waiting")
    pid = other.until(lambda e: e["type"] == "family")["pids"][0]
    host.process.kill()
    host.process.wait()
    eventually(lambda: gone(run.started["pid"]) and gone(pid))


def test_limits_of_time_memory_and_file_size_hold(host, tmp_path):
    slow = host.run(spec="wait for stop", limits={"seconds": 0.2})
    slow.finish()
    assert slow.reply["signal"] == "SIGKILL" and slow.reply["overdue"]
    run = host.run(spec="memory", want=200_000_000, limits={"memory_bytes": 100_000_000})
    assert run.finish()["code"] == 1 and not run.of("got")
    assert "MemoryError" in run.logs()
    run = host.run(spec="memory", want=50_000_000, limits={"memory_bytes": 100_000_000})
    assert run.finish()["code"] == 0
    run = host.run(spec="big file", out=str(tmp_path / "big"), limits={"file_bytes": 10_000})
    assert run.finish()["code"] == 1 and (tmp_path / "big").stat().st_size <= 10_000


def test_a_waiting_child_that_dies_is_replaced(host):
    for _ in range(2):
        children = Path(f"/proc/{host.process.pid}/task/{host.process.pid}/children").read_text().split()
        for pid in children:
            os.kill(int(pid), signal.SIGKILL)
        eventually(lambda: all(map(gone, children)))
        assert host.run(0, spec="nothing").finish()["code"] == 0
        assert host.run(1, spec="nothing").finish()["code"] == 0
