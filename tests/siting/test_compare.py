"""Comparing runs: known differences of the tiny world, what is not shared, words, files, page and map."""

from __future__ import annotations

import dataclasses
import json
import re

import pandas as pd
import pytest

from geodata.tables import TableError
from maps.texts import texts
from optim.optimise import optimise
from siting.artefacts import write_run
from siting.comparison.pair import compare, moved_mw
from siting.comparison.shared import Run, shared, span
from siting.comparison.words import notes, sentences
from siting.comparison.write import write_comparison
from siting.planning import Plan
from siting.scenario import Scenario
from tests import world
from tests.optim.test_tiny_plan import DISCOUNT, bandwidth_m_cny, yearly_cost_m_cny
from tests.pages import browser, visit

KM = {"w": 1000.0, "m": 370.0}  # demand-weighted mean distance to all zones


def _run(label, settings=None, **tables):
    scenario = Scenario(name=label, optim=settings or world.settings())
    survey = world.survey(**tables)
    plan = Plan(scenario, survey, optimise(survey, scenario.optim), [], 1.0)
    return Run(label, plan, {"version": "1", "survey_sha256": {}})


@pytest.fixture(scope="module")
def base():
    return _run("base")


@pytest.fixture(scope="module")
def tight():
    """The west has half the headroom, so that 100 MW of the 200 MW there go to the middle."""
    return _run("tight", headroom=world.headroom(west_mw=125.0))


@pytest.fixture(scope="module")
def short():
    """One year only, and demand of the same."""
    demand = world.demand().query("year == 2026")
    return _run("short", demand=demand, headroom=world.headroom().query("year == 2026"))


@pytest.fixture(scope="module")
def pair(base, tight):
    return compare([base, tight])[0]


def _text(pair, language="en"):
    return "\n".join(sentences(pair, language))


def _at_gap(run, gap_m_cny):
    found = dataclasses.replace(run.plan.results.solution, gap_m_cny=gap_m_cny)
    results = dataclasses.replace(run.plan.results, solution=found)
    return dataclasses.replace(run, plan=dataclasses.replace(run.plan, results=results))


def test_sites_provinces_and_sides_change_by_what_went_from_west_to_middle(pair):
    sites = pair.at("site").set_index("place")
    assert sites["base_mw"].to_dict() == pytest.approx({"w": 200, "m": 600})
    assert sites["difference_mw"].to_dict() == pytest.approx({"w": -100, "m": 100})
    assert sites["change"].to_dict() == {"w": "shrunk", "m": "grown"}
    provinces = pair.at("province").set_index("place")["difference_mw"]
    assert provinces.to_dict() == pytest.approx({"West": -100, "Middle": 100})
    assert pair.at("side").set_index("place")["difference_mw"].to_dict() == pytest.approx({"west": 0})
    assert moved_mw(provinces) == pytest.approx(100)
    assert "0.100 GW of 0.800 GW of IT power stand in another province (12.5 %)" in _text(pair)


def test_the_difference_in_cost_is_that_worked_out_by_hand(pair):
    expected = 0.0
    for year, (before, after, bulk) in {2026: (200, 300, 100), 2027: (600, 700, 400)}.items():
        west = yearly_cost_m_cny("w", 100, 100) - yearly_cost_m_cny("w", 200, 200)
        middle = yearly_cost_m_cny("m", after, after) - yearly_cost_m_cny("m", before, before)
        waves = bandwidth_m_cny(100, 0.2, KM["w"]) - bandwidth_m_cny(200, 0.2, KM["w"])
        waves += bandwidth_m_cny(bulk + 100, 0.2, KM["m"]) - bandwidth_m_cny(bulk, 0.2, KM["m"])
        expected += (west + middle + waves) * DISCOUNT[year]
    assert pair.total("siting_cost_m_cny")["difference"] == pytest.approx(expected, abs=1e-3)
    assert pair.costs["difference_m_cny"].sum() == pytest.approx(expected, abs=1e-3)
    energy = pair.costs.set_index("item").loc["energy", "difference_m_cny"]
    twh = 100 * 0.6 * 8760 * 1.2 / 1e6
    assert energy == pytest.approx(twh * (400 - 300) * sum(DISCOUNT.values()), rel=1e-6)


