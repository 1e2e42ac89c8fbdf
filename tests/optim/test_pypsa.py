"""The energy of a plant against PyPSA: the same least cost from the same tables."""

from __future__ import annotations

import pytest

from benchmarks.ac_dc_meshed import FOLDER, ISLANDS, PUBLISHED_COST, results
from benchmarks.plant_cases import only
from benchmarks.pypsa_energy import REAL, SITES, TINY, TOLERANCE, compare, tiny_survey
from geodata.survey import Settings, survey


@pytest.fixture(scope="module")
def real():
    return only(survey(Settings()), list(SITES))


@pytest.mark.slow
@pytest.mark.parametrize("case", TINY, ids=lambda case: case.name)
def test_tiny_world_costs_what_pypsa_says(case):
    found = compare(case, tiny_survey())
    assert found["difference_share"] < TOLERANCE
    assert found["lack_m_cny"] == pytest.approx(0, abs=1e-9)


@pytest.mark.slow
@pytest.mark.parametrize("case", REAL, ids=lambda case: case.name)
def test_real_sites_cost_what_pypsa_says(case, real):
    found = compare(case, real)
    assert found["difference_share"] < TOLERANCE
    assert found["lack_m_cny"] == pytest.approx(0, abs=1e-9)


def test_the_cases_cover_what_the_block_can_do():
    assert len(REAL) >= 10
    assert {how for case in REAL for how, _ in case.green} == {"hourly", "monthly", "annual", "certificates"}
    for ability in ("battery", "direct", "export", "defer"):
        assert {getattr(case, ability) for case in REAL} == {True, False}
    assert any(case.moved_share for case in REAL)
    assert any(case.meter_share < 1 for case in REAL)
    assert any(len(case.technologies) > 1 for case in REAL)


@pytest.mark.slow
def test_the_meshed_example_is_the_published_one_and_its_islands_cost_the_same():
    found = results(FOLDER)
    assert found[0]["pypsa_eur"] == pytest.approx(PUBLISHED_COST, abs=0.01)
    assert len(found) == 2 + 2 * len(ISLANDS)
    for row in found:
        assert row["difference_share"] < TOLERANCE, row
