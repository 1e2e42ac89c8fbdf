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


def test_mix_that_does_not_sum_to_one(tmp_path: Path):
    mix = builtin("accelerator_mix")
    mix.assign(mix_share=mix["mix_share"] / 2).to_csv(tmp_path / "accelerator_mix.csv", index=False)
    with pytest.raises(TableError, match=r"2026: 0.5.*expected 1 in every year"):
        measure_accelerators(Settings(), YEARS, tmp_path)
