"""Notebooks kept as plain Python (cells begin with `# %%`), written as .ipynb."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from siting.folder import OutputError, fresh_folder, write_text

FOLDER = Path(__file__).parents[1] / "notebooks"
MARK, TEXT = "# %%", "# %% [markdown]"
_METADATA = {
    "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
}


def sources() -> list[Path]:
    """Return the notebooks of this checkout, in their order.

    Raises
    ------
    OutputError
        There are none, since the planner was installed without its checkout.
    """
    found = sorted(FOLDER.glob("[0-9]*.py"))
    if not found:
        raise OutputError(f"{FOLDER}: no notebooks; they come with a checkout of the repository")
    return found


def write_notebooks(folder: Path, force: bool = False) -> list[Path]:
    """Write every notebook as .ipynb into a new folder and return the paths.

    Raises
    ------
    OutputError
        The folder holds files already; `force` replaces one that holds these notebooks.
    """
    found = {f"{path.stem}.ipynb": path.read_text(encoding="utf-8") for path in sources()}
    with fresh_folder(folder, min(found), force) as part:
        for name, text in found.items():
            write_text(part / name, json.dumps(notebook(text), ensure_ascii=False, indent=1) + "\n")
    return [folder / name for name in found]


def notebook(text: str) -> dict[str, Any]:
    r"""Return the notebook (nbformat 4.5) of a text in percent format, without outputs.

    >>> [cell["cell_type"] for cell in notebook("# %% [markdown]\n# Hello\n# %%\n1 + 1\n")["cells"]]
    ['markdown', 'code']
    """
    cells = [_cell(number, head, body) for number, (head, body) in enumerate(_parts(text), 1)]
    return {"cells": cells, "metadata": _METADATA, "nbformat": 4, "nbformat_minor": 5}


def _parts(text: str) -> Iterator[tuple[str, list[str]]]:
    """Yield the head and the lines of each cell."""
    head, lines = "", list[str]()
    for line in text.splitlines():
        if line.rstrip() in (MARK, TEXT):
            if head:
                yield head, lines
            head, lines = line.rstrip(), []
        else:
            lines.append(line)
    if head:
        yield head, lines


def _cell(number: int, head: str, lines: list[str]) -> dict[str, Any]:
    about: dict[str, Any] = {"id": f"cell-{number:02d}", "metadata": {}}
    if head == TEXT:
        plain = [line.removeprefix("#").removeprefix(" ") for line in lines]
        return {"cell_type": "markdown", **about, "source": "\n".join(plain).strip()}
    code: dict[str, Any] = {"cell_type": "code", "execution_count": None, "outputs": []}
    return {**code, **about, "source": "\n".join(lines).strip()}
