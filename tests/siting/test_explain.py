"""What is printed of one place, and how it is found by name."""

import dataclasses
import io
import json

import numpy as np
import pandas as pd
import pytest
from rich.console import Console

from geodata.measured import FIGURE_COLUMNS, figure, missing
from geodata.tables import MODELS, Attributes, Survey, TableError
from geodata.trust import LAYERS
from siting.explain import COLUMNS, as_json, explain, headline, show
from siting.find_site import find_site
from tests import world

NAMES = [
    (
        "area-zhongwei",
        "Zhongwei Industrial Park",
        "中卫工业园区",
        "zhongweigongyeyuanqu",
        "Ningxia",
        "Zhongwei",
    ),
    ("seat-suzhou-anhui", "Suzhou", "宿州", "suzhou", "Anhui", "Suzhou"),
    ("seat-suzhou-jiangsu", "Suzhou", "苏州", "suzhou", "Jiangsu", "Suzhou"),
    ("seat-xian", "Xi'an", "西安", "xian", "Shaanxi", "Xi'an"),
    ("seat-lvliang", "Lüliang", "吕梁", "lvliang", "Shanxi", "Luliang"),
    ("seat-geermu", "Golmud", "格尔木", "geermu", "Qinghai", "Haixi"),
    ("area-a", "New Area A", "甲新区", "jiaxinqu", "Hebei", "Langfang"),
    ("area-b", "New Area B", "乙新区", "yixinqu", "Hebei", "Langfang"),
    ("area-jining", "Jining", "集宁大数据产业园", "jining", "Inner Mongolia", "Ulanqab"),
]
SITE = "w"


@pytest.fixture(scope="module")
def candidates() -> pd.DataFrame:
    columns = ["site_id", "name_en", "name_zh", "pinyin", "province", "prefecture"]
    return pd.DataFrame(NAMES, columns=columns)


@pytest.mark.parametrize(
    ("text", "site"),
    [
        ("area-zhongwei", "area-zhongwei"),
        ("AREA-ZHONGWEI", "area-zhongwei"),
        ("Zhongwei", "area-zhongwei"),
        ("中卫市", "area-zhongwei"),
        ("zhongwei industrial", "area-zhongwei"),
        ("苏州", "seat-suzhou-jiangsu"),
        ("苏州市", "seat-suzhou-jiangsu"),
        ("宿州", "seat-suzhou-anhui"),
        ("seat-suzhou-anhui", "seat-suzhou-anhui"),
        ("xi an", "seat-xian"),
        ("Xi\u2019an", "seat-xian"),
        ("西安", "seat-xian"),
        ("luliang", "seat-lvliang"),
        ("LÜLIANG", "seat-lvliang"),
        ("geermu", "seat-geermu"),
        ("haixi", "seat-geermu"),
        (" golmud ", "seat-geermu"),
        ("乌兰察布", "area-jining"),
        ("Wulanchabu", "area-jining"),
    ],
)
def test_a_site_is_found_by_any_of_its_names(candidates: pd.DataFrame, text: str, site: str) -> None:
    assert find_site(candidates, text) == site


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        (
            "Suzhou",
            [
                "'Suzhou' fits 2 places",
                "seat-suzhou-anhui (Suzhou 宿州, Anhui)",
                "seat-suzhou-jiangsu",
                "by its id",
            ],
        ),
        ("Langfang", ["area-a (New Area A 甲新区, Hebei)", "area-b"]),
        ("new area", ["fits 2 places"]),
        ("Zhongwai", ["no candidate is called 'Zhongwai'"]),
        ("golmut", ["nearest spellings", "seat-geermu (Golmud 格尔木, Qinghai)"]),
        ("seat-golmud", ["no candidate"]),
        ("", ["no candidate is called ''"]),
        ("  ", ["no candidate"]),
        ("市", ["no candidate"]),
        ("qqqqqq", ["no candidate is called 'qqqqqq'"]),
    ],
)
def test_ambiguous_and_unknown_names(candidates: pd.DataFrame, text: str, parts: list[str]) -> None:
    with pytest.raises(TableError) as told:
        find_site(candidates, text)
    assert [part for part in parts if part not in str(told.value)] == []


def made() -> Survey:
    """Return the tiny world with some attributes, of which one place is surer than the rest."""
    columns = Attributes.to_schema().columns
    rows = []
    for site in ("w", "m", "e"):
        row = {name: "" if str(c.dtype).startswith("str") else np.nan for name, c in columns.items()}
        known = {"river_km": 1.234, "river_name": "Huang", "ghi_kwh_per_m2": 1500.0, "ghi_station_km": 42.0}
        rows.append(row | known | {"site_id": site, "grade": "D", "weak_layers": "Costs;Hazard"})
    told = [
        figure("river_km", "km to the river", "a map", "2017", "low", "a note"),
        figure("river_km", "km to the river", "a survey", "2025", "high", site_id="w"),
        figure("ghi_kwh_per_m2", "kWh/m2", "stations", "2010", "medium", observation="ghi_station_km"),
        figure("pue_mean", "ratio", "computed", "2026", "medium"),
        figure("earthquake_100km_magnitude", "magnitude", "catalogue", "2020", "medium", "knows none"),
        *missing(["lake_km"], "lake layer"),
        *missing(["flood_depth_m"], "flood layer, the user's file", "give one"),
    ]
    figures = pd.DataFrame(told, columns=FIGURE_COLUMNS)
    empty = {name: pd.DataFrame(columns=list(model.to_schema().columns)) for name, model in MODELS.items()}
    places = {"candidates": world.candidates(), "cooling": world.cooling()}
    return Survey(**(empty | places | {"attributes": pd.DataFrame(rows), "figures": figures}))


