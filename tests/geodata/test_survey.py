"""The survey: every table checked, complete, and traceable."""

from pathlib import Path

import pandas as pd
import pytest

from geodata.candidates import Settings as CandidateSettings
from geodata.figures import weakest
from geodata.read import builtin
from geodata.schemas.base import COOLING
from geodata.survey import Settings, survey
from geodata.tables import MODELS, Attributes, Candidates, Cooling, Survey, TableError, checked

DATA = Path(__file__).parents[2].parent / "shared" / "data"


@pytest.fixture(scope="module")
def surveyed() -> Survey:
    return survey(Settings())


@pytest.mark.parametrize("name", MODELS)
def test_every_table_passes_its_model(surveyed: Survey, name: str):
    table = getattr(surveyed, name)
    assert table.empty == (name in ("cells", "exclusions", "quotas"))
    pd.testing.assert_frame_equal(checked(table, MODELS[name], name), table)


def test_tables_fit_together(surveyed: Survey):
    sites = set(surveyed.candidates["site_id"])
    zones = set(surveyed.zones["zone_id"])
    assert len(sites) == 352
    assert set(surveyed.candidates["province"]) == zones == set(surveyed.headroom["province"])
    assert set(surveyed.zones["city_site_id"]) <= sites
    assert len(surveyed.links) == len(sites) * len(zones)
    assert len(surveyed.cooling) == len(sites) * len(COOLING)
    assert set(surveyed.demand["zone_id"]) == zones
    assert set(surveyed.upgrades["province"]) == zones


def test_every_column_has_its_source(surveyed: Survey):
    general = set(surveyed.figures.query("site_id == ''")["column"])
    models = (Candidates, Cooling, Attributes)
    assert {c for model in models for c in model.to_schema().columns} == general
    assert set(surveyed.figures["site_id"]) <= {"", *surveyed.candidates["site_id"]}


def test_what_is_empty_is_missing_and_nothing_else_is(surveyed: Survey):
    """But for the magnitude, where the catalogue knows of no earthquake; `none` in the words of explain."""
    rows = surveyed.figures.set_index(["column", "site_id"])["confidence"]
    table = surveyed.attributes.set_index("site_id").drop(columns=["grade", "weak_layers"])
    for column in table.columns.drop("earthquake_100km_magnitude"):
        told = pd.Series([rows.get((column, s), rows[column, ""]) for s in table.index], table.index)
        empty = table[column].isna() | (table[column].astype("str") == "")
        assert ((told == "missing") == empty).all(), column


def test_efficiency_is_as_sure_as_the_climate(surveyed: Survey):
    rows = surveyed.figures.set_index(["column", "site_id"])["confidence"]
    assert rows["pue_mean", ""] == "medium"
    weak = surveyed.figures.query("confidence == 'low' and site_id != ''")
    for efficiency, climate in (("pue_mean", "temperature_mean_c"), ("pue_peak", "wet_bulb_hot_c")):
        sites = set(weak.loc[weak["column"] == climate, "site_id"])
        assert sites
        assert sites == set(weak.loc[weak["column"] == efficiency, "site_id"])


def test_borrowed_tariffs_are_flagged(surveyed: Survey):
    flagged = surveyed.figures.query("column == 'energy_price_posted_cny_per_mwh' and site_id != ''")
    notes = flagged.set_index("site_id")["note"]
    assert "proxy_energy of Hebei" in notes["area-zhangbei"]
    assert "seat-beijing" not in notes
    assert surveyed.candidates.set_index("site_id").loc["area-zhangbei", "confidence"] == "low"


def test_confidence_is_the_weakest():
    words = [pd.Series(["high", "high", "low"]), pd.Series(["high", "medium", "high"])]
    assert weakest(words).to_list() == ["high", "medium", "low"]


def _own(tmp_path: Path, rows: str) -> Settings:
    path = tmp_path / "sites.csv"
    path.write_text("name,longitude,latitude,price_negotiated_cny_per_mwh\n" + rows, encoding="utf-8")
    return Settings(candidates=CandidateSettings(sites_file=path, replace_builtin=True))


@pytest.mark.slow
def test_own_sites_take_the_climate_beside_them(tmp_path: Path):
    own = survey(_own(tmp_path, "Park,113.30,40.00,333\n"))
    row = own.candidates.iloc[0]
    assert (row["kind"], row["confidence"], row["price_negotiated_cny_per_mwh"]) == ("own", "low", 333)
    flagged = own.figures.query("site_id == 'own-park'").set_index("column")
    assert flagged.loc["temperature_mean_c", "confidence"] == "low"
    assert flagged.loc["longitude", "source"] == "user's table"
    assert flagged.loc["ghi_kwh_per_m2", "note"].startswith("taken from seat-datong")
    assert flagged.loc["ghi_station_km", "confidence"] == "missing", "a neighbour's distance is not its own"
    assert flagged.loc["province", "note"] == "", "no polygons were asked"
    assert set(own.zones["city_site_id"]) == {"own-park"}


def test_own_sites_far_from_all_need_the_data_folder(tmp_path: Path):
    with pytest.raises(TableError, match="--data"):
        survey(_own(tmp_path, "Desert,84.0,38.5,\n"))


def test_missing_folders():
    with pytest.raises(
        TableError, match=r"geodata\.data: no folder /none/x; geodata\.tables: no folder /none/y"
    ):
        survey(Settings(data=Path("/none/x"), tables=Path("/none/y")))


@pytest.mark.slow
def test_own_tables_are_used(tmp_path: Path):
    grid = builtin("grid")
    (tmp_path / "tables").mkdir()
    grid.assign(peak_mw=grid["peak_mw"] * 2).to_csv(tmp_path / "tables" / "grid.csv", index=False)
    settings = _own(tmp_path, "Park,113.30,40.00,333\n")
    twice = survey(settings.model_copy(update={"tables": tmp_path / "tables"}))
    assert twice.headroom["peak_mw"].sum() == pytest.approx(2 * 5 * grid["peak_mw"].sum())


@pytest.mark.slow
def test_own_sites_far_from_all_are_surveyed_from_the_data_folder(tmp_path: Path):
    settings = _own(tmp_path, "Desert,84.0,38.5,\n").model_copy(update={"data": DATA})
    row = survey(settings).candidates.iloc[0]
    assert row["province"] == "Xinjiang"
    assert 700 < row["elevation_m"] < 1500
    assert row["temperature_hot_c"] > 30
