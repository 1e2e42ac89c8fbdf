"""A country is a folder of tables: the placeholder one is surveyed without a figure of China."""

import re
import shutil
from pathlib import Path

import pandas as pd
import pytest

from geodata import read
from geodata.country import GENERAL, OF_A_COUNTRY, country_faults
from geodata.layers.policy_packs import read_pack
from geodata.read import BUILTIN, builtin
from geodata.survey import Settings, survey
from geodata.tables import TableError

ROOT = Path(__file__).parents[2]
COUNTRY = ROOT / "countries" / "placeholder"
DOCS = (ROOT / "docs" / "own-country.md").read_text(encoding="utf-8")


def _settings(tables: Path) -> Settings:
    policy = {"pack": COUNTRY / "policy.yaml"}
    return Settings.model_validate({"tables": tables, "climate": {"utc_offset_h": -2}, "policy": policy})


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    return shutil.copytree(COUNTRY, tmp_path / "country")


@pytest.mark.slow
def test_it_is_surveyed_with_every_table_of_the_built_in_country_empty(monkeypatch: pytest.MonkeyPatch):
    shipped = read._shipped
    empty = lambda path: shipped(path) if path.stem in GENERAL else shipped(path).iloc[:0]  # noqa: E731
    monkeypatch.setattr(read, "_shipped", empty)
    found = survey(_settings(COUNTRY))
    assert set(found.candidates["province"]) == {"Northmark", "Midland", "Southport"}
    assert (
        set(found.zones["zone_id"])
        == set(found.headroom["province"])
        == {"Northmark", "Midland", "Southport"}
    )
    assert set(found.rules.loc[found.rules["enabled"], "rule_id"]) == {"NOR-01", "NOR-02", "NOR-03"}
    assert found.candidates["longitude"].max() < 0
    assert set(found.places["hub_id"]) - {""} == {"NORTH"}


@pytest.mark.slow
def test_no_source_of_another_country_is_claimed():
    figures = survey(_settings(COUNTRY)).figures
    given = figures[figures["confidence"] != "missing"]
    assert list(given.loc[given["source"] != "placeholder", "column"]) == []


@pytest.mark.parametrize("table", OF_A_COUNTRY)
def test_every_figure_says_that_it_is_a_placeholder(table: str):
    rows = pd.read_csv(COUNTRY / f"{table}.csv", dtype="str", keep_default_na=False)
    for column in {"source", "vintage"} & set(rows.columns):
        assert (rows[column] == "placeholder").all(), column
    if "confidence" in rows:
        assert (rows["confidence"] == "low").all()


def test_the_folder_is_small_and_holds_the_tables_of_a_country_alone():
    assert {path.stem for path in COUNTRY.glob("*.csv")} == set(OF_A_COUNTRY)
    assert sum(path.stat().st_size for path in COUNTRY.iterdir()) < 60_000
    assert all("placeholder" in change.why for change in read_pack(COUNTRY / "policy.yaml").rules.values())


@pytest.mark.slow
def test_each_table_that_a_survey_reads_is_of_a_country_or_general(monkeypatch: pytest.MonkeyPatch):
    seen: set[str] = set()
    shipped = read._shipped

    def logged(path: Path) -> pd.DataFrame:
        seen.add(path.stem)
        return shipped(path)

    monkeypatch.setattr(read, "_shipped", logged)
    survey(_settings(COUNTRY))
    assert seen <= {*OF_A_COUNTRY, *GENERAL}
    assert not set(OF_A_COUNTRY) & set(GENERAL)
    assert {*OF_A_COUNTRY, *GENERAL} <= {path.stem for path in BUILTIN.glob("*.csv")}


def test_every_table_is_explained():
    named = set(re.findall(r"`(\w+)`", DOCS))
    assert {*OF_A_COUNTRY, *GENERAL} <= named


def test_a_table_that_is_missing_is_told_before_a_built_in_one_stands_in(copy: Path):
    (copy / "tariffs.csv").unlink()
    (copy / "emissions.csv").unlink()
    with pytest.raises(TableError, match=r"another country's, and emissions\.csv, tariffs\.csv is missing"):
        survey(_settings(copy))


def test_names_that_lead_nowhere_are_told(copy: Path):
    text = (copy / "clusters.csv").read_text(encoding="utf-8")
    (copy / "clusters.csv").write_text(text.replace("tarn,NORTH", "tarn,SOUTH"), encoding="utf-8")
    seats = (copy / "seats.csv").read_text(encoding="utf-8")
    (copy / "seats.csv").write_text(seats.replace("Haven", "Harbour"), encoding="utf-8")
    assert country_faults(copy) == [
        f"geodata.tables ({copy}): clusters.csv names hub_id SOUTH, which hubs.csv does not hold",
        f"geodata.tables ({copy}): provinces.csv names capital Haven, which seats.csv does not hold",
    ]


def test_a_folder_with_some_tables_of_the_built_in_country_is_left_alone(tmp_path: Path):
    builtin("provinces").to_csv(tmp_path / "provinces.csv", index=False)
    assert country_faults(tmp_path) == []


@pytest.mark.slow
def test_the_clock_moves_the_daily_wave():
    hours = {
        h: survey(_settings(COUNTRY).model_copy(update={"climate": _settings(COUNTRY).climate.model_copy(
            update={"utc_offset_h": h})})).profiles
        for h in (-2.0, 1.0)
    }  # fmt: skip
    warmest = {
        h: p[p["site_id"] == "seat-haven"].groupby("hour")["dry_bulb_c"].mean().idxmax()
        for h, p in hours.items()
    }
    assert warmest[1.0] == warmest[-2.0] + 3
