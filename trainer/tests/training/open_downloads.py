"""Run by a Python that has torch alone: opens every file of each folder and compares what they say."""

import csv
import json
import runpy
import struct
import sys
import zipfile
from importlib.metadata import distributions
from pathlib import Path

import torch

DTYPES = {"F32": torch.float32, "F64": torch.float64, "I64": torch.int64}


def weights_of(path):
    """model.safetensors by its definition, without its package."""
    data = path.read_bytes()
    length, = struct.unpack("<Q", data[:8])
    header = json.loads(data[8 : 8 + length])
    header.pop("__metadata__")
    body = bytearray(data[8 + length :])
    assert length % 8 == 0 and max(entry["data_offsets"][1] for entry in header.values()) == len(body)
    return {name: torch.frombuffer(body, dtype=DTYPES[e["dtype"]], count=(e["data_offsets"][1] - e["data_offsets"][0]) //
                                   DTYPES[e["dtype"]].itemsize, offset=e["data_offsets"][0]).reshape(e["shape"])
            for name, e in header.items() if e["data_offsets"][0] < e["data_offsets"][1]}


def check(folder):
    art = torch.load(folder / "model.pt", weights_only=True)
    program = runpy.run_path(str(folder / "predict.py"))
    inside = {}
    exec(art["predict_py"], inside)
    rows = program["read_rows"](str(folder / "rows.csv"))
    answers = program["predict"](art, rows)
    assert inside["predict"](art, rows) == answers
    held = weights_of(folder / "model.safetensors")
    assert all(torch.equal(held[name], tensor) for name, tensor in art["weights"].items() if tensor.numel())
    with open(folder / "predictions.csv", newline="", encoding="utf-8") as file:
        for row in csv.DictReader(file):
            answer = answers[int(row["row"]) - 1]
            given = answer.get("probabilities", {"": answer["prediction"]})
            for label, value in given.items():
                cell = float(row[f"probability of {label}" if label else "prediction"])
                assert abs(cell - value) <= 1e-6 * max(1.0, abs(value)), (row, answer)
    facts = json.loads((folder / "metrics.json").read_text())
    assert facts["metrics"] == json.loads(json.dumps(art["metrics"]))
    assert facts["predict_py_sha256"] in (folder / "model_card.md").read_text()
    with zipfile.ZipFile(folder / "model.zip") as bundle:
        assert bundle.testzip() is None
        assert all(bundle.read(name) == (folder / name).read_bytes() for name in bundle.namelist())
        assert "model.onnx" in bundle.namelist()
    print(f"{folder}: opened")


unwanted = {d.name.lower() for d in distributions()} & {"numpy", "polars", "onnx", "onnxruntime", "safetensors", "pytest"}
assert not unwanted, unwanted
for name in sys.argv[1:]:
    check(Path(name))
