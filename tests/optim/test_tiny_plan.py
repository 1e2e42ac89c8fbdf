"""The tiny world's best plan, worked out by hand from the raw figures."""

from __future__ import annotations

from functools import cache

import pandas as pd
import pytest

from optim.optimise import optimise
from optim.solve import Settings as Solve
from tests import world

HOURS = 8760
DISCOUNT = {2026: 1 / 1.06, 2027: 1 / 1.06**2}


def annuity(rate: float, life: float) -> float:
    return rate / (1 - (1 + rate) ** -life)


def yearly_cost_m_cny(site: str, it_mw: float, modules_mw: float) -> float:
    """Cost of one campus in one year without bandwidth, from the figures of the tiny world."""
    shell, liquid = 20.0 * modules_mw, 5.0 * modules_mw
    capital = shell * annuity(0.06, 20) + liquid * annuity(0.06, 15) + 0.03 * (shell + liquid)
    capital += 200 * 700 / 1e6 * modules_mw * annuity(0.06, 50) + 0.8 * 0.1 * modules_mw
    capital += 2.0 * 10 * annuity(0.06, 30) + 0.1 * 2 * 100 * annuity(0.06, 25)
    capital += 0.25 * it_mw * 1.25 * annuity(0.06, 30)
    it_mwh = it_mw * 0.6 * HOURS
    energy = it_mwh * 1.2 * world.PRICE[site] / 1e6
    demand = it_mw * 0.6 * 1.2 * 30000 * 12 / 1e6
    water = it_mwh * 0.5 * 5 / 1e6
    return capital + energy + demand + water


def bandwidth_m_cny(it_mw: float, gbps_per_mw: float, km: float) -> float:
    return it_mw * gbps_per_mw * 0.012 * km / 1000


@cache
def base():
    """Return the plan of the tiny world as it stands; tests only read it."""
    return optimise(world.survey(), world.settings())


def modules(plan, year=2027):
    halls = plan.halls[plan.halls["year"] == year]
    return halls.groupby("site_id")["modules"].sum().to_dict()


def test_cheap_site_is_filled_to_its_headroom_and_the_next_takes_the_rest():
    # West has 250 MW at the meter = 200 MW of IT at a peak PUE of 1.25. Real-time load of the east
    # (100, 200 MW) cannot go there (30 ms > 10 ms); it fits Middle (9 ms), which is cheaper than East.
    plan = base()
    it = plan.build.pivot_table(index="site_id", columns="year", values="it_mw")
    assert set(it.index) == {"w", "m"}
    assert it.loc["w"].tolist() == pytest.approx([200, 200])
    assert it.loc["m"].tolist() == pytest.approx([200, 600])


def test_cost_of_the_best_plan():
    plan = base()
    mean_km = {"w": 0.2 * 100 + 0.2 * 400 + 0.6 * 1500, "m": 0.2 * 400 + 0.2 * 100 + 0.6 * 450}
    cost = 0.0
    for year, real_time, at_middle in ((2026, 100, 200), (2027, 200, 600)):
        yearly = yearly_cost_m_cny("w", 200, 200) + yearly_cost_m_cny("m", at_middle, at_middle)
        yearly += bandwidth_m_cny(200, 0.2, mean_km["w"])
        yearly += bandwidth_m_cny(at_middle - real_time, 0.2, mean_km["m"]) + bandwidth_m_cny(
            real_time, 2.0, 450
        )
        cost += yearly * DISCOUNT[year]
    assert plan.solution.siting_cost_m_cny == pytest.approx(cost, rel=1e-9)
    assert plan.solution.objective_m_cny == pytest.approx(cost, rel=1e-9)
    assert plan.solution.status == "optimal"
    assert plan.solution.gap_m_cny == pytest.approx(0.0, abs=1e-4)


@pytest.mark.slow
def test_capital_is_paid_by_whole_modules():
    # 310 MW in the first year: West takes 200, Middle 110, which needs three modules of 50 MW.
    plan = optimise(world.survey(demand=world.demand(real_time_mw=0, training_mw=310)), world.settings())
    first = plan.build[(plan.build["site_id"] == "m") & (plan.build["year"] == 2026)].iloc[0]
    assert (modules(plan, 2026)["m"], round(first["it_mw"], 6)) == (3, 110)


@pytest.mark.slow
def test_campus_has_its_least_shell_even_if_little_load_is_left():
    # 230 MW in one year: West can hold 200, the rest goes to Middle in a shell of at least 100 MW (two
    # modules of 50). Fewer modules beat the cheaper energy: 3 + 2 hold 230, while 4 + 2 would be one
    # module more.
    demand = world.demand(real_time_mw=0, training_mw=230).query("year == 2026")
    plan = optimise(world.survey(demand=demand), world.settings())
    standing = plan.build.set_index("site_id")
    assert modules(plan, 2026) == {"w": 3, "m": 2}
    assert standing["it_mw"].to_dict() == pytest.approx({"w": 150, "m": 80})


@pytest.mark.slow
def test_same_city_load_stands_in_its_city_without_a_campus():
    plan = optimise(world.survey(demand=world.demand(edge_mw=4)), world.settings())
    east = plan.build[plan.build["site_id"] == "e"]
    assert east["given_it_mw"].tolist() == [4, 8]
    assert east["opened"].tolist() == [0, 0]
    energy = plan.operation[plan.operation["site_id"] == "e"]["it_energy_mwh"]
    assert energy.tolist() == pytest.approx([4 * 0.6 * HOURS, 8 * 0.6 * HOURS])


