"""The audit finds what is wrong: a tampered table fails the check that speaks of it, a true one passes."""

from __future__ import annotations

import dataclasses
from functools import cache

import pandas as pd
import pytest

from optim.audit import audit
from optim.optimise import optimise
from optim.settings import HourSettings
from optim.tables import MODELS, Results
from tests import rich_world, world

pytestmark = pytest.mark.slow  # the audit of one plan after another; test_audit_options has a quick one

CASES = {
    "rich": (rich_world.survey(), rich_world.settings()),
    "chips": (rich_world.survey(rich_world.DOMESTIC), rich_world.chips(hours=HourSettings(days_max=1))),
}


@cache
def plan(name: str) -> Results:
    return optimise(*CASES[name])


# What only the solver knows: duals, and what the year of 8760 hours was run with.
UNKNOWN = {
    "rules": {"dual_m_cny", "dual_long_run_m_cny"},
    "prices": {"saving_m_cny_per_mw", "saving_long_run_m_cny_per_mw"},
    "equivalents": {"reduced_cost_m_cny", "extra_share"},
    "redispatch": {c for c in MODELS["redispatch"].to_schema().columns if not c.startswith("days")},
}
# Table, column, factor on all its rows (1.001 is found in every equality), and the check that must fail.
TAMPERED = [
    ("build", "opened", 0, "campus is within its maximum"),
    ("build", "it_mw", 1.001, "IT of a campus is that of its new halls"),
    ("build", "given_it_mw", 1.001, "same-city load stands"),
    ("build", "connection_mw", 1.001, "cost of connection"),
    ("build", "voltage_kv", 1.5, "have a voltage of the survey"),
    ("halls", "modules", 2, "cost of shell"),
    ("halls", "it_mw", 0.999, "running load fits the IT"),
    ("halls", "meter_mw", 1.5, "meters fit the connection"),
    ("halls", "meter_mw", 0.5, "purchase fits the meter"),
    ("runs", "run_mw", 1.001, "load served x load share runs"),
    ("moves", "moved_mw", 0.9, "IT load is running load"),
    ("moves", "moved_mw", 99.0, "load moves within its share"),
    ("supply", "solar_mw", 1.001, "is what is available"),
    ("supply", "wind_mw", 1.001, "cost of wind"),
    ("supply", "battery_mw", 0.999, "battery power fits"),
    ("supply", "battery_mwh", 0.999, "battery level fits"),
    ("upgrades", "upgrade_mw", 1.001, "cost of upgrades"),
    ("flows", "it_mw", 1.001, "served plus unserved is demand"),
    ("flows", "rtt_ms", 1.001, "round trip is the link's"),
    ("unserved", "it_mw", 1.001, "penalties"),
    ("operation", "it_energy_mwh", 1.001, "it_energy_mwh is the sum"),
    ("operation", "facility_mwh", 1.001, "facility_mwh is the sum"),
    ("operation", "purchase_mwh", 1.001, "purchase_mwh is the sum"),
    ("operation", "direct_mwh", 1.001, "direct_mwh is the sum"),
    ("operation", "export_mwh", 1.001, "export_mwh is the sum"),
    ("operation", "curtailed_mwh", 2.0, "curtailed_mwh is the sum"),
    ("operation", "charge_mwh", 1.001, "charge_mwh is the sum"),
    ("operation", "discharge_mwh", 1.001, "discharge_mwh is the sum"),
    ("operation", "billed_peak_mw", 1.001, "billed peak of the year"),
    ("operation", "certificates_mwh", 0.9, "rule CERT"),
    ("operation", "certificates_mwh", 99.0, "certificates cover"),
    ("operation", "emissions_tco2", 1.001, "emissions are"),
    ("operation", "emissions_marginal_tco2", 1.001, "marginal emissions"),
    ("operation", "water_m3", 1.001, "water is IT load x WUE"),
    ("operation", "short_mw", 1.0, "no meter lacks power"),
    ("dispatch", "it_load_mw", 1.001, "IT load is running load"),
    ("dispatch", "facility_mw", 1.001, "facility load is PUE"),
    ("dispatch", "purchase_mw", 1.001, "energy balance"),
    ("dispatch", "direct_mw", 1.001, "energy balance"),
    ("dispatch", "export_mw", 1.001, "direct, export and curtailed"),
    ("dispatch", "curtailed_mw", 1.001, "curtailed_mwh is the sum"),
    ("dispatch", "charge_mw", 1.001, "battery level follows"),
    ("dispatch", "discharge_mw", 1.001, "battery level follows"),
    ("dispatch", "stored_mwh", 1.001, "battery level fits"),
    ("dispatch", "backlog_mwh", 1.001, "waiting work is that of all windows"),
    ("backlog", "backlog_mwh", 1.001, "IT load is running load"),
    ("backlog", "backlog_mwh", 99.0, "waits no longer"),
    ("billing", "billed_peak_mw", 1.001, "billed peak is the largest"),
    ("billing", "billed_peak_mw", 0.999, "no peak is billed too low"),
    ("bandwidth", "wan_gbps", 1.001, "bandwidth is load served"),
    ("stock", "stock_mw", 1.001, "existing halls are those"),
    ("stock", "used_before_mw", 1.001, "in use before"),
    ("stock", "used_mw", 1.001, "put to use run as halls"),
    ("stock", "retired_mw", 1.0, "is idle"),
    ("stock", "idle_mw", 1.0, "is idle"),
    ("costs", "cost_m_cny", 1.001, "cost of energy "),
    ("costs", "discounted_m_cny", 1.001, "discounted once"),
    ("accelerators", "it_mw", 1.001, "accelerators fill the new IT"),
    ("accelerators", "cards", 1.001, "cards x system power"),
    ("accelerators", "supply_cards", 1.001, "supply of cards"),
    ("accelerators", "replaced_cards", 1.0, "replace worn ones"),
    ("accelerators", "pflops", 1.001, "computing power bought"),
    ("accelerators", "cost_m_cny", 1.001, "accelerator cost"),
    ("rules", "value", 1.001, "rule HUB (hub_share) is shown as it is reached"),
    ("rules", "number", 1.001, "rule HUB (hub_share) is shown with its limit"),
    ("rules", "missed", 0.999, "rule HOME"),
    ("rules", "missed", 1.001, "penalties"),
    ("prices", "used_mw", 1.001, "limits are used as shown"),
    ("prices", "limit_mw", 1.001, "limits are as large as shown"),
]
CHOSEN = [
    ("accelerator_sites", "it_mw", 0.999, "accelerators of a site carry"),
    ("accelerator_sites", "it_mw", 1.001, "cost of accelerators"),
    ("accelerators", "it_mw", 1.001, "accelerators bought are those added"),
    ("accelerators", "replaced_cards", 1.001, "replace worn ones"),
    ("accelerators", "it_mw", 99.0, "accelerators bought are to be had"),
    ("rules", "value", 1.001, "rule CHIP"),
]


