"""Water quotas: none by default, a share of the provincial caps, the user's own."""

from pathlib import Path

import pandas as pd
import pytest

from geodata.layers.water import Settings
from geodata.layers.water_quotas import caps, measure_quotas
from geodata.tables import TableError

YEARS = [2026, 2030]
PLACES = pd.DataFrame({"province": ["Hebei"], "basin": ["Hai"], "cluster_id": ["zhangjiakou"]})
HEADER = "quota_id,kind,place,year,water_m3\n"


def own(folder: Path, rows: str, **settings: object) -> pd.DataFrame:
    path = folder / "quotas.csv"
    path.write_text(HEADER + rows, encoding="utf-8")
    return measure_quotas(Settings(quotas_file=path, **settings), YEARS, PLACES)  # type: ignore[arg-type]


def test_none_by_default():
    assert measure_quotas(Settings(), YEARS, PLACES).empty


def test_caps_lie_on_a_line_between_their_years():
    beijing = caps([2020, 2025, 2030]).query("province == 'Beijing'")["cap_m3"].to_list()
    assert beijing == pytest.approx([4_658e6, (4_658e6 + 5_156e6) / 2, 5_156e6])


def test_share_of_what_the_cap_leaves():
    rows = measure_quotas(Settings(quota_share=0.01), YEARS, PLACES)
    hebei = rows.query("place == 'Hebei' and year == 2030")["water_m3"].iloc[0]
    assert hebei == pytest.approx(0.01 * (24_600e6 - 19_381.8e6))
    spent = rows.query("place == 'Jiangsu' and year == 2030")["water_m3"].iloc[0]
    assert spent == 0, "Jiangsu used more than its cap"
    assert len(rows) == 31 * len(YEARS)
    assert set(rows["confidence"]) == {"low"}


def test_share_of_the_cap():
    rows = measure_quotas(Settings(quota_share=0.001, quota_of="cap"), YEARS, PLACES)
    assert rows.query("place == 'Jiangsu' and year == 2030")["water_m3"].iloc[0] == pytest.approx(52_768e3)


def test_own_quotas_join_the_derived_ones(tmp_path: Path):
    rows = own(tmp_path, "H,basin,Hai,2026,1e6\nZ,cluster,zhangjiakou,2026,2e5\n")
    assert rows["water_m3"].to_list() == [1e6, 2e5]
    assert rows.loc[0, ["source", "confidence"]].to_list() == ["user's table", "medium"]
    assert len(own(tmp_path, "H,basin,Hai,2026,1e6\n", quota_share=0.1)) == 1 + 31 * len(YEARS)


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ("H,basin,Rhine,2026,1\n", r"no basin Rhine \(row 1\)"),
        ("H,river,Hai,2026,1\n", "column kind: found river"),
        ("H,province,Hebei,2026,-1\n", "column water_m3: found -1"),
        ("H,province,Hebei,2026,1\nG,province,Hebei,2026,2\n", "Hebei has two quotas in 2026"),
        ("H,province,Hebei,2026.5,1\n", "column year: expected whole numbers"),
    ],
)
def test_faults_of_own_quotas(tmp_path: Path, rows: str, message: str):
    with pytest.raises(TableError, match=message):
        own(tmp_path, rows)


def test_columns_of_own_quotas(tmp_path: Path):
    path = tmp_path / "quotas.csv"
    path.write_text("quota_id,kind,place,year,water_l\n", encoding="utf-8")
    with pytest.raises(
        TableError, match="missing column water_m3; unknown column water_l; expected quota_id"
    ):
        measure_quotas(Settings(quotas_file=path), YEARS, PLACES)


def test_a_drought_scales_derived_and_own_quotas(tmp_path: Path):
    rows = "a,province,Hebei,2026,1000\n"
    usual, dry = (own(tmp_path, rows, quota_share=0.01, quota_factor=f) for f in (1.0, 0.6))
    assert len(usual) > 1
    assert dry["water_m3"].to_list() == pytest.approx((0.6 * usual["water_m3"]).to_list())
