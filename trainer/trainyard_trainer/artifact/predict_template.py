"""Predicts with a Trainyard model. Needs torch and nothing else.

    python predict.py model.pt rows.csv > out.csv          # or .tsv, .json, .jsonl, also gzipped
    python predict.py model.pt rows.csv --out answers.json # or answers.csv

    import torch, predict
    art = torch.load("model.pt", weights_only=True)
    predict.predict(art, [{"age": 39, "job": "cook"}])
"""

import argparse
import csv
import gzip
import io
import json
import os
import sys
import zlib

import torch

# <embedded: in predict.py the texts of these functions stand here>
from ..data.cells import boolean, cell_text, is_infinite, missing_word, number, seconds
from ..data.plain import csv_rows, text_of
from ..data.records import BadRecord
from ..data.transform import date_part, scaled_numbers
from ..models import ARCHITECTURES


def network_of(art):
    build = ARCHITECTURES[art["architecture"]].build
    return build(art["hyperparameters"], art["inputs"]["numeric"], art["inputs"]["levels"], art["outputs"])


# </embedded>

FORMAT, VERSION = "trainyard-model", 1
CHUNK = 2048
EXAMPLES = 5
INFLATED_BYTES = 2 * 1024**3


def load_model(path):
    """Opens a model without running anything in it. Raises ValueError for a file that is no model, or OSError."""
    with open(path, "rb") as file:
        try:
            art = torch.load(file, weights_only=True, map_location="cpu")
        except Exception as error:  # torch raises many kinds for a file that is not its own
            raise ValueError("not a model file") from error
    if not isinstance(art, dict) or art.get("format") != FORMAT or art.get("version") != VERSION:
        raise ValueError(f"not a Trainyard model of version {VERSION}")
    return art


def predict(art, rows, said=None):
    """`rows`: objects of column -> value as JSON or CSV gives them; a column that is absent is missing.

    Returns one `{"prediction": …, "probabilities": {class: share}}` a row, without probabilities for a regression,
    in the unit of the target. Sentences about values that could not be used as they are go into the list `said`.
    """
    numbers, levels = inputs(art, rows, said)
    network = network_of(art)
    network.load_state_dict(art["weights"])
    network.eval()
    answers = []
    for start in range(0, len(rows), CHUNK):
        with torch.inference_mode():
            outputs = network(numbers[start : start + CHUNK], levels[start : start + CHUNK]).double()
        answers += answers_of(art["target"], outputs)
    return answers


def inputs(art, rows, said=None):
    """What the network, and model.onnx, takes: scaled numbers float32 [rows, numbers] and level numbers int64
    [rows, categories]. For `rows` and `said` see `predict`."""
    said = [] if said is None else said
    for place, row in enumerate(rows):
        if not isinstance(row, dict):
            raise ValueError(f"row {place + 1} is not an object of column and value")
    preprocess = art["preprocess"]
    return _number_inputs(preprocess["numbers"], rows, said), _level_inputs(preprocess["categories"], rows, said)


def answers_of(target, outputs):
    """Answers as `predict` gives them, of outputs float64 [rows, outputs]."""
    if "labels" not in target:
        return [{"prediction": value * target["scale"] + target["mean"]} for value in outputs[:, 0].tolist()]
    typed = typed_labels(target)
    best = outputs.argmax(1).tolist()
    shares = outputs.softmax(1).tolist()
    return [
        {"prediction": typed[i], "probabilities": dict(zip(target["labels"], share))} for i, share in zip(best, shares)
    ]


def typed_labels(target):
    """The labels in the type that their column has: a class 1 is the number 1, also where the file said "1"."""
    convert = {"integer": int, "number": float, "boolean": boolean}.get(target["kind"], str)
    return [convert(label) for label in target["labels"]]


