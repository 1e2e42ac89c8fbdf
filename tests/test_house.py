"""The house rules: walls, sizes, packaging, shipped scenarios, and a command line that starts fast."""

import ast
import doctest
import importlib
import importlib.util
import re
import subprocess
import sys
import tomllib
from graphlib import TopologicalSorter
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement

ROOT = Path(__file__).parents[1]
PACKAGES = ("siting", "geodata", "optim", "maps")
FILES = sorted(path for name in PACKAGES for path in (ROOT / name).rglob("*.py"))
MODULES = {
    ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"): path for path in FILES
}
ARROWS = {
    "siting": {"maps", "optim", "geodata"},
    "maps": {"optim.tables", "geodata.tables"},
    "optim": {"geodata.tables"},
    "geodata": set(),
}
# the folders of geodata: one imports only those of a lower number, and its own
FLOORS = {
    "schemas": 0,
    "geometry": 1,
    "readers": 2,
    "catalogue": 3,
    "layers": 3,
    "cells": 4,
    "profiles": 4,
    "rebuilding": 5,
}
ABOVE_LAYERS = {"geodata.attributes", "geodata.candidates", "geodata.places", "geodata.survey"}
IMPORTED_AS = {"netcdf4": "netCDF4", "pyyaml": "yaml", "salib": "SALib", "xstatic-leaflet": "xstatic"}
# by pyomo, pandas, sqlalchemy and xarray
USED_BY_OTHERS = {"highspy", "openpyxl", "psycopg", "pyarrow", "netCDF4"}
LEFT_OUT = {"runs", "surveys", "sweeps", "build", "dist", "__pycache__"}
HIDDEN_KEPT = {".ci", ".gitignore"}
TEXT = {
    ".py",
    ".md",
    ".toml",
    ".txt",
    ".in",
    ".yml",
    ".yaml",
    ".csv",
    ".j2",
    ".css",
    ".js",
    ".html",
    ".sh",
    "",
}
PLACES = re.compile(r"(?<![\w.~-])/(?:" + "|".join(("work", "root", "home", "Users", "tmp", "opt")) + r")/\w")
HOSTS = re.compile(
    "|".join(("py" + "pi[.]org", "python" + "hosted", "anaconda" + "[.]org", "--" + "index-url"))
)


