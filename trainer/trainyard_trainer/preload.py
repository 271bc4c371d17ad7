"""What the warm host imports before it forks: everything a job uses, and nothing is called.

`torch._dynamo` is here because the first optimizer of a process imports it, which takes longer than the whole job.
"""

import os
from pathlib import Path
from typing import Any

import numpy
import polars
import torch
import torch._dynamo  # noqa: F401

from . import verbs
from .artifact.predict_source import predict_source
from .catalogue import catalogue
from .control import Control
from .events import Events, open_sink
from .job import Request, open_job, versions
from .loop import fit
from .models import ARCHITECTURES
from .pace import NoCheckpoints

_HERE = Path(__file__).parent


def load() -> dict[str, Any]:
    """The host's first reply, without its time."""
    for architecture in ARCHITECTURES:
        predict_source(architecture)  # plain Python; kept for the children
    loaded = {**versions(), "numpy": numpy.__version__, "polars": polars.__version__}
    return {"type": "ready", "pid": os.getpid(), "versions": loaded, "catalogue_hash": catalogue()["hash"],
            "architectures": list(ARCHITECTURES)}


def warm_up() -> None:
    """In a child that waits for its job: one epoch of a tiny one, so that the first step of the real one is not the
    first use of any kernel, thread pool or code path. Nothing of it is written or sent."""
    request = Request(spec=_HERE / "warm-up.json", data=_HERE / "warm-up.csv", format="csv", gzip=False, out=_HERE)
    job = open_job(request)
    fit(job.problem, job.settings, job.state, Events(lambda event: None), Control(), NoCheckpoints())


def run_job(command: dict[str, Any]) -> int:
    """In the child: descriptors and limits are set, stop signals are still blocked."""
    return verbs.run_verb(command["verb"], command, Events(open_sink()))
