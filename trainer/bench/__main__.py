"""Runs the benchmarks that are named, or all, and prints their table; each in the environment of the baselines."""

import argparse
import os
import subprocess
import sys
from pathlib import Path

from .environment import baseline_python

NAMES = ("loop_speed", "ingest", "checkpoint_cost", "resume_exact")
ROOT = Path(__file__).parents[2]


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"of {', '.join(NAMES)}")
    parser.add_argument("--here", action="store_true", help="in this environment, which has what the baselines need")
    options = parser.parse_args()
    unknown = [name for name in options.names if name not in NAMES]
    if unknown:
        parser.error(f"there is no {unknown[0]}; choose of {', '.join(NAMES)}")
    if not options.here:
        python = baseline_python(ROOT / ".runtime" / "bench-venv")
        return subprocess.run([str(python), "-m", "bench", "--here", *options.names], cwd=ROOT / "trainer").returncode
    run(options.names or NAMES)
    return 0


def run(names) -> None:
    from importlib import import_module

    from .figures import table

    figures = []
    for name in names:
        print(f"# {name} …", file=sys.stderr, flush=True)
        figures += getattr(import_module(f".{name}", __package__), name)()
    print(f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}\n\n{table(figures)}")


if __name__ == "__main__":
    sys.exit(main())
