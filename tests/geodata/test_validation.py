"""The hard numbers of docs/validation.md, and that its tables are those that the program makes."""

import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from benchmarks.cities import compare, left_out
from benchmarks.validation import BLOCK, tables, updated
from geodata.candidates import builtin_places
from geodata.read import builtin
from geodata.schemas.base import COOLING

ROOT = Path(__file__).parents[2]
DATA = ROOT.parent / "shared" / "data"
DOCUMENT = ROOT / "docs" / "validation.md"


@pytest.fixture(scope="module")
def cities() -> pd.DataFrame:
    return compare(DATA)


def test_six_cities_eight_records_six_technologies(cities: pd.DataFrame) -> None:
    assert cities["city"].nunique() == 6
    assert cities["record"].nunique() == 8
    assert (cities.groupby("record")["technology"].agg(set) == set(COOLING)).all()


@pytest.mark.parametrize("made", ["pue_hours", "pue_mean"])
def test_pue_of_made_up_hours_is_that_of_real_hours(cities: pd.DataFrame, made: str) -> None:
    """Every city and technology within 0.015, the aim."""
    assert (cities[made] - cities["pue_real"]).abs().max() < 0.015


def test_wet_bulb_of_hot_hours(cities: pd.DataFrame) -> None:
    """99th percentile: 1.5 C on the mean of the absolute differences, the aim."""
    each = cities.drop_duplicates("record")
    assert (each["wet_bulb_p99_c"] - each["wet_bulb_p99_real_c"]).abs().mean() < 1.5


def test_a_city_left_out_of_the_fit_is_met_too() -> None:
    found = left_out(DATA)
    assert len(found) == 5
    assert found["pue_error"].abs().max() < 0.015
    assert found["wet_bulb_p99_error_c"].abs().mean() < 1.5


@pytest.mark.slow
def test_the_document_holds_what_the_program_prints() -> None:
    text = DOCUMENT.read_text(encoding="utf-8")
    found = tables(DATA)
    assert set(BLOCK.findall(text)) == set(found)
    assert updated(text, found) == text, "run: python -m benchmarks.validation --update docs/validation.md"


def test_the_document_s_code_runs(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(ROOT)
    blocks = re.findall(r"```python\n(.*?)```", DOCUMENT.read_text(encoding="utf-8"), re.DOTALL)
    made: dict[str, object] = {}
    for block in blocks:
        exec(block, made)
    error, wet = (float(v) for v in capsys.readouterr().out.split())
    assert error < 0.015
    assert wet < 1.5
    assert np.shape(made["pue"]) == (1, 8760)


def test_published_values_name_places_and_technologies_that_exist() -> None:
    published = builtin("pue_published")
    assert set(published["site_id"]) - {""} <= set(builtin_places()["site_id"])
    assert set(published["technology"]) - {""} <= set(COOLING)
    assert set(published["bound"]) == {"mean", "at most"}
    assert set(published["cluster_id"]) - {""} == set(builtin("clusters")["cluster_id"])
    common = published["scope"].str.startswith("common figure")
    assert published.loc[common, "source"].str.startswith("unsourced").all()
    assert not published.loc[~common, "source"].str.contains("unsourced").any()
