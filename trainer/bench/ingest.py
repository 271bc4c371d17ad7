"""Reading and profiling a CSV file of 1,000,000 rows and 12 mixed columns, beside `pandas.read_csv` and `describe`.

Each run has a process of its own, which imports first and then takes the time; its peak memory is told in multiples of
the file.
"""

import json
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np

from .figures import Figure

ROWS, ROUNDS = 1_000_000, 3
_OURS = """
from pathlib import Path
from trainyard_trainer.data.profile import run_profile
run = lambda path, out: run_profile(path, "csv", False, Path(out))
"""
_PANDAS = """
import pandas
run = lambda path, out: pandas.read_csv(path).describe(include="all").to_json(out + "/described.json")
"""
CONTENDERS = {"ours": _OURS, "pandas": _PANDAS}
_TIMED = """
import json, resource, sys, time
clock = time.perf_counter()
spent = time.process_time()
run(sys.argv[1], sys.argv[2])
print(json.dumps([time.perf_counter() - clock, time.process_time() - spent,
                  resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024]))
"""


def write_mixed(path: Path) -> int:
    """8 columns of floats, 2 of whole numbers, 2 of words; returns the bytes."""
    import polars

    draw = np.random.default_rng(0)
    columns: dict[str, object] = {f"x{i}": draw.normal(size=ROWS).round(6) for i in range(8)}
    columns |= {f"n{i}": draw.integers(0, 10**6, ROWS) for i in range(2)}
    words = np.array(["north", "east", "south", "west", "harbour", "market"])
    columns |= {f"c{i}": words[draw.integers(0, len(words), ROWS)] for i in range(2)}
    polars.DataFrame(columns).write_csv(path)
    return path.stat().st_size


def ingest() -> list[Figure]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "mixed.csv"
        size = write_mixed(path)
        kinds = (("ingest", "s"), ("ingest, processor", "s"), ("ingest, peak memory", "× the file"))
        samples = {(kind, name): [] for kind, _ in kinds for name in CONTENDERS}
        for _ in range(ROUNDS):
            for name, code in CONTENDERS.items():
                done = subprocess.run([sys.executable, "-c", code + _TIMED, str(path), folder],
                                      capture_output=True, text=True, check=True)
                wall, cpu, peak = json.loads(done.stdout)
                for (kind, _), value in zip(kinds, (wall, cpu, peak / size), strict=True):
                    samples[kind, name].append(value)
    return [Figure(benchmark=kind, contender=name, unit=unit, samples=samples[kind, name], note=f"{size / 1e6:.0f} MB")
            for kind, unit in kinds for name in CONTENDERS]
