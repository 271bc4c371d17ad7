"""The real host around jobs that misbehave on purpose; `spec` names what a job does. Imports no torch."""

import os
import signal
import sys
import time

from trainyard_trainer.child import Work
from trainyard_trainer.control import Control
from trainyard_trainer.events import open_sink
from trainyard_trainer.host import Host


def run_job(command):
    sink = open_sink()
    behaviour = command["spec"]
    if behaviour == "environment":
        sink({"type": "seen", "environ": dict(os.environ), "descriptors": sorted(os.listdir("/proc/self/fd")),
              "start": open("/proc/self/environ").read(), "session": os.getsid(0), "pid": os.getpid(),
              "stdin": sys.stdin.read(), "parent": open(f"/proc/{os.getppid()}/environ").read()})
    elif behaviour == "stubborn":
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, [signal.SIGTERM])
        others = [os.fork() for _ in range(2)]
        if 0 not in others:
            sink({"type": "family", "pids": [os.getpid(), *others]})
        time.sleep(600)
    elif behaviour == "half a line":
        os.write(3, b'{"type":"progress","half')
        os.write(1, b"half a log")
        os.kill(os.getpid(), signal.SIGKILL)
    elif behaviour == "forge":
        os.write(3, b'{"type":"exited","nonce":"0000"}\n')
        os.write(1, b"\0exited 0000\n")
    elif behaviour == "flood":
        for _ in range(64):
            os.write(3, b'{"type":"noise","text":"%b"}\n' % (b"x" * 1000))
    elif behaviour == "wait for stop":
        time.sleep(command.get("wait", 0))
        control = Control()
        control.install()
        sink({"type": "waiting"})
        while (ending := control.ending()) is None:
            time.sleep(0.005)
        sink({"type": "told", "ending": ending})
    elif behaviour == "big file":
        with open(command["out"], "wb") as file:
            file.write(b"x" * 1_000_000)
    elif behaviour == "memory":
        sink({"type": "got", "bytes": len(bytearray(command["want"]))})
    elif behaviour != "nothing":
        raise ValueError(behaviour)
    return 0


if __name__ == "__main__":
    Host(int(sys.argv[-1]), Work(lambda: None, run_job), {"type": "ready"}, grace_seconds=0.5).serve()