@pytest.fixture(scope="module")
def survey() -> Survey:
    return made()


def row(survey: Survey, column: str, site: str = SITE) -> dict[str, object]:
    rows = explain(survey, site).rows
    return rows[rows["column"] == column].iloc[0].to_dict()


def test_every_column_is_told_once_by_layer(survey: Survey) -> None:
    rows = explain(survey, SITE).rows
    assert list(rows.columns) == COLUMNS
    assert list(rows["layer"].unique()) == list(LAYERS)
    expected = {name for names in LAYERS.values() for name in names}
    assert set(rows["column"]) == expected
    single = rows[rows["technology"] == ""]
    assert not single["column"].duplicated().any()
    assert len(rows[rows["column"] == "pue_mean"]) == 6


def test_the_row_of_the_place_counts_before_the_general_one(survey: Survey) -> None:
    assert row(survey, "river_km")["source"] == "a survey"
    assert row(survey, "river_km")["confidence"] == "high"
    assert row(survey, "river_km", "m")["source"] == "a map"
    assert row(survey, "river_km")["value"] == 1.234


def test_distance_to_the_nearest_observation(survey: Survey) -> None:
    assert row(survey, "ghi_kwh_per_m2")["observation_km"] == 42.0
    assert row(survey, "river_km")["observation_km"] is None


def test_missing_and_none_are_told_apart(survey: Survey) -> None:
    assert row(survey, "lake_km")["confidence"] == "missing"
    assert row(survey, "lake_km")["value"] is None
    assert row(survey, "fault_km")["confidence"] == "missing", "no row at all"
    assert row(survey, "earthquake_100km_magnitude")["confidence"] == "medium"
    assert row(survey, "flood_depth_m")["counts"] is False
    assert row(survey, "fault_km")["counts"] is True


def test_json_has_null_where_there_is_nothing(survey: Survey) -> None:
    found = json.loads(as_json(explain(survey, "Site w")))
    assert found["site"]["site_id"] == SITE
    assert found["site"]["grade"] == "D"
    by_column = {each["column"]: each for each in found["figures"]}
    assert by_column["lake_km"]["value"] is None
    assert by_column["river_km"] == {
        "layer": "Water",
        "layer_grade": "E",
        "column": "river_km",
        "technology": "",
        "value": 1.234,
        "unit": "km to the river",
        "source": "a survey",
        "vintage": "2025",
        "observation_km": None,
        "confidence": "high",
        "counts": True,
        "note": "",
    }


@pytest.mark.parametrize("width", [100, 120, 160])
def test_ruled_on_a_terminal_within_its_width(survey: Survey, width: int) -> None:
    text = io.StringIO()
    console = Console(file=text, width=width, force_terminal=True, color_system=None)
    show(explain(survey, SITE), console=console)
    lines = text.getvalue().splitlines()
    assert max(map(len, lines)) <= width
    assert lines[0] == "Site w w (w), West: grade D; weak: Costs, Hazard"
    whole = " ".join(text.getvalue().split())
    for part in (
        "Water: E",
        "river_km 1.234 high",
        "a survey (2025)",
        "missing: lake layer",
        "1,500 medium 42",
        "as above",
    ):
        assert part in whole


def test_tabs_in_a_pipe(survey: Survey, capsys: pytest.CaptureFixture[str]) -> None:
    found = explain(survey, SITE)
    show(found, console=Console(file=io.StringIO(), force_terminal=False))
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == headline(found)
    assert lines[1].split("\t") == COLUMNS
    assert len(lines) == len(found.rows) + 2
    assert {line.count("\t") for line in lines[1:]} == {len(COLUMNS) - 1}
    lake = next(line for line in lines if "\tlake_km\t" in line).split("\t")
    assert lake[COLUMNS.index("value")] == "missing"
    assert lake[COLUMNS.index("source")] == "missing: lake layer"


def test_json_is_printed(survey: Survey, capsys: pytest.CaptureFixture[str]) -> None:
    show(explain(survey, SITE), True)
    assert json.loads(capsys.readouterr().out)["site"]["name_en"] == "Site w"


def test_marks_of_rich_in_a_name_stay_text(survey: Survey) -> None:
    base = survey.candidates.assign(name_en="[bold]x[/bold]")
    text = io.StringIO()
    changed = dataclasses.replace(survey, candidates=base)
    show(
        explain(changed, SITE), console=Console(file=text, width=120, force_terminal=True, color_system=None)
    )
    assert "[bold]x[/bold]" in text.getvalue()
