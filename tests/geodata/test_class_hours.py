"""Hourly shape of the load of each class: whole days of mean 1, and faults that are told."""

from pathlib import Path

import pandas as pd
import pytest

from geodata.layers.class_hours import measure_class_hours
from geodata.layers.demand import measure_classes
from geodata.read import builtin
from geodata.tables import TableError

CLASSES = measure_classes()


@pytest.fixture(scope="module")
def hours() -> pd.DataFrame:
    return measure_class_hours(CLASSES)


def test_each_class_has_a_day_of_mean_one(hours: pd.DataFrame):
    days = hours.groupby("class_id")["load_factor"]
    assert (days.size() == 24).all()
    assert set(days.groups) == set(CLASSES["class_id"])
    assert (days.mean() - 1).abs().max() < 1e-12


def test_users_sleep_and_machines_do_not(hours: pd.DataFrame):
    wide = hours.pivot(index="hour", columns="class_id", values="load_factor")
    assert (wide[["training", "backup_async"]] == 1).all(axis=None)
    assert (wide["rt_infer"] == wide["chat_infer"]).all(), "one load group"
    assert wide["chat_infer"].idxmin() in range(2, 6)
    assert 0.6 * wide.max().max() <= 0.9
    swing = wide.max() - wide.min()
    assert 0 < swing["near_line"] < swing["chat_infer"]


def own(tmp_path: Path, table: pd.DataFrame) -> pd.DataFrame:
    table.to_csv(tmp_path / "class_hours.csv", index=False)
    return measure_class_hours(CLASSES, tmp_path)


def test_an_own_shape_is_used_and_brought_to_mean_one(tmp_path: Path):
    table = builtin("class_hours")
    training = table["class_id"] == "training"
    table.loc[training, "load_factor"] = [1.5, 0.5004] * 12
    found = own(tmp_path, table).query("class_id == 'training'")["load_factor"]
    assert found.mean() == pytest.approx(1, abs=1e-12)
    assert found.iloc[0] == pytest.approx(1.5, abs=1e-3)


def test_all_faults_are_told_at_once(tmp_path: Path):
    table = builtin("class_hours")
    table.loc[table["class_id"] == "training", "load_factor"] = 1.2
    table = table.drop(index=table.index[table["class_id"] == "rt_edge"][3])
    table["class_id"] = table["class_id"].replace({"near_line": "batch"})
    with pytest.raises(TableError) as told:
        own(tmp_path, table)
    for text in (
        "no hours of class near_line",
        "batch is no class of classes.csv",
        "rt_edge: expected each hour 0 to 23 once",
        "training: mean of load_factor 1.2, expected 1",
    ):
        assert text in str(told.value)