def test_who_is_served_from_where(pair):
    rows = pair.served[pair.served["class_id"] == "training"].groupby("province")["difference_mw"].sum()
    assert rows.to_dict() == pytest.approx({"West": -100, "Middle": 100})
    assert pair.served.loc[pair.served["class_id"] == "training", "merged"].all()
    held = pair.served[pair.served["class_id"] == "rt_infer"]
    assert held["difference_mw"].tolist() == pytest.approx([0])
    assert any("training" in line and "national pool" in line for line in notes(pair, "en"))


def test_a_difference_above_both_gaps_is_known_and_its_limits_are_told(base, tight, pair):
    assert not pair.total("siting_cost_m_cny")["within_gap"]
    assert "more than both gaps together" in _text(pair)
    wide = compare([_at_gap(base, 10.0), _at_gap(tight, 5.0)])[0]
    difference = wide.total("siting_cost_m_cny")["difference"]
    assert difference > 15
    assert wide.gaps.least_m_cny == pytest.approx(difference - 5, abs=1e-3)
    assert wide.gaps.most_m_cny == pytest.approx(difference + 10, abs=1e-3)


def test_a_difference_below_both_gaps_is_said_not_to_be_known(base, tight, pair):
    half = pair.total("siting_cost_m_cny")["difference"] / 2 + 1
    within = compare([_at_gap(base, half), _at_gap(tight, half)])[0]
    assert within.total("siting_cost_m_cny")["within_gap"]
    assert "which of the two is dearer is not known" in _text(within)
    assert "孰贵孰省并不可知" in _text(within, "zh")
    just_above = compare([_at_gap(base, half - 2), _at_gap(tight, half - 2)])[0]
    assert not just_above.total("siting_cost_m_cny")["within_gap"]


def test_a_site_left_out_though_as_good_is_told(base, tight):
    lost = pd.DataFrame([("e", "East", 0.0, 0.0, True)], columns=base.plan.results.equivalents.columns)
    results = dataclasses.replace(base.plan.results, equivalents=lost)
    known = dataclasses.replace(base, plan=dataclasses.replace(base.plan, results=results))
    build = tight.plan.results.build.replace({"site_id": {"w": "e"}})
    halls = tight.plan.results.halls.replace({"site_id": {"w": "e"}})
    moved = dataclasses.replace(tight.plan.results, build=build, halls=halls)
    other = dataclasses.replace(tight, plan=dataclasses.replace(tight.plan, results=moved))
    found = compare([known, other])[0]
    assert found.at("site").set_index("place").loc["e", ["change", "as_good_in"]].tolist() == [
        "gained",
        "base",
    ]
    assert "1 of the 2 sites gained or lost are as good within the gap" in _text(found)


def test_runs_of_different_years_are_compared_on_those_they_share(base, short):
    found = compare([base, short])[0]
    assert found.shared.years == (2026,)
    assert found.total("it_mw")["base_value"] == pytest.approx(400)
    assert found.total("siting_cost_m_cny")["difference"] == pytest.approx(0, abs=1e-3)
    assert "plan for different years" in _text(found)
    assert any("base plans 2026-2027, short 2026: compared is 2026" in line for line in notes(found, "en"))


def test_three_runs_are_compared_on_the_years_of_all(base, tight, short):
    pairs = compare([base, tight, short])
    assert [pair.shared.years for pair in pairs] == [(2026,), (2026,)]
    assert not pairs[0].gaps.same_years


def test_without_a_common_year_there_is_nothing_to_compare(short):
    late = {"demand": world.demand(), "headroom": world.headroom()}
    late = {name: table[table["year"] == 2027] for name, table in late.items()}
    with pytest.raises(TableError, match="short plans 2026, late plans 2027: no year is in all"):
        compare([short, _run("late", **late)])


