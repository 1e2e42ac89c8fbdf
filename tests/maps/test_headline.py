"""Headline figures and weak points against sums over the tables."""

import dataclasses

import pytest

from geodata.tables import TableError
from maps.headline import headline, headline_pairs, placed, weak_points
from maps.texts import texts


def test_headline_sums_the_last_year(survey, results):
    figures = headline(survey, results)
    build = results.build[results.build["year"] == 2030]
    total = (build["it_mw"] + build["given_it_mw"]).sum()
    assert figures.year == 2030
    assert figures.it_mw == pytest.approx(total)
    assert figures.campus_it_mw + figures.given_it_mw == pytest.approx(total)
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


def test_caps_on_pue_that_close_sites_are_named_beside_unserved_load(survey, results):
    caps = results.rules.iloc[[0]].assign(rule_id="PUE-9", kind="pue_cap", place="4 sites", year=2030)
    capped = dataclasses.replace(results, rules=caps)
    assert any("PUE-9 (4)" in line for line in weak_points(survey, capped, texts("en")))
    served = dataclasses.replace(capped, unserved=results.unserved.iloc[:0])
    assert not any("PUE-9" in line for line in weak_points(survey, served, texts("en")))


def test_a_stop_before_the_optimum_is_said(survey, results):
    stopped = dataclasses.replace(
        results, solution=dataclasses.replace(results.solution, status="time_limit")
    )
    assert any("time limit reached" in line for line in weak_points(survey, stopped, texts("en")))
    assert not any("time limit" in line for line in weak_points(survey, results, texts("en")))


def test_pairs_are_in_the_language_of_the_page(survey, results):
    labels = [label for label, _ in headline_pairs(headline(survey, results), "zh", texts("zh"))]
    assert labels[0] == "截至 2030 年布局的 IT 功率"
