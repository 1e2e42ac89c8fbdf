"""`siting alternatives` on the run of the tiny world."""

from __future__ import annotations

import json

import pandas as pd
import pytest

from siting.alternatives.tables import TABLES
from tests.siting.conftest import tree


@pytest.fixture(scope="module")
def near(written_run, tmp_path_factory):
    from typer.testing import CliRunner

    from siting.cli import app

    out = tmp_path_factory.mktemp("near") / "near"
    words = ["alternatives", str(written_run), "--slack", "2%", "--count", "4", "--out", str(out), "--json"]
    result = CliRunner().invoke(app, words)
    assert result.exit_code == 0, result.output
    return out, json.loads(result.stdout)


def test_the_folder_holds_every_table_twice_and_a_page(near):
    out, told = near
    for name in TABLES:
        assert len(pd.read_csv(out / f"{name}.csv")) == len(pd.read_parquet(out / f"{name}.parquet"))
    assert 'id="near-provinces' in (out / "alternatives.html").read_text()
    assert told["slack_share"] == 0.02
    assert told["count"] == len(told["alternatives"]) <= 4
    assert told["failed"] == {}


def test_true_slack_and_ranges(near):
    told = near[1]
    assert all(-1e-6 <= row["slack_share"] <= 0.0205 for row in told["alternatives"])
    ranges = {row["place"]: row for row in told["ranges"]}
    for row in ranges.values():
        assert row["low_mw"] - 0.1 <= row["base_mw"] <= row["high_mw"] + 0.1
    assert ranges["West"]["plan_mw"] == pytest.approx(200.0)
    assert ranges["west"]["used"] == "always"


@pytest.mark.parametrize("slack", ["none", "-1%", "0", "200%"])
def test_a_slack_that_cannot_be(run_folder, siting, slack):
    before = tree(run_folder)
    result = siting("alternatives", run_folder, f"--slack={slack}")
    assert result.exit_code == 2
    assert "--slack" in result.stderr
    assert tree(run_folder) == before


@pytest.mark.slow
@pytest.mark.parametrize("language", ["en", "zh"])
def test_pages_in_both_languages(near, siting, written_run, tmp_path, language):
    out = tmp_path / language
    words = ["--slack", "0.01", "--count", "2", "--out", out, "--lang", language]
    result = siting("alternatives", written_run, *words)
    assert result.exit_code == 0, result.output
    assert f'<html lang="{language}">' in (out / "alternatives.html").read_text()
    assert "Ranges within the slack" in result.stdout
