"""The command line: describe · profile · train · predict · serve. The only place that reads the environment."""

import argparse
import json
import os
import sys
import time
from pathlib import Path

from .catalogue import catalogue
from .control import block_signals
from .events import Events, open_sink
from .outcome import BAD_INPUT
from .process import allowed_environment, is_open, with_patient_threads

FORMATS = ("csv", "tsv", "json", "jsonl", "text")


def main() -> int:
    options = _parser().parse_args()
    return options.run(options)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="trainyard_trainer", description=__doc__)
    verbs = parser.add_subparsers(required=True, metavar="VERB")
    verb = verbs.add_parser("describe", help="print the catalogue of architectures")
    verb.add_argument("--out", type=Path, help="write it to a file")
    verb.set_defaults(run=describe)
    verb = verbs.add_parser("profile", help="write profile.json and preview.json of a data file")
    _data_options(verb)
    verb.set_defaults(run=run_alone, verb="profile")
    verb = verbs.add_parser("train", help="train a model")
    verb.add_argument("spec", type=Path, help="the job, as JSON")
    _data_options(verb)
    verb.add_argument("--resume", type=Path, help="a checkpoint to go on from, or `latest` of --out")
    verb.add_argument("--threads", type=int, help="CPU threads")
    verb.add_argument("--checkpoint-seconds", type=float, default=60.0)
    verb.set_defaults(run=run_alone, verb="train")
    verb = verbs.add_parser("predict", help="predict rows with a model")
    verb.add_argument("model", type=Path)
    verb.add_argument("rows", type=Path, help='a JSON list of objects, or { "rows": [...] }')
    verb.add_argument("--out", type=Path, help="where to write; else standard output")
    verb.set_defaults(run=run_alone, verb="predict")
    verb = verbs.add_parser("serve", help="the warm host: commands on standard input")
    verb.add_argument("--slots", type=int, required=True)
    verb.add_argument("--clean", action="store_true", help=argparse.SUPPRESS)
    verb.set_defaults(run=serve)
    return parser


def _data_options(verb: argparse.ArgumentParser) -> None:
    verb.add_argument("--data", type=Path, required=True)
    verb.add_argument("--format", choices=FORMATS, required=True)
    verb.add_argument("--gzip", action="store_true")
    verb.add_argument("--out", type=Path, required=True, help="the folder for what is written")


def describe(options: argparse.Namespace) -> int:
    text = json.dumps(catalogue(), indent=2, ensure_ascii=False) + "\n"
    if options.out is None:
        sys.stdout.write(text)
    else:
        options.out.write_text(text, encoding="utf-8")
    return 0


def run_alone(options: argparse.Namespace) -> int:
    """Runs one verb in this process."""
    block_signals()
    sink = open_sink()
    os.environ.update(with_patient_threads(dict(os.environ)))
    from . import verbs  # imports torch: seconds in which signals must already be kept

    return verbs.run_verb(options.verb, vars(options), Events(sink))


def serve(options: argparse.Namespace) -> int:
    if not options.clean:
        # Started again rather than cleaned: the kernel shows children the environment that a process began with.
        command = [sys.executable, "-m", "trainyard_trainer", "serve", "--clean", "--slots", str(options.slots)]
        os.execve(sys.executable, command, with_patient_threads(allowed_environment(dict(os.environ))))
    began = time.monotonic()
    for name in set(os.environ) - set(allowed_environment(dict(os.environ))):
        del os.environ[name]
    missing = [fd for fd in range(3, 3 + 2 * options.slots) if not is_open(fd)]
    if missing:
        print(f"{options.slots} slots need pipes at descriptors 3 to {2 + 2 * options.slots}; "
              f"{missing[0]} is not open", file=sys.stderr)
        return BAD_INPUT
    from . import preload
    from .child import Work
    from .host import Host, freeze

    hello = preload.load()
    freeze()
    hello["seconds"] = round(time.monotonic() - began, 3)
    Host(options.slots, Work(preload.warm_up, preload.run_job), hello).serve()
    return 0


if __name__ == "__main__":
    sys.exit(main())
