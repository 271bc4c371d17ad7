"""model_card.md: what the trainer knows about the model, in the shape of a Hugging Face card, and nothing it does not."""

import json
import re
from typing import Any

_MARKUP = re.compile(r"([\\`*_{}\[\]<>()#+\-.!|~&$:/@=\"'])")
_BARE_EXPONENT = re.compile(r"^(-?\d+)e")
LISTED = 50
RARE = 20  # training rows; fewer of a class teach little
FILES = {
    "model.pt": "the model: one dict of tensors and plain values",
    "predict.py": "predicts raw rows with model.pt; needs torch and the standard library",
    "predictions.csv": "what the model says of the test rows, beside the truth; `row` counts the rows of the file from 1",
    "model.safetensors": "the weights and the tensors of the preparation; `spec` in its metadata says what they are",
    "model.onnx": "the network, from prepared inputs (`predict.inputs`) to answers",
    "metrics.json": "every figure of this card and of each epoch",
}


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
    sections = (_front, _summary, _scores, _data, _limits, _settings, _files, _use, _run)
    return "\n".join(line for section in sections for line in section(facts)) + "\n"


def _front(facts: dict[str, Any]) -> list[str]:
    """YAML with nothing of the data's own texts in it, so that no value needs more than quotes."""
    task = f"tabular-{facts['config']['task']}"
    scores = {name: value for name, value in facts["metrics"]["test"].items() if value is not None}
    data = facts["data"]
    return [
        "---", "library_name: pytorch", f"pipeline_tag: {task}", "tags:", f"- {task}", "- trainyard",
        *(["metrics:", *(f"- {name}" for name in scores)] if scores else []),
        "model-index:", f"- name: {facts['architecture']['id']}", "  results:", "  - task:", f"      type: {task}",
        "    dataset:", f'      name: "sha256:{data["sha256"]}"', f"      type: {data['format']}", "      split: test",
        *(["    metrics:"] if scores else []),
        *(line for name, value in scores.items() for line in (f"    - type: {name}", f"      value: {yaml_number(value)}")),
        "---", ""]


def yaml_number(value: float) -> str:
    """Readers of YAML 1.1 take 1e-05 for a text, and 1.0e-05 for a number."""
    return _BARE_EXPONENT.sub(r"\1.0e", repr(value))


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
    data, best = facts["data"], facts["metrics"]["best"]
    return ["## Data", "", f"- SHA-256 of the file: `{data['sha256']}`",
            f"- {data['file']['rows']} rows, {len(data['file']['columns'])} columns, {data['format']}",
            f"- split: {escaped(config['split']['method'])}, seed {config['training']['seed']}",
            f"- features: {_names(config['features'])}",
            f"- chosen: epoch {best['epoch']}, whose {escaped(best['metric'])} was {figure(best['value'])}, "
            f"of {len(facts['history'])} that were trained to their end", ""]


def _limits(facts: dict[str, Any]) -> list[str]:
    sentences = [*_unused(facts), *_missing(facts), *_rare(facts),
                 *(escaped(f["message"]) for f in facts["findings"][:LISTED]),
                 *(escaped(sentence) for sentence in facts["files"]["said"])]
    return ["## Limits", "", *(f"- {sentence}" for sentence in sentences), ""] if sentences else []


def _unused(facts: dict[str, Any]) -> list[str]:
    used = {*facts["config"]["features"], facts["config"]["target"]}
    names = [c["name"] for c in facts["data"]["file"]["columns"] if c["name"] not in used]
    return [f"Columns of the file that the model does not use: {_names(names)}."] if names else []


def _missing(facts: dict[str, Any]) -> list[str]:
    features, rows = set(facts["config"]["features"]), facts["data"]["file"]["rows"]
    gaps = [(c["missing"] / rows, c["name"]) for c in facts["data"]["file"]["columns"]
            if c["missing"] and c["name"] in features]
    if not gaps:
        return []
    gaps.sort(key=lambda gap: -gap[0])
    more = f" and {len(gaps) - LISTED} more columns" if len(gaps) > LISTED else ""
    return ["Missing cells: " + ", ".join(f"{escaped(name)} {share:.1%}" for share, name in gaps[:LISTED]) + f"{more}."]


def _rare(facts: dict[str, Any]) -> list[str]:
    rare = [f"{escaped(c['class'])} ({c['rows']})" for c in facts["data"]["classes"] if c["rows"] < RARE]
    if not rare:
        return []
    more = f" and {len(rare) - LISTED} more" if len(rare) > LISTED else ""
    return [f"Classes with fewer than {RARE} training rows: {', '.join(rare[:LISTED])}{more}."]


def _settings(facts: dict[str, Any]) -> list[str]:
    settings = {**facts["config"]["hyperparameters"], **facts["config"]["training"]}
    rows = [[escaped(n), escaped(v if isinstance(v, str) else json.dumps(v))] for n, v in settings.items()]
    return ["## Settings", "", *table(["setting", "value"], rows)]


def _files(facts: dict[str, Any]) -> list[str]:
    lines = [f"- `{name}`: {FILES[name]}" for name in facts["files"]["names"] if name in FILES]
    return ["## Files", "", *lines, ""]


def _use(facts: dict[str, Any]) -> list[str]:
    return ["## Use", "", "```python", "import torch, predict", 'art = torch.load("model.pt", weights_only=True)',
            'print(predict.predict(art, [{"column": "value"}]))', "```", "",
            "or `python predict.py model.pt rows.csv > out.csv`. Both need torch 2.10 or later and nothing else; "
            f"the SHA-256 of predict.py is `{facts['predict_py_sha256']}`. "
            "A `.pt` of unknown origin should only ever be opened with `weights_only=True`.", ""]


def _run(facts: dict[str, Any]) -> list[str]:
    run = facts["run"]
    return ["## Run", "", f"- {run['seconds']['training']:.1f} s of training on {escaped(run['device'])}, "
            f"threads: {run['threads']}", f"- torch {escaped(facts['versions']['torch'])}"]


def _names(names: list[str]) -> str:
    more = f" and {len(names) - LISTED} more" if len(names) > LISTED else ""
    return ", ".join(escaped(name) for name in names[:LISTED]) + more
