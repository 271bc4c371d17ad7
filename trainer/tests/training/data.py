"""Data for the tests, made from a seed."""

import csv
import json
import random

SPECIES = {"Adelie": (38.8, 18.3, 190, 3700), "Chinstrap": (48.8, 18.4, 196, 3733), "Gentoo": (47.5, 15.0, 217, 5076)}


def write_csv(path, header, rows):
    with open(path, "w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(rows)
    return str(path)


def birds(path, rows=200, seed=0, blur=1.0):
    """Three classes, four numbers, two categories, a boolean, a date; some cells missing, in every way of saying so."""
    r = random.Random(seed)
    made = []
    for i in range(rows):
        name = r.choice(list(SPECIES))
        length, depth, flipper, mass = SPECIES[name]
        row = [name, r.choice(["Torgersen", "Biscoe", "Dream"]), round(r.gauss(length, 2.7 * blur), 1),
               round(r.gauss(depth, 1.1 * blur), 1), round(r.gauss(flipper, 6.5 * blur)), round(r.gauss(mass, 400 * blur)),
               r.choice(["MALE", "FEMALE"]), r.choice(["true", "false"]), f"2024-0{r.randrange(1, 9)}-1{r.randrange(9)}"]
        if i % 23 == 5:
            row[2 + i % 4] = r.choice(["", "NA", "NaN", "null"])
        made.append(row)
    header = ["species", "island", "length (mm)", "depth", "flipper", "mass", "sex", "ringed", "seen"]
    return write_csv(path, header, made)


def weighted_birds(path, rows=200, seed=0):
    """Birds of which one in three counts five times, and a few not at all."""
    with open(birds(path, rows, seed), newline="", encoding="utf-8") as file:
        header, *made = csv.reader(file)
    weights = ["" if i % 40 == 7 else 0 if i % 40 == 8 else 2.5 if i % 3 == 0 else 0.5 for i in range(rows)]
    return write_csv(path, [*header, "count"], [[*row, weight] for row, weight in zip(made, weights)])


def houses(path, rows=200, seed=0):
    """A number to predict from two numbers and a category."""
    r = random.Random(seed)
    made = []
    for _ in range(rows):
        area, age, town = r.uniform(30, 200), r.randrange(100), r.choice(["Ystad", "Lund"])
        price = 2000 * area - 500 * age + (50_000 if town == "Lund" else 0) + r.gauss(0, 5000)
        made.append([round(area, 2), age, town, round(price, 2)])
    return write_csv(path, ["area", "age", "town", "price"], made)


SMALL = {
    "linear": {},
    "mlp": {"hidden_sizes": [16, 8]},
    "mlp_ple": {"hidden_sizes": [16, 8], "bins": 8, "embedding_size": 4},
    "resnet": {"width": 16},
    "ft_transformer": {"blocks": 2, "heads": 2, "head_width": 4},
    "tabm": {"members": 3, "width": 16, "bins": 8, "embedding_size": 4},
    "realmlp": {"hidden_sizes": [16, 8]},
}


def write_spec(path, target="species", architecture="mlp", hyperparameters=None, **fields):
    model = {"architecture": architecture, "hyperparameters": {**SMALL[architecture], **(hyperparameters or {})}}
    path.write_text(json.dumps({"target": target, "model": model, "resources": {"accelerator": "cpu"}, **fields}))
    return str(path)
