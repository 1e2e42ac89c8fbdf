"""Headline figures and weak points against sums over the tables."""

import dataclasses

import pytest

from geodata.tables import TableError
from maps.headline import headline, headline_pairs, placed, weak_points
from maps.texts import texts
from tests.maps import plants


def test_headline_sums_the_last_year(survey, results):
    figures = headline(survey, results)
    build = results.build[results.build["year"] == 2030]
    new = (build["it_mw"] + build["given_it_mw"]).sum()
    total = new + plants.EXISTING_MW
    assert figures.year == 2030
    assert figures.it_mw == pytest.approx(total)
    assert figures.stock_it_mw == plants.EXISTING_MW
    assert figures.campus_it_mw + figures.given_it_mw == pytest.approx(new)
    assert figures.siting_cost_m_cny_per_mw == pytest.approx(results.solution.siting_cost_m_cny / total)
    assert figures.sites == 6
    assert figures.provinces == 5


def test_shares_are_of_all_load_placed(survey, results):
    table = placed(survey, results, 2030)
    west = table.loc[table["province"].isin(["Inner Mongolia", "Guizhou", "Gansu"]), "placed_mw"].sum()
    assert headline(survey, results).west_share == pytest.approx(west / table["placed_mw"].sum())


def test_a_year_that_the_plan_lacks_is_named(survey, results):
    with pytest.raises(TableError, match="year 2035 is not in the plan; it has 2029, 2030"):
        headline(survey, results, 2035)


def test_weak_points_follow_the_tables(survey, results):
    lines = " ".join(weak_points(survey, results, texts("en")))
    assert "class mix are weak" in lines
    assert "headroom is a guess" in lines
    assert "8 of 12 candidates" in lines
    assert "Industrial land price" in lines
    assert "31.0 MW of demand" in lines
    assert "In 1 provinces" in lines
    assert "In 2 of 2 chip types and years" in lines
    assert "up to 2.70 times" in lines


def test_energy_sums_over_the_plants_of_the_year(survey, results):
    figures = headline(survey, results)
    energy, supply = (t[t["year"] == 2030] for t in (results.operation, results.supply))
    assert figures.purchase_mwh == pytest.approx(energy["purchase_mwh"].sum())
    assert figures.emissions_marginal_tco2 == pytest.approx(energy["emissions_marginal_tco2"].sum())
    assert figures.solar_mw == pytest.approx(supply["solar_mw"].sum())


def test_a_site_with_existing_halls_alone_counts(survey, results):
    build = results.build[results.build["site_id"] != plants.IDLE_SITE]
    table = placed(survey, dataclasses.replace(results, build=build), 2030).set_index("site_id")
    assert table.loc[plants.IDLE_SITE, "placed_mw"] == plants.EXISTING_MW


def test_energy_over_the_meters_is_named(survey, results):
    assert not any("8760 hours" in line for line in weak_points(survey, results, texts("en")))
    table = results.redispatch.copy()
    table.loc[0, "short_mwh"] = 12.5
    lacking = dataclasses.replace(results, redispatch=table)
    assert any("12.5 MWh of energy at 1 sites" in line for line in weak_points(survey, lacking, texts("en")))


def test_a_stop_before_the_optimum_is_said(survey, results):
    stopped = dataclasses.replace(
        results, solution=dataclasses.replace(results.solution, status="time_limit")
    )
    assert any("time limit reached" in line for line in weak_points(survey, stopped, texts("en")))
    assert not any("time limit" in line for line in weak_points(survey, results, texts("en")))


def test_pairs_are_in_the_language_of_the_page(survey, results):
    labels = [label for label, _ in headline_pairs(headline(survey, results), "zh", texts("zh"))]
    assert labels[0] == "截至 2030 年布局的 IT 功率"
