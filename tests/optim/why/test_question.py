"""Why a site is in or out, where the answer is known: sites that differ in nothing but the tariff.

Without costs of lines, fibre and traffic, e (600 CNY/MWh) is worse than m (400) by 200 CNY/MWh, and w (300),
which has 200 MW of room, better than m by 100.
"""

from __future__ import annotations

from functools import cache

import pytest

from geodata.tables import Survey
from optim.options import Settings
from optim.settings import CostSettings
from optim.solve import Settings as Solve
from optim.why.question import Reasons, reasons
from tests import world

FREE = {"campus_line_m_cny_per_km": 0.0, "fibre_m_cny_per_km": 0.0, "wan_m_cny_per_gbps_year_1000km": 0.0}
MWH_PER_KW = 8.76 * 0.6 * world.PUE_MEAN


def alike(**tables: object) -> Survey:
    """Return the tiny survey with lines that cost nothing."""
    steps = world.voltage_steps().assign(line_m_cny_per_km=0.0)
    return world.survey(**{"voltage_steps": steps, **tables})


def settings(method: str = "auto") -> Settings:
    """Return settings under which fibre and traffic cost nothing."""
    solve = Solve(gap_share=1e-9, threads=1, workers=1, method=method)
    return world.settings(costs=CostSettings(items=FREE), solve=solve)


@cache
def asked(site: str, method: str = "auto") -> Reasons:
    """Return the reasons of a site; tests only read them."""
    return reasons(alike(), settings(method), site)


def needed(found: Reasons, name: str) -> float | None:
    return {need.lever.name: need.needed for need in found.needs}[name]


@pytest.mark.slow
@pytest.mark.parametrize("method", ["whole", "decomposed"])
def test_a_dear_site_comes_in_at_the_tariff_of_the_next(method: str) -> None:
    found = asked("e", method)
    assert not found.is_in
    assert found.bars is None
    assert needed(found, "tariff") == pytest.approx(400, rel=2e-3)
    assert needed(found, "subsidy") == pytest.approx(200 * MWH_PER_KW, rel=5e-3)


@pytest.mark.slow
def test_what_it_costs_to_force_a_site_in() -> None:
    found = asked("e")
    # 100 MW, the least campus, in 2027, two years after the price year
    assert found.kw_years == pytest.approx(100e3 / 1.06**2)
    assert found.gap_m_cny == pytest.approx(100e3 * 200 * MWH_PER_KW / 1e6 / 1.06**2, rel=1e-6)
    assert found.gap_cny_per_kw_year == pytest.approx(200 * MWH_PER_KW, rel=1e-6)
    assert found.gap_share == pytest.approx(found.gap_m_cny / found.siting_cost_m_cny)
    assert found.cost_free == pytest.approx(found.cost_out)


@pytest.mark.slow
@pytest.mark.parametrize("name", ["pue", "water", "connection", "land"])
def test_no_value_of_what_costs_little_brings_it_in(name: str) -> None:
    """Even a PUE of 1 leaves 600 CNY for each MWh of IT against 400 x 1.2."""
    assert needed(asked("e"), name) is None


@pytest.mark.slow
@pytest.mark.parametrize(("site", "tariff"), [("w", 400.0), ("m", 600.0)])
def test_a_cheap_site_falls_out_at_the_tariff_of_the_next(site: str, tariff: float) -> None:
    found = asked(site)
    assert found.is_in
    assert needed(found, "tariff") == pytest.approx(tariff, rel=3e-3)


@pytest.mark.slow
def test_who_takes_the_load_of_a_site_that_is_closed() -> None:
    found = asked("w")
    assert found.takers is not None
    moved = found.takers.set_index("site_id")
    assert (moved["without_mw"] - moved["with_mw"])[["w", "m"]].tolist() == pytest.approx(
        [-200, 200], rel=1e-3
    )
    # 200 MW in 2026 and 2027 at 100 CNY/MWh less
    kw_years = 200e3 * (1 / 1.06 + 1 / 1.06**2)
    assert found.gap_m_cny == pytest.approx(-100 * MWH_PER_KW * kw_years / 1e6, rel=1e-3)


@pytest.mark.slow
def test_the_latency_limit_that_keeps_a_site_out() -> None:
    """Only West has room; it is 30 ms from the users of a class of 10 ms."""
    tables = {"headroom": world.headroom(500, 0, 0), "demand": world.demand(training_mw=0)}
    found = reasons(alike(**tables), settings(), "w")
    assert not found.is_in
    assert needed(found, "rt_infer") == pytest.approx(30.0)
    assert needed(found, "tariff") is None


@pytest.mark.slow
def test_latency_that_does_not_matter() -> None:
    """At 900 CNY/MWh West stays out whatever it may serve."""
    table = world.candidates()
    dear = table["energy_price_posted_cny_per_mwh"].mask(table["site_id"] == "w", 900.0)
    candidates = table.assign(energy_price_posted_cny_per_mwh=dear)
    found = reasons(alike(candidates=candidates), settings(), "w")
    assert not found.is_in
    assert needed(found, "rt_infer") is None
    assert needed(found, "tariff") == pytest.approx(400, rel=3e-3)
