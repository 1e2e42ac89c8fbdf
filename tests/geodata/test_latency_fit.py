"""The shipped defaults of the latency model are what the data give, and the errors are those of the docs."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from geodata.layers.latency import Settings, model_pairs, one_way_ms, route_km
from geodata.read import builtin
from geodata.rebuilding.latency_fit import (
    azure_pairs,
    cable_detours,
    ends_of,
    fit,
    fit_ends,
    fit_route,
    modelled_rtt_ms,
    published_pairs,
    rail_detour,
    zone_one_way_ms,
)

DATA = Path(__file__).parents[2].parent / "shared" / "data"
IBM = DATA / "network" / "ibm_cloud"


@pytest.fixture(scope="module")
def azure() -> pd.DataFrame:
    pairs = azure_pairs(DATA)
    model = model_pairs(*ends_of(pairs, "source", "destination"), Settings())
    return pairs.assign(**{c: model[c] for c in ("how", "distance_km")}, model_ms=model["rtt_ms"])


@pytest.fixture(scope="module")
def published() -> pd.DataFrame:
    pairs = published_pairs()
    return pairs.assign(model_ms=modelled_rtt_ms(pairs, Settings()))


def error(pairs: pd.DataFrame) -> float:
    return float((pairs["model_ms"] - pairs["rtt_ms"]).abs().mean())


def inside(pairs: pd.DataFrame) -> float:
    ratio = pairs["rtt_ms"] / pairs["model_ms"]
    return float(((ratio - 1).abs() <= Settings().error_band_share).mean())


def test_the_defaults_are_the_fit() -> None:
    found, shipped = fit(DATA), Settings()
    assert found.equipment_one_way_ms == pytest.approx(shipped.equipment_one_way_ms)
    assert found.access_one_way_ms == pytest.approx(shipped.access_one_way_ms)
    assert found.detour == pytest.approx(shipped.detour)
    assert found.access_route_km == pytest.approx(shipped.access_route_km)
    assert found.ends_ibm_one_way_ms == pytest.approx(0.765, abs=0.001)
    assert found.ends_short_one_way_ms == pytest.approx(0.54, abs=0.01)


def test_lines_are_longer_than_straight_by_the_defaults() -> None:
    assert cable_detours().median() == pytest.approx(1.62, abs=0.01)
    assert cable_detours().min() > Settings().detour
    assert rail_detour(DATA) == pytest.approx(Settings().line_detour, abs=0.03)


def test_published_pairs(published: pd.DataFrame) -> None:
    counted = published[published["use"].isin(["fit", "check"])]
    assert len(counted) == 10
    assert error(counted[counted["distance_km"] < 400]) == pytest.approx(1.6, abs=0.1)
    assert error(counted) == pytest.approx(2.4, abs=0.1)
    assert inside(counted) == 0.9
    assert error(counted[counted["use"] == "check"]) == pytest.approx(3.0, abs=0.1)  # no part in any fit


@pytest.mark.slow
def test_short_pairs_left_out_one_by_one(published: pd.DataFrame) -> None:
    short = published[published["use"] == "fit"]
    same, other = zone_one_way_ms(DATA)
    wrong = []
    for row in short.index:
        ends = (2 * other + fit_ends(short.drop(index=row), Settings())) / 2
        access = round((ends - 2 * same) / 0.05) * 0.05
        model = modelled_rtt_ms(short.loc[[row]], Settings(access_one_way_ms=access))[0]
        wrong.append(abs(model - short["rtt_ms"][row]))
    assert np.mean(wrong) == pytest.approx(1.9, abs=0.1)


def test_one_operators_pairs_abroad(azure: pd.DataFrame) -> None:
    assert len(azure) == 204
    assert set(azure["how"]) == {"great circle"}
    assert error(azure) == pytest.approx(5.9, abs=0.05)
    assert error(azure[azure["rtt_ms"] < 100]) == pytest.approx(4.3, abs=0.05)  # Israel to the Gulf by Europe
    assert inside(azure) >= 0.8


@pytest.mark.slow
def test_regions_left_out_one_by_one(azure: pd.DataFrame) -> None:
    ends = 4 * zone_one_way_ms(DATA)[1]
    wrong = []
    for region in sorted({*azure["source"], *azure["destination"]}):
        out = (azure["source"] == region) | (azure["destination"] == region)
        detour, access = fit_route(azure.loc[~out, "distance_km"], azure.loc[~out, "rtt_ms"], ends)
        settings = Settings(detour=detour, access_route_km=access)
        model = 2 * one_way_ms(route_km(azure.loc[out, "distance_km"], settings), settings)
        wrong.append(np.abs(model - azure.loc[out, "rtt_ms"]))
    assert np.concatenate(wrong).mean() == pytest.approx(5.9, abs=0.1)


def test_another_operators_regions_which_no_fit_saw() -> None:
    places = pd.read_csv(IBM / "ibm_region_coordinates.csv").set_index("region")[["longitude", "latitude"]]
    pairs = pd.read_csv(IBM / "ibm_inter_region_rtt.csv.gz").query("source < destination")
    pairs = pairs.groupby(["source", "destination"])["rtt_avg_ms"].mean().reset_index()
    model = model_pairs(*(places.loc[pairs[end]].to_numpy() for end in ("source", "destination")), Settings())
    near = model["distance_km"] <= 3000
    wrong = (model["rtt_ms"] - pairs["rtt_avg_ms"]).abs()[near]
    assert len(wrong) == 11
    assert wrong.mean() < 3.1


def test_published_pairs_are_typed() -> None:
    table = builtin("latency_check")
    assert set(table["kind"]) == {"one-way", "rtt"}
    assert set(table["use"]) == {"fit", "check", "repeated layer", "upper bound", "shown"}
    np.testing.assert_allclose(table["rtt_ms"], 2 * table["one_way_ms"])
    given = table["one_way_ms"].where(table["kind"] == "one-way", table["rtt_ms"])
    np.testing.assert_allclose(table["published_ms"], given)
    assert (table["one_way_ms"] >= table["distance_km"] * 0.0049).all()
    assert (table.loc[table["use"] == "fit", "distance_km"] < 400).all()


def test_the_docs_show_the_model_as_it_is(published: pd.DataFrame) -> None:
    text = (Path(__file__).parents[2] / "docs" / "latency.md").read_text(encoding="utf-8")
    for pair in published.itertuples():
        difference = pair.model_ms - pair.rtt_ms
        row = f"{pair.rtt_ms:g} | {pair.model_ms:.1f} | {difference:+.1f} | {pair.use} |"
        assert row in text, f"{pair.from_name} - {pair.to_name}: {row}"


def test_the_fit_finds_a_known_model() -> None:
    km = pd.Series(np.linspace(50, 2900, 40))
    true = Settings(detour=1.7, access_route_km=400, access_one_way_ms=1.0, equipment_one_way_ms=0.0)
    rtt = pd.Series(2 * one_way_ms(route_km(km, true), true))
    assert fit_route(km, rtt, 2.0) == (1.7, 400.0)