def imports(path: Path) -> set[str]:
    """Return our modules that a file imports anywhere, for type hints and inside functions too."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {name.name for name in node.names}
        if isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative import"
            whole = {f"{node.module}.{name.name}" for name in node.names}
            found |= {name if name in MODULES else str(node.module) for name in whole}
    return {name for name in found if name.split(".")[0] in PACKAGES}


@pytest.mark.parametrize("package", PACKAGES)
def test_only_the_arrows_cross_the_walls(package: str) -> None:
    allowed = ARROWS[package]
    for module, path in MODULES.items():
        if module.split(".")[0] == package:
            outside = {name for name in imports(path) if name.split(".")[0] != package}
            wrong = {name for name in outside if name not in allowed and name.split(".")[0] not in allowed}
            assert not wrong, f"{module} imports {wrong}"


def test_imports_run_one_way() -> None:
    order = list(TopologicalSorter({name: imports(path) for name, path in MODULES.items()}).static_order())
    assert set(MODULES) <= set(order), "a cycle raises before this line"


def _floor(module: str) -> int:
    """Return the number of the folder of geodata in which a module lies, -1 beside them."""
    package, *folder = module.split(".")
    return FLOORS.get(folder[0], -1) if package == "geodata" and folder else -1


@pytest.mark.parametrize("folder", FLOORS)
def test_the_folders_of_geodata_import_downwards(folder: str) -> None:
    """Measuring never needs the catalogue, nor what rebuilds the shipped tables."""
    for module in [name for name in MODULES if name.startswith(f"geodata.{folder}.")]:
        others = {name for name in imports(MODULES[module]) if not name.startswith(f"geodata.{folder}.")}
        wrong = {name for name in others if _floor(name) >= FLOORS[folder]}
        wrong |= others & ABOVE_LAYERS if FLOORS[folder] <= FLOORS["layers"] else set()
        assert not wrong, f"{module} imports {wrong}"


def test_the_survey_needs_nothing_that_rebuilds_its_tables() -> None:
    apart = "geodata.rebuilding"
    for module in [name for name in MODULES if name.startswith("geodata.") and not name.startswith(apart)]:
        assert not {name for name in imports(MODULES[module]) if name.startswith(apart)}, module


def test_a_cycle_and_a_wrong_arrow_would_be_seen(tmp_path: Path) -> None:
    source = tmp_path / "x.py"
    source.write_text("def f():\n    from optim import model\n    import geodata.tables\n")
    assert imports(source) == {"optim.model", "geodata.tables"}


@pytest.mark.parametrize("package", PACKAGES)
def test_packages_are_those_of_this_checkout(package: str) -> None:
    spec = importlib.util.find_spec(package)
    assert spec is not None
    assert spec.origin is not None
    assert Path(spec.origin).is_relative_to(ROOT)


def _code_lines(node: ast.AST, lines: list[str]) -> int:
    """Return the lines of a function that hold code: no docstring, no comment, no blank."""
    body = node.body  # type: ignore[attr-defined]
    start = body[1].lineno if ast.get_docstring(node) and len(body) > 1 else body[0].lineno  # type: ignore[arg-type]
    head = body[0].lineno - node.lineno  # type: ignore[attr-defined]
    inside = [line.strip() for line in lines[start - 1 : node.end_lineno]]  # type: ignore[attr-defined]
    return head + sum(bool(line) and not line.startswith("#") for line in inside)


@pytest.mark.slow
def test_functions_and_files_are_short() -> None:
    sizes = []
    for path in FILES:
        text = path.read_text(encoding="utf-8")
        assert text.count("\n") <= 300, f"{path.relative_to(ROOT)} has more than 300 lines: two subjects?"
        nodes = ast.walk(ast.parse(text))
        functions = [node for node in nodes if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]
        sizes += [(_code_lines(node, text.splitlines()), f"{path.name}: {node.name}") for node in functions]
    long = [name for size, name in sizes if size >= 30]
    assert len(long) <= 0.05 * len(sizes), long


def _requirement_names(lines: list[str]) -> dict[str, str]:
    found = [Requirement(line.split("#")[0].strip()) for line in lines if line[:1].isalpha()]
    return {each.name.lower(): str(each.specifier) for each in found}


def _project() -> dict[str, str]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    return _requirement_names(project["dependencies"] + project["optional-dependencies"]["dev"])


def test_environment_yml_agrees_with_pyproject() -> None:
    listed = yaml.safe_load((ROOT / "environment.yml").read_text())["dependencies"]
    pip = next(entry["pip"] for entry in listed if isinstance(entry, dict))
    found = _requirement_names([entry for entry in listed if isinstance(entry, str)] + pip)
    python = found.pop("python")
    found.pop("pip")
    assert found == _project()
    assert python == tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["requires-python"]


def test_requirements_agree_with_pyproject() -> None:
    lines = [(ROOT / name).read_text().splitlines() for name in ("requirements.in", "requirements-dev.in")]
    assert set(_requirement_names(lines[0] + lines[1])) == set(_project())
    text = (ROOT / "requirements.txt").read_text()
    pins = dict(re.findall(r"^([A-Za-z0-9_.-]+)==([^ ;\\]+)", text, re.MULTILINE))
    pins = {name.lower(): version for name, version in pins.items()}
    wrong = {
        name
        for name, wanted in _project().items()
        if not Requirement(f"x{wanted}").specifier.contains(pins[name])
    }
    assert not wrong
    assert all("--hash=sha256:" in block for block in re.split(r"\n(?=[A-Za-z0-9])", text.strip()))


def test_what_is_imported_is_declared_and_used() -> None:
    nodes = [node for path in FILES for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))]
    names = {name.name for node in nodes if isinstance(node, ast.Import) for name in node.names}
    names |= {str(node.module) for node in nodes if isinstance(node, ast.ImportFrom)}
    outside = {name.split(".")[0] for name in names} - set(sys.stdlib_module_names) - set(PACKAGES)
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    lines = project["dependencies"] + project["optional-dependencies"]["cluster"]
    declared = {IMPORTED_AS.get(name, name) for name in _requirement_names(lines)}
    assert outside - declared == set()
    assert declared - outside <= USED_BY_OTHERS


def _left_out(part: str) -> bool:
    return part in LEFT_OUT or (part.startswith(".") and part not in HIDDEN_KEPT)


def _kept_files() -> list[Path]:
    files = [path for path in ROOT.rglob("*") if path.suffix in TEXT and path.is_file()]
    return [path for path in files if not any(map(_left_out, path.relative_to(ROOT).parts))]


@pytest.mark.slow
def test_no_machine_path_and_no_registry_address() -> None:
    found = []
    for path in _kept_files():
        text = path.read_text(encoding="utf-8", errors="replace")
        found += [
            f"{path.relative_to(ROOT)}: {hit[0]}" for each in (PLACES, HOSTS) if (hit := each.search(text))
        ]
    assert not found, found


def test_a_machine_path_would_be_seen() -> None:
    assert PLACES.search("see /" + "work/main")
    assert not PLACES.search("https://example.org/home/page and ../work/x")


@pytest.mark.parametrize("path", sorted((ROOT / "scenarios").glob("*.yaml")), ids=lambda path: path.stem)
def test_shipped_scenarios_load(path: Path) -> None:
    from siting.scenario import load_scenario

    scenario = load_scenario(path)
    assert scenario.name == path.stem
    assert scenario.title
    assert scenario.description


def test_scenarios_are_shipped() -> None:
    shipped = {path.stem for path in (ROOT / "scenarios").glob("*.yaml")}
    bands = {"china-2030", "china-2030-low-headroom", "china-2030-high-headroom"}
    assert shipped >= bands | {"no-policy", "operator-3gw", "tiny"}


def test_docstring_examples_run() -> None:
    """Those of `siting.api` need a plan: see tests/siting/test_api.py."""
    names = [name for name in MODULES if not name.startswith("siting.api.")]
    modules = [importlib.import_module(name) for name in names]
    tried = {m.__name__: doctest.testmod(m, optionflags=doctest.ELLIPSIS).failed for m in modules}
    assert [name for name, failed in tried.items() if failed] == []


def test_help_imports_nothing_heavy() -> None:
    code = (
        "import sys, siting.cli\n"
        "try:\n    siting.cli.app(['--help'])\n"
        "except SystemExit as left:\n    assert left.code == 0, left.code\n"
        "heavy = {'pandas', 'numpy', 'pydantic', 'pyomo', 'folium', 'geopandas', 'matplotlib', 'rasterio'}\n"
        "assert not heavy & set(sys.modules), heavy & set(sys.modules)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    for command in ("plan", "survey", "check", "map", "report", "data", "new"):
        assert command in done.stdout
