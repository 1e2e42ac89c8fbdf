"""Charts as inline SVG."""

import re

import pandas as pd

from maps.charts import bars


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
