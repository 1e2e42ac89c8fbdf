"""What stands at a site: one row each, whatever the number of its plants."""

import pytest

from maps.halls import by_technology, loads, site_facts, standing
from tests.maps import plants


def test_a_site_has_one_row_with_the_sums_of_its_plants(results):
    facts = site_facts(results, 2030)
    assert facts.index.is_unique
    energy = results.operation.query("year == 2030 and site_id == 's000'")
    assert len(energy) == 2
    assert facts.loc["s000", "purchase_mwh"] == pytest.approx(energy["purchase_mwh"].sum())
    assert facts.loc["s000", "discounted_m_cny"] == pytest.approx(
        results.costs.query("site_id == 's000'")["discounted_m_cny"].sum()
    )


def test_technologies_of_new_halls_come_largest_first(results):
    facts = site_facts(results, 2030)
    assert by_technology(facts.loc["s000"]) == {"liquid_dry": 30.0, "chilled_water": 10.0}
    assert list(by_technology(facts.loc[plants.IDLE_SITE])) == ["liquid_dry"]


def test_existing_halls_stand_beside_the_campus(results):
    assert loads(results, 2030).loc[plants.IDLE_SITE].to_dict() == {
        "it_mw": 145.0,
        "given_it_mw": 25.0,
        "stock_it_mw": plants.EXISTING_MW,
    }
    assert standing(results, 2030).loc[plants.IDLE_SITE, "existing"] == plants.EXISTING_MW
