"""Each row of each shipped table: source, vintage, unit, confidence; nothing unsourced shown as sourced."""

import re
from pathlib import Path

import pandas as pd
import pytest

from geodata.read import BUILTIN
from geodata.schemas.base import CONFIDENCE

FACTS = Path(__file__).parents[2].parent / "shared" / "facts"
# files: their catalogue row holds vintage and confidence; attributes: attribute_figures holds them by column
APART = ("source_files", "attributes")
TABLES = sorted(p.stem for p in BUILTIN.glob("*.csv") if p.stem not in APART)

# a catalogue: its columns address, licence and attribution stand for the source of a row
WITHOUT_SOURCE = {"sources"}
# numbers whose unit is no part of the name: why
BARE = {
    "longitude": "degrees, WGS 84, see docs/conventions.md",
    "latitude": "degrees, WGS 84, see docs/conventions.md",
    "year": "calendar year",
    "hour": "of the day, 0 to 23",
    "load_factor": "a ratio to the mean of the day",
    "vintage": "calendar year",
    "geonameid": "an id",
    "racks": "a count",
    "rack_target": "a count",
    "supply_cards": "a count",
    "check_stations": "a count",
    "pue_from": "PUE is a ratio, see docs/conventions.md",
    "pue_cap_start_area": "PUE is a ratio, see docs/conventions.md",
}
UNIT = re.compile(
    r"_(mw|gw|twh|kv|km|m|ms|gbps|pflops|c|hpa|share|bytes|year|h|days|kwh_per_m2)(_max|_min)?$|(^|_)(mw|kw|gbps|pflops|m_cny)_per_\w+$"
)
# table: (table of facts, key here, key there); rows that the facts call unsourced must say so here
FROM_FACTS = {
    "campuses": ("campuses", "name_en", "name"),
    "classes": ("workload_classes", "class_id", "class_id"),
    "clusters": ("clusters", "cluster_id", "cluster_id"),
    "policy_rules": ("policy_rules", "rule_id", "rule_id"),
    "start_areas": ("start_areas", "cluster_id", "cluster_id"),
}
# tables that rest on the facts' guesses as a whole
GUESSES = (
    "accelerator_mix",
    "class_mix",
    "local_prices",
    "demand_shares",
    "emissions_marginal",
    "voltage_steps",
)


def rows(table: str) -> pd.DataFrame:
    return pd.read_csv(BUILTIN / f"{table}.csv", dtype="str", keep_default_na=False)


def numeric(column: pd.Series) -> bool:
    filled = column[column != ""]
    return len(filled) > 0 and bool(pd.to_numeric(filled, errors="coerce").notna().all())


def test_each_row_has_source_vintage_and_confidence():
    faults = {}
    for table in TABLES:
        shipped = rows(table)
        needed = ["vintage", "confidence"] if table in WITHOUT_SOURCE else ["source", "vintage", "confidence"]
        empty = {c: shipped.index[shipped[c].str.strip() == ""].tolist() for c in needed}
        grades = {*CONFIDENCE, "missing"} if table == "attribute_figures" else set(CONFIDENCE)
        strange = set(shipped["confidence"]) - grades
        if any(empty.values()) or strange:
            faults[table] = (empty, strange)
    assert faults == {}


def test_each_number_has_a_unit():
    faults = {}
    for table in TABLES:
        shipped = rows(table)
        bare = [c for c in shipped if numeric(shipped[c]) and c not in BARE and not UNIT.search(c)]
        unit = shipped["unit"] if "unit" in shipped else pd.Series("", index=shipped.index)
        lacking = shipped.index[(shipped[bare] != "").any(axis=1) & (unit == "")].tolist()
        if lacking:
            faults[table] = (bare, lacking)
    assert faults == {}


@pytest.mark.parametrize("table", FROM_FACTS)
def test_what_the_facts_call_unsourced_is_called_so(table: str):
    file, ours, theirs = FROM_FACTS[table]
    facts = pd.read_csv(FACTS / f"{file}.csv", dtype="str")
    weak = set(facts.loc[facts["confidence"] == "unsourced", theirs])
    shipped = rows(table)
    hidden = shipped[shipped[ours].isin(weak) & ~shipped["source"].str.contains("unsourced")]
    assert hidden[ours].tolist() == []


@pytest.mark.parametrize("table", GUESSES)
def test_guesses_are_called_so(table: str):
    assert rows(table)["source"].str.contains("unsourced").all()
    assert set(rows(table)["confidence"]) == {"low"}


def test_common_knowledge_and_assumptions_are_called_unsourced():
    faults = {}
    for table in sorted(set(TABLES) - WITHOUT_SOURCE):
        source = rows(table)["source"]
        weak = source.str.contains("common knowledge|assum|guess|no source", case=False)
        faults[table] = source[weak & ~source.str.contains("unsourced")].tolist()
    assert {table: found for table, found in faults.items() if found} == {}


def test_borrowed_figures_are_low():
    """The funds of three grids are those of the same province, so medium."""
    tariffs = rows("tariffs").query("borrowed_from != ''")
    own_province = (tariffs["component"] == "funds") & (tariffs["tariff_zone"] != "Tibet")
    assert set(tariffs.loc[~own_province, "confidence"]) == {"low"}
    assert set(tariffs.loc[own_province, "confidence"]) == {"medium"}
