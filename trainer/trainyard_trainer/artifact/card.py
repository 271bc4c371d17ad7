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
    config, data, scores = facts["config"], facts["data"], facts["metrics"]
    front = {
        "library_name": "pytorch",
        "tags": ["tabular-classification" if config["task"] == "classification" else "tabular-regression", "trainyard"],
        "metrics": [name for name, value in scores["test"].items() if value is not None],
    }
    lines = ["---", *(f"{name}: {json.dumps(value)}" for name, value in front.items()), "---", ""]
    lines += [f"# Model of {escaped(config['target'])}", ""]
    lines += [f"{escaped(facts['architecture']['title'])} for {config['task']}, trained on {data['rows']['train']} rows, "
              f"chosen on {data['rows']['validation']}, tested on {data['rows']['test']} that it never saw.", ""]
    if facts["incomplete"]:
        lines += [f"**Training was ended early ({escaped(facts['incomplete'])}).**", ""]
    lines += ["## Scores on the test rows", ""]
    baseline = scores["baseline"]
    lines += table(["score", "model", f"baseline ({baseline['name']})"],
                   [[escaped(n), figure(v), figure(baseline.get(n))] for n, v in scores["test"].items()])
    if "classes" in facts["test_report"]:
        lines += table(["class", "rows", "recall", "precision"],
                       [[escaped(c["class"]), str(c["rows"]), figure(c["recall"]), figure(c["precision"])]
                        for c in facts["test_report"]["classes"]])
    lines += ["## Data", "", f"- SHA-256 of the file: `{data['sha256']}`",
              f"- split: {escaped(config['split']['method'])}, seed {config['training']['seed']}",
              f"- features: {_names(config['features'])}", ""]
    if facts["findings"]:
        lines += ["## Limits", "", *(f"- {escaped(f['message'])}" for f in facts["findings"][:LISTED]), ""]
    lines += ["## Settings", ""]
    lines += table(["setting", "value"], [[escaped(n), escaped(json.dumps(v))] for n, v in
                                          {**config["hyperparameters"], **config["training"]}.items()])
    lines += ["## Use", "", "```python", "import torch, predict", 'art = torch.load("model.pt", weights_only=True)',
              'print(predict.predict(art, [{"column": "value"}]))', "```", "",
              "or `python predict.py model.pt rows.csv`. Both need torch 2.10 or later and nothing else; "
              f"the SHA-256 of predict.py is `{facts['predict_py_sha256']}`. "
              "A `.pt` of unknown origin should only ever be opened with `weights_only=True`.", ""]
    run = facts["run"]
    lines += ["## Run", "", f"- {run['seconds']['training']:.1f} s of training on {escaped(run['device'])}, "
              f"{run['threads']} threads", f"- torch {escaped(facts['versions']['torch'])}", ""]
    return "\n".join(lines)


def _names(names: list[str]) -> str:
    more = f" and {len(names) - LISTED} more" if len(names) > LISTED else ""
    return ", ".join(escaped(name) for name in names[:LISTED]) + more