@pytest.mark.slow
def test_zones_and_sites_of_one_run_alone_are_named_and_left_out(base):
    candidates = world.candidates()
    candidates.loc[candidates["site_id"] == "e", "longitude"] += 1.0
    demand = pd.concat([world.demand(), world.demand().assign(zone_id="West")])
    renamed = {"zone_id": {"West": "Far west"}}
    tables = {"zones": world.zones(), "links": world.links(), "demand": demand}
    tables = {name: table.replace(renamed) for name, table in tables.items()}
    found = compare([base, _run("other", candidates=candidates, **tables)])[0]
    assert found.shared.sites == {"w", "m"}
    assert set(found.served["zone_id"]) == {"East"}
    told = "\n".join(notes(found, "en"))
    assert "1 candidates are known to other alone" in told
    assert "West (base), Far west (other)" in told


def test_other_days_other_money_and_an_early_end_are_told(base):
    changed = {"costs": {"items": {"price_year": 2024}}}
    months = base.plan.survey.day_months
    survey = dataclasses.replace(
        base.plan.survey,
        day_months=months.assign(weight_days=months["weight_days"] * (1 + months["month"] / 100)),
    )
    other = dataclasses.replace(base, label="other", about={"version": "2", "survey_sha256": {"links": "x"}})
    scenario = Scenario.model_validate({"name": "other", "optim": changed})
    ended = dataclasses.replace(base.plan.results.solution, status="time_limit")
    results = dataclasses.replace(base.plan.results, solution=ended)
    other = dataclasses.replace(
        other, plan=dataclasses.replace(base.plan, scenario=scenario, results=results, survey=survey)
    )
    found = compare([base, other])[0]
    told = "\n".join([*notes(found, "en"), *sentences(found, "en")])
    assert "do not tell how sure this is" in told
    assert "the best plans of the two differ by" not in told
    for part in ("of 2024", "representative days", "time limit reached", "version 2", "differ: links"):
        assert part in told


@pytest.mark.slow
def test_asked_names_the_keys_that_differ_and_only_those(base):
    settings = world.settings(costs=world.CostSettings(west_shell_factor=0.9, items={"staff_per_mw": 1.0}))
    found = compare([base, _run("other", settings)])[0].asked.set_index("key")
    assert found.loc["optim.costs.west_shell_factor"].tolist() == ["1.0", "0.9"]
    assert found.loc["optim.costs.items.staff_per_mw"].tolist() == ["", "1.0"]
    assert len(found) == 2


def test_the_same_question_twice_is_said_to_be_the_same(base):
    again = dataclasses.replace(base, label="again")
    found = compare([base, again])[0]
    assert found.asked.empty
    assert "base cost the same" in _text(found)
    assert "were asked the same" in _text(found)


def test_rules_of_one_run_alone_are_told_apart(base):
    rule = {"kind": "hub_share", "scope": "all", "hub_scope": "province", "number": 0.3}
    found = compare([base, _run("ruled", rules=world.rules(rule))])[0].rules
    assert found[["rule_id", "in_force", "run_number"]].to_numpy().tolist() == [["R", "run", 0.3]]
    assert found["run_value"].item() == pytest.approx(0.375)  # 300 of 800 MW, in modules of 50
    assert found["base_value"].isna().all()


def test_years_are_told_as_a_span_only_when_none_is_missing():
    assert [span(y) for y in ((2026, 2027, 2028), (2026, 2028), (2030,))] == [
        "2026-2028",
        "2026, 2028",
        "2030",
    ]


def test_a_site_of_the_same_id_elsewhere_is_another_site(base):
    candidates = base.plan.survey.candidates.assign(latitude=lambda t: t["latitude"] + 0.015)
    near = dataclasses.replace(base.plan, survey=dataclasses.replace(base.plan.survey, candidates=candidates))
    assert shared(base, dataclasses.replace(base, plan=near), (2026,)).sites == {"w", "m", "e"}
    far = candidates.assign(latitude=candidates["latitude"] + 0.01)
    away = dataclasses.replace(base.plan, survey=dataclasses.replace(base.plan.survey, candidates=far))
    assert shared(base, dataclasses.replace(base, plan=away), (2026,)).sites == frozenset()


