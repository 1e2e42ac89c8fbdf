"""A plan of the tiny world, its run folder, and a scenario of one's own to spoil."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from optim.audit import audit
from optim.optimise import optimise
from siting.artefacts import write_run
from siting.cli import app
from siting.new import write_templates
from siting.plan import Plan
from siting.scenario import Scenario
from tests import world

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
def own(tmp_path: Path) -> Path:
    """Return the folder of a fresh scenario of one's own."""
    write_templates(tmp_path / "own")
    return tmp_path / "own"


@pytest.fixture(scope="session")
def tiny_plan() -> Plan:
    scenario = Scenario(name="tiny-world", title="Tiny <world>", optim=world.settings())
    rule = {"kind": "hub_share", "scope": "all", "hub_scope": "province", "number": 0.3}
    places = world.survey(rules=world.rules(rule))
    results = optimise(places, scenario.optim)
    return Plan(scenario, places, results, audit(places, scenario.optim, results), 1.5)


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
