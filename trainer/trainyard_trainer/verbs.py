"""What a child or the command line runs, by verb. Each takes plain options and returns an exit code."""

import json
import sys
from pathlib import Path
from typing import Any

from .artifact.files import write_text
from .artifact.predict_template import load_model
from .artifact.predict_template import predict as predict_rows
from .checkpoint import newest_in
from .control import Control, default_signals
from .data.limits import Limits
from .data.profile import run_profile
from .events import Events
from .finish import result
from .job import Request
from .outcome import JobFailed, exit_code
from .pace import CHECKPOINT_SECONDS
from .train import as_failure, run_train

MAX_ROWS_BYTES = 64 * 1024 * 1024


def run_verb(verb: str, options: dict[str, Any], events: Events) -> int:
    """Runs it with stop signals still blocked; returns the exit code. What is nobody's fault but ours is raised."""
    try:
        done = _VERBS[verb](options, events)
    except Exception as error:
        failure = as_failure(error)
        if failure is None:
            raise
        done = result("failed", failure.reason, failure.message, invalid=failure.invalid)
    if done["outcome"] == "failed":
        print(done["message"], file=sys.stderr)
    events.send("result", **done)
    return exit_code(done)


def _train(options: dict[str, Any], events: Events) -> dict[str, Any]:
    control = Control()
    control.install()
    out = _folder(options["out"])
    return run_train(
        Request(
            spec=Path(options["spec"]), data=Path(options["data"]), format=options["format"],
            gzip=bool(options.get("gzip")), out=out, resume=_checkpoint(options.get("resume"), out),
            threads=options.get("threads"),
            checkpoint_seconds=float(options.get("checkpoint_seconds") or CHECKPOINT_SECONDS), limits=_limits(options)),
        events, control)


def _profile(options: dict[str, Any], events: Events) -> dict[str, Any]:
    default_signals()
    out = _folder(options["out"])
    run_profile(Path(options["data"]), options["format"], bool(options.get("gzip")), out, _limits(options))
    return result("succeeded", None, None)


def _folder(path: Any) -> Path:
    folder = Path(path)
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def _checkpoint(resume: Any, out: Path) -> Path | None:
    if resume is None:
        return None
    return newest_in(out / "checkpoints") if str(resume) == "latest" else Path(resume)


def _limits(options: dict[str, Any]) -> Limits:
    inflated = (options.get("limits") or {}).get("inflated_bytes")
    return Limits() if inflated is None else Limits(inflated_bytes=inflated)


def _predict(options: dict[str, Any], events: Events) -> dict[str, Any]:
    """In the host's command, `data` is the model and `spec` the file of rows."""
    default_signals()
    model, source = Path(options.get("model") or options["data"]), Path(options.get("rows") or options["spec"])
    said: list[str] = []
    try:
        with open(source, "rb") as file:
            data = file.read(MAX_ROWS_BYTES + 1)
        if len(data) > MAX_ROWS_BYTES:
            raise ValueError(f"the rows are larger than {MAX_ROWS_BYTES} bytes")
        body = json.loads(data)
        rows = body.get("rows") if isinstance(body, dict) else body
        if not isinstance(rows, list):
            raise ValueError('rows must be a list of objects, or { "rows": [...] }')
        answers = predict_rows(load_model(model), rows, said)
    except (ValueError, RecursionError) as error:
        raise JobFailed("user_error", f"Cannot predict: {error}.") from error
    for sentence in said:
        events.log("warning", sentence)
    text = json.dumps({"predictions": answers}, allow_nan=False) + "\n"
    out = options.get("out")
    if out is None:
        sys.stdout.write(text)
    else:
        target = Path(out)
        write_text(target / "predictions.json" if target.is_dir() else target, text)
    return result("succeeded", None, None)


_VERBS = {"train": _train, "profile": _profile, "predict": _predict}
