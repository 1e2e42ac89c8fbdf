"""What each layer holds, read from its call of the page's script."""

import dataclasses
import json

import pytest

from geodata.tables import TableError
from maps.elements import Call
from maps.overlays import build, candidates, flows, hubs
from maps.page import Settings, draw
from maps.popups import page_data
from maps.style import DASH
from maps.texts import texts
from tests.maps import plants

EN = texts("en")


def _rows(layer):
    call = next(child for child in layer._children.values() if isinstance(child, Call))
    return json.loads(f"[{call.arguments.lstrip(', ')}]")[0]


def test_every_candidate_is_drawn_and_the_legend_covers_all_values(survey):
    column = "energy_price_posted_cny_per_mwh"
    assert len(_rows(candidates.draw(survey, column, "en", EN))) == len(survey.candidates)
    assert len(candidates.classes(survey, column, EN)) == 5
    negotiated = candidates.classes(survey, "price_negotiated_cny_per_mwh", EN)
    assert [text for _, text in negotiated] == [f"360 {DASH} 360", "not known"]


def test_a_column_that_is_no_number_is_named_with_those_that_are(survey):
    with pytest.raises(
        TableError, match="map column 'basin' is not one of the candidates' numbers: elevation_m"
    ):
        draw(survey, None, Settings(column="basin"))


def test_an_unknown_column_is_refused_with_the_nearest_names(survey):
    with pytest.raises(ValueError, match=r"'elevation' is not one of .*; did you mean elevation_m"):
        draw(survey, None, Settings(column="elevation"))


def test_sites_are_drawn_in_the_year_asked_for(survey, results):
    early = _rows(build.campuses(survey, results, 2029, "en", EN))
    late = _rows(build.campuses(survey, results, 2030, "en", EN))
    assert len(early) == len(late) == 6
    assert late[0][5]["rows"][0] == ["New IT power of the campus", "215 MW"]
    assert "107.5 MW" not in str(late)


def test_the_pop_up_of_a_site_tells_cooling_and_supply(survey, results):
    rows = {
        row[5]["site"]: dict(row[5]["rows"]) for row in _rows(build.campuses(survey, results, 2030, "en", EN))
    }
    first = rows["s000"]
    assert first["Cooling of the new halls"] == "cold plate with dry cooler 30.0 MW; chilled water 10.0 MW"
    assert first["Own supply and storage"] == "solar 30.0 MW; wind 20.0 MW; battery 5.00 MW / 10.0 MWh"
    assert first["Grid connection bought"] == "52.0 MW, 220 kV"
    assert rows[plants.IDLE_SITE]["Existing halls put to use"] == "15.0 MW"


def test_a_site_without_supply_shows_a_dash(survey, results):
    bare = dataclasses.replace(results, supply=results.supply.head(0))
    rows = dict(_rows(build.campuses(survey, bare, 2030, "en", EN))[0][5]["rows"])
    assert rows["Own supply and storage"] == DASH


def test_existing_halls_in_use_have_their_layer(survey, results):
    build_without = results.build[results.build["site_id"] != plants.IDLE_SITE]
    alone = dataclasses.replace(results, build=build_without)
    for plan in (results, alone):
        assert [row[5]["site"] for row in _rows(build.existing(survey, plan, 2030, "zh", texts("zh")))] == [
            plants.IDLE_SITE
        ]


def test_only_flows_above_the_floor_are_drawn_and_the_legend_says_so(survey, results):
    layers = flows.lines(survey, results, 2030, 100.0, "en", EN)
    large = results.flows.query("year == 2030 and it_mw >= 100")
    assert sum(len(_rows(layer)) for layer in layers) == len(large)
    texts_shown = [text for _, text in flows.legend_rows(survey, results, 2030, 100.0, "en", EN)]
    count = (large["class_id"] == "training").sum()
    assert any(text.startswith(f"training: {count} of 20, ") for text in texts_shown)


def test_a_flow_tells_one_way_and_round_trip(survey, results):
    lines = _rows(flows.lines(survey, results, 2030, 1.0, "en", EN)[0])[0][5]
    assert "one way 6.0 ms, round trip 12.0 ms (band 10.0 to 15.0 ms), modelled" in lines


def test_equivalents_are_those_within_the_gap(survey, results):
    assert len(_rows(build.equivalents(survey, results, "en", EN))) == 3


def test_places_show_source_and_confidence(survey):
    spec = _rows(hubs.draw(survey, "cluster", "zh", texts("zh")))[0][4]
    assert ["来源", "NDRC", "", "high"] in spec["rows"]


def test_a_figure_takes_the_row_of_its_site_before_the_general_one(survey):
    data = page_data(survey, "en", EN)
    shown = {site: data["figures"][data["sites"][site]["values"][0][2]] for site in ("s000", "s001")}
    assert shown["s000"] == {"text": "General tariff notice; 2026-08", "confidence": "high"}
    assert shown["s001"]["text"].startswith("Own notice of s001")
    assert shown["s001"]["confidence"] == "low"


def test_a_figure_without_source_says_so(survey):
    data = page_data(survey, "en", EN)
    stated = {
        data["columns"][c]["label"]: data["figures"][f]["text"] for c, _, f in data["sites"]["s000"]["values"]
    }
    assert stated["Elevation"] == "source not stated in the survey"
