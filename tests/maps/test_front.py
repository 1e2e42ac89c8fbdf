"""Figures of a front: its points, line and knee, in SVG that stands alone."""

import xml.etree.ElementTree as ET

import pandas as pd

from maps.front import pairs, parallel

LABELS = {"a": "成本 <b> [M CNY]", "b": "CO2 [Mt]", "c": "ms"}
POINTS = pd.DataFrame(
    {
        "point": [0, 1, 2, 3],
        "a": [1000.0, 1100.0, 1400.0, 1500.0],
        "b": [9.0, 4.0, 2.0, 8.0],
        "c": [5.0, 5.0, 5.0, 5.0],
        "on_front": [True, True, True, False],
        "knee": [False, True, False, False],
    }
)


def test_two_goals_are_one_curve_through_the_front():
    (svg,) = pairs(POINTS, ["a", "b"], LABELS)
    ET.fromstring(svg)
    line = svg.split('<polyline points="')[1].split('"')[0]
    places = [tuple(map(float, place.split(","))) for place in line.split()]
    assert len(places) == 3
    assert [x for x, _ in places] == sorted(x for x, _ in places)
    assert [y for _, y in places] == sorted(y for _, y in places)  # less cost with more carbon: further down
    assert svg.count("<circle") == 4
    assert svg.count('r="5.5"') == 1
    assert "成本 &lt;b&gt; [M CNY]" in svg


def test_more_goals_are_pairs_without_a_line_and_parallel_coordinates():
    found = pairs(POINTS, ["a", "b", "c"], LABELS)
    assert len(found) == 3
    for svg in found:
        ET.fromstring(svg)
        assert "<polyline" not in svg
    lines = parallel(POINTS, ["a", "b", "c"], LABELS)
    ET.fromstring(lines)
    assert lines.count("<polyline") == 3
    assert lines.count('stroke-width="2.4"') == 1
    assert "1: 成本 &lt;b&gt; [M CNY]: 1,100; CO2 [Mt]: 4.00; ms: 5.00" in lines


def test_points_without_values_are_left_out_and_one_point_has_a_scale():
    gone = POINTS.assign(a=[1000.0, None, None, None])
    (svg,) = pairs(gone, ["a", "b"], LABELS)
    ET.fromstring(svg)
    assert svg.count("<circle") == 1
    assert "nan" not in svg


def test_the_same_points_give_the_same_figure():
    assert pairs(POINTS, ["a", "b"], LABELS) == pairs(POINTS, ["a", "b"], LABELS)
