"""What the warm host imports before it forks: everything a job uses, and nothing is called.

`torch._dynamo` is here because the first optimizer of a process imports it, which takes longer than the whole job.
"""

import os
from typing import Any

import numpy
import polars
import torch
import torch._dynamo  # noqa: F401

from . import VERSION, verbs
from .catalogue import catalogue
from .events import Events, open_sink
from .host import RunJob


def load() -> tuple[RunJob, dict[str, Any]]:
    """What a child runs, and the host's first reply without its time."""
    versions = {"trainer": VERSION, "torch": torch.__version__, "numpy": numpy.__version__, "polars": polars.__version__}
    offered = catalogue()
    return run_job, {
        "type": "ready", "pid": os.getpid(), "versions": versions, "catalogue_hash": offered["hash"],
        "architectures": [entry["id"] for entry in offered["architectures"]],
    }


def run_job(command: dict[str, Any]) -> int:
    """In the child: descriptors and limits are set, stop signals are still blocked."""
    return verbs.run_verb(command["verb"], command, Events(open_sink()))
