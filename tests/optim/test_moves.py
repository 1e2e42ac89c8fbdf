"""Load that moves between sites from day to day: a saving worked out by hand, and its limits."""

from __future__ import annotations

from functools import cache

import pytest

from optim.optimise import optimise
from optim.settings import LoadSettings
from optim.solve import Settings as Solve
from tests import world

# West is cool on the first half of the days, Middle on the second: PUE 1.2 against 1.6.
PUE = {("w", 0): 1.2, ("w", 1): 1.6, ("m", 0): 1.6, ("m", 1): 1.2}


@cache
def plan(share, movable=True, method="whole"):
    """Return the plan of 200 MW of training, 100 MW at each of West and Middle, in one year."""
    hours = world.cooling_hours(2)
    pairs = zip(hours["site_id"], hours["day"], strict=True)
    hours["pue_liquid_dry"] = [PUE.get(pair, 1.2) for pair in pairs]
    survey = world.survey(
        candidates=world.candidates().assign(demand_charge_posted_cny_per_mw_month=0.0),
        classes=world.classes().assign(movable=movable),
        cooling=world.cooling().assign(pue_peak=1.6),
        cooling_hours=hours,
        days=world.days(2),
        day_months=world.day_months(2),
        profiles=world.profiles(2),
        demand=world.demand(real_time_mw=0, training_mw=200).query("year == 2026"),
        headroom=world.headroom(west_mw=160, middle_mw=160, east_mw=0),
    )
    search = Solve(method=method, gap_share=1e-8, cut_gap_share=1e-9, threads=1, workers=1)
    return optimise(survey, world.settings(load=LoadSettings(day_move_share=share), solve=search))


def moved(results, site):
    table = results.moves[results.moves["site_id"] == site].set_index("day")["moved_mw"]
    return table.round(6).to_dict()


@pytest.mark.slow
def test_load_follows_the_cool_days_and_saves_their_energy():
    # 30 MW for half the year at 0.4 less PUE, at each of 300 and 400 CNY/MWh.
    still, moving = plan(0.0), plan(0.5)
    saving = 30 * 4380 * 0.4 * (300 + 400) / 1e6 / 1.06
    gained = still.solution.objective_m_cny - moving.solution.objective_m_cny
    assert gained == pytest.approx(saving, rel=1e-6)
    assert still.moves.empty
    assert moved(moving, "w") == {0: 30, 1: -30}
    assert moved(moving, "m") == {0: -30, 1: 30}


@pytest.mark.slow
def test_load_stays_within_the_halls():
    # 90 % of 100 MW: 30 MW more than the mean of 60, whatever share may move, and in both forms.
    for method in ("whole", "decomposed"):
        assert moved(plan(1.0, method=method), "w") == pytest.approx({0: 30, 1: -30}, abs=1e-3)


@pytest.mark.slow
def test_a_share_binds():
    assert moved(plan(0.1), "w") == {0: 6, 1: -6}


@pytest.mark.slow
def test_class_that_cannot_move_stays():
    assert plan(0.5, movable=False).moves.empty