def _number_inputs(columns, rows, said):
    """Scaled float32 [rows, inputs] of the numeric columns."""
    values = torch.full((len(rows), len(columns)), float("nan"), dtype=torch.float64)
    for i, column in enumerate(columns):
        if "part" in column:
            values[:, i] = date_part(_moments(rows, column), column["part"])
            continue
        odd, infinite, far = [], [], []
        read = []
        # In halves: the sum or the distance of two float64 can be more than a float64 holds.
        middle, reach = column["low"] / 2 + column["high"] / 2, column["high"] / 2 - column["low"] / 2
        for row in rows:
            text = cell_text(row.get(column["name"]))
            value = float("nan")
            if missing_word(text, True) is None:
                found = _cell_number(text, column)
                if found is not None:
                    value = found
                    if abs(found / 2 - middle / 2) > 1.5 * reach:
                        far.append(text)
                elif column["kind"] != "datetime" and is_infinite(text, column["style"]):
                    infinite.append(text)
                else:
                    odd.append(text)
            read.append(value)
        values[:, i] = torch.tensor(read, dtype=torch.float64)
        kind = "date" if column["kind"] == "datetime" else "number"
        _say(said, column, infinite, "infinite, taken as missing")
        _say(said, column, odd, f"no {kind}, taken as missing")
        _say(said, column, far, "far outside of what the model was trained on, cut off")
    return scaled_numbers(columns, values)


def _moments(rows, column):
    """Seconds since 1970, float64 [rows]; NaN for what is missing or no date."""
    texts = (cell_text(row.get(column["name"])) for row in rows)
    found = (None if missing_word(text, True) is not None else seconds(text, column["convention"]) for text in texts)
    return torch.tensor([float("nan") if value is None else value for value in found], dtype=torch.float64)


def _cell_number(text, column):
    if column["kind"] == "datetime":
        return seconds(text, column["convention"])
    return number(text, column["style"])


def _level_inputs(columns, rows, said):
    """Level numbers int64 [rows, columns]; 0 is unknown or missing."""
    levels = torch.zeros(len(rows), len(columns), dtype=torch.int64)
    for i, column in enumerate(columns):
        known = {level: n for n, level in enumerate(column["levels"], 1)}
        unknown, found = [], []
        if "part" in column:
            values = date_part(_moments(rows, column), column["part"]).tolist()
            found = [0 if value != value else known.get(str(int(value)), 0) for value in values]
            unknown = [str(int(v)) for v, level in zip(values, found) if level == 0 and v == v]
            levels[:, i] = torch.tensor(found, dtype=torch.int64)
            _say(said, column, unknown, f"of its {column['part']} not seen in training, taken as unknown")
            continue
        for row in rows:
            text = cell_text(row.get(column["name"]))
            if missing_word(text, column["kind"] == "boolean") is not None:
                found.append(0)
                continue
            if column["kind"] == "boolean":
                text = cell_text(boolean(text)) if boolean(text) is not None else text
            if text not in known:
                unknown.append(text)
            found.append(known.get(text, 0))
        levels[:, i] = torch.tensor(found, dtype=torch.int64)
        _say(said, column, unknown, "not seen in training, taken as unknown")
    return levels


def _say(said, column, texts, what):
    if texts:
        examples = ", ".join(repr(text[:40]) for text in list(dict.fromkeys(texts))[:EXAMPLES])
        cells = "1 value" if len(texts) == 1 else f"{len(texts)} values"
        said.append(f"column {column['name'][:60]}: {cells} {what} ({examples})")


def read_rows(path):
    """The rows of a CSV, TSV, JSON or JSONL file, gzipped or not, as `predict` takes them.

    Raises BadRecord, ValueError or OSError that says what is wrong and where.
    """
    with open(path, "rb") as file:
        data = file.read()
    if data[:2] == b"\x1f\x8b":
        data = gzip.GzipFile(fileobj=io.BytesIO(data)).read(INFLATED_BYTES + 1)
        if len(data) > INFLATED_BYTES:
            raise ValueError("holds more than 2 GiB when it is unpacked; split it")
    if text_of(data[:4096])[0].lstrip()[:1] in ("[", "{"):
        return _json_rows(data)
    names, records = csv_rows(data, path.removesuffix(".gz").endswith((".tsv", ".tab")))
    return [dict(zip(names, record)) for record in records]


def _json_rows(data):
    text, trouble = text_of(data)
    if trouble:
        raise ValueError(f"line {text.count(chr(10)) + 1}: {trouble[1]}")
    try:
        value = _json(text)
    except ValueError:
        value = []
        for place, line in enumerate(text.replace("\r\n", "\n").replace("\r", "\n").split("\n"), 1):
            if line.strip():
                try:
                    value.append(_json(line))
                except ValueError as error:
                    raise ValueError(f"line {place}: not JSON ({error})") from None
    if isinstance(value, dict):
        value = value["rows"] if isinstance(value.get("rows"), list) else [value]
    return value


