"""Battery and deferred load of a plant: break-even and savings worked out by hand."""

from __future__ import annotations

import itertools

import pytest

from optim.finance import annuity_factor
from optim.settings import LoadSettings, SupplySettings
from tests import world, world_hours
from tests.optim import plant

HOURS, PUE = 8760, 1.2
BLOCKS = [100.0] * 12 + [500.0] * 12
TRAINING = {"training": 60.0}
ETA, POWER = 0.95, 0.5 * annuity_factor(0.06, 10) + 0.02


def battery(m_cny_per_mwh, days=1):
    """Return a plant at 100 and 500 CNY/MWh in turn, without losses of standing."""
    items = {"battery_m_cny_per_mwh": m_cny_per_mwh, "battery_loss_share_per_h": 0.0}
    options = world.money(items=items).model_copy(update={"supply": SupplySettings(direct=False)})
    tables = {"profiles": world.profiles(days), "cooling_hours": world.cooling_hours(days)}
    tables |= {"days": world.days(days), "day_months": world.day_months(days)}
    return plant.run(plant.survey(tariff_hours=world_hours.tariff(BLOCKS), **tables), options, TRAINING)


def break_even_m_cny_per_mwh():
    """A MWh of battery, charged over twelve hours, moves 0.95 MWh a day from 500 to 1/0.95 MWh at 100."""
    saved = 365 * (ETA * 500 - 100 / ETA) / 1e6
    return (saved - POWER / ETA / 12) / annuity_factor(0.06, 10)


@pytest.mark.parametrize(("factor", "built"), [(0.995, True), (1.005, False)])
def test_battery_at_both_sides_of_its_break_even(factor, built):
    energy = battery(break_even_m_cny_per_mwh() * factor)
    assert bool(len(energy.tables["supply"])) == built


def test_battery_carries_the_dear_hours_and_saves_what_it_must():
    # All 72 MW x 12 h of the dear hours come from the battery: 864 / 0.95 MWh of it.
    price = break_even_m_cny_per_mwh() / 2
    energy = battery(price)
    size = 864 / ETA
    assert energy.tables["supply"]["battery_mwh"].item() == pytest.approx(size)
    assert energy.tables["supply"]["battery_mw"].item() == pytest.approx(size / ETA / 12)
    bought = 72 * 12 * 100 + size / ETA * 100
    capital = size * price * annuity_factor(0.06, 10) + size / ETA / 12 * POWER
    assert plant.cost(energy, "energy", "battery") == pytest.approx(bought * 365 / 1e6 + capital)
    assert plant.total(energy, "charge_mwh") == pytest.approx(plant.total(energy, "discharge_mwh") / ETA**2)


def test_battery_is_a_ring_within_each_day():
    energy = battery(break_even_m_cny_per_mwh() / 2, days=2)
    flows = energy.tables["dispatch"].groupby("day")[["charge_mw", "discharge_mw"]].sum()
    assert (flows["discharge_mw"] / flows["charge_mw"]).tolist() == pytest.approx([ETA**2] * 2)


def test_battery_loses_while_it_stands():
    lossy = world.money(items={"battery_m_cny_per_mwh": 0.1, "battery_loss_share_per_h": 0.01})
    lossy = lossy.model_copy(update={"supply": SupplySettings(direct=False)})
    table = plant.run(plant.survey(tariff_hours=world_hours.tariff(BLOCKS)), lossy, TRAINING).tables[
        "dispatch"
    ]
    stored, charged, given = (table[c].to_numpy() for c in ("stored_mwh", "charge_mw", "discharge_mw"))
    for before, after in itertools.pairwise(range(24)):
        level = 0.99 * stored[before] + ETA * charged[after] - given[after] / ETA
        assert stored[after] == pytest.approx(level, abs=1e-6)


def deferred(prices, window_h, run_mw=20.0, shape=None, defer=True):
    classes = world.classes()
    classes.loc[classes["class_id"] == "training", "deferrable_h"] = float(window_h)
    tables = {"classes": classes, "tariff_hours": world_hours.tariff(prices)}
    if shape:
        tables["class_hours"] = world_hours.shaped("training", shape)
    options = world.settings(load=LoadSettings(defer=defer))
    return plant.run(plant.survey(**tables), options, {"training": run_mw})


def test_work_of_the_last_window_waits_for_the_cheap_hours():
    # Of twelve dear hours the last three wait for the cheap ones: 3/24 of the energy at 400 CNY/MWh less.
    flat, waiting = deferred(BLOCKS, 0), deferred(BLOCKS, 3)
    saving = 20 * PUE * HOURS * 3 / 24 * 400 / 1e6
    assert plant.cost(flat) - plant.cost(waiting) == pytest.approx(saving)


def test_no_class_waits_if_deferring_is_off():
    assert plant.cost(deferred(BLOCKS, 3, defer=False)) == pytest.approx(plant.cost(deferred(BLOCKS, 0)))


@pytest.mark.parametrize("window_h", [1, 3, 6])
def test_no_work_waits_beyond_its_window(window_h):
    # With one cheap hour, the work of that hour and of the window before it is done in it, and no more.
    prices = [600.0] * 12 + [10.0] + [600.0] * 11
    shape = [0.5 + h / 23 for h in range(24)]
    energy = deferred(prices, window_h, run_mw=5.0, shape=shape)
    arrivals = [5.0 * f for f in shape]
    done = plant.by_hour(energy, "it_load_mw")
    assert done[12] == pytest.approx(sum(arrivals[12 - window_h : 13]))
    assert sum(done) == pytest.approx(sum(arrivals))
    twice, work = done * 2, arrivals * 2
    backlog = plant.by_hour(energy, "backlog_mwh")
    for end in range(24, 48):
        assert backlog[end % 24] <= sum(work[end - window_h + 1 : end + 1]) + 1e-6
        assert sum(twice[end - 23 : end + 1]) == pytest.approx(sum(done))


def test_load_is_kept_within_the_halls():
    # 20 MW in halls of 30 MW: at most 27 MW run at once, so that the first cheap hours share the work.
    classes = world.classes()
    classes.loc[classes["class_id"] == "training", "deferrable_h"] = 6.0
    made = plant.survey(classes=classes, tariff_hours=world_hours.tariff(BLOCKS))
    energy = plant.run(made, world.settings(), {"training": 20.0}, it_mw=30)
    assert max(plant.by_hour(energy, "it_load_mw")) == pytest.approx(27)
