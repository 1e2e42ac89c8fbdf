"""Grid: the derived table is rebuilt, headroom by hand, upgrade steps, emission factors."""

from pathlib import Path

import pandas as pd
import pytest

from geodata.candidates import Settings as CandidateSettings
from geodata.candidates import list_places
from geodata.layers.grid import (
    Settings,
    dependable,
    grid_table,
    import_limits,
    measure_emissions,
    measure_headroom,
    measure_upgrades,
)
from geodata.layers.grid_table import build_grid
from geodata.read import BUILTIN, builtin
from geodata.tables import TableError

DATA = Path(__file__).parents[2].parent / "shared" / "data"
YEARS = [2026, 2027, 2028, 2029, 2030]


def test_shipped_table_is_what_the_data_folder_gives():
    pd.testing.assert_frame_equal(build_grid(DATA), builtin("grid"), check_dtype=False)


def test_peaks_are_near_the_published_ones():
    peak = builtin("grid").set_index("province")["peak_mw"]
    records = builtin("peak_records").groupby("province")["peak_mw"].max()
    ratio = peak[records.index] / records
    assert ratio[["Jiangsu", "Anhui", "Sichuan", "Guangdong"]].between(0.9, 1.2).all()
    assert ratio.between(0.9, 1.6).all()


def test_consumption_of_the_year_is_the_national_one():
    assert builtin("grid")["consumption_twh"].sum() == pytest.approx(10_400, rel=0.02)


def test_gem_sums_are_what_the_data_folder_gives():
    capacity = builtin("capacity").set_index(["province", "technology"])["capacity_mw"]
    nuclear = pd.read_csv(DATA / "power/plants-gem-2023/nuclear_units_china.csv.gz")
    running = nuclear[(nuclear["Country"] == "China") & (nuclear["Status"] == "operating")]
    sums = running.groupby("State/Province")["Capacity (MW)"].sum()
    assert capacity.xs("nuclear", level="technology").to_dict() == pytest.approx(sums.to_dict())
    coal = pd.read_csv(DATA / "power/plants-gem-2023/coal_units_china.csv.gz", low_memory=False)
    place = "Subnational unit (province, state)"
    here = coal[(coal["Status"] == "operating") & (coal[place] == "Inner Mongolia")]
    assert capacity["Inner Mongolia", "thermal"] == pytest.approx(here["Capacity (MW)"].sum())


def test_headroom_by_hand():
    grid = builtin("grid").set_index("province")
    rows = measure_headroom(Settings(band="central"), YEARS).set_index(["province", "year"])
    start = 0.03 * grid.loc["Ningxia", "peak_mw"] + 0.10 * grid.loc["Ningxia", "net_export_mw"]
    assert rows.loc[("Ningxia", 2026), "headroom_mw"] == pytest.approx(start)
    assert rows.loc[("Ningxia", 2030), "headroom_mw"] == pytest.approx(start * 1.1**4)
    importer = 0.03 * grid.loc["Beijing", "peak_mw"]
    assert rows.loc[("Beijing", 2026), "headroom_mw"] == pytest.approx(importer)


def test_bands_are_ordered():
    low, central, high = (
        measure_headroom(Settings(band=b), YEARS)["headroom_mw"] for b in ("low", "central", "high")
    )
    assert (low <= central).all()
    assert (central <= high).all()


def test_adequate_says_what_it_compares():
    rows = measure_headroom(Settings(band="high"), YEARS)
    need = rows["headroom_mw"] + 1.12 * rows["peak_mw"]
    given = rows["dependable_mw"] + (-rows["net_export_mw"]).clip(lower=0)
    assert ((need <= given) == rows["adequate"]).all()
    assert rows["adequate"].nunique() == 2


def test_import_limits_by_hand():
    """Both ends of an alternating-current tie count it, only the receiving end of a direct-current line."""
    limit = import_limits([2026, 2027]).set_index(["province", "year"])["import_limit_mw"]
    assert limit["Henan", 2026] == 10000 + 8000 + 7500 + 5000 + 8000
    assert limit["Ningxia", 2026] == 7000 + 4000
    assert limit["Xinjiang", 2026] == 3000
    assert limit["Zhejiang", 2027] - limit["Zhejiang", 2026] == 8000
    assert limit["Guangdong", 2026] == 41690 + 17500 + 1200 + 31400
    assert len(limit) == 31 * 2


def test_transfer_limits_are_those_of_the_data_folder_and_new_lines():
    limits = builtin("transfer_limits")
    edges = pd.read_csv(DATA / "power/grid-interprovincial-pypsa/edges_current.csv", names=["a", "b", "mw"])
    names = {"InnerMongolia": "Inner Mongolia"}
    given = {frozenset(pair): mw for *pair, mw in edges.replace(names).itertuples(index=False)}
    old = limits[limits["from_year"] == 2020]
    ours = {frozenset((r.from_province, r.to_province)): r.limit_mw for r in old.itertuples()}
    assert ours == given
    assert old.loc[old["used"] == "false", ["from_province", "to_province"]].to_numpy().tolist() == [
        ["Guangdong", "Hebei"]
    ]
    lines = builtin("uhv_lines").set_index("line_id")
    new = limits[limits["from_year"] > 2020]
    named = lines.loc[new["source"].str.extract(r"line (\w+) of", expand=False)]
    assert (named["year"].to_numpy() == new["from_year"].to_numpy()).all()
    rating = named["usable_gw"].fillna(named["capacity_gw"]) * 1000
    assert new["limit_mw"].to_list() == pytest.approx(rating.to_list())