def failed(name: str, **tables: object) -> list[str]:
    """Return what fails with tables of a plan replaced."""
    results = dataclasses.replace(plan(name), **tables)
    return [c["check"] for c in audit(*CASES[name], results) if not c["ok"]]


def tampered(name: str, table: str, column: str, factor: float) -> list[str]:
    """Return what fails with a column multiplied; a column of nothing but 0 has the factor added."""
    rows = getattr(plan(name), table)
    some = rows[column].abs().max() > 1e-6
    values = rows[column] * factor if some else rows[column] + factor
    return failed(name, **{table: rows.assign(**{column: values})})


@pytest.mark.parametrize("name", CASES)
def test_a_true_plan_passes(name):
    assert failed(name) == []


@pytest.mark.parametrize(("table", "column", "factor", "check"), TAMPERED)
def test_a_tampered_column_is_found(table, column, factor, check):
    assert any(check in name for name in tampered("rich", table, column, factor))


@pytest.mark.parametrize(("table", "column", "factor", "check"), CHOSEN)
def test_tampered_accelerators_are_found(table, column, factor, check):
    assert any(check in name for name in tampered("chips", table, column, factor))


def test_every_column_that_carries_a_quantity_is_tampered_with():
    tried = {(table, column) for table, column, *_ in [*TAMPERED, *CHOSEN]}
    keys = {"year", "day", "hour", "month", "step", "window_h"}
    quantities = {
        (name, column)
        for name, model in MODELS.items()
        for column, kind in model.to_schema().columns.items()
        if str(kind.dtype) in ("float64", "int64") and column not in keys | UNKNOWN.get(name, set())
    }
    assert {key for key in quantities if key[0] != "redispatch"} <= tried


def test_the_rich_plan_has_rows_of_everything():
    empty = {name for name in MODELS if getattr(plan("rich"), name).empty}
    assert empty <= {"accelerator_sites", "equivalents", "redispatch"}
    assert not plan("chips").accelerator_sites.empty


@pytest.mark.parametrize("table", [name for name in MODELS if name not in ("equivalents", "redispatch")])
def test_a_row_too_many_or_twice_is_found(table):
    name = "chips" if table == "accelerator_sites" else "rich"
    rows = getattr(plan(name), table)
    twice = pd.concat([rows, rows.iloc[:1]], ignore_index=True)
    assert failed(name, **{table: twice}) == [f"rows of {table} are of the plan, each once"]


@pytest.mark.parametrize(
    "table", ["halls", "runs", "moves", "dispatch", "billing", "costs", "stock", "build"]
)
def test_a_lost_row_is_found(table):
    assert failed("rich", **{table: getattr(plan("rich"), table).iloc[1:].reset_index(drop=True)})


def test_cost_items_without_an_audit_are_found():
    results = plan("rich")
    costs = results.costs.assign(item=results.costs["item"].replace({"staff": "feasts"}))
    assert "every cost item has an audit" in failed("rich", costs=costs)


