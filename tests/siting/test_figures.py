"""`siting figure`: the list, one figure, its data, formats, and what people get wrong."""

import re
import stat
from pathlib import Path
from xml.etree import ElementTree

import pandas as pd
import pytest

from siting.artefacts import read_run
from siting.figure_names import NAMES, OF_PLAN
from siting.report_tables import by_province
from tests.browser import find_browser
from tests.siting.conftest import Run, tree


@pytest.mark.slow
def test_the_list_names_every_figure_with_a_sentence(siting: Run, written_run: Path) -> None:
    result = siting("figure", written_run)
    rows = [line.split("\t") for line in result.output.splitlines()]
    assert [row[0] for row in rows] == list(NAMES)
    assert all(len(row[1]) > 15 for row in rows)
    assert "(needs siting robust)" in dict(rows)["robust-provinces"]
    assert "(needs siting rules)" in dict(rows)["rules"]
    assert "方案图" in siting("figure", written_run, "--lang", "zh").output


@pytest.mark.slow
def test_all_figures_of_a_plan_with_their_data(siting: Run, written_run: Path, tmp_path: Path) -> None:
    result = siting("figure", written_run, "all", "--data", "--out", tmp_path / "out", "--width", "700")
    assert result.exit_code == 0
    for name in OF_PLAN:
        root = ElementTree.parse(tmp_path / "out" / f"{name}.svg").getroot()
        assert root.get("width") == "700"
        assert "sans-serif" in str(root.get("font-family"))
        assert "<world>" not in (tmp_path / "out" / f"{name}.svg").read_text(encoding="utf-8")
    assert (tmp_path / "out/map-sites.csv").is_file()
    assert (tmp_path / "out/map-flows.csv").is_file()


@pytest.mark.slow
def test_the_data_are_those_of_the_figure(siting: Run, written_run: Path, tmp_path: Path) -> None:
    siting("figure", written_run, "costs", "--data", "--out", tmp_path)
    table = pd.read_csv(tmp_path / "costs.csv")
    costs = read_run(written_run).results.costs
    assert table["discounted_m_cny"].sum() == pytest.approx(costs["discounted_m_cny"].sum())
    assert sorted(table["item"]) == sorted(set(costs["item"]))


@pytest.mark.slow
def test_provinces_of_the_data_are_those_of_the_report(
    siting: Run, written_run: Path, tmp_path: Path
) -> None:
    from siting.figure_names import Drawable

    siting("figure", written_run, "provinces", "--data", "--out", tmp_path)
    table = pd.read_csv(tmp_path / "provinces.csv", index_col="province")
    expected = by_province(Drawable(read_run(written_run), None, None).source)
    assert table.to_numpy() == pytest.approx(expected.to_numpy())
    assert list(table.columns) == [f"{year}_it_mw" for year in expected.columns]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["provnces"], "no figure is called 'provnces'; did you mean provinces"),
        (["xyzzy"], "there are map, provinces"),
        (["rules"], "needs what `siting rules RUN` finds"),
        (["robust-sites"], "needs what `siting robust RUN` finds"),
        (["map", "--format", "gif"], "expected some of svg,png,pdf"),
        (["map", "--format", ","], "expected some of svg,png,pdf"),
        (
            ["map", "--format", "png", "--chromium", "/nowhere/chromium"],
            "/nowhere/chromium: is not a program",
        ),
    ],
)
def test_what_cannot_be_drawn_is_said_once(
    siting: Run, written_run: Path, tmp_path: Path, words: list[str], told: str
) -> None:
    result = siting("figure", written_run, *words, "--out", tmp_path / "out")
    assert result.exit_code == 2
    assert told in result.stderr
    assert len(result.stderr.strip().splitlines()) == 1
    assert not (tmp_path / "out").exists()


def _program(folder: Path, body: str) -> Path:
    path = folder / "fake-chromium"
    path.write_text(f"#!/bin/sh\n{body}\n", encoding="utf-8")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    return path


@pytest.mark.slow
@pytest.mark.parametrize(
    ("body", "told"),
    [("echo no display >&2; exit 3", "failed with code 3 (no display)"), ("exit 0", "made no PNG")],
)
def test_a_program_that_fails_leaves_nothing(
    siting: Run, written_run: Path, tmp_path: Path, body: str, told: str
) -> None:
    program = _program(tmp_path, body)
    result = siting(
        "figure", written_run, "map", "--format", "svg,png", "--chromium", program, "--out", tmp_path / "out"
    )
    assert result.exit_code == 2
    assert told in result.stderr
    assert not (tmp_path / "out").exists()


def test_no_program_is_said_with_what_to_do(
    siting: Run, run_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("siting.chromium.NAMES", ())
    monkeypatch.delenv("SITING_BROWSER", raising=False)
    before = tree(run_folder)
    result = siting("report", run_folder, "--pdf")
    assert result.exit_code == 2
    assert "no Chromium, Chrome or Edge was found" in result.stderr
    assert "--chromium PATH or the variable SITING_BROWSER" in result.stderr
    assert tree(run_folder) == before
    monkeypatch.setenv("SITING_BROWSER", "no-such-program")
    assert "no-such-program: is not a program" in siting("report", run_folder, "--pdf").stderr


@pytest.mark.browser
def test_png_and_pdf_have_the_size_asked_for(siting: Run, written_run: Path, tmp_path: Path) -> None:
    options = ["--format", "svg,png,pdf", "--width", "600", "--scale", "1.5", "--lang", "zh"]
    result = siting(
        "figure", written_run, "provinces", *options, "--chromium", find_browser(), "--out", tmp_path
    )
    assert result.exit_code == 0, result.stderr
    height = float(str(ElementTree.parse(tmp_path / "provinces.svg").getroot().get("height")))
    png = (tmp_path / "provinces.png").read_bytes()
    size = (int.from_bytes(png[16:20]), int.from_bytes(png[20:24]))
    assert png[1:4] == b"PNG"
    assert size[0] == 900
    assert abs(size[1] - 1.5 * height) <= 2
    pdf = (tmp_path / "provinces.pdf").read_bytes()
    assert pdf.startswith(b"%PDF")
    assert pdf.count(b"/Type /Page\n") == 1


@pytest.mark.browser
def test_a_report_on_paper_with_its_summary_beside(siting: Run, written_run: Path, tmp_path: Path) -> None:
    before = tree(written_run)
    out = tmp_path / "report-zh.html"
    result = siting(
        "report", written_run, "--lang", "zh", "--pdf", "--out", out, "--chromium", find_browser()
    )
    assert result.exit_code == 0, result.stderr
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "report-zh.html",
        "report-zh.pdf",
        "summary-zh.md",
    ]
    assert out.read_text(encoding="utf-8").startswith("<!DOCTYPE html>")
    assert len(re.findall(rb"/Type /Page\b", out.with_suffix(".pdf").read_bytes())) > 1
    assert tree(written_run) == before
