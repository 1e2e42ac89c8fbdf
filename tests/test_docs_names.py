"""What documents name is there: modules, functions and keys of the scenario."""

import importlib
import re
from pathlib import Path

import pytest
from pydantic import BaseModel

from siting.scenario import Scenario

ROOT = Path(__file__).parents[1]
DOCUMENTS = [*sorted((ROOT / "docs").glob("*.md")), ROOT / "README.md", ROOT / "geodata/builtin/README.md"]
NAME = re.compile(r"`((?:geodata|optim|maps|siting|benchmarks)(?:\.\w+)+)")


def is_code(name: str) -> bool:
    parts = name.split(".")
    for count in range(len(parts), 0, -1):
        try:
            found = importlib.import_module(".".join(parts[:count]))
        except ModuleNotFoundError:
            continue
        for part in parts[count:]:
            if not hasattr(found, part):
                return False
            found = getattr(found, part)
        return True
    return False


def is_key(name: str) -> bool:
    model: object = Scenario
    for part in name.split("."):
        if not (isinstance(model, type) and issubclass(model, BaseModel)) or part not in model.model_fields:
            return False
        model = model.model_fields[part].annotation
    return True


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_names_in_documents_are_there(document: Path) -> None:
    names = set(NAME.findall(document.read_text(encoding="utf-8")))
    assert [n for n in sorted(names) if not (is_code(n) or is_key(n))] == []


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_modules_in_documents_are_there(document: Path) -> None:
    """Files of ours, named with their folder or alone."""
    names = set(re.findall(r"`((?:[a-z_]+/)*[a-z_]+\.py)`", document.read_text(encoding="utf-8")))
    here = {str(path.relative_to(ROOT)) for path in ROOT.glob("[a-z]*/**/*.py")}
    assert [n for n in sorted(names) if not any(f"/{p}".endswith(f"/{n}") for p in here)] == []
