"""The names for notebooks and programs: found late, with rich display, examples that run."""

import ast
import doctest
import html
import importlib
import re
import subprocess
import sys
from pathlib import Path

import pytest

import siting as package
from geodata.tables import PlannerError, TableError
from maps.style import number
from optim.tables import PlanError
from siting import SCENARIOS, compare, load_scenario, pareto, read_run, survey, sweep
from siting.api.page import Figure, Page
from siting.api.run import Run
from siting.api.study import Study
from siting.folder import OutputError
from siting.planning import Plan
from siting.scenario import Scenario, ScenarioError, dump_scenario

ROOT = Path(__file__).parents[2]
API = ("page", "places", "run", "run_studies", "scenarios", "studies", "study", "sweeps")
SMALL = {
    "optim.hours.days_max": 1,
    "optim.cooling.technologies": ["liquid_dry"],
    "optim.supply": {"direct": False, "battery": False},
    "optim.redispatch": "off",
}
CARBON = "optim.costs.items.carbon_cny_per_tco2"
EVIL = "<script>alert(1)</script>{{ x }}"


@pytest.fixture(scope="session")
def small() -> Scenario:
    return load_scenario(SCENARIOS / "tiny.yaml", SMALL)


@pytest.fixture(scope="session")
def small_run(small: Scenario) -> Run:
    return package.plan(small)


@pytest.fixture(scope="session")
def run(tiny_plan: Plan) -> Run:
    return Run(tiny_plan)


def shown(value: object) -> str:
    return value._repr_html_()  # type: ignore[attr-defined]


# ---- names


def test_every_name_is_there_in_the_stub_and_in_the_document() -> None:
    stub = ast.parse((ROOT / "siting" / "__init__.pyi").read_text(encoding="utf-8"))
    typed = {name.asname for node in stub.body if isinstance(node, ast.ImportFrom) for name in node.names}
    assert typed == set(package._HOME)
    text = (ROOT / "docs" / "api.md").read_text(encoding="utf-8")
    assert [name for name in typed if f"`{name}" not in text] == []
    assert set(package.__all__) == {*typed, "__version__"}
    assert dir(package) == sorted(package.__all__)


def test_a_name_is_no_module_which_would_hide_it() -> None:
    modules = {path.stem for path in (ROOT / "siting").iterdir()}
    assert not modules & set(package._HOME)


def test_a_name_stays_after_all_modules_were_imported() -> None:
    importlib.import_module("siting.cli")
    importlib.import_module("siting.sweeps.run")
    assert callable(package.plan)
    assert callable(package.sweep)
    assert package.SCENARIOS.is_dir()


def test_an_unknown_name_says_which_there_are() -> None:
    with pytest.raises(AttributeError, match="it has SCENARIOS, load_scenario"):
        package.nothing  # noqa: B018


def test_importing_the_package_imports_nothing_heavy() -> None:
    heavy = {"pandas", "numpy", "pydantic", "pyomo", "folium"}
    code = f"import sys, siting; print(sorted({heavy} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


# ---- scenarios


def test_a_scenario_is_changed_by_texts_and_by_keys_alike() -> None:
    texts = load_scenario(SCENARIOS / "tiny.yaml", ["geodata.demand.factor=1.2", "optim.redispatch=off"])
    keys = load_scenario(
        str(SCENARIOS / "tiny.yaml"), {"geodata.demand.factor": 1.2, "optim.redispatch": "off"}
    )
    assert texts == keys
    assert load_scenario(keys) == keys
    assert load_scenario(keys, "geodata.demand.factor=2").geodata.demand.factor == 2


def test_a_scenario_that_is_varied_keeps_the_address_with_its_password() -> None:
    address = "postgresql://me:secret@host/db"
    start = load_scenario(None, {"geodata.candidates.sites_file": address})
    varied = load_scenario(start, {"optim.solve.gap_share": 0.01})
    assert varied.geodata.candidates.sites_file == address
    assert "secret" not in dump_scenario(varied)
    assert "secret" not in shown(varied)


def test_faults_speak_of_changes() -> None:
    with pytest.raises(ScenarioError, match=r"^changes: key optim.nothing: unknown key"):
        load_scenario(None, {"optim.nothing": 1})
    with pytest.raises(ScenarioError, match=r"^changes: optim: expected a.b.c=value"):
        load_scenario(None, ["optim"])


def test_a_scenario_shows_what_is_not_as_by_default() -> None:
    page = shown(load_scenario(None, {"title": EVIL, "geodata.demand.factor": 1.25}))
    assert "geodata.demand.factor" in page
    assert "1.25" in page
    assert "optim.solve.gap_share" not in page
    assert "<script>" not in page
    assert html.escape("<script>") in page
    assert "Every default" in shown(load_scenario())


# ---- errors


