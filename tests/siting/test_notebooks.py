"""The notebooks: as files that Jupyter opens, and run from the first cell to the last."""

import json
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import nbformat
import pytest

from siting import notebooks
from siting.folder import OutputError
from siting.notebooks import notebook, sources, write_notebooks
from tests.kernel import CellError, run_notebook

SOURCES = sources()
RICH = {"text/html", "image/svg+xml"}


@pytest.fixture
def home() -> Iterator[Path]:
    """Return a folder with a short path: the address of a socket may not be long."""
    made = Path(tempfile.mkdtemp(prefix="nb"))
    yield made
    shutil.rmtree(made)


def _code(made: nbformat.NotebookNode) -> list[nbformat.NotebookNode]:
    return [cell for cell in made.cells if cell.cell_type == "code"]


def test_there_are_six_notebooks() -> None:
    assert [path.stem[:2] for path in SOURCES] == ["01", "02", "03", "04", "05", "06"]


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.stem)
def test_a_notebook_is_valid_says_what_is_weak_and_asserts_its_facts(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    made = nbformat.from_dict(notebook(text))
    nbformat.validate(made)
    assert made.cells[0].cell_type == "markdown"
    assert made.cells[0].source.startswith("# ")
    assert any("\n## What is " in f"\n{cell.source}" and "weak" in cell.source for cell in made.cells)
    assert text.count("\nassert ") >= 3
    assert len({cell.id for cell in made.cells}) == len(made.cells)


def test_text_loses_its_signs_and_code_keeps_its_own() -> None:
    text = "# %% [markdown]\n# # Title\n#\n# - a # b\n\n# %%\n# a comment\nx = 1\n\n\n# %%\nx\n"
    cells = notebook(text)["cells"]
    assert [cell["source"] for cell in cells] == ["# Title\n\n- a # b", "# a comment\nx = 1", "x"]
    assert cells[1]["outputs"] == []


def test_the_command_writes_them_and_replaces_nothing(siting, tmp_path: Path) -> None:
    done = siting("notebooks", "nb")
    assert done.exit_code == 0
    written = sorted((tmp_path / "nb").glob("*.ipynb"))
    assert [path.stem for path in written] == [path.stem for path in SOURCES]
    assert json.loads(written[0].read_text(encoding="utf-8"))["nbformat"] == 4
    again = siting("notebooks", "nb")
    assert again.exit_code == 2
    assert "is there already" in again.stderr
    assert siting("notebooks", "nb", "--force").exit_code == 0


def test_without_a_checkout_the_command_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(notebooks, "FOLDER", tmp_path / "none")
    with pytest.raises(OutputError, match="come with a checkout"):
        write_notebooks(tmp_path / "nb")
    assert not (tmp_path / "nb").exists()


@pytest.mark.slow
def test_an_error_for_people_is_one_message_in_a_notebook(tmp_path: Path, home: Path) -> None:
    text = "# %%\nfrom siting import load_scenario\nload_scenario('no-such.yaml')\n"
    with pytest.raises(CellError) as raised:
        run_notebook(notebook(text), tmp_path, home)
    told = "no-such.yaml: there is no such file, expected a scenario (YAML)"
    assert str(raised.value).strip().endswith(f"------------------\n\n\nScenarioError: {told}")


@pytest.mark.slow
def test_a_fault_of_ours_shows_the_way_to_it(tmp_path: Path, home: Path) -> None:
    with pytest.raises(CellError, match="ZeroDivisionError"):
        run_notebook(notebook("# %%\n1 / 0\n"), tmp_path, home)


@pytest.mark.slow
@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.stem)
def test_a_notebook_runs_and_ends_with_something_to_look_at(path: Path, tmp_path: Path, home: Path) -> None:
    made = run_notebook(notebook(path.read_text(encoding="utf-8")), tmp_path, home)
    outputs = [output for cell in _code(made) for output in cell.outputs]
    assert not [o for o in outputs if o.output_type == "stream" and o.name == "stderr"]
    last = [o for o in _code(made)[-1].outputs if o.output_type == "execute_result"]
    assert last
    assert RICH & set(last[-1].data)
    assert list(tmp_path.iterdir()) == [], "a notebook leaves nothing in the current folder"
