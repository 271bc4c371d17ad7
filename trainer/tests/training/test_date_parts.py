"""Dates as a model sees them: the moment and the parts of the calendar, the same in training and in predict.py."""

import math
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from trainyard_trainer.artifact.predict_template import inputs, predict
from trainyard_trainer.data import cells
from trainyard_trainer.data.limits import Limits
from trainyard_trainer.data.preprocess import Preprocess
from trainyard_trainer.data.reader import read
from trainyard_trainer.data.transform import date_part

from .conftest import model_of, start
from .data import write_csv

SPELLINGS = ("%Y-%m-%d", "%Y/%m/%d", "%d/%m/%Y", "%m/%d/%Y", "%d.%m.%Y", "%Y-%m-%dT%H:%M:%SZ", "%m/%d/%Y %I:%M %p")


@given(st.datetimes(datetime(1, 1, 2), datetime(9999, 12, 30)))
def test_the_parts_of_a_moment_are_those_of_the_calendar(moment):
    seconds = torch.tensor([cells.seconds(moment.isoformat(timespec="seconds"), "iso")], dtype=torch.float64)
    wanted = {"hour": moment.hour, "weekday": moment.isoweekday(), "day": moment.day, "month": moment.month}
    assert {part: date_part(seconds, part).item() for part in wanted} == wanted


def test_a_missing_date_has_no_parts():
    assert all(math.isnan(date_part(torch.tensor([math.nan]), part)) for part in ("hour", "weekday", "day", "month"))


def fitted(folder, dates, name="dates.csv"):
    path = folder / name
    write_csv(path, ["day", "y"], [[day, i % 2] for i, day in enumerate(dates)])
    table = read(path, "csv", False, Limits())
    assert table.column("day").type == "datetime"
    return Preprocess([table.column("day")], np.arange(table.rows), "quantile"), table.rows


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_every_spelling_of_a_date_gives_the_same_inputs_in_training_and_in_predict(tmp_path, spelling):
    timed = "%M" in spelling
    hours = 5 if timed else 0
    moments = [datetime(2019, 3, 14, 1, tzinfo=UTC) + timedelta(days=11 * i, hours=hours * i) for i in range(150)]
    texts = [m.strftime(spelling) if i % 17 else ["", "NA", "null"][i % 3] for i, m in enumerate(moments)]
    made, rows = fitted(tmp_path, texts)
    parts = [c.get("part") for kind in ("numbers", "categories") for c in made.fitted[kind]]
    assert parts == [None, "day", "month", "weekday", *(["hour"] if timed else [])]
    numbers, levels = made.encode(rows)
    said = []
    again = inputs({"preprocess": made.fitted}, [{"day": text} for text in texts], said)
    assert torch.equal(again[0], numbers) and torch.equal(again[1], levels) and said == []
    months = [None, *made.fitted["categories"][0]["levels"]]
    wanted = [str(m.month) if i % 17 else None for i, m in enumerate(moments)]
    assert [months[level] for level in levels[:, 0].tolist()] == wanted


@pytest.mark.parametrize("days, parts", [
    (1, [None]), (20, [None, "weekday"]), (100, [None, "day", "weekday"]), (800, [None, "day", "month", "weekday"])])
def test_a_part_is_there_only_where_its_cycle_was_seen_twice(tmp_path, days, parts):
    each = 20 // days + 1
    made, _ = fitted(tmp_path, [f"{datetime(2022, 1, 1) + timedelta(days=i // each):%Y-%m-%d}" for i in range(days * each)])
    assert [c.get("part") for kind in ("numbers", "categories") for c in made.fitted[kind]] == parts


@pytest.mark.parametrize("architecture", ["linear", "mlp", "realmlp"])
def test_what_depends_on_the_weekday_alone_is_learned(warm_host, tmp_path, architecture):
    days = [datetime(2023, 1, 1) + timedelta(days=i) for i in range(400)]
    rows = [[f"{day:%d.%m.%Y}", "no" if day.isoweekday() in (2, 7) else "yes"] for day in days]
    data = write_csv(tmp_path / "shop.csv", ["day", "open"], rows)
    run = start(warm_host, tmp_path, data=data, target="open", architecture=architecture,
                hyperparameters={"learning_rate": 0.02}, training={"epochs": 60, "batch_size": 32})
    run.finish()
    assert run.result["metrics"]["test"]["accuracy"] == 1
    said = []
    art = model_of(run)
    answers = predict(art, [{"day": "02.01.2024"}, {"day": "03.01.2024"}], said)
    assert [a["prediction"] for a in answers] == ["no", "yes"]
    assert art["config"]["features"] == ["day"]
    predict(art, [{"day": "soon"}], said)
    assert [s for s in said if "no date" in s] == ["column day: 1 value no date, taken as missing ('soon')"]


def test_a_weekday_that_training_never_saw_is_unknown_and_said(tmp_path):
    days = [datetime(2023, 1, 2) + timedelta(days=i) for i in range(60)]
    made, _ = fitted(tmp_path, [d.strftime("%Y-%m-%d") for d in days if d.isoweekday() < 6])
    said = []
    _, levels = inputs({"preprocess": made.fitted}, [{"day": "2023-01-07"}, {"day": "2023-01-06"}], said)
    assert levels[:, 0].tolist() == [0, 5]
    assert said == ["column day: 1 value of its weekday not seen in training, taken as unknown ('6')"]
