"""What the plan map holds, against the tables of the plan."""

import dataclasses

import pandas as pd
import pytest

from geodata.tables import TableError
from maps.columnar import by_year, short
from maps.flow_data import flow_data
from maps.hour_data import LETTERS, SERIES, STEPS, hour_data, packed
from maps.limit_data import headroom_data, quota_data
from maps.offline import to_html
from maps.page import Settings
from maps.plan_data import MIX, Extras, plan_data
from maps.plan_page import draw_plan
from maps.site_data import held, site_data
from maps.texts import texts
from maps.why_data import why_data
from tests.maps import national, plan_extras, plants
from tests.maps.world import YEARS

EN, ZH = texts("en"), texts("zh")
LARGEST_BYTES = 3_000_000


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (862851.8, 862850),
        (12.34567, 12.346),
        (0.1234567, 0.12346),
        (-341.0, -341),
        (1e-9, 0),
        (float("nan"), None),
    ],
)
def test_numbers_are_short(value, shown):
    assert short(value) == shown
    assert isinstance(short(value), type(shown))


def test_a_site_has_its_facts_of_each_year(survey, results):
    data = site_data(survey, results, YEARS, "en", EN)
    assert data["id"] == held(results)
    build = by_year(results.build, ["site_id"], "it_mw", YEARS)
    for place, site in enumerate(data["id"]):
        assert data["facts"]["it_mw"]["values"][place] == build.loc[site].tolist()
    bought = by_year(results.operation, ["site_id"], "purchase_mwh", YEARS)
    first = data["facts"]["purchase"]
    assert first["unit"] == "gwh"
    assert first["values"][0] == pytest.approx((bought.loc[data["id"][0]] / 1e3).tolist(), rel=1e-4)
    assert data["facts"]["stock_mw"]["values"][data["id"].index(plants.IDLE_SITE)] == [15, 15]


def test_existing_halls_without_a_campus_make_a_site(survey, results):
    build = results.build[results.build["site_id"] != plants.IDLE_SITE]
    data = site_data(survey, dataclasses.replace(results, build=build), YEARS, "en", EN)
    place = data["id"].index(plants.IDLE_SITE)
    assert data["facts"]["stock_mw"]["values"][place] == [plants.EXISTING_MW] * 2
    assert data["opened"][place] is None


def test_chinese_units_are_ten_thousands(survey, results):
    pages = [site_data(survey, results, YEARS, *wording) for wording in (("en", EN), ("zh", ZH))]
    english, chinese = (page["facts"]["water"]["values"][0][1] for page in pages)
    assert english == pytest.approx(10 * chinese)


def test_the_cost_of_a_site_adds_up(survey, results):
    data = site_data(survey, results, YEARS, "en", EN)
    for place, site in enumerate(data["id"]):
        mine = results.costs[results.costs["site_id"] == site]
        assert sum(row[1] for row in data["costs"][place]) == pytest.approx(
            mine["discounted_m_cny"].sum(), rel=1e-4
        )
        for when, year in enumerate(YEARS):
            cost = mine.loc[mine["year"] == year, "cost_m_cny"].sum()
            assert sum(row[2 + when] for row in data["costs"][place]) == pytest.approx(cost, rel=1e-4)


def test_cost_of_a_province_is_no_sites(survey, results):
    assert "Headroom upgrades" not in site_data(survey, results, YEARS, "en", EN)["items"]


def test_two_letters_hold_a_figure_to_a_4095th():
    values = [0.0, 1.0, 33.3, 99.999, 100.0]
    letters = packed(values, 100.0)
    read = [
        100.0 * (64 * LETTERS.index(a) + LETTERS.index(b)) / STEPS
        for a, b in zip(letters[::2], letters[1::2], strict=True)
    ]
    assert read == pytest.approx(values, abs=100.0 / STEPS / 2)
    assert packed([0.0, 0.0], 100.0) == packed([0.0], 0.0) == ""


def test_days_that_do_not_fit_are_left_out_lightest_first(survey, results):
    sites = held(results)
    whole = hour_data(survey, results, sites, YEARS, EN)
    assert [day[0] for day in whole["days"]] == survey.days["date"].tolist()
    assert whole["days"][2][2] == "calm"
    one_day = sum(len(text) + 3 for site in whole["packed"] for year in site for text in year[:1])
    some = hour_data(survey, results, sites, YEARS, EN, most=2 * one_day)
    assert [day[0] for day in some["days"]] == ["2020-01-15", "2020-07-15"]
    assert some["all_days"] == 3
    assert len(hour_data(survey, results, sites, YEARS, EN, most=1)["days"]) == 1


def test_a_plan_without_hours_has_none(survey, results):
    bare = dataclasses.replace(results, dispatch=results.dispatch.head(0))
    assert hour_data(survey, bare, held(bare), YEARS, EN)["days"] == []