@pytest.mark.parametrize("kind", [TableError, ScenarioError, PlanError, OutputError])
def test_errors_for_people_share_a_kind_and_show_as_one_line(kind: type[PlannerError]) -> None:
    assert issubclass(kind, PlannerError)
    assert kind("what is wrong")._render_traceback_() == [f"{kind.__name__}: what is wrong"]


# ---- a run


def test_a_run_shows_headline_with_units_and_what_is_weak(run: Run) -> None:
    page = shown(run)
    assert "Tiny &lt;world&gt;" in page
    assert f"{number(run.headline.it_mw / 1000)} GW" in page
    for line in run.weak_points:
        assert html.escape(line, quote=True) in page
    assert f"{len(run.audit)} checks, 0 failed" in page
    assert repr(run).startswith("Run of tiny-world: ")


def test_the_tables_of_a_run_are_those_of_the_plan(run: Run) -> None:
    assert run.build is run.plan.results.build
    assert run.costs["discounted_m_cny"].sum() == pytest.approx(run.headline.siting_cost_m_cny)
    assert run.flows is run.tables["flows"]
    assert run.sites["placed_mw"].sum() == pytest.approx(run.headline.it_mw)
    assert run.sites["placed_mw"].is_monotonic_decreasing
    assert run.sites.crs.to_epsg() == 4326


@pytest.mark.slow
def test_a_run_is_saved_and_read_back(run: Run, tmp_path: Path) -> None:
    saved = run.save(tmp_path / "out")
    assert saved.folder == tmp_path / "out"
    again = read_run(str(tmp_path / "out"))
    assert again.about["created"] == saved.about["created"]
    assert again.headline.siting_cost_m_cny == pytest.approx(run.headline.siting_cost_m_cny)
    assert again.map("zh").html == run.map("zh").html
    with pytest.raises(OutputError, match="is there already"):
        run.save(tmp_path / "out")
    run.save(tmp_path / "out", force=True)


@pytest.mark.slow
def test_the_map_takes_language_column_and_year(run: Run) -> None:
    assert '<html lang="zh">' in run.map("zh").html
    assert '<html lang="zh">' in run.report("zh").html
    assert run.map(column="temperature_mean_c").html != run.map().html
    assert run.map(year=run.headline.year).html == run.map().html
    with pytest.raises(ScenarioError, match=r"key maps.column: found 'nothing'"):
        run.map(column="nothing")


def test_runs_of_one_name_are_told_apart(run: Run) -> None:
    found = compare(run, run)
    assert found.title == "tiny-world (1), tiny-world (2)"
    assert found.table["difference"].abs().max() == 0
    assert "within the gap" in " ".join(found.sentences)
    assert "Leaflet" in found.page("map").html
    with pytest.raises(TableError, match="page x: not in this study, which has page, map"):
        found.page("x")


# ---- places


@pytest.mark.slow
def test_places_have_points_figures_and_a_map(small: Scenario) -> None:
    places = survey(small)
    assert places.candidates.geometry.x.tolist() == places.candidates["longitude"].tolist()
    assert places.tables["candidates"] is places.survey.candidates
    price = places.figures("North").set_index("column").loc["energy_price_posted_cny_per_mwh"]
    assert price["unit"] == "CNY/MWh"
    assert price["source"]
    assert places.map("temperature_mean_c").html != places.map().html
    page = shown(places)
    assert "3 places" in page
    assert "2 of grade D, 1 of grade E" in page


# ---- pages in a frame


def test_a_page_is_shown_in_a_frame_that_cannot_reach_the_notebook(tmp_path: Path) -> None:
    page = Page(f'<p title="a">{EVIL}</p>')
    frame = shown(page)
    assert frame.count("<") == 2
    found = re.fullmatch(
        r'<iframe srcdoc="([^"]*)" style="[^"]*" sandbox="([^"]*)" loading="lazy"></iframe>', frame
    )
    assert found
    assert html.unescape(found[1]) == page.html
    assert "allow-same-origin" not in found[2]
    assert page.save(tmp_path / "p.html").read_text(encoding="utf-8") == page.html


def test_a_figure_is_shown_and_saved(tmp_path: Path) -> None:
    figure = Figure('<svg viewBox="0 0 1 1"></svg>')
    assert figure.svg in shown(figure)
    assert (
        figure.save(tmp_path / "f.svg")
        .read_text(encoding="utf-8")
        .startswith('<svg font-family="sans-serif"')
    )


def test_a_study_shows_sentences_figure_and_table_as_text(tmp_path: Path) -> None:
    import pandas as pd

    table = pd.DataFrame({"place": [EVIL], "it_mw": [1.0]})
    written = []
    study = Study(
        EVIL, [EVIL], {"one": table}, {"f": Figure("<svg></svg>")}, {}, lambda *told: written.append(told)
    )
    page = shown(study)
    assert "<script>" not in page
    assert "<svg></svg>" in page
    assert "one (1 rows)" in page
    assert study.save(tmp_path, force=True) == tmp_path
    assert written == [(tmp_path, True)]