def test_load_in_halls_that_do_not_fit_it_is_found():
    results = plan("rich")
    runs = results.runs[results.runs["technology"] != "water_economiser"]
    wet = runs["technology"] == "liquid_dry"
    runs = runs.assign(technology=runs["technology"].where(~wet, "water_economiser"))
    assert "load groups stand in halls that fit them" in failed("rich", runs=runs)


def test_a_closed_campus_is_found():
    results = plan("rich")
    build, halls = results.build.copy(), results.halls.copy()
    build.loc[build["year"] == 2027, ["opened", "it_mw", "voltage_kv", "connection_mw"]] = [0, 0.0, 0.0, 0.0]
    halls.loc[halls["year"] == 2027, ["modules", "it_mw"]] = [0, 0.0]
    names = " ".join(failed("rich", build=build, halls=halls))
    for check in ("campuses stay open", "modules stay", "IT stays", "connections stay", "voltages stay"):
        assert check in names


def test_serving_from_afar_is_found():
    results = plan("rich")
    far = results.flows["class_id"] == "rt_infer"
    flows = results.flows.assign(site_id=results.flows["site_id"].mask(far, "w")).drop_duplicates(
        ["site_id", "zone_id", "class_id", "year"]
    )
    names = failed("rich", flows=flows)
    assert "round trip fits the class [ms]" in names
    assert "rule HOME (residency)" in names


@pytest.mark.parametrize("flag", ["undecided", "merged"])
def test_flags_of_flows_are_checked(flag):
    results = plan("rich")
    flows = results.flows.assign(**{flag: ~results.flows[flag]})
    assert any("marked" in name for name in failed("rich", flows=flows))


def test_an_upgrade_before_its_year_is_found():
    results = plan("rich")
    early = results.upgrades.assign(year=2026).drop_duplicates(["province", "step", "year"])
    names = failed("rich", upgrades=early)
    assert "upgrades come no earlier than they can" in names


@pytest.mark.parametrize(
    ("change", "check"),
    [
        ({"bound_m_cny": 1.0}, "gap is objective less bound"),
        ({"gap_m_cny": 1.0}, "gap is objective less bound"),
        ({"gap_share": 0.5}, "gap share"),
        ({"siting_cost_m_cny": 1.0}, "siting cost is the sum"),
        ({"penalty_m_cny": 1.0}, "penalties"),
        ({"objective_m_cny": 1.0}, "objective is siting cost plus penalties"),
        ({"bound_m_cny": 1.0, "gap_m_cny": 1e9}, "a plan called optimal is within its gap"),
    ],
)
def test_a_polished_solution_is_found(change, check):
    results = plan("rich")
    solution = dataclasses.replace(results.solution, **change)
    assert any(check in name for name in failed("rich", solution=solution))


def test_hidden_unserved_load_is_found():
    results = plan("rich")
    names = failed("rich", unserved=results.unserved.iloc[:0])
    assert any("served plus unserved" in n for n in names)
    assert any("penalties" in n for n in names)


def redispatch() -> pd.DataFrame:
    """Return a table of the year whose days are those of the plan, and whose year is as the days."""
    results = plan("rich")
    items = ["energy", "demand_charge", "direct_charge", "export_income", "certificates", "carbon", "water"]
    keys = ["site_id", "technology", "year"]
    costs = results.costs[results.costs["item"].isin([*items, "solar", "wind", "battery"])]
    table = results.operation[results.operation["year"] == 2027].set_index(keys)
    days = costs.groupby(keys)["cost_m_cny"].sum().reindex(table.index)
    peak = results.billing.groupby(keys)["billed_peak_mw"].max().reindex(table.index)
    columns = dict.fromkeys(MODELS["redispatch"].to_schema().columns, 1.0)
    made = table[[]].assign(**{c: v for c, v in columns.items() if c not in keys})
    return made.assign(
        renewable_basis="days", days_m_cny=days, days_purchase_mwh=table["purchase_mwh"], days_peak_mw=peak
    ).reset_index()


def test_the_days_beside_the_year_are_those_of_the_plan():
    assert failed("rich", redispatch=redispatch()) == []


@pytest.mark.parametrize("column", ["days_m_cny", "days_purchase_mwh", "days_peak_mw", "year_m_cny"])
def test_a_tampered_redispatch_is_found(column):
    factor = float("inf") if column == "year_m_cny" else 1.001
    table = redispatch().assign(**{column: lambda t: t[column] * factor})
    assert failed("rich", redispatch=table)


def test_a_plan_of_the_year_without_a_plant_is_found():
    assert "each plant runs through the year" in failed("rich", redispatch=redispatch().iloc[1:])


def test_equivalent_sites_are_empty_and_marked():
    survey, settings = world.survey(), world.settings()
    found = optimise(survey, settings)
    taken = pd.DataFrame(
        [("w", "West", 1.0, 0.1, True)], columns=list(MODELS["equivalents"].to_schema().columns)
    )
    wrong = audit(survey, settings, dataclasses.replace(found, equivalents=taken))
    names = [c["check"] for c in wrong if not c["ok"]]
    assert names == ["sites as good as the chosen ones are empty", "sites within the gap are marked"]
