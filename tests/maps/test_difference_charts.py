"""Charts that compare: what they name, draw and leave out."""

import re

import pandas as pd
import pytest

from maps.difference_charts import curves, side_by_side, waterfall


def _made(name):
    table = pd.DataFrame({"base": [2.0, 0.0], "other <b>": [1.0, 3.0]}, index=["河北", "Gansu $x$"])
    lines = pd.DataFrame({"as it is": [1.0, 2.0], "equal": [1.0, None]}, index=[0.3, 0.5])
    made = {
        "side": lambda: side_by_side(table, "IT [MW]", "side"),
        "fall": lambda: waterfall(pd.Series({"energy": -3.0, "shell": 1.0}), "total", "M CNY", "fall", 0.5),
        "curves": lambda: curves(lines, ("share", "cost"), "curves"),
    }
    return made[name]()


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("side", ("河北", "Gansu $x$", "other &lt;b&gt;", "IT [MW]")),
        ("fall", ("energy", "shell", "total", "-3.00", "+1.00", "-2.00", "M CNY")),
        ("curves", ("as it is", "equal", "share", "cost")),
    ],
)
def test_charts_name_their_parts_and_come_out_the_same_twice(name, told):
    svg = _made(name)
    assert svg.startswith("<svg")
    assert all(text in svg for text in told)
    assert all(mark.startswith(f"{name}-") for mark in re.findall(r'id="([^"]*)"', svg))
    assert svg == _made(name)


def test_a_waterfall_of_nothing_is_drawn():
    assert "total" in waterfall(pd.Series(dtype=float), "total", "M CNY", "none")
