"""A world whose every name tries to be something else than text, and all pages that are made of it."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pandas as pd
import yaml
from typer.testing import CliRunner

from geodata.tables import MODELS, Survey, checked
from optim.audit import audit
from optim.optimise import optimise
from siting.artefacts import write_run
from siting.cli import app
from siting.planning import Plan
from siting.scenario import Scenario
from tests import world

ODD = "<script>alert(1)</script></script>{{ 7*7 }}\"'\u2028&amp;<b>"
SMALL = ["--set", "optim.hours.days_max=1", "--set", "optim.solve.workers=1"]
TINY = Path(__file__).parents[2] / "scenarios" / "tiny"
_RULES = (
    {
        "rule_id": f"H{ODD}",
        "kind": "hub_share",
        "scope": "all",
        "hub_scope": "province",
        "number": 0.3,
        "document": f"Opinions {ODD} (No. 1{ODD}), NDRC, 2023-12-25",
    },
)


def odd_survey(**tables: pd.DataFrame) -> Survey:
    """Return the tiny survey with odd names of sites, provinces, zones, classes, hubs and sources."""
    plain = world.survey(rules=world.rules(*_RULES), **tables)
    names = {name: f"{name}{ODD}" for name in ("West", "Middle", "East", "real-time", "training", "edge")}
    names |= {f"Site {site}": f"Site {site}{ODD}" for site in "wme"} | {"made up": f"made up{ODD}"}
    tables_of = [f.name for f in dataclasses.fields(plain) if f.name in MODELS]
    renamed = {name: getattr(plain, name).replace(names) for name in tables_of}
    renamed["places"] = _hubs()
    renamed["figures"] = _figures()
    return Survey(**{name: checked(table, MODELS[name], name) for name, table in renamed.items()})


def _hubs() -> pd.DataFrame:
    row = {"place_id": "hub", "kind": "hub", "name_en": f"Hub{ODD}", "name_zh": f"枢纽{ODD}", "hub_id": "NM"}
    where = {"province": f"West{ODD}", "longitude": 101.0, "latitude": 39.0, "it_mw": float("nan")}
    return pd.DataFrame([row | where | {"note": ODD, "source": f"NDRC{ODD}", "confidence": "high"}])


def _figures() -> pd.DataFrame:
    row = {"column": "land_price_cny_per_m2", "site_id": "", "unit": f"CNY{ODD}", "source": f"notice{ODD}"}
    return pd.DataFrame([row | {"vintage": "2026", "confidence": "low", "note": ODD, "observation": ""}])


def write_odd_run(folder: Path, **tables: pd.DataFrame) -> Path:
    """Write the run of the odd survey."""
    survey = odd_survey(**tables)
    scenario = Scenario(
        name=f"odd{ODD}".replace("/", ""),
        title=f"Title{ODD}",
        title_zh=f"标题{ODD}",
        description=ODD,
        optim=world.settings(),
    )
    results = optimise(survey, scenario.optim)
    write_run(Plan(scenario, survey, results, audit(survey, scenario.optim, results), 1.0), folder)
    return folder


def write_odd_scenario(folder: Path) -> Path:
    """Write a scenario whose title and sites have odd names."""
    folder.mkdir()
    sites = pd.read_csv(TINY / "sites.csv")
    sites.assign(name=sites["name"] + ODD, name_zh=sites["name_zh"] + ODD).to_csv(
        folder / "sites.csv", index=False
    )
    data = yaml.safe_load((TINY.parent / "tiny.yaml").read_text(encoding="utf-8"))
    data["geodata"]["candidates"]["sites_file"] = "sites.csv"
    data["geodata"]["demand"]["demand_file"] = str(TINY / "demand.csv")
    data |= {"title": f"Title{ODD}", "title_zh": f"标题{ODD}", "description": ODD}
    path = folder / "odd.yaml"
    path.write_text(yaml.safe_dump(data, allow_unicode=True), encoding="utf-8")
    return path


def run(*words: str | Path) -> None:
    """Run a command, which must end well."""
    done = CliRunner().invoke(app, [str(word) for word in words])
    assert done.exit_code == 0, f"{words}: {done.output} {done.exception!r}"


def of_runs(folder: Path) -> dict[str, Path]:
    """Return the pages that are made of the run of the odd survey, by name."""
    one = write_odd_run(folder / f"one{ODD}".replace("/", ""))
    two = write_odd_run(folder / f"two{ODD}".replace("/", ""), headroom=world.headroom(west_mw=125.0))
    run("compare", one, two, "--out", folder / "compare")
    run("map", one, "--compare", two, "--out", folder / "difference.html")
    run("robust", one, "--draws", "16", "--workers", "1")
    run("report", one)
    run("alternatives", one, "--slack", "2%", "--count", "2", "--out", folder / "near")
    run("rules", one)
    run("worth", one, "--group", f"West{ODD}", "--cap", "0.2")
    run("explain", one, "w")
    return {
        "map": one / "map.html",
        "report": one / "report.html",
        "compare": folder / "compare" / "compare.html",
        "difference": folder / "difference.html",
        "robust": one / "robust" / "robust.html",
        "alternatives": folder / "near" / "alternatives.html",
        "rules": one / "rules.html",
        "worth": one / "worth.html",
        "explain": one / "explain" / "w.svg",
    }


def of_scenarios(folder: Path) -> dict[str, Path]:
    """Return the pages that are made of the odd scenario, by name."""
    path = write_odd_scenario(folder / "scenario")
    axes = ["--axis", "geodata.demand.factor=0.8,1", "--axis", "geodata.demand.path=low,central"]
    run("sweep", path, *SMALL, *axes, "--workers", "1", "--out", folder / "sweep")
    run("map", folder / "sweep")
    run("pareto", path, *SMALL, "--points", "4", "--out", folder / "pareto")
    run("map", folder / "pareto")
    run("futures", path, *SMALL, "--tree", _tree(folder / "tree.yaml"), "--out", folder / "futures")
    figures = [
        {"key": "geodata.demand.factor", "name": f"demand{ODD}", "low": 0.8, "high": 1.0},
        {
            "key": "optim.costs.items.staff_per_mw",
            "name": f"staff{ODD}",
            "low": 0.9,
            "high": 1.1,
            "times": True,
        },
    ]
    unsure = folder / "unsure.yaml"
    unsure.write_text(yaml.safe_dump({"title": ODD, "note": ODD, "uncertain": figures}), encoding="utf-8")
    words = ["--uncertain", unsure, *SMALL, "--trajectories", "2", "--out", folder / "sensitivity"]
    run("sensitivity", path, *words)
    return {
        "sweep": folder / "sweep" / "sweep.html",
        "sweep map": folder / "sweep" / "map.html",
        "pareto": folder / "pareto" / "pareto.html",
        "pareto map": folder / "pareto" / "map.html",
        "futures": folder / "futures" / "futures.html",
        "sensitivity": folder / "sensitivity" / "sensitivity.html",
    }


def _tree(path: Path) -> Path:
    branches = [
        {"name": f"slow{ODD}", "probability": 0.5, "note": ODD, "set": {"geodata.demand.factor": 0.5}},
        {"name": f"fast{ODD}", "probability": 0.5, "note": ODD},
    ]
    tree = {"title": f"Two{ODD}", "note": ODD, "decision_year": 2026, "branches": branches}
    path.write_text(yaml.safe_dump(tree, allow_unicode=True), encoding="utf-8")
    return path