# ---- studies


@pytest.mark.slow
def test_a_sweep_in_this_process_is_that_of_the_command(small: Scenario, tmp_path: Path) -> None:
    told: list[str] = []
    found = sweep(small, {CARBON: [0, 200]}, say=told.append)
    assert told == ["0001 optimal", "0002 optimal"]
    assert found.table["siting_cost_m_cny"].is_monotonic_increasing
    assert "tornado" in found.figures
    kept = sweep(small, {CARBON: [0, 200]}, folder=tmp_path / "s")
    assert (tmp_path / "s" / "summary.csv").is_file()
    drop = ["seconds"]
    assert kept.table.drop(columns=drop).equals(found.table.drop(columns=drop))
    again = sweep(small, {CARBON: [0, 200]}, folder=tmp_path / "s", resume=True)
    assert again.table.equals(kept.table)
    with pytest.raises(OutputError, match="written while it runs"):
        found.save(tmp_path / "other")


def test_a_sweep_refuses_its_axes_before_any_work(small: Scenario) -> None:
    with pytest.raises(ScenarioError, match=r"optim\.nothing: unknown key"):
        sweep(small, {"optim.nothing": [1, 2]})
    with pytest.raises(ScenarioError, match="expected at least one"):
        sweep(small, {})


@pytest.mark.slow
def test_a_sample_lies_between_its_ends(small: Scenario) -> None:
    found = sweep(small, {"geodata.demand.factor": (0.9, 1.1)}, design="sample", samples=3, seed=4)
    assert found.table["geodata.demand.factor"].between(0.9, 1.1).all()
    assert len(found.table) == 3


@pytest.mark.slow
def test_a_sweep_without_an_answer_says_the_first_reason(small: Scenario) -> None:
    none = {"optim.workload.allow_unserved": False, "optim.campus.campus_max_mw": 25}
    with pytest.raises(PlannerError, match="no point has an answer; the first: "):
        sweep(load_scenario(small, none), {CARBON: [0, 1]})


@pytest.mark.slow
def test_a_front_is_that_of_the_command(small: Scenario, tmp_path: Path) -> None:
    front = pareto(small, ("carbon", "cost"), points=3)
    proven = front.table.query("status == 'proven'").sort_values("cost_m_cny")
    assert proven["carbon_mt"].is_monotonic_decreasing
    assert list(front.tables) == ["pareto", "payoff", "places"]
    assert "<svg" in front.figures["curve 1"].svg
    front.save(tmp_path / "front")
    assert (tmp_path / "front" / "pareto.html").read_text(encoding="utf-8") == front.page().html
    with pytest.raises(ScenarioError, match="two to four of cost, carbon, water, latency"):
        pareto(small, ["cost"])


@pytest.mark.slow
def test_studies_of_a_run_are_those_of_the_commands(run: Run, tmp_path: Path) -> None:
    rules = run.rules()
    assert rules.table["rule_id"].tolist()[-1] == "all rules"
    rules.save(tmp_path / "rules")
    assert (tmp_path / "rules" / "rules.html").read_text(encoding="utf-8") == rules.page().html
    site = run.sites["site_id"].iloc[0]
    why = run.explain(site)
    assert run.sites["name_en"].iloc[0] in why.title
    assert why.sentences


@pytest.mark.slow
def test_draws_of_a_run_are_those_of_the_command(small_run: Run, tmp_path: Path) -> None:
    made = small_run.save(tmp_path / "run")
    found = made.robust(draws=16, noise=["tariffs.medium=0.05"])
    assert len(found.tables["draws"]) == 16
    found.save(tmp_path / "run" / "robust")
    assert "16" in read_run(tmp_path / "run").report().html
    assert found.page().html == (tmp_path / "run" / "robust" / "robust.html").read_text(encoding="utf-8")


# ---- examples


@pytest.mark.slow
@pytest.mark.parametrize("name", API)
def test_examples_in_docstrings_run(
    name: str, small: Scenario, small_run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(ROOT)
    module = importlib.import_module(f"siting.api.{name}")
    given = {"scenario": small, "places": survey(small), "run": small_run}
    done = doctest.testmod(
        module, extraglobs=given, optionflags=doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE
    )
    assert done.failed == 0


@pytest.mark.slow
def test_the_examples_of_the_document_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text = (ROOT / "docs" / "api.md").read_text(encoding="utf-8")
    blocks = re.findall(r"```python\n(.*?)```", text, re.DOTALL)
    assert len(blocks) > 3
    monkeypatch.chdir(tmp_path)
    known: dict[str, object] = {}
    for block in blocks:
        exec(compile(block, "docs/api.md", "exec"), known)