def _json(text):
    # Numbers as they are spelled, which is how the training data was read: 0.10 may be a level.
    return json.loads(text, parse_int=str, parse_float=lambda t: repr(float(t)) if "e" in t.lower() else t)


def compare_columns(art, rows, said):
    """A mistyped header must not pass for missing values: ValueError where no column fits, a sentence where some do not."""
    wanted = {column["name"] for kind in ("numbers", "categories") for column in art["preprocess"][kind]}
    if not all(isinstance(row, dict) for row in rows):
        return  # predict says where
    given = {name for row in rows for name in row}
    if rows and wanted and not wanted & given:
        raise ValueError(f"has none of the columns of the model: {_names(wanted)}")
    if rows and wanted - given:
        said.append(f"columns that the file does not have, taken as missing: {_names(wanted - given)}")
    unused = given - wanted - {art["target"]["name"]}
    if unused:
        said.append(f"columns that the model does not use: {_names(unused)}")


def _names(names):
    shown = [name[:60] for name in sorted(names)[:EXAMPLES]]
    more = len(names) - len(shown)
    return ", ".join(shown) + (f" and {more} more" if more > 0 else "")


def safe(value):
    """A cell that a spreadsheet shows and does not run: a text that begins like a formula gets an apostrophe."""
    risky = isinstance(value, str) and value.startswith(("=", "+", "-", "@", "\t", "\r", "\n"))
    return "'" + value if risky and number(value) is None else value


def write_answers(answers, file, as_csv, raw=False):
    if not as_csv:
        json.dump({"predictions": answers}, file, ensure_ascii=False, indent=1)
        file.write("\n")
        return
    labels = list(answers[0].get("probabilities", {})) if answers else []
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(["prediction", *(f"probability of {label}" for label in labels)])
    for answer in answers:
        shown = answer["prediction"] if raw else safe(answer["prediction"])
        writer.writerow([shown, *answer.get("probabilities", {}).values()])


def answers_for(options, said):
    """The answers to the rows that `options` name. Raises ValueError with one sentence that names the file."""
    path = options.model
    try:
        art = load_model(path)
        path = options.rows
        rows = read_rows(path)
        compare_columns(art, rows, said)
        return predict(art, rows, said)
    except BadRecord as error:
        raise ValueError(f"{path}, line {error.line}: {error}") from error
    except OSError as error:
        raise ValueError(f"{path}: {error.strerror or error}") from error
    except (ValueError, EOFError, zlib.error, RecursionError) as error:
        raise ValueError(f"{path}: {error}") from error


def write_out(answers, options):
    if options.out is None:
        sys.stdout.reconfigure(encoding="utf-8", errors="replace", newline="")
        as_csv = not options.rows.removesuffix(".gz").endswith((".json", ".jsonl"))
        write_answers(answers, sys.stdout, as_csv, options.raw)
        sys.stdout.flush()
    else:
        with open(options.out, "w", encoding="utf-8", errors="replace", newline="") as file:
            write_answers(answers, file, options.out.endswith(".csv"), options.raw)


def main(arguments=None):
    """Returns the exit code: 0, or 2 after one sentence on standard error."""
    parser = argparse.ArgumentParser(description="Predicts with a Trainyard model.")
    parser.add_argument("model")
    parser.add_argument("rows", help="a CSV, TSV, JSON or JSONL file, gzipped or not")
    parser.add_argument("--out", help="where to write; its ending, .csv or .json, decides the form")
    parser.add_argument("--raw", action="store_true", help="in CSV, leave labels that begin like a formula as they are")
    options = parser.parse_args(arguments)
    said = []
    try:
        answers = answers_for(options, said)
    except ValueError as error:
        print(" ".join(str(error).split()), file=sys.stderr)
        return 2
    for sentence in said:
        print(sentence, file=sys.stderr)
    try:
        write_out(answers, options)
    except OSError as error:
        print(f"Cannot write the answers: {error.strerror or error}", file=sys.stderr)
        if options.out is None:  # else Python complains once more, when it empties the rest into a closed pipe
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
