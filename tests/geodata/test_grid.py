"""Grid: the derived table is rebuilt, headroom by hand, upgrade steps, emission factors."""

from pathlib import Path

import pandas as pd
import pytest

from geodata.candidates import Settings as CandidateSettings
from geodata.candidates import list_places
from geodata.grid_table import build_grid
from geodata.layers.grid import Settings, dependable, measure_emissions, measure_headroom, measure_upgrades
from geodata.read import builtin

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


def test_emission_factors():
    factor = measure_emissions(list_places(CandidateSettings()))
    assert factor["seat-kunming"] == 0.1333
    assert factor["area-horinger"] == 0.6479
    assert builtin("emissions").set_index("province").loc["Tibet", "confidence"] == "low"