def test_every_flow_is_there_with_its_round_trip(survey, results):
    sites = held(results)
    data = flow_data(survey, results, sites, YEARS, "en")
    zones = survey.zones["zone_id"].tolist()
    for when, year in enumerate(YEARS):
        found = {
            (
                sites[data["pairs"]["site"][p]],
                zones[data["pairs"]["zone"][p]],
                survey.classes["class_id"][c],
            ): mw[when]
            for p, c, _, *mw in data["rows"]
            if mw[when] > 0
        }
        told = (
            results.flows[results.flows["year"] == year]
            .groupby(["site_id", "zone_id", "class_id"])["it_mw"]
            .sum()
        )
        assert found == pytest.approx(told.to_dict())
    assert set(data["pairs"]["rtt_ms"]) == {12}
    assert set(data["pairs"]["low_ms"]) == {10}
    assert [c["merged"] for c in data["classes"]] == [False, False, True]
    assert [c["served"] for c in data["classes"]] == [False, True, True]


def test_a_flow_without_a_link_has_no_band(survey, results):
    bare = dataclasses.replace(survey, links=survey.links.head(0))
    pairs = flow_data(bare, results, held(results), YEARS, "en")["pairs"]
    assert set(pairs["low_ms"]) == {None}
    assert set(pairs["measured"]) == {0}


def test_headroom_is_that_of_the_plans_limits(survey, results):
    data = headroom_data(survey, results, YEARS, "en")
    assert data["name"] == ["Gansu", "Hebei"]
    assert data["used_mw"] == [[None, 10], [None, 2000]]
    assert data["upgrade_mw"] == [[0, 0], [0, 120]]
    assert (data["latitude"][1], data["longitude"][1]) == (38, 114.5)
    mine = survey.candidates.loc[survey.candidates["province"] == "Hebei", "site_id"]
    water = results.operation[results.operation["site_id"].isin(mine)].groupby("year")["water_m3"].sum()
    assert data["water"][1] == water.tolist()


def test_a_quota_is_drawn_on_by_the_sites_in_its_place(survey, results):
    data = quota_data(plan_extras.with_quotas(survey), results, YEARS, "en")
    assert data["kind"] == ["basin", "province"]
    assert data["name"] == ["Huai <i>", "Hebei"]
    whole = results.operation.groupby("year")["water_m3"].sum()
    assert data["used_m3"][0] == whole.tolist()
    assert data["quota_m3"] == [[1_000_000, 540_000], [None, 720_000]]
    assert (data["latitude"][1], data["longitude"][1]) == (38, 114.5)


def test_why_is_told_in_both_languages():
    told = plan_extras.extras().whys["s000"]
    assert why_data(told, {}, "en", EN)["lines"] == told["sentences"]
    chinese = why_data(told, {"s005": "呼和"}, "zh", ZH)
    assert "12.5 百万元" in chinese["lines"][0]
    assert "呼和 +50.0 MW" in chinese["lines"][1]
    assert chinese["rows"][0] == ["电价 [元/MWh]", "400", "440", "+10.0 %"]
    assert chinese["rows"][1][2] == ZH["plan.why_never"]
    barred = why_data(plan_extras.extras().whys["s007"], {}, "zh", ZH)
    assert barred == {"lines": [ZH["plan.why_barred"], "rule X"], "rows": []}


def test_a_limit_on_latency_is_named_so():
    need = {"name": "rt_infer", "unit": "ms", "now": 10.0, "needed": 12.0}
    told = {
        "status": "out",
        "sentences": ["x"],
        "gap_m_cny": 1.0,
        "gap_share_of_siting_cost": 0.1,
        "needs": [need],
    }
    assert why_data(told, {}, "zh", ZH)["rows"][0][0] == "时延上限 [毫秒]"


def test_the_page_starts_at_the_year_asked_for(survey, results):
    data = plan_data(survey, results, Extras(), 2029, 5.0, "en", EN)
    assert data["years"][data["start"]] == 2029
    assert data["headlines"][0][0][0] == "IT power placed by 2029"
    labels = [{label for label, _ in pairs} for pairs in data["headlines"]]
    assert labels[1] - labels[0] == {EN["head.cost_per_mw"], "IT power placed by 2030"}
    assert set(data["mix"]) == set(MIX)
    assert sum(row[7] for row in data["equivalents"]) == results.equivalents["within_gap"].sum()
    with pytest.raises(TableError, match="year 2040 is not in the plan"):
        draw_plan(survey, results, Settings(year=2040))


def test_the_same_plan_gives_the_same_page(survey, results):
    pages = [to_html(draw_plan(survey, results, Settings(), plan_extras.extras())) for _ in range(2)]
    assert pages[0] == pages[1]


def test_a_plan_without_flows_or_limits_is_drawn(survey, results):
    bare = dataclasses.replace(results, flows=results.flows.head(0), prices=results.prices.head(0))
    assert "plan.start" in to_html(draw_plan(survey, bare, Settings()))


@pytest.mark.slow
def test_a_national_plan_fits_three_megabytes():
    survey, results = national.national()
    data = hour_data(survey, results, held(results), national.YEARS, EN)
    assert len(data["days"]) >= 10
    assert len(to_html(draw_plan(survey, results, Settings())).encode()) <= LARGEST_BYTES


def test_the_series_of_an_hour_make_the_load(results):
    hours = results.dispatch.groupby(["site_id", "year", "day", "hour"])[[*SERIES, "facility_mw"]].sum()
    load = hours["purchase_mw"] + hours["direct_mw"] + hours["discharge_mw"] - hours["charge_mw"]
    pd.testing.assert_series_equal(load, hours["facility_mw"], check_names=False)
