"""`siting notebooks`: the notebooks of the repository as files that Jupyter opens."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from siting.console import door


def notebooks_command(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="folder to make")],
    force: Annotated[bool, typer.Option("--force", help="replace older notebooks")] = False,
) -> None:
    """Write the notebooks as .ipynb: quick start, layers, the model inside, sweeps, rules, own country."""
    with door():
        from siting.notebooks import write_notebooks

        for path in write_notebooks(folder, force):
            print(path)
