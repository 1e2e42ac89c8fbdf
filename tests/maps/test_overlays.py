"""What each layer holds, read from its call of the page's script."""

import json

import pytest

from geodata.tables import TableError
from maps.elements import Call
from maps.overlays import candidates, flows, hubs
from maps.page import Settings
from maps.plan_page import draw_plan
from maps.popups import page_data
from maps.style import DASH
from maps.texts import texts
from tests.maps.world import YEARS

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


def test_a_column_that_is_no_number_is_named_with_those_that_are(survey, results):
    with pytest.raises(
        TableError, match="map column 'basin' is not one of the candidates' numbers: elevation_m"
    ):
        draw_plan(survey, results, Settings(column="basin"))


def test_an_unknown_column_is_refused_with_the_nearest_names(survey, results):
    with pytest.raises(ValueError, match=r"'elevation' is not one of .*; did you mean elevation_m"):
        draw_plan(survey, results, Settings(column="elevation"))


def test_a_zone_tells_its_need_of_the_year_by_class(survey):
    spec = _rows(flows.zones(survey, YEARS[0], "en", EN))[0][4]
    assert spec["also"] == EN["popup.need"].format(year=YEARS[0])
    assert spec["rows"] == [[name, "900 MW"] for name in survey.classes["name_en"]]


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
