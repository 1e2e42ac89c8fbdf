"""Charts of a sweep: SVG with the words and values that were given."""

import pandas as pd

from maps.sweep_charts import heat, lines, shown, tornado

COLUMNS = ["axis", "low", "high", "low_value", "high_value"]


def test_a_tornado_names_axes_and_the_values_at_their_ends():
    table = pd.DataFrame([["a.b", 1.0, 5.0, 0.8, 1.2], ["c", 2.0, 3.0, "low", "high"]], columns=COLUMNS)
    text = tornado(table, "cost [M CNY]", "t")
    assert text.startswith("<svg")
    assert all(f">{word}<" in text for word in ("a.b", "c", "0.8", "1.2", "low", "high", "cost [M CNY]"))


def test_lines_over_numbers_and_over_words():
    table = pd.DataFrame({"one": [1.0, 2.0], "two": [2.0, 1.0]}, index=[0.5, 1.0])
    text = lines(table, ("axis", "figure"), "l")
    assert all(f">{word}<" in text for word in ("one", "two", "axis", "figure"))
    words = lines(table.set_axis(["low", "high"])[["one"]], ("axis", "figure"), "w")
    assert ">low<" in words
    assert ">one<" not in words
    assert lines(table[["one"]], ("axis", "figure"), "d", dots=True) != lines(
        table[["one"]], ("axis", "figure"), "d"
    )


def test_a_heat_map_writes_each_number_and_leaves_empty_cells():
    table = pd.DataFrame({0.0: [1.5, None], 50.0: [2.5, 3.5]}, index=["low", "high"])
    text = heat(table, ("carbon", "cost; rows: band"), "h")
    assert all(f">{word}<" in text for word in ("1.5", "2.5", "3.5", "low", "high", "carbon", "50"))


def test_values_are_short():
    assert [shown(value) for value in (True, "low", 0.123456, 12345.6, 3)] == [
        "True",
        "low",
        "0.1235",
        "12,346",
        "3",
    ]
