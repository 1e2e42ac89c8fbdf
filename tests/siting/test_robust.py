"""`siting robust` on the run of the tiny world: files, page, report, and what is refused."""

from __future__ import annotations

import json

import pandas as pd
import pytest

from maps.texts import texts
from siting.robust.ends import headroom_ends, noise_of
from siting.robust.page import RobustText, sentences
from siting.robust.tables import TABLES, split
from siting.robust.write import read_robust
from siting.scenario import ScenarioError
from tests.siting.conftest import tree


@pytest.fixture(scope="module")
def drawn(written_run, tmp_path_factory):
    """Return a copy of the run with its draws, and what the command printed as JSON."""
    import shutil

    from typer.testing import CliRunner

    from siting.cli import app

    run = shutil.copytree(written_run, tmp_path_factory.mktemp("drawn") / "run")
    words = ["robust", str(run), "--draws", "16", "--workers", "1", "--json"]
    words += ["--noise", "tariffs.missing=1.0"]
    result = CliRunner().invoke(app, words)
    assert result.exit_code == 0, result.output
    return run, json.loads(result.stdout)


def test_the_folder_holds_every_table_twice(drawn):
    run, told = drawn
    for name in TABLES:
        table = pd.read_parquet(run / "robust" / f"{name}.parquet")
        if name != "draws_mw":
            assert len(pd.read_csv(run / "robust" / f"{name}.csv")) == len(table)
    about = json.loads((run / "robust" / "robust.json").read_text())
    assert about["draws_done"] == about["draws_asked"] == 16
    assert about["statuses"] == {"optimal": 16}
    assert 0 < about["half_width_share"] < 0.5
    assert {row["province"] for row in told["provinces"]} >= {"West", "Middle"}
    assert about["headroom_provinces"] == 0, "the made-up provinces are in no recipe"


def test_tables_fit_each_other(drawn):
    robust = read_robust(drawn[0])
    draws, mw = robust.draws.set_index("draw"), robust.draws_mw
    assert mw.groupby("draw")["it_mw"].sum().to_numpy() == pytest.approx(draws["it_mw"].to_numpy(), abs=1e-3)
    sites = robust.sites.set_index("site_id")
    mean = mw.groupby("site_id")["it_mw"].sum() / 16
    assert sites["mean_mw"].to_numpy() == pytest.approx(mean.reindex(sites.index).fillna(0.0).to_numpy())
    assert robust.sites["plan_mw"].sum() == pytest.approx(800.0)
    west = robust.about["west_share"]
    assert west["low"] <= west["median"] <= west["high"]
    assert set(robust.inputs["of"]) >= {"provinces"}


@pytest.mark.slow
@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_report_has_the_page_of_it(drawn, siting, language):
    run, words = drawn[0], texts(language)
    siting("report", run, "--lang", language)
    page = (run / "report.html").read_text()
    assert words["report.draws"] in page
    assert 'id="robust-provinces' in page
    assert "robust RUN" not in page
    assert words["robust.section.inputs"] in page
    assert (run / "summary.md").read_text().count(words["exec.robust"]) == 1


@pytest.mark.slow
def test_a_report_without_draws_says_how_to_get_them(run_folder, siting):
    assert read_robust(run_folder) is None
    siting("report", run_folder)
    page = (run_folder / "report.html").read_text()
    assert texts("en")["report.draws"] in page
    assert "siting robust RUN" in page


def test_sentences_name_places_by_how_sure_they_are(tiny_plan, drawn):
    robust = read_robust(drawn[0])
    sure, some, rare = split(robust.provinces)
    assert len(sure) + len(some) + len(rare) == len(robust.provinces)
    told = sentences(RobustText(tiny_plan, robust, "en"))
    assert told[0].startswith("16 of 16 draws")
    assert all(name in told[1] for name in sure["province"])


def test_draws_that_are_there_are_not_replaced_unasked(drawn, siting):
    before = tree(drawn[0])
    result = siting("robust", drawn[0], "--draws", "16")
    assert result.exit_code == 2
    assert "--force" in result.stderr
    assert tree(drawn[0]) == before


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--draws", "17"], "expected an even number, at least 16"),
        (["--noise", "tariffs.weird=1"], "expected GROUP.PART=NUMBER"),
        (["--noise", "tariffs.low=-1"], "greater than or equal to 0"),
        (["--noise", "tariffs.site=0.5"], "sum to 1.3, expected 1"),
        (["--lang", "fr"], "expected en or zh"),
    ],
)
def test_what_cannot_be_is_refused_and_nothing_is_left(run_folder, siting, words, message):
    before = tree(run_folder)
    result = siting("robust", run_folder, *words)
    assert result.exit_code == 2
    assert message in result.stderr
    assert tree(run_folder) == before


def test_no_run(siting, tmp_path):
    result = siting("robust", tmp_path)
    assert result.exit_code == 2
    assert "not a run folder" in result.stderr


def test_a_band_may_be_changed():
    noise = noise_of(["tariffs.medium=0.05", "headroom.width=0"])
    assert noise.tariffs.medium == 0.05
    assert noise.headroom.width == 0
    with pytest.raises(ScenarioError, match="--noise shell"):
        noise_of(["shell"])


def test_ends_of_the_recipe_by_hand(tiny_plan):
    """Without export and in the first year: 2, 3 and 5 % of the peak."""
    ends = headroom_ends(tiny_plan)
    first = ends.loc[("Zhejiang", 2026)]
    assert first["low_share"] == pytest.approx(2 / 3, rel=1e-6)
    assert first["high_share"] == pytest.approx(5 / 3, rel=1e-6)
    assert (ends["low_share"] <= 1).all()
    assert (ends["high_share"] >= 1).all()
