"""The still map: projection, what is drawn of the tables, names as text."""

import json
import math
import re
from xml.etree import ElementTree

import numpy as np
import pandas as pd
import pytest

from geodata.tables import TableError
from maps import picture_data
from maps.picture import picture
from maps.picture_labels import Labels
from maps.projection import EqualArea, window
from maps.svg import slices, standalone

SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture(scope="module")
def drawn(survey, results):
    return {language: picture(survey, results, 2030, language) for language in ("en", "zh")}


def parts(svg, kind):
    """Return the elements of a class."""
    return [each for each in ElementTree.fromstring(svg).iter() if each.get("class") == kind]


def test_the_projection_keeps_areas_and_its_centre():
    flat = EqualArea(105.0, 35.0)
    assert [float(v) for v in flat.xy(105.0, 35.0)] == pytest.approx([0.0, 0.0])
    x, y = flat.xy(105.0, 45.0)
    assert (float(x), float(y)) == pytest.approx((0.0, 2 * math.sin(math.radians(5.0))))
    for longitude, latitude in ((80.0, 20.0), (105.0, 35.0), (130.0, 50.0)):
        step = 0.01
        xs, ys = flat.xy([longitude, longitude + step, longitude], [latitude, latitude, latitude + step])
        area = abs((xs[1] - xs[0]) * (ys[2] - ys[0]) - (xs[2] - xs[0]) * (ys[1] - ys[0]))
        true = math.radians(step) ** 2 * math.cos(math.radians(latitude + step / 2))
        assert area == pytest.approx(true, rel=2e-4)


def test_what_lies_opposite_is_left_out():
    assert np.isnan(EqualArea(0.0, 0.0).xy(179.9, 0.0)[0])


@pytest.mark.parametrize("count", [1, 2, 50])
def test_every_place_lies_in_the_frame(count):
    places = pd.DataFrame({"longitude": np.linspace(75, 130, count), "latitude": np.linspace(50, 20, count)})
    view = window(places, 960.0, (420.0, 720.0), 34.0)
    x, y = view.at(places["longitude"], places["latitude"])
    assert 420 <= view.height <= 720
    assert (x.min(), y.min()) >= (33.9, 33.9)
    assert x.max() <= view.width - 33.9
    assert y.max() <= view.height - 33.9


def test_a_campus_has_a_circle_and_a_flow_a_line(drawn, survey, results):
    placed = results.build.query("year == 2030 and it_mw > 0")
    for one in drawn.values():
        assert len(parts(one.svg, "site")) == len(placed) == len(one.sites)
        assert len(parts(one.svg, "flow")) == len(one.flows)
        assert len(parts(one.svg, "hub")) == (survey.places["kind"] == "hub").sum()
    assert one.sites["it_mw"].is_monotonic_decreasing


def test_the_area_of_a_circle_grows_with_the_power(drawn):
    one = drawn["en"]
    radii = [
        float(next(part for part in group if part.get("fill") == "none").get("r"))
        for group in parts(one.svg, "site")
    ]
    ratio = np.array(radii) ** 2 / one.sites["it_mw"].to_numpy()
    assert ratio == pytest.approx(ratio[0], rel=0.03)


def test_energy_by_source_adds_up_to_what_the_site_uses(drawn, survey, results):
    used = results.operation.query("year == 2030").groupby("site_id")[["purchase_mwh", "direct_mwh"]].sum()
    sites = drawn["en"].sites.set_index("site_id")
    assert sites["grid_mwh"].to_dict() == pytest.approx(used["purchase_mwh"].reindex(sites.index).to_dict())
    direct = sites["solar_mwh"] + sites["wind_mwh"]
    assert direct.to_dict() == pytest.approx(used["direct_mwh"].reindex(sites.index).to_dict())
    weights = survey.days.set_index("day")["weight_days"]
    factor = 0.1 * (weights * weights.index).sum() / weights.sum()
    site = sites.loc["s000"]
    assert site["solar_mwh"] / site["wind_mwh"] == pytest.approx(30.0 * factor / (20.0 * 0.2))


def test_flows_are_those_between_provinces_without_the_pool(survey, results):
    table = picture_data.flows(survey, results, 2030, 1000)
    province = survey.candidates.set_index("site_id")["province"]
    flows = results.flows.query("year == 2030 and not merged and it_mw > 0")
    crossing = flows[flows["site_id"].map(province) != flows["zone_id"]]
    assert table["it_mw"].sum() == pytest.approx(crossing["it_mw"].sum())
    assert not table.duplicated(["from_province", "to_zone"]).any()
    assert (table["from_province"] != table["to_zone"]).all()
    few = picture_data.flows(survey, results, 2030, 2)
    share = picture_data.flow_share(survey, results, 2030, few)
    assert share == pytest.approx(few["it_mw"].sum() / table["it_mw"].sum())


def test_names_are_text_and_the_picture_is_xml(drawn):
    for language, one in drawn.items():
        text = standalone(one.svg, "<script>alert(1)</script> {{ x }}", "&amp; \x07", 1000, language)
        root = ElementTree.fromstring(text)
        assert "<script" not in text
        assert not [each for each in root.iter() if each.tag.endswith("script")]
        shown = [each.text for each in root.iter(f"{SVG}text")]
        assert "<script>alert(1)</script> {{ x }}" in shown
        assert ("Guizhou hub </script>" in shown) == (language == "en")
        assert (root.get("width"), root.get("lang")) == ("1000", language)
        assert not re.search(r'(?:href|src)="(?:https?:)?//', text)


def test_the_same_plan_gives_the_same_picture(drawn, survey, results):
    assert picture(survey, results, 2030, "zh").svg == drawn["zh"].svg


def test_boundaries_are_drawn_only_from_the_users_file(drawn, survey, results, tmp_path):
    assert parts(drawn["en"].svg, "boundary") == []
    ring = [[[80, 20], [120, 20], [120, 50], [80, 20]]]
    file = tmp_path / "own.geojson"
    file.write_text(json.dumps({"type": "Feature", "geometry": {"type": "Polygon", "coordinates": ring}}))
    lines = parts(picture(survey, results, 2030, "en", file).svg, "boundary")
    assert len(lines) == 1
    assert lines[0].get("d").count("L") == 3
    file.write_text("{}")
    with pytest.raises(TableError, match=r"own\.geojson"):
        picture(survey, results, 2030, "en", file)


def test_names_do_not_lie_on_each_other():
    places = pd.DataFrame({"longitude": [100.0, 110.0], "latitude": [30.0, 40.0]})
    view = window(places, 960.0, (420.0, 720.0), 34.0)
    labels = Labels(view)
    for _ in range(6):
        labels.add((400.0, 300.0), "北京 Beijing", 5.0, strong=True)
    labels.add((958.0, 300.0), "at the edge", 2.0, strong=False)
    assert len(labels.drawn) == 5
    assert 'text-anchor="end"' in labels.drawn[-1]


def test_slices_share_a_circle():
    assert slices((0, 0), 10, [(0.0, "red"), (1.0, "blue")]) == [
        '<circle cx="0.0" cy="0.0" r="10.0" fill="blue"/>'
    ]
    half, rest = slices((0, 0), 10, [(0.5, "red"), (0.25, "blue"), (0.0, "green")])
    assert 'd="M0.0,0.0L0.0,-10.0A10.0,10.0 0 0 1 0.0,10.0Z"' in half
    assert 'd="M0.0,0.0L0.0,10.0A10.0,10.0 0 0 1 -10.0,0.0Z"' in rest
