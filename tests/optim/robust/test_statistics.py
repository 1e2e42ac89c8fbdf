"""Frequencies, sets that swap, and what explains the spread: from draws made up here."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from optim.robust.design import make_design
from optim.robust.frequency import by_province, frequency_table, half_width, part_of
from optim.robust.importance import importance_table
from optim.robust.noise import Noise
from optim.robust.swaps import swap_sets, swap_table
from tests import world

PROVINCE = pd.Series({"a": "P", "b": "P", "c": "Q"})


def test_frequencies_by_hand():
    it_mw = pd.DataFrame({"a": [100.0, 100.0, 0.0, 100.0], "b": [0.0, 5.0, 100.0, 0.0]})
    table = frequency_table(it_mw, pd.Series({"a": 100.0}), pd.Series({"b": 90.0}), 20.0)
    assert table.loc["a", ["plan_mw", "base_mw", "mean_mw", "median_mw"]].tolist() == [
        0.0,
        100.0,
        75.0,
        100.0,
    ]
    assert table.loc["b", ["plan_mw", "base_mw", "mean_mw", "median_mw"]].tolist() == [90.0, 0.0, 26.25, 2.5]
    assert table["appears_share"].to_dict() == {"a": 0.75, "b": 0.25}, "5 MW are less than a campus"


def test_shares_are_known_better_with_more_draws_and_never_quite():
    share = pd.Series([0.0, 0.5, 1.0])
    few, many = half_width(share, 40), half_width(share, 4000)
    assert (many < few).all()
    assert (many > 0).all()
    assert many[1] == pytest.approx(1.96 * np.sqrt(0.25 / 2000), rel=1e-2), "half of the draws count"


def test_totals_and_parts():
    it_mw = pd.DataFrame({"a": [1.0, 0.0], "b": [2.0, 0.0], "c": [3.0, 0.0]})
    assert by_province(it_mw, PROVINCE).to_dict("list") == {"P": [3.0, 0.0], "Q": [3.0, 0.0]}
    assert part_of(it_mw, PROVINCE == "P").tolist() == [0.5, 0.0], "nothing at all is no share"


def swapping() -> pd.DataFrame:
    """Return 60 draws: a and b share 100 MW, c goes its own way, d is rare, e always holds 200 MW."""
    random = np.random.default_rng(1)
    a = np.where(random.random(60) < 0.5, 100.0, 0.0)
    c = np.where(random.random(60) < 0.5, 80.0, 0.0)
    return pd.DataFrame({"a": a, "b": 100.0 - a, "c": c, "d": [50.0, *[0.0] * 59], "e": [200.0] * 60})


def test_sites_that_swap_are_a_set():
    it_mw = swapping()
    sets = swap_sets(it_mw, 20.0)
    assert [sorted(each) for each in sets] == [["a", "b"]]
    table = swap_table(sets, it_mw, pd.Series({"a": "P", "b": "Q", "c": "P", "d": "P", "e": "P"}), 20.0)
    assert table["set_low_mw"].tolist() == table["set_high_mw"].tolist() == [100.0, 100.0]
    assert table["cancelled_share"].tolist() == pytest.approx([1.0, 1.0])
    assert table["appears_share"].sum() == pytest.approx(1.0)


def test_three_sites_that_share_become_one_set():
    chosen = np.random.default_rng(2).integers(0, 3, 90)
    it_mw = pd.DataFrame({name: np.where(chosen == k, 60.0, 0.0) for k, name in enumerate("xyz")})
    rest = pd.DataFrame({"rest": [100.0] * 90})
    assert [sorted(each) for each in swap_sets(it_mw.join(rest), 20.0)] == [["x", "y", "z"]]
    assert swap_sets(it_mw[["x"]].assign(y=60.0 - it_mw["x"]), 20.0) == [], "all there is, always swaps"


def test_sites_that_rise_together_or_stand_still_are_no_set():
    a = np.linspace(20.0, 100.0, 20)
    assert swap_sets(pd.DataFrame({"a": a, "b": a, "c": [50.0] * 20}), 20.0) == []
    assert swap_sets(pd.DataFrame({"a": a}), 20.0) == []


@pytest.fixture(scope="module")
def design():
    places = world.candidates().set_index("site_id")[["province", "side"]]
    return make_design(places, Noise(), 400, 1)


def score(design, group, place):
    return np.asarray([design.score(draw, group)[place] for draw in range(400)])


def test_the_shares_of_a_sum_are_those_of_its_parts(design):
    y = 3.0 * score(design, "tariffs", "w") + score(design, "land", "e")
    table = importance_table(design, pd.DataFrame({"y": y}), ["tariffs", "land", "shell"])
    found = table.set_index("group")
    assert found["share"].to_dict() == pytest.approx({"tariffs": 0.9, "land": 0.1, "shell": 0.0}, abs=0.15)
    for group, share in {"tariffs": 0.9, "land": 0.1, "shell": 0.0}.items():
        assert abs(found["share"][group] - share) <= 1.5 * found["half_width"][group]


def test_one_cause_explains_all_exactly(design):
    y = np.exp(score(design, "headroom", "West"))
    table = importance_table(design, pd.DataFrame({"y": y}), ["headroom", "shell"]).set_index("group")
    assert table["share"]["headroom"] == pytest.approx(1.0)
    assert table["half_width"]["headroom"] == pytest.approx(0.0, abs=1e-9)
    assert abs(table["share"]["shell"]) < 0.2


def test_causes_that_work_only_together_explain_nothing_alone(design):
    y = score(design, "tariffs", "w") * score(design, "land", "w")
    table = importance_table(design, pd.DataFrame({"y": y}), ["tariffs", "land"])
    assert table["share"].abs().max() < 0.2


def test_columns_together_are_weighed_by_their_spread_and_lost_draws_left_out(design):
    y = pd.DataFrame({"a": 10.0 * score(design, "tariffs", "w"), "b": score(design, "land", "w")})
    y.loc[::7] = np.nan
    table = importance_table(design, y, ["tariffs", "land"]).set_index("group")
    assert table["share"]["tariffs"] == pytest.approx(0.99, abs=0.05)


def test_nothing_that_moves_has_no_cause(design):
    table = importance_table(design, pd.DataFrame({"y": np.ones(400)}), ["tariffs"])
    assert table[["share", "half_width"]].to_numpy().tolist() == [[0.0, 0.0]]
