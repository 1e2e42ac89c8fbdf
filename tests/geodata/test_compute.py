"""Accelerators: shares sum to one, origin can be set, figures follow their formulas."""

from pathlib import Path

import pytest

from geodata.layers.compute import Settings, measure_accelerators
from geodata.read import builtin
from geodata.tables import TableError

YEARS = [2026, 2027, 2028, 2029, 2030]


def test_shares_sum_to_one_and_domestic_rises():
    rows = measure_accelerators(Settings(), YEARS)
    assert rows.groupby("year")["mix_share"].sum().to_list() == pytest.approx([1] * 5)
    domestic = rows[rows["origin"] == "domestic"].groupby("year")["mix_share"].sum()
    assert domestic[2026] == pytest.approx(0.6)
    assert domestic.is_monotonic_increasing


@pytest.mark.parametrize("share", [0.0, 0.3, 1.0])
def test_domestic_share_can_be_set(share: float):
    rows = measure_accelerators(Settings(domestic_share=share), YEARS)
    domestic = rows[rows["origin"] == "domestic"].groupby("year")["mix_share"].sum()
    assert domestic.to_list() == pytest.approx([share] * 5)


def test_cloudmatrix_by_hand():
    card = measure_accelerators(Settings(), [2026]).set_index("accelerator_id").loc["ascend-910c"]
    assert card["system_kw_per_card"] == pytest.approx(559 / 384, abs=0.001)
    assert card["price_m_cny_per_card"] == pytest.approx(8 * 7.1875 / 384, abs=0.001)
    assert card["pflops_per_card"] / card["system_kw_per_card"] == pytest.approx(0.537, abs=0.002)


def test_what_the_choice_of_chips_needs():
    rows = measure_accelerators(Settings(), YEARS)
    assert list(rows.dtypes[["life_years", "delivery_years"]]) == ["int64", "int64"]
    once = rows.drop_duplicates("accelerator_id").set_index("accelerator_id")
    ratio = once.loc["h20", "mtokens_per_kwh"] / once.loc["ascend-910c", "mtokens_per_kwh"]
    assert ratio == pytest.approx(1.4, abs=0.01), "kWh per token of domestic types, CHIP-05"
    a_day_mtokens, node_kw, nodes = 168e3, 10.2, 226.75
    assert once.loc["h20", "mtokens_per_kwh"] == pytest.approx(
        a_day_mtokens / (24 * node_kw * nodes), abs=0.01
    )
    assert once.loc["ascend-910c", "fits"] == ""
    assert "training" not in once.loc["h20", "fits"].split(";")


def test_a_class_that_is_not_there(tmp_path: Path):
    rows = builtin("accelerators")
    rows.assign(fits="training;mining").to_csv(tmp_path / "accelerators.csv", index=False)
    with pytest.raises(TableError, match=r"column fits: found mining, expected rt_edge"):
        measure_accelerators(Settings(), YEARS, tmp_path)


def test_mix_that_does_not_sum_to_one(tmp_path: Path):
    mix = builtin("accelerator_mix")
    mix.assign(mix_share=mix["mix_share"] / 2).to_csv(tmp_path / "accelerator_mix.csv", index=False)
    with pytest.raises(TableError, match=r"2026: 0.5.*expected 1 in every year"):
        measure_accelerators(Settings(), YEARS, tmp_path)


def test_imports_that_end_and_a_factor_on_one_type():
    changes = (
        {"of": "imported", "from_year": 2028, "factor": 0.0},
        {"of": "ascend-910c", "from_year": 2027, "factor": 0.5},
    )
    usual = measure_accelerators(Settings(), YEARS).set_index(["accelerator_id", "year"])
    rows = measure_accelerators(Settings(supply_changes=changes), YEARS).set_index(["accelerator_id", "year"])
    imported = rows[rows["origin"] == "imported"]["supply_cards"]
    late = imported.index.get_level_values("year") >= 2028
    assert (imported[late] == 0).all()
    assert imported[~late].equals(usual.loc[imported.index, "supply_cards"][~late])
    for year, factor in ((2026, 1.0), (2027, 0.5), (2030, 0.5)):
        key = ("ascend-910c", year)
        assert rows.loc[key, "supply_cards"] == pytest.approx(factor * usual.loc[key, "supply_cards"])
    assert rows["mix_share"].equals(usual["mix_share"])


def test_a_change_of_supply_of_an_unknown_type():
    change = {"of": "h2000", "from_year": 2028, "factor": 0.0}
    with pytest.raises(TableError, match=r"geodata\.compute\.supply_changes: found h2000, expected domestic"):
        measure_accelerators(Settings(supply_changes=(change,)), YEARS)