@pytest.mark.slow
def test_upgrade_is_bought_when_cheaper_than_the_next_site():
    # 125 MW at the meter are 100 MW of IT: moving them from Middle saves 100 CNY/MWh, 63 M CNY a year;
    # the upgrade pays 125 x price x annuity over 30 years.
    cheap = optimise(
        world.survey(upgrades=world.upgrades(size_mw=125, price_m_cny_per_mw=0.3)), world.settings()
    )
    dear = optimise(
        world.survey(upgrades=world.upgrades(size_mw=125, price_m_cny_per_mw=30.0)), world.settings()
    )
    assert cheap.upgrades[["province", "year"]].to_numpy().tolist() == [["West", 2027]]
    assert cheap.upgrades["upgrade_mw"].item() == pytest.approx(125)
    assert modules(cheap)["w"] == 6
    assert dear.upgrades.empty


def test_value_of_headroom_is_the_price_difference():
    # One MW more at West moves 0.8 MW of IT from 400 to 300 CNY/MWh, less the longer way of its
    # bandwidth. Headroom of one year serves that year only, but connection bought in 2026 stays in
    # 2027: the sum over years is certain.
    plan = base()
    west = plan.prices[(plan.prices["limit"] == "headroom") & (plan.prices["place"] == "West")]
    energy = 0.6 * HOURS * 1.2 * 100 / 1e6
    wan = 0.2 * 0.012 * (1000 - 370) / 1000
    expected = sum((energy - wan) / 1.25 * factor for factor in DISCOUNT.values())
    assert west["saving_long_run_m_cny_per_mw"].sum() == pytest.approx(expected, rel=1e-6)
    assert west["used_mw"].tolist() == pytest.approx([250, 250])


def test_reduced_cost_of_the_site_left_out():
    # A campus of the usual size at East, open in both years, costs 200 CNY/MWh more than Middle;
    # bandwidth of real-time load is cheaper there (100 km against 450 km), but it takes no more than
    # 100 and 200 MW.
    plan = base()
    east = plan.equivalents.set_index("site_id").loc["e"]
    size_mw = 400
    premium = size_mw * 0.6 * HOURS * 1.2 * 200 / 1e6
    nearer = 2.0 * 0.012 * (450 - 100) / 1000
    expected = sum((premium - nearer * mw) * DISCOUNT[y] for y, mw in ((2026, 100), (2027, 200)))
    assert not east["within_gap"]
    assert east["reduced_cost_m_cny"] == pytest.approx(expected, rel=0.02)


@pytest.mark.slow
def test_twin_of_a_chosen_site_would_do_as_well():
    loose = world.settings(solve=Solve(gap_share=2e-3))
    made = {
        name: pd.concat([table, table.query("site_id == 'm'").assign(site_id="m2")])
        for name, table in {
            "candidates": world.candidates(),
            "links": world.links(),
            "cooling": world.cooling(),
            "cooling_hours": world.cooling_hours(),
            "profiles": world.profiles(),
        }.items()
    }
    plan = optimise(world.survey(**made), loose)
    left = plan.equivalents.set_index("site_id")
    assert set(left.index) in ({"e", "m"}, {"e", "m2"})
    assert left["within_gap"].to_dict() == {"e": False, left.drop(index="e").index[0]: True}


@pytest.mark.slow
def test_unserved_load_is_reported_and_costs_nothing():
    # Nothing but West may build, and it cannot reach the east in 10 ms.
    small = world.headroom(middle_mw=0, east_mw=0)
    plan = optimise(world.survey(headroom=small), world.settings())
    unserved = plan.unserved.groupby(["class_id", "year"])["it_mw"].sum()
    assert unserved["rt_infer"].tolist() == pytest.approx([100, 200])
    assert unserved["training"].tolist() == pytest.approx([100, 400])
    expected = sum(yearly_cost_m_cny("w", 200, 200) + bandwidth_m_cny(200, 0.2, 1000) for _ in (1,))
    assert plan.costs[plan.costs["year"] == 2026]["cost_m_cny"].sum() == pytest.approx(expected, rel=1e-9)
    assert plan.solution.penalty_m_cny > 0


@pytest.mark.slow
def test_load_that_no_site_can_reach_stays_out_of_the_objective():
    far = world.links()
    far.loc[far["zone_id"] == "East", ["rtt_ms", "rtt_low_ms", "rtt_high_ms"]] = 50.0
    plan = optimise(world.survey(links=far), world.settings())
    assert plan.unserved.groupby("year")["it_mw"].sum().tolist() == pytest.approx([100, 200])
    assert plan.solution.penalty_m_cny == 0


@pytest.mark.slow
def test_negotiated_price_replaces_energy_and_demand_charge():
    places = world.candidates()
    places.loc[places["site_id"] == "e", "price_negotiated_cny_per_mwh"] = 200.0
    plan = optimise(world.survey(candidates=places), world.money(price_basis="negotiated"))
    assert set(plan.build["site_id"]) == {"e"}
    energy = plan.costs[plan.costs["item"] == "energy"].set_index("year")["cost_m_cny"]
    assert energy[2026] == pytest.approx(400 * 0.6 * HOURS * 1.2 * 200 / 1e6)
    assert "demand_charge" not in set(plan.costs["item"])


def test_accelerators_are_apart():
    plan = base()
    home = plan.accelerators[plan.accelerators["accelerator_id"] == "home"]
    assert home["it_mw"].tolist() == pytest.approx([0.6 * 400, 0.6 * 400])
    assert home["cards"].tolist() == pytest.approx([240 * 1000 / 1.5] * 2)
    assert plan.accelerators["cost_m_cny"].sum() > plan.solution.siting_cost_m_cny