def test_within_limits_says_what_it_compares():
    rows = measure_headroom(Settings(), YEARS)
    most = rows["dependable_mw"] + rows["import_limit_mw"] - 1.12 * rows["peak_mw"]
    assert ((rows["headroom_mw"] <= most) == rows["within_limits"]).all()
    assert (rows["within_limits"] | ~rows["adequate"]).all()
    beyond = set(rows.loc[~rows["within_limits"], "province"])
    assert beyond == {
        "Fujian",
        "Hunan",
        "Jiangsu",
        "Jiangxi",
        "Shandong",
        "Sichuan",
        "Tibet",
        "Zhejiang",
    }


def test_headroom_ends_at_the_limits_on_request():
    rows, cut = (measure_headroom(Settings(cut_to_limits=c), YEARS) for c in (False, True))
    most = (rows["dependable_mw"] + rows["import_limit_mw"] - 1.12 * rows["peak_mw"]).clip(lower=0)
    assert cut["headroom_mw"].to_list() == pytest.approx(rows["headroom_mw"].clip(upper=most).to_list())
    assert (cut["within_limits"] == rows["within_limits"]).all()
    same = rows["within_limits"]
    assert (cut.loc[same, "headroom_mw"] == rows.loc[same, "headroom_mw"]).all()


def test_peak_from_the_data_folder_is_the_built_in_one():
    fresh, shipped = (measure_headroom(Settings(), YEARS, data=d) for d in (DATA, None))
    pd.testing.assert_frame_equal(fresh, shipped)
    steps = [measure_upgrades(Settings(), data=d) for d in (DATA, None)]
    pd.testing.assert_frame_equal(*steps)


def test_the_users_grid_table_goes_before_the_data_folder(tmp_path: Path):
    table = pd.read_csv(BUILTIN / "grid.csv")
    table.assign(peak_mw=table["peak_mw"] * 2).to_csv(tmp_path / "grid.csv", index=False)
    assert (grid_table(tmp_path, DATA)["peak_mw"] == 2 * builtin("grid")["peak_mw"]).all()


def test_a_province_without_lines_has_no_limit(tmp_path: Path):
    table = pd.read_csv(BUILTIN / "transfer_limits.csv", dtype="str", keep_default_na=False)
    ends = table[["from_province", "to_province"]]
    table[~ends.isin(["Fujian"]).any(axis=1)].to_csv(tmp_path / "transfer_limits.csv", index=False)
    rows = measure_headroom(Settings(cut_to_limits=True), [2026], tmp_path).set_index("province")
    assert pd.isna(rows.loc["Fujian", "import_limit_mw"])
    assert rows.loc["Fujian", "within_limits"]


@pytest.mark.parametrize("damage", ["cut", "short"])
def test_a_damaged_load_file_is_an_error(tmp_path: Path, damage: str):
    folder = tmp_path / "power"
    for name in (
        "load-provincial-hourly/hourly_demand_31_provinces.parquet",
        "crosswalk/province_crosswalk.csv",
    ):
        (folder / name).parent.mkdir(parents=True)
        (folder / name).write_bytes((DATA / "power" / name).read_bytes())
    load = folder / "load-provincial-hourly/hourly_demand_31_provinces.parquet"
    if damage == "cut":
        load.write_bytes(load.read_bytes()[:5000])
    else:
        pd.read_parquet(load).head(100).to_parquet(load)
    with pytest.raises(TableError, match=r"not a readable layer|found 100 hours"):
        measure_headroom(Settings(), YEARS, data=tmp_path)


def test_dependable_by_hand():
    capacity = builtin("capacity").query("province == 'Ningxia'").set_index("technology")["capacity_mw"]
    wanted = 0.9 * capacity["thermal"] + 0.4 * capacity["hydro"] + 0.08 * capacity["wind"]
    assert dependable("central")["Ningxia"] == pytest.approx(wanted)
    assert set(dependable("central").index) == set(builtin("provinces")["province"])


def test_upgrades():
    rows = measure_upgrades(Settings(band="central")).query("province == 'Gansu'").set_index("step")
    peak = builtin("grid").set_index("province").loc["Gansu", "peak_mw"]
    assert rows["earliest_year"].to_list() == [2028, 2029, 2030]
    assert (rows["size_mw"] / peak).to_list() == pytest.approx([0.02, 0.05, 10])
    assert rows["price_m_cny_per_mw"].to_list() == [0.35, 1.2, 4.0]


def test_later_decision_moves_the_steps():
    rows = measure_upgrades(Settings(decision_year=2027))
    assert rows.query("step == 1")["earliest_year"].unique().tolist() == [2029]


def test_a_delay_of_upgrades_moves_every_step():
    usual, late = (measure_upgrades(Settings(upgrade_delay_years=years)) for years in (0, 2))
    assert late["earliest_year"].to_list() == (usual["earliest_year"] + 2).to_list()
    assert late.drop(columns="earliest_year").equals(usual.drop(columns="earliest_year"))


def test_a_province_without_emission_factor(tmp_path: Path):
    rows = builtin("emissions_marginal")
    rows[rows["province"] != "Hebei"].to_csv(tmp_path / "emissions_marginal.csv", index=False)
    with pytest.raises(TableError, match=r"emissions_marginal.csv: no factor for Hebei"):
        measure_emissions(list_places(CandidateSettings()), tmp_path)


def test_emission_factors():
    factors = measure_emissions(list_places(CandidateSettings()))
    average = factors["emission_average_tco2_per_mwh"]
    assert average["seat-kunming"] == 0.1333
    assert average["area-horinger"] == 0.6479
    marginal = factors["emission_marginal_tco2_per_mwh"]
    assert marginal["area-horinger"] == 0.8273
    assert marginal["seat-kunming"] == pytest.approx(0.8273 / 2)
    assert (marginal > average).all(), "the margin is fossil, the average is not"
    assert builtin("emissions").set_index("province").loc["Tibet", "confidence"] == "low"
