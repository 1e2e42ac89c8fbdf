"""Bands by confidence, the design of draws, and factors on figures."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from pydantic import ValidationError

from optim.inputs import prepare
from optim.robust.confidence import widths
from optim.robust.design import BLOCK, block_sizes, make_design
from optim.robust.factors import Factors, factors, noisy
from optim.robust.noise import GROUPS, LEVELS, NONE, Band, Headroom, Noise
from optim.settings import CostSettings
from tests import twins, world


@pytest.fixture(scope="module")
def places():
    return world.candidates().set_index("site_id")[["province", "side"]]


def test_the_parts_of_an_error_sum_to_one():
    for name, band in Noise():
        assert sum(band.parts().values()) == pytest.approx(1.0), name
        assert tuple(band.parts()) == LEVELS
    with pytest.raises(ValidationError, match=r"sum to 0\.9, expected 1"):
        Band(high=0.1, medium=0.2, low=0.3, missing=0.4, nation=0.9)


def test_a_worse_confidence_has_a_wider_band():
    for name, band in Noise():
        if name != "headroom":
            assert band.high < band.medium < band.low < band.missing, name


def test_the_weakest_confidence_counts():
    rows = [
        ("energy_price_posted_cny_per_mwh", "", "medium"),
        ("energy_price_posted_cny_per_mwh", "e", "low"),
        ("demand_charge_posted_cny_per_mw_month", "", "high"),
        ("land_price_cny_per_m2", "", "high"),
    ]
    usual = dict.fromkeys(("unit", "source", "vintage", "note", "observation"), "")
    figures = pd.DataFrame(rows, columns=["column", "site_id", "confidence"]).assign(**usual)
    costs = world.costs().assign(confidence="high")
    costs.loc[costs["item"] == "land_m2_per_mw", "confidence"] = "medium"
    found = widths(world.survey(figures=figures, costs=costs), Noise(), "posted")
    words = {name: words.to_dict() for name, words in found.confidence.items()}
    assert words["tariffs"] == {"w": "medium", "m": "medium", "e": "low"}
    assert words["land"] == {"w": "medium", "m": "medium", "e": "medium"}
    assert words["staff"] == {"w": "missing", "m": "missing", "e": "missing"}
    assert words["shell"] == {"w": "high", "m": "high", "e": "high"}
    assert found.of_group["tariffs"].to_dict() == {"w": 0.12, "m": 0.12, "e": 0.2}


def test_a_tariff_that_is_used_only_where_it_is_known():
    places = world.candidates()
    places.loc[places["site_id"] == "w", "price_negotiated_cny_per_mwh"] = 300.0
    rows = [("energy_price_posted_cny_per_mwh", "high"), ("demand_charge_posted_cny_per_mw_month", "high")]
    rows += [("price_negotiated_cny_per_mwh", "low")]
    usual = dict.fromkeys(("site_id", "unit", "source", "vintage", "note", "observation"), "")
    figures = pd.DataFrame(rows, columns=["column", "confidence"]).assign(**usual)
    found = widths(world.survey(candidates=places, figures=figures), Noise(), "negotiated")
    assert found.confidence["tariffs"].to_dict() == {"w": "low", "m": "high", "e": "high"}


@pytest.mark.parametrize("draws", [16, 50, 60, 100, 118])
def test_blocks_are_even_and_complete(draws):
    sizes = block_sizes(draws)
    assert sum(sizes) == draws
    assert all(size % 2 == 0 and size <= BLOCK for size in sizes)
    assert max(sizes) - min(sizes) <= 2


def test_each_error_stands_in_two_draws_that_share_no_other(places):
    design = make_design(places, Noise(), 60, 1)
    for name in GROUPS:
        pairs = design.pairs(name)
        assert sorted(draw for pair in pairs for draw in pair) == list(range(60))
        for one, other in pairs:
            shared = (design.levels.iloc[one] == design.levels.iloc[other]).sum()
            assert shared == 1
            assert design.score(one, name).equals(design.score(other, name))


def test_a_seed_gives_the_same_errors_and_a_group_does_not_see_the_others(places):
    noise = Noise()
    other = noise.model_copy(
        update={"tariffs": noise.tariffs.model_copy(update={"province": 0.0, "site": 1.0})}
    )
    first, again, changed = (make_design(places, n, 20, 3) for n in (noise, noise, other))
    for name in GROUPS:
        assert first.scores[name].equals(again.scores[name])
        assert first.scores[name].equals(changed.scores[name]) == (name != "tariffs")
    assert not first.scores["land"].equals(make_design(places, noise, 20, 4).scores["land"])


def test_errors_are_standard_normal_and_shared_as_said(places):
    noise = Noise(staff=Band(high=0.1, medium=0.1, low=0.1, missing=0.1, side=1.0))
    design = make_design(places, noise, 2000, 1)
    staff = design.scores["staff"]
    assert staff["w"].equals(staff["m"])
    assert abs(staff["w"].corr(staff["e"])) < 0.1
    shell = design.scores["shell"]
    assert shell.mean().abs().max() < 0.05
    assert shell.std().to_numpy() == pytest.approx(1.0, abs=0.05)
    assert shell["w"].corr(shell["m"]) == pytest.approx(0.5, abs=0.08), "nation and side: 0.3 + 0.2"
    assert shell["w"].corr(shell["e"]) == pytest.approx(0.3, abs=0.08), "the nation alone"


@pytest.mark.slow
def test_nine_of_ten_draws_lie_within_the_half_width_and_the_band_of_headroom(places):
    survey = twins.survey()
    design = make_design(places, Noise(), 1000, 1)
    width = widths(survey, Noise(), "posted")
    keys = pd.MultiIndex.from_tuples([(p, 2026) for p in ("East", "Middle", "West")])
    ends = pd.DataFrame({"low_share": 0.5, "high_share": 1.4}, index=keys)
    drawn = [factors(design, number, width, ends, Noise()) for number in range(1000)]
    tariff = pd.Series([each["tariffs"]["w"] for each in drawn])
    assert tariff.between(1 / 1.3, 1.3).mean() == pytest.approx(0.9, abs=0.03)
    headroom = pd.Series([each["headroom"]["West", 2026] for each in drawn])
    assert headroom.quantile([0.05, 0.5, 0.95]).tolist() == pytest.approx([0.5, 1.0, 1.4], abs=0.04)
    none = factors(design, 0, widths(survey, NONE, "posted"), ends, NONE)
    assert all((values == 1.0).all() for values in none.of_group.values())


def by_hand(**groups: float) -> Factors:
    """Return the same factor at all places."""
    sites = pd.Index(["w", "m", "e"], name="site_id")
    provinces = pd.Index(["East", "Middle", "West"], name="province")
    found = {name: pd.Series(groups.get(name, 1.0), index=sites) for name in GROUPS[:-1]}
    found["upgrades"] = pd.Series(groups.get("upgrades", 1.0), index=provinces)
    keys = pd.MultiIndex.from_product([provinces, world.YEARS])
    return Factors(found | {"headroom": pd.Series(groups.get("headroom", 1.0), index=keys)})


@pytest.mark.parametrize(
    ("groups", "costs", "scale"),
    [
        ({"tariffs": 1.1}, {"energy_price_factor": 1.1}, None),
        ({"staff": 1.5}, {"items": {"staff_per_mw": 1.2}}, None),
        ({"land": 0.5}, {"items": {"land_m2_per_mw": 350.0}}, None),
        ({"headroom": 0.8}, {}, 0.8),
    ],
)
def test_a_factor_everywhere_is_the_same_as_another_figure(groups, costs, scale):
    survey = world.survey()
    found = noisy(prepare(survey, world.settings()), by_hand(**groups))
    same = prepare(survey, world.settings(costs=CostSettings(**costs)))
    pd.testing.assert_frame_equal(found.site, same.site)
    pd.testing.assert_frame_equal(found.plants.table, same.plants.table)
    pd.testing.assert_frame_equal(found.steps, same.steps)
    for key, gw in same.headroom_gw.items():
        assert found.headroom_gw[key] == pytest.approx(gw * (scale or 1.0))


def test_shells_of_new_halls_and_prices_of_upgrades_move_alone():
    inputs = prepare(world.survey(upgrades=world.upgrades(100.0)), world.settings())
    found = noisy(inputs, by_hand(shell=1.2, upgrades=0.5, network=2.0))
    for column in ("shell", "liquid_cooling", "maintenance"):
        assert found.plants.table[column].to_numpy() == pytest.approx(
            1.2 * inputs.plants.table[column].to_numpy()
        )
    assert found.upgrades["cost"].to_numpy() == pytest.approx(0.5 * inputs.upgrades["cost"].to_numpy())
    assert found.arcs["km"].to_numpy() == pytest.approx(2.0 * inputs.arcs["km"].to_numpy())
    for column in inputs.site.columns.difference(["fibre", "transit"]):
        assert found.site[column].equals(inputs.site[column]), column
    assert np.allclose(found.site["fibre"], 2.0 * inputs.site["fibre"])


def test_the_headroom_has_parts_too():
    assert Headroom(nation=0.3).parts() == {"nation": 0.3, "side": 0.0, "province": 0.7, "site": 0.0}
