"""Charts as inline SVG."""

import re

import pandas as pd

from maps.charts import bars, day


def test_bars_are_stacked_and_named_in_text_that_the_browser_draws():
    table = pd.DataFrame({2029: [2.0, 1.0], 2030: [1.0, 0.0]}, index=["河北<b>", "$x$ Gansu"])
    svg = bars(table, "布局 [MW]", "one")
    assert svg.startswith("<svg")
    assert "河北&lt;b&gt;" in svg
    assert "$x$ Gansu" in svg
    assert "布局 [MW]" in svg
    assert "font-family" not in svg
    assert "<style" not in svg
    assert "<metadata" not in svg
    assert all(name.startswith("one-") for name in re.findall(r'id="([^"]*)"', svg))


def test_the_same_table_gives_the_same_chart():
    table = pd.DataFrame({"a": [1.0]}, index=["x"])
    assert bars(table, "MW", "n", legend=False) == bars(table, "MW", "n", legend=False)


def test_a_day_has_its_areas_lines_and_hours():
    areas = pd.DataFrame({"purchase": [3.0] * 24, "sun <b>": [0.0] * 8 + [2.0] * 8 + [0.0] * 8})
    lines = pd.DataFrame({"halls": [4.0] * 24})
    svg = day(areas, lines, ("小时", "Power [MW]"), "day")
    for text in ("purchase", "sun &lt;b&gt;", "halls", "小时", "Power [MW]"):
        assert text in svg
    assert all(name.startswith("day-") for name in re.findall(r'id="([^"]*)"', svg))
    assert day(areas, lines, ("小时", "Power [MW]"), "day") == svg