@pytest.fixture(scope="module")
def folders(base, tight, tmp_path_factory):
    root = tmp_path_factory.mktemp("runs")
    for run in (base, tight):
        write_run(run.plan, root / run.label)
    return root


@pytest.mark.slow
def test_the_command_prints_writes_and_gives_json(siting, folders, tmp_path):
    done = siting("compare", folders / "base", folders / "tight", "--out", "out")
    assert done.exit_code == 0, done.stderr
    assert "tight costs" in done.stdout
    assert "# Provinces [MW]\nProvince\tbase\ttight\tDifference" in done.stdout
    assert "West\t200\t100\t-100" in done.stdout
    names = {path.name for path in (tmp_path / "out").iterdir()}
    tables = ("compare", "places", "costs", "served", "rules", "asked")
    assert names == {f"{t}.{e}" for t in tables for e in ("csv", "parquet")} | {
        "compare.html",
        "compare.json",
        "map.html",
    }
    csv = pd.read_csv(tmp_path / "out/costs.csv", keep_default_na=False)
    pd.testing.assert_frame_equal(csv, pd.read_parquet(tmp_path / "out/costs.parquet"), check_dtype=False)
    told = json.loads(siting("compare", folders / "base", folders / "tight", "--json").stdout)
    assert told["base"] == "base"
    assert told["runs"][0]["years"] == [2026, 2027]
    assert {row["place"] for row in told["runs"][0]["places"] if row["level"] == "site"} == {"w", "m"}


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["base"], "found 1, expected two run folders or more"),
        (["base", "base"], "twice"),
        (["base", "tables"], "not a run folder"),
        (["base", "tight", "--lang", "fr"], "--lang fr: expected en or zh"),
    ],
)
def test_what_cannot_be_compared_is_told_and_nothing_is_written(siting, folders, tmp_path, words, message):
    paths = [folders / word if word in ("base", "tight", "tables") else word for word in words]
    done = siting("compare", *paths, "--out", "out")
    assert done.exit_code == 2
    assert message in done.stderr
    assert not (tmp_path / "out").exists()


@pytest.mark.slow
def test_a_comparison_is_replaced_only_when_asked(siting, folders, tmp_path):
    paths = [folders / "base", folders / "tight"]
    assert siting("compare", *paths, "--out", "out").exit_code == 0
    assert siting("compare", *paths, "--out", "out").exit_code == 2
    assert siting("compare", *paths, "--out", "out", "--force").exit_code == 0


@pytest.mark.browser
@pytest.mark.parametrize("language", ["en", "zh"])
def test_page_and_map_ask_for_nothing_with_the_network_off(base, tight, short, tmp_path, language):
    write_comparison(compare([base, tight]), tmp_path / "two", language)
    write_comparison(compare([base, tight, short]), tmp_path / "three", language)
    with browser() as started:
        for name in ("two/compare.html", "three/compare.html", "two/map.html", "three/map.html"):
            with visit(started, tmp_path / name) as opened:
                assert opened.requests == [(tmp_path / name).as_uri()]
                assert opened.complaints == []
                assert opened.page.get_attribute("html", "lang") == language
        with visit(started, tmp_path / "two/map.html") as opened:
            assert opened.page.locator("path.change.grown").count() == 1
            assert opened.page.locator("path.change.shrunk").count() == 1
            opened.page.locator("path.change.grown").click()
            shown = opened.page.locator(".popup").inner_text()
            assert "600 MW" in shown
            assert "+100 MW" in shown
        with visit(started, tmp_path / "two/compare.html") as opened:
            assert opened.page.locator("figure svg").count() == 2
            text = opened.page.evaluate("() => document.body.innerText")
            assert texts(language)["compare.section.asked_none"] in text
            if language == "zh":
                left = set(re.findall(r"[A-Za-z]{3,}", text)) - {"base", "tight", "West", "Middle"}
                assert left <= {"MWh"}
