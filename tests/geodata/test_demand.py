"""Demand: shares sum up, paths grow, own tables are checked."""

from pathlib import Path

import pandas as pd
import pytest
from pydantic import ValidationError

from geodata.candidates import Settings as CandidateSettings
from geodata.candidates import list_places
from geodata.layers.demand import Settings, measure_classes, measure_demand, measure_zones
from geodata.read import builtin
from geodata.tables import TableError

FACTS = Path(__file__).parents[2].parent / "shared" / "facts" / "workload_classes.csv"


@pytest.fixture(scope="module")
def zones() -> pd.DataFrame:
    return measure_zones(list_places(CandidateSettings()))


@pytest.fixture(scope="module")
def classes() -> pd.DataFrame:
    return measure_classes()


def test_zones(zones: pd.DataFrame):
    assert len(zones) == 31
    assert zones["demand_share"].sum() == pytest.approx(1)
    city = zones.set_index("zone_id")["city_site_id"]
    assert city["Beijing"] == "seat-beijing"
    assert city["Chongqing"].startswith("area-")


def test_a_zone_without_candidate_takes_the_nearest_of_all():
    places = list_places(CandidateSettings()).query("site_id in ['seat-beijing', 'seat-guangzhou']")
    city = measure_zones(places).set_index("zone_id")["city_site_id"]
    assert city["Tianjin"] == "seat-beijing"
    assert city["Hainan"] == "seat-guangzhou"


def test_classes(classes: pd.DataFrame):
    assert len(classes) == 6
    assert "backup_sync" not in set(classes["class_id"])
    assert (classes["rtt_ms_max"] == 2 * classes["one_way_ms_max"]).all()
    assert list(classes.loc[classes["same_city"], "class_id"]) == ["rt_edge"]


def test_what_classes_bear(classes: pd.DataFrame):
    """Work for users waits for nobody and stays; work between sites may wait and move."""
    users = classes["traffic"] == "users"
    assert list(classes.loc[users, "class_id"]) == ["rt_edge", "rt_infer", "chat_infer"]
    assert ((classes["deferrable_h"] == 0) == users).all()
    assert (classes["movable"] == ~users).all()
    assert (classes["essential"] == users).all()
    assert set(classes.loc[classes["needs_liquid"], "class_id"]) == {"rt_infer", "chat_infer", "training"}
    facts = pd.read_csv(FACTS, index_col="class_id")["deferrable_hours"]
    assert (classes.set_index("class_id")["deferrable_h"] == facts.drop("backup_sync")).all()


def test_a_flag_that_is_neither_true_nor_false_is_told(tmp_path: Path):
    builtin("classes").assign(movable="perhaps").to_csv(tmp_path / "classes.csv", index=False)
    with pytest.raises(TableError, match="column movable: found 'perhaps', expected true or false"):
        measure_classes(tmp_path)


@pytest.mark.parametrize("path", ["low", "central", "high"])
@pytest.mark.parametrize("mix", ["balanced", "inference_heavy", "training_heavy"])
def test_demand_adds_up_to_the_national_path(zones: pd.DataFrame, classes: pd.DataFrame, path, mix):
    demand = measure_demand(Settings(path=path, mix=mix, ai_share=0.5), zones, classes)
    added = builtin("demand_path").query("path == @path").set_index("year")["added_it_gw"].cumsum() * 500
    total = demand.groupby("year")["it_mw"].sum()
    assert total.to_list() == pytest.approx(added.to_list())


def test_years_begin_with_the_first(zones: pd.DataFrame, classes: pd.DataFrame):
    late = measure_demand(Settings(first_year=2028, last_year=2029), zones, classes)
    assert late.groupby("year")["it_mw"].sum().to_dict() == pytest.approx({2028: 6700, 2029: 14600})


def _own(tmp_path: Path, rows: str, zones: pd.DataFrame, classes: pd.DataFrame) -> pd.DataFrame:
    path = tmp_path / "demand.csv"
    path.write_text("zone_id,class_id,year,it_mw\n" + rows, encoding="utf-8")
    return measure_demand(Settings(demand_file=path), zones, classes)


def test_own_demand_fills_the_years_between(tmp_path: Path, zones: pd.DataFrame, classes: pd.DataFrame):
    demand = _own(tmp_path, "Beijing,training,2027,10\nBeijing,training,2029,30\n", zones, classes)
    assert demand.set_index("year")["it_mw"].to_dict() == {2026: 0, 2027: 10, 2028: 10, 2029: 30, 2030: 30}


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ("Peking,training,2027,10\n", "zone_id: found Peking, expected one of"),
        ("Beijing,train,2027,10\n", "class_id: found train, expected one of backup_async"),
        ("Beijing,training,2035,10\n", "year: found 2035, expected one of 2026"),
        ("Beijing,training,2027,-1\n", "it_mw: found -1.0"),
        ("Beijing,training,2027,1\nBeijing,training,2027,2\n", r"twice \(row 2\)"),
        ("Beijing,training,2027,5\nBeijing,training,2028,2\n", "falls in 2028 for Beijing, training"),
        ("Beijing,training,2027,\n", "expected a value"),
        ("Beijing,training,2027.5,1\n", "column year: expected whole numbers"),
    ],
)
def test_faults_of_own_demand(tmp_path: Path, zones, classes, rows: str, message: str):
    with pytest.raises(TableError, match=message):
        _own(tmp_path, rows, zones, classes)


def test_a_path_without_the_year(tmp_path: Path, zones: pd.DataFrame, classes: pd.DataFrame):
    builtin("demand_path").query("year < 2030").to_csv(tmp_path / "demand_path.csv", index=False)
    with pytest.raises(TableError, match="lacks years"):
        measure_demand(Settings(), zones, classes, tmp_path)


def test_settings_in_order():
    with pytest.raises(ValidationError, match="last_year 2026 is before first_year 2028"):
        Settings(first_year=2028, last_year=2026)


def test_a_factor_scales_the_path_and_own_demand(tmp_path: Path, zones: pd.DataFrame, classes: pd.DataFrame):
    usual, more = (measure_demand(Settings(factor=f), zones, classes) for f in (1.0, 1.3))
    assert more["it_mw"].to_list() == pytest.approx((1.3 * usual["it_mw"]).to_list())
    path = tmp_path / "demand.csv"
    path.write_text("zone_id,class_id,year,it_mw\nBeijing,training,2030,10\n", encoding="utf-8")
    own = measure_demand(Settings(demand_file=path, factor=0.5), zones, classes)
    assert own.set_index("year")["it_mw"][2030] == pytest.approx(5)


def test_a_factor_from_a_year_on_leaves_what_came_before(tmp_path: Path, zones, classes):
    usual, more = (
        measure_demand(Settings(factor=f, factor_from_year=2028), zones, classes) for f in (1.0, 1.5)
    )
    sums, higher = (table.groupby("year")["it_mw"].sum() for table in (usual, more))
    assert higher[[2026, 2027]].to_list() == pytest.approx(sums[[2026, 2027]].to_list())
    for year in (2028, 2029, 2030):
        assert higher[year] == pytest.approx(sums[2027] + 1.5 * (sums[year] - sums[2027]))
    path = tmp_path / "demand.csv"
    path.write_text(
        "zone_id,class_id,year,it_mw\nBeijing,training,2027,10\nBeijing,training,2030,30\n", encoding="utf-8"
    )
    own = measure_demand(Settings(demand_file=path, factor=0.5, factor_from_year=2028), zones, classes)
    assert own.set_index("year")["it_mw"].to_dict() == {2026: 0, 2027: 10, 2028: 10, 2029: 10, 2030: 20}
