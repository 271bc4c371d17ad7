"""model_card.md: what the trainer knows about the model, in the shape of a Hugging Face card, and nothing it does not."""

import json
import re
from typing import Any

_MARKUP = re.compile(r"([\\`*_{}\[\]<>()#+\-.!|~&$:/@=\"'])")
LISTED = 50


def escaped(text: object) -> str:
    """Text of the data as Markdown that shows it and does nothing else; on one line."""
    line = " ".join(str(text)[:200].split())
    return _MARKUP.sub(r"\\\1", line).replace("\\<", "&lt;").replace("\\>", "&gt;").replace("\\&", "&amp;")


def figure(value: object) -> str:
    if value is None:
        return "undefined"
    return f"{value:.4g}" if isinstance(value, float) else escaped(value)


def table(header: list[str], rows: list[list[str]]) -> list[str]:
    return ["| " + " | ".join(header) + " |", "|" + " --- |" * len(header),
            *("| " + " | ".join(row) + " |" for row in rows), ""]


def model_card(facts: dict[str, Any]) -> str:
    """`facts` is the content of metrics.json, see artifact/write.py."""
    sections = (_front, _summary, _scores, _data, _limits, _settings, _use, _run)
    return "\n".join(line for section in sections for line in section(facts)) + "\n"


def _front(facts: dict[str, Any]) -> list[str]:
    front = {
        "library_name": "pytorch",
        "tags": [f"tabular-{facts['config']['task']}", "trainyard"],
        "metrics": [name for name, value in facts["metrics"]["test"].items() if value is not None],
    }
    return ["---", *(f"{name}: {json.dumps(value)}" for name, value in front.items()), "---", ""]


def _summary(facts: dict[str, Any]) -> list[str]:
    rows, task = facts["data"]["rows"], facts["config"]["task"]
    lines = [f"# Model of {escaped(facts['config']['target'])}", "",
             f"{escaped(facts['architecture']['title'])} for {task}, trained on {rows['train']} rows, "
             f"chosen on {rows['validation']}, tested on {rows['test']} that it never saw.", ""]
    if facts["incomplete"]:
        lines += [f"**Training was ended early ({escaped(facts['incomplete'])}).**", ""]
    return lines


def _scores(facts: dict[str, Any]) -> list[str]:
    test = facts["metrics"]["test"]
    baselines = [facts["metrics"]["baseline"], *facts["metrics"]["baselines"]]
    lines = ["## Scores on the test rows", ""]
    lines += table(["score", "model", *(f"baseline ({escaped(b['name'])})" for b in baselines)],
                   [[escaped(n), figure(v), *(figure(b.get(n)) for b in baselines)] for n, v in test.items()])
    if "classes" in facts["test_report"]:
        figures = ("recall", "precision", "f1")
        lines += table(["class", "rows", *figures],
                       [[escaped(c["class"]), str(c["rows"]), *(figure(c[f]) for f in figures)]
                        for c in facts["test_report"]["classes"]])
    return lines


def _data(facts: dict[str, Any]) -> list[str]:
    config = facts["config"]
    return ["## Data", "", f"- SHA-256 of the file: `{facts['data']['sha256']}`",
            f"- split: {escaped(config['split']['method'])}, seed {config['training']['seed']}",
            f"- features: {_names(config['features'])}", ""]


def _limits(facts: dict[str, Any]) -> list[str]:
    if not facts["findings"]:
        return []
    return ["## Limits", "", *(f"- {escaped(f['message'])}" for f in facts["findings"][:LISTED]), ""]


def _settings(facts: dict[str, Any]) -> list[str]:
    settings = {**facts["config"]["hyperparameters"], **facts["config"]["training"]}
    rows = [[escaped(n), escaped(v if isinstance(v, str) else json.dumps(v))] for n, v in settings.items()]
    return ["## Settings", "", *table(["setting", "value"], rows)]


def _use(facts: dict[str, Any]) -> list[str]:
    return ["## Use", "", "```python", "import torch, predict", 'art = torch.load("model.pt", weights_only=True)',
            'print(predict.predict(art, [{"column": "value"}]))', "```", "",
            "or `python predict.py model.pt rows.csv`. Both need torch 2.10 or later and nothing else; "
            f"the SHA-256 of predict.py is `{facts['predict_py_sha256']}`. "
            "A `.pt` of unknown origin should only ever be opened with `weights_only=True`.", ""]


def _run(facts: dict[str, Any]) -> list[str]:
    run = facts["run"]
    return ["## Run", "", f"- {run['seconds']['training']:.1f} s of training on {escaped(run['device'])}, "
            f"threads: {run['threads']}", f"- torch {escaped(facts['versions']['torch'])}"]


def _names(names: list[str]) -> str:
    more = f" and {len(names) - LISTED} more" if len(names) > LISTED else ""
    return ", ".join(escaped(name) for name in names[:LISTED]) + more
