"""Predicts with a Trainyard model. Needs torch and nothing else.

    python predict.py model.pt rows.csv                    # or .tsv, .json, .jsonl, also gzipped
    python predict.py model.pt rows.csv --out answers.json # or answers.csv

    import torch, predict
    art = torch.load("model.pt", weights_only=True)
    predict.predict(art, [{"age": 39, "job": "cook"}])
"""

import argparse
import csv
import gzip
import json
import sys
import zlib

import torch

# <embedded: in predict.py the texts of these functions stand here>
from ..data.cells import boolean, cell_text, is_infinite, missing_word, number, seconds
from ..data.plain import csv_rows, text_of
from ..data.records import BadRecord
from ..data.transform import scaled_numbers
from ..models import ARCHITECTURES


def network_of(art):
    build = ARCHITECTURES[art["architecture"]].build
    return build(art["hyperparameters"], art["inputs"]["numeric"], art["inputs"]["levels"], art["outputs"])


# </embedded>

CHUNK = 2048
EXAMPLES = 5


def predict(art, rows, said=None):
    """`rows`: objects of column -> value as JSON or CSV gives them; a column that is absent is missing.

    Returns one `{"prediction": …, "probabilities": {class: share}}` a row, without probabilities for a regression,
    in the unit of the target. Sentences about values that could not be used as they are go into the list `said`.
    """
    said = [] if said is None else said
    for place, row in enumerate(rows):
        if not isinstance(row, dict):
            raise ValueError(f"row {place + 1} is not an object of column and value")
    network = network_of(art)
    network.load_state_dict(art["weights"])
    network.eval()
    numbers = _number_inputs(art["preprocess"]["numbers"], rows, said)
    levels = _level_inputs(art["preprocess"]["categories"], rows, said)
    answers = []
    for start in range(0, len(rows), CHUNK):
        with torch.inference_mode():
            outputs = network(numbers[start : start + CHUNK], levels[start : start + CHUNK]).double()
        answers += _answers(art["target"], outputs)
    return answers


def _answers(target, outputs):
    if "labels" not in target:
        return [{"prediction": value * target["scale"] + target["mean"]} for value in outputs[:, 0].tolist()]
    typed = [_typed(label, target["kind"]) for label in target["labels"]]
    best = outputs.argmax(1).tolist()
    shares = outputs.softmax(1).tolist()
    return [
        {"prediction": typed[i], "probabilities": dict(zip(target["labels"], share))} for i, share in zip(best, shares)
    ]


def _typed(label, kind):
    """A label in the type that its column has: a class 1 is the number 1, also where the file said "1"."""
    if kind == "integer":
        return int(label)
    if kind == "number":
        return float(label)
    return boolean(label) if kind == "boolean" else label


def _number_inputs(columns, rows, said):
    """Scaled float32 [rows, inputs] of the numeric columns."""
    values = torch.full((len(rows), len(columns)), float("nan"), dtype=torch.float64)
    for i, column in enumerate(columns):
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
        data = gzip.decompress(data)
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


def write_answers(answers, file, as_csv):
    if not as_csv:
        json.dump({"predictions": answers}, file, ensure_ascii=False, indent=1)
        file.write("\n")
        return
    labels = list(answers[0].get("probabilities", {})) if answers else []
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(["prediction", *(f"probability of {label}" for label in labels)])
    for answer in answers:
        writer.writerow([answer["prediction"], *answer.get("probabilities", {}).values()])


def main(arguments=None):
    parser = argparse.ArgumentParser(description="Predicts with a Trainyard model.")
    parser.add_argument("model")
    parser.add_argument("rows", help="a CSV, TSV, JSON or JSONL file, gzipped or not")
    parser.add_argument("--out", help="where to write; its ending, .csv or .json, decides the form")
    options = parser.parse_args(arguments)
    art = torch.load(options.model, weights_only=True, map_location="cpu")
    said = []
    try:
        rows = read_rows(options.rows)
        compare_columns(art, rows, said)
        answers = predict(art, rows, said)
    except BadRecord as error:
        print(f"{options.rows}, line {error.line}: {error}", file=sys.stderr)
        return 2
    except (ValueError, OSError, EOFError, zlib.error, RecursionError) as error:
        print(f"{options.rows}: {error}", file=sys.stderr)
        return 2
    for sentence in said:
        print(sentence, file=sys.stderr)
    try:
        if options.out is None:
            write_answers(answers, sys.stdout, not options.rows.removesuffix(".gz").endswith((".json", ".jsonl")))
        else:
            with open(options.out, "w", encoding="utf-8", newline="") as file:
                write_answers(answers, file, options.out.endswith(".csv"))
    except OSError as error:
        print(f"Cannot write the answers: {error}", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
