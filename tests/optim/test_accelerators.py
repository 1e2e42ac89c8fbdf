"""Accelerators by mix and by choice: supply, delivery, replacement, domestic share, worked out by hand."""

from __future__ import annotations

import pytest

from geodata.tables import TableError
from optim.blocks.accelerators import Settings as Accelerators
from optim.optimise import optimise
from tests import world

# The type from abroad gives twice the PFLOPS per kW; the mix (0.6, 0.4) gives 1.4 times the domestic one.
PFLOPS = {"home": 0.5, "abroad": 1.0}


def plan(rules=(), years=(2026,), choice="open", load_mw=140.0, output="pflops", binds=True, **columns):
    """Return the plan of training load at West; columns replace those of the accelerator table."""
    types = world.accelerators().assign(**columns)
    types["pflops_per_card"] = types["accelerator_id"].map(PFLOPS)
    survey = world.survey(
        accelerators=types,
        demand=world.demand(real_time_mw=0, training_mw=load_mw).query("year in @years"),
        headroom=world.headroom(west_mw=5000, middle_mw=0, east_mw=0),
        rules=world.rules(*rules),
    )
    chosen = Accelerators(choice=choice, output=output, supply_binds=binds)
    return optimise(survey, world.settings(accelerators=chosen))


def it_mw(results, year=2026):
    table = results.accelerator_sites
    return table[table["year"] == year].groupby("accelerator_id")["it_mw"].sum().round(6).to_dict()


def cards(home, abroad):
    """Return supply by type, in each of two years, in the order of the table."""
    return [float("nan") if v is None else float(v) for v in (*home, *abroad)]


@pytest.mark.slow
def test_better_type_does_the_same_in_less_power():
    # 140 MW of the mix are 196 MW of domestic PFLOPS: 98 MW from abroad.
    made = plan()
    assert it_mw(made) == {"abroad": 98}
    assert made.build["it_mw"].item() == pytest.approx(98)
    assert made.flows["it_mw"].sum() == pytest.approx(140)


@pytest.mark.slow
def test_in_units_of_power_a_gw_is_a_gw():
    assert sum(it_mw(plan(output="it_power")).values()) == pytest.approx(140)


@pytest.mark.slow
def test_supply_binds_and_the_rest_is_domestic():
    # 20,000 cards of 1.5 kW are 30 MW, that do 60 of 196; 136 MW are domestic.
    made = plan(supply_cards=cards((None, None), (20000, 20000)))
    assert it_mw(made) == {"abroad": 30, "home": 136}
    row = made.prices[made.prices["limit"] == "accelerator_supply"].iloc[0]
    assert (row["place"], row["used_mw"], row["limit_mw"]) == ("abroad", pytest.approx(30), pytest.approx(30))
    free = plan(supply_cards=cards((None, None), (20000, 20000)), binds=False)
    assert it_mw(free) == {"abroad": 98}


@pytest.mark.slow
def test_use_table_is_what_was_bought():
    made = plan(years=world.YEARS, supply_cards=cards((None, None), (20000, 20000)))
    use = made.accelerators.set_index(["accelerator_id", "year"])
    assert use.loc[("abroad", 2026), "cards"] == pytest.approx(20000)
    assert use.loc[("abroad", 2027), "it_mw"] == pytest.approx(30)
    assert use.loc[("home", 2027), "it_mw"] == pytest.approx(2 * 136 - 136)
    assert use["replaced_cards"].sum() == 0
    paid = made.costs[made.costs["item"] == "accelerators"].set_index("year")["cost_m_cny"]
    assert paid[2027] == pytest.approx(2 * paid[2026])


@pytest.mark.slow
def test_cards_of_a_year_are_those_that_were_to_be_had_when_ordered():
    # Ordered a year before their use: 10,000 cards of 2026 serve both 2026 and 2027.
    made = plan(
        years=world.YEARS, supply_cards=cards((None, None), (10000, 40000)), delivery_years=[0, 0, 1, 1]
    )
    use = made.accelerators.set_index(["accelerator_id", "year"])["it_mw"]
    assert use["abroad", 2026] == pytest.approx(15)
    assert use["abroad", 2027] == pytest.approx(15)


@pytest.mark.slow
def test_worn_cards_are_replaced_within_the_supply():
    # Cheap cards that last a year: the 30 MW from abroad take all of the next year's supply too.
    columns = {"life_years": [5, 5, 1, 1], "price_m_cny_per_card": [0.2, 0.2, 0.02, 0.02]}
    made = plan(years=world.YEARS, supply_cards=cards((None, None), (20000, 20000)), **columns)
    assert it_mw(made, 2027)["abroad"] == pytest.approx(30)
    use = made.accelerators.set_index(["accelerator_id", "year"])
    assert use.loc[("abroad", 2027), "replaced_cards"] == pytest.approx(20000)
    assert use.loc[("abroad", 2027), "cards"] == pytest.approx(20000)


def test_type_serves_only_classes_that_it_fits():
    made = plan(fits=["", "", "rt_infer", "rt_infer"])
    assert it_mw(made) == {"home": 196}


@pytest.mark.parametrize(("number", "home_mw"), [(0.0, 0.0), (0.5, 196 / 3)])
def test_domestic_share_is_a_floor_on_it_power(number, home_mw):
    # Half domestic: x MW of each do 3 x of 196.
    made = plan([{"rule_id": "A", "kind": "domestic_share", "number": number}])
    assert it_mw(made).get("home", 0.0) == pytest.approx(home_mw)
    assert made.rules["value"].item() == pytest.approx(number)


def test_domestic_share_needs_the_open_choice():
    with pytest.raises(TableError, match=r"rule A .*needs optim.accelerators.choice = open, found mix"):
        plan([{"rule_id": "A", "kind": "domestic_share", "number": 0.5}], choice="mix")


def test_mix_keeps_its_shares_outside_the_objective():
    made = plan(choice="mix")
    assert made.accelerators.set_index("accelerator_id")["it_mw"].to_dict() == pytest.approx(
        {"home": 84, "abroad": 56}
    )
    assert made.accelerator_sites.empty
    assert "accelerators" not in set(made.costs["item"])
