"""What keys are said to touch, against what is really seen to change in the survey and in the model."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import yaml

from geodata.resurvey import Resurvey
from geodata.tables import MODELS, Survey
from optim.arrays import ArrayModel, compile_model
from optim.inputs import prepare
from optim.model import build_plants, fill_model
from optim.options import Settings
from siting.scenario import draft
from siting.sweeps.touches import DEPTHS, EVERY, MEANS, TOUCHES, touch

ROOT = Path(__file__).parents[2]
START = draft(ROOT / "scenarios" / "tiny.yaml", ["geodata.water.quota_share=0.01"])
ITEMS = "optim.costs.items."

# key=value -> how deep it is seen to go on the tiny world
QUICK = {
    "geodata.demand.factor=1.1": "master",
    "geodata.policy.numbers.GRN-01=0.5": "rows",
    f"{ITEMS}carbon_cny_per_tco2=50": "costs",
    "optim.costs.time_of_use_factor=0.5": "costs",
    "optim.resilience.largest_province_share=0.6": "master",
}
SLOW = {
    "geodata.grid.band=low": "master",
    "geodata.grid.decision_year=2028": "master",
    "geodata.policy.switches.GRN-01=false": "rows",
    "geodata.policy.pack=no-policy": "rows",
    "geodata.tariffs.energy_factor=1.1": "costs",
    "geodata.water.quota_share=0.02": "master",
    "geodata.compute.domestic_share=0.5": "nothing",
    "geodata.stock.used_share=0.5": "master",
    "geodata.stock.enabled=false": "rows",
    "geodata.network.detour=1.6": "master",
    "geodata.network.city_radius_km=10": "nothing",
    "geodata.climate.warming_c=2.5": "rows",
    "geodata.cooling.load_share=0.5": "rows",
    "geodata.renewables.curtailment_period='2024'": "nothing",
    "geodata.hazard.quakes_since_year=1950": "nothing",
    "geodata.candidates.replace_builtin=false": "rows",
    "optim.cooling.technologies=[liquid_dry]": "rows",
    "optim.hours.days_max=3": "rows",
    "optim.supply.direct=false": "master",
    "optim.supply.battery=false": "rows",
    "optim.supply.potential_share=0.1": "master",
    "optim.supply.export_share_max=0.1": "rows",
    "optim.load.defer=false": "rows",
    "optim.load.day_move_share=0.1": "rows",
    "optim.latency.undecided=refuse": "master",
    "optim.bandwidth.users=transit": "master",
    "optim.costs.price_basis=spot": "costs",
    "optim.costs.east_shell_factor=1.2": "master",
    "optim.costs.west_shell_factor=1.2": "master",
    "optim.costs.energy_price_factor=1.2": "costs",
    "optim.costs.all_price_factor=1.2": "costs",
    "optim.campus.module_mw=10": "master",
    "optim.campus.campus_max_mw=500": "master",
    "optim.workload.unserved_penalty_m_cny_per_mw=3000": "costs",
    "optim.workload.allow_unserved=false": "master",
    "optim.grid.firm_share=0.9": "master",
    "optim.resilience.reserve=site": "master",
    "optim.accelerators.choice=open": "master",
    "optim.solve.gap_share=0.2": "nothing",
}


class World:
    """The tiny world before and after a change."""

    def __init__(self) -> None:
        self._resurvey = Resurvey()
        self.survey, self.settings = self.at({})
        self._before = compiled(self.survey, self.settings)

    def at(self, keys: dict[str, Any]) -> tuple[Survey, Settings]:
        """Return survey and settings with other values of keys."""
        scenario = START.having(keys).scenario()
        return self._resurvey.survey(scenario.geodata), scenario.optim

    def changed(self, keys: dict[str, Any]) -> tuple[set[str], str]:
        """Return the tables that differ, and how deep the model does."""
        survey, settings = self.at(keys)
        tables = {name for name in MODELS if not getattr(survey, name).equals(getattr(self.survey, name))}
        after = compiled(survey, settings)
        master, plants = (differs(one, other) for one, other in zip(self._before, after, strict=True))
        deep = {"rows": "rows" in plants, "costs": "costs" in plants, "master": bool(master)}
        return tables, next((depth for depth, is_seen in deep.items() if is_seen), "nothing")


def compiled(survey: Survey, settings: Settings) -> tuple[Any, Any]:
    """Return the master and the energy of all plants as matrices."""
    inputs = prepare(survey, settings)
    master = fill_model(ArrayModel(name="master"), inputs, survey.accelerators, settings, "master")
    keys, penalty = list(inputs.plants.table.index), settings.penalty_m_cny_per_gw
    plants = build_plants(inputs, keys, inputs.years, penalty, rooms_given=True)
    return compile_model(master.pyomo), compile_model(plants.pyomo)


def differs(one: Any, other: Any) -> set[str]:
    """Return costs, rows or both, as two matrices differ."""
    rows = ("lower", "upper", "row_lower", "row_upper", "starts", "indices", "factors")
    named = {"costs": ("cost",), "rows": rows}
    return {
        word
        for word, names in named.items()
        if not all(np.array_equal(getattr(one, name), getattr(other, name)) for name in names)
    }


@pytest.fixture(scope="module")
def before() -> World:
    return World()


def check(world: World, text: str, depth: str) -> None:
    key, _, value = text.partition("=")
    tables, seen = world.changed({key: yaml.safe_load(value)})
    assert seen == depth
    assert tables <= set(touch(key).tables)
    if depth != "nothing":
        assert DEPTHS.index(seen) <= DEPTHS.index(touch(key).depth)


@pytest.mark.parametrize("text", QUICK)
def test_no_more_changes_than_is_said(before: World, text: str) -> None:
    check(before, text, QUICK[text])


@pytest.mark.slow
@pytest.mark.parametrize("text", SLOW)
def test_no_more_changes_than_is_said_of_any_group(before: World, text: str) -> None:
    check(before, text, SLOW[text])


@pytest.mark.slow
def test_no_cost_item_goes_deeper_than_is_said(before: World) -> None:
    items = {row["item"]: row["value"] for row in before.survey.costs.to_dict("records")}
    for item, value in items.items():
        changed = 2026.0 if item == "price_year" else 0.95 * value or 10.0
        _, seen = before.changed({ITEMS + item: changed})
        assert DEPTHS.index(seen) <= DEPTHS.index(touch(ITEMS + item).depth), item


def test_the_longest_entry_holds_and_every_table_is_one() -> None:
    assert touch("geodata.stock.used_share").depth == "master"
    assert touch("geodata.stock.enabled").depth == "rows"
    assert touch("geodata.stocks").key == "geodata"
    assert touch("report.language").depth == "nothing"
    assert {table for each in TOUCHES for table in each.tables} <= set(MODELS)


def test_every_entry_is_a_key_of_the_scenario() -> None:
    known = START.scenario().model_dump()
    for each in TOUCHES:
        part: Any = known
        for word in each.key.split("."):
            if each.key.startswith(ITEMS) and word == each.key.removeprefix(ITEMS):
                break
            assert word in part, each.key
            part = part[word]


def test_the_document_lists_every_entry() -> None:
    text = (ROOT / "docs" / "sweep.md").read_text(encoding="utf-8")
    for each in TOUCHES:
        if not each.key.startswith(ITEMS):
            tables = "every table" if each.tables == EVERY else ", ".join(each.tables) or "none"
            assert f"| `{each.key}` | {tables} | {each.depth} |" in text
    assert all(f"| `{depth}` | {MEANS[depth]} |" in text for depth in DEPTHS[1:])
