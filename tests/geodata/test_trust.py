"""Grades: hand-worked cases, monotone, independent of order."""

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geodata.schemas.layers import GRADES, Attributes
from geodata.schemas.sites import Candidates, Cooling
from geodata.trust import (
    LAYERS,
    NOT_COUNTED,
    POINTS,
    column_points,
    counted,
    grade_of,
    graded,
    layer_points,
)

COUNTED = [name for layer in LAYERS for name in counted(layer)]
WORDS = ["missing", "low", "medium", "high"]
SITES = ["x", "y"]
OWN = [
    "flood_depth_m",
    "ground_acceleration_g",
    "protected_area_km",
    "aqueduct_stress_score",
    "price_negotiated_cny_per_mwh",
]


def figures(*rows: tuple[str, str, str]) -> pd.DataFrame:
    """Return figures from column, site_id and confidence."""
    return pd.DataFrame(list(rows), columns=["column", "site_id", "confidence"], dtype="str")


def alike(word: str, **layers: str) -> pd.DataFrame:
    """Return figures of one confidence, those of the named layers of another."""
    rows = [(name, "", layers.get(layer, word)) for layer in LAYERS for name in LAYERS[layer]]
    return figures(*rows)


def grade(table: pd.DataFrame, site: str = "x") -> tuple[str, str]:
    row = graded(SITES, table).loc[site]
    return row["grade"], row["weak_layers"]


def test_every_column_stands_in_one_layer() -> None:
    models = (Candidates, Cooling, Attributes)
    columns = {name for model in models for name in model.to_schema().columns}
    columns -= {"site_id", "technology", "grade", "weak_layers"}
    listed = [name for names in LAYERS.values() for name in names]
    assert sorted(listed) == sorted(columns)
    assert set(NOT_COUNTED) <= columns
    assert all(counted(layer) for layer in LAYERS)


@pytest.mark.parametrize(
    ("word", "expected"), [("high", "A"), ("medium", "B"), ("low", "D"), ("missing", "E"), ("nonsense", "E")]
)
def test_all_figures_alike(word: str, expected: str) -> None:
    found, weak = grade(alike(word))
    assert found == expected
    assert weak == ("" if word in ("high", "medium") else ";".join(LAYERS))


@pytest.mark.parametrize(
    ("layers", "expected"),
    [
        ({"Costs": "low"}, "B"),
        ({"Costs": "low", "Land": "low"}, "B"),
        ({"Costs": "low", "Land": "low", "Water": "low"}, "C"),
        ({"Hazard": "missing"}, "B"),
        ({"Hazard": "missing", "Costs": "low"}, "C"),
        ({"Hazard": "missing", "Land": "missing"}, "C"),
        ({"Hazard": "missing", "Land": "missing", "Costs": "low"}, "D"),
        (
            {
                "Hazard": "missing",
                "Land": "missing",
                "PowerGrid": "missing",
                "Network": "missing",
                "Water": "missing",
            },
            "D",
        ),
        (dict.fromkeys(("Hazard", "Land", "PowerGrid", "Network", "Water", "Renewables"), "missing"), "E"),
    ],
)
def test_weak_and_missing_layers_are_named_and_counted(layers: dict[str, str], expected: str) -> None:
    assert grade(alike("high", **layers)) == (expected, ";".join(name for name in LAYERS if name in layers))


def test_no_figures_at_all_is_the_worst() -> None:
    assert grade(figures())[0] == "E"
    assert graded([], alike("high")).empty
    assert list(graded([], alike("high")).columns) == ["grade", "weak_layers"]


def test_a_good_place_needs_more_than_medium() -> None:
    half = dict.fromkeys(list(LAYERS)[:6], "medium")
    assert grade(alike("high", **half))[0] == "B", "2.4 points on the mean"
    assert grade(alike("high", **dict(list(half.items())[:5])))[0] == "A", "2.5 points"


def test_a_row_of_the_place_counts_before_the_general_one() -> None:
    table = pd.concat([alike("medium"), figures(("fault_km", "x", "high"), ("fault_km", "y", "low"))])
    points = column_points(SITES, table)["fault_km"]
    assert points.to_dict() == {"x": 3.0, "y": 1.0}
    assert layer_points(SITES, table).loc["x", "Hazard"] == pytest.approx(7 / 3)


def test_of_several_rows_the_weakest_counts() -> None:
    table = figures(
        ("fault_km", "", "high"),
        ("fault_km", "", "low"),
        ("fault_km", "x", "medium"),
        ("fault_km", "x", "high"),
    )
    assert column_points(SITES, table)["fault_km"].to_dict() == {"x": 2.0, "y": 1.0}


@pytest.mark.parametrize("column", OWN)
def test_layers_of_the_user_do_not_count(column: str) -> None:
    base = alike("medium")
    for word in WORDS:
        table = pd.concat([base[base["column"] != column], figures((column, "", word))])
        assert grade(table) == ("B", "")


def test_layer_grades() -> None:
    assert [grade_of(p) for p in (3, 2.5, 2.49, 2, 1.5, 1, 0.99, 0)] == list("AABBCDEE")


row = st.tuples(st.sampled_from(COUNTED), st.sampled_from(["", *SITES]), st.sampled_from(WORDS))


@pytest.mark.slow
@settings(max_examples=25, deadline=None)
@given(
    base=st.sampled_from(WORDS),
    rows=st.lists(row, min_size=1, max_size=60),
    which=st.integers(0, 59),
    data=st.data(),
)
def test_a_better_figure_never_worsens_a_grade(
    base: str, rows: list[tuple[str, str, str]], which: int, data: st.DataObject
) -> None:
    table = pd.concat([alike(base), figures(*rows)], ignore_index=True)
    before = graded(SITES, table)
    i = len(table) - 1 - which % len(rows)
    better = WORDS[WORDS.index(table.loc[i, "confidence"]) :]
    table.loc[i, "confidence"] = data.draw(st.sampled_from(better))
    after = graded(SITES, table)
    for site in SITES:
        assert GRADES.index(after.loc[site, "grade"]) <= GRADES.index(before.loc[site, "grade"])
        assert set(after.loc[site, "weak_layers"].split(";")) <= {
            "",
            *before.loc[site, "weak_layers"].split(";"),
        }


@settings(max_examples=10, deadline=None)
@given(rows=st.lists(row, min_size=2, max_size=40), seed=st.integers(0, 1000))
def test_the_order_of_rows_and_places_does_not_matter(rows: list[tuple[str, str, str]], seed: int) -> None:
    table = pd.concat([alike("medium"), figures(*rows)], ignore_index=True)
    shuffled = table.sample(frac=1, random_state=seed)
    pd.testing.assert_frame_equal(graded(SITES, table), graded(SITES[::-1], shuffled).loc[SITES])


def test_points_are_those_of_the_words() -> None:
    assert POINTS == {"high": 3, "medium": 2, "low": 1, "missing": 0}
