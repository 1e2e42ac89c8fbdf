"""A plan of the tiny world, its run folder, and a scenario of one's own to spoil."""

import re
import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from typer.testing import CliRunner, Result

from geodata.tables import Survey
from optim.audit import audit
from optim.optimise import optimise, with_redispatch
from optim.redispatch import redispatch, sites_in_use
from siting.artefacts import write_run
from siting.cli import app
from siting.new import write_templates
from siting.planning import Plan
from siting.scenario import Scenario
from tests import world
from tests.siting.sweep_world import solved_at_once

Run = Callable[..., Result]


@pytest.fixture
def siting(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Return a function that runs the command line in an empty folder."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("SITING_DATA", raising=False)
    runner = CliRunner()

    def run(*words: str | Path) -> Result:
        result = runner.invoke(app, [str(word) for word in words])
        if result.exception and not isinstance(result.exception, SystemExit):
            raise result.exception
        return result

    return run


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Let points of a sweep be solved in no time; the list names those that were."""
    return solved_at_once(monkeypatch)


SMALL = """    days_max: 1
  cooling:
    technologies: [liquid_dry]
  supply: {direct: false, battery: false}
"""


@pytest.fixture
def own(tmp_path: Path) -> Path:
    """Return the folder of a fresh scenario of one's own, made small so that it is solved in seconds."""
    write_templates(tmp_path / "own")
    path = tmp_path / "own" / "scenario.yaml"
    text, count = re.subn(r"    days_max: 4 .*\n", SMALL, path.read_text(encoding="utf-8"), count=1)
    assert count == 1
    path.write_text(text, encoding="utf-8")
    return tmp_path / "own"


@pytest.fixture(scope="session")
def tiny_plan() -> Plan:
    scenario = Scenario(name="tiny-world", title="Tiny <world>", optim=world.settings())
    rule = {"kind": "hub_share", "scope": "all", "hub_scope": "province", "number": 0.3}
    places = world.survey(rules=world.rules(rule))
    results = optimise(places, scenario.optim)
    hours = year_of_days(places, sites_in_use(results))
    results = with_redispatch(results, redispatch(places, scenario.optim, results, hours))
    return Plan(scenario, places, results, audit(places, scenario.optim, results), 1.5)


def year_of_days(survey: Survey, sites: list[str]) -> pd.DataFrame:
    """Return 8760 hours of each site: its first day again and again."""
    calendar = pd.date_range("2023-01-01", periods=8760, freq="h")
    day = survey.profiles.merge(survey.cooling_hours, on=["site_id", "day", "hour"]).query("day == 0")
    days = [day[day["site_id"] == site].sort_values("hour") for site in sites]
    rows = pd.concat([part.iloc[np.arange(8760) % 24] for part in days]).drop(columns="day")
    stamps = {"hour_of_year": np.arange(8760), "month": calendar.month}
    return rows.reset_index(drop=True).assign(
        **{name: np.tile(values, len(sites)) for name, values in stamps.items()}, renewable_basis="days"
    )


@pytest.fixture(scope="session")
def written_run(tiny_plan: Plan, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("written") / "run"
    write_run(tiny_plan, folder)
    return folder


@pytest.fixture
def run_folder(written_run: Path, tmp_path: Path) -> Path:
    """Return a copy of the run folder, to spoil."""
    return shutil.copytree(written_run, tmp_path / "run")


def tree(folder: Path) -> dict[str, bytes]:
    """Return every file below a folder with its bytes, hidden ones too."""
    return {str(path): path.read_bytes() if path.is_file() else b"" for path in sorted(folder.rglob("*"))}
