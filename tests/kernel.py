"""Runs a notebook with this interpreter, without a network: sockets and files of the kernel in one folder.

`python -m tests.kernel HOME FOLDER` runs HOME/in.ipynb in FOLDER and writes HOME/out.ipynb. It is a process
of its own, since nbclient leaves sockets to the garbage collector.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import nbformat

ROOT = Path(__file__).parents[1]
NAME = "here"


class CellError(Exception):
    """A cell of a notebook failed; the message is what the notebook shows."""


def run_notebook(notebook: dict[str, object], folder: Path, home: Path) -> nbformat.NotebookNode:
    """Return a notebook with its outputs, or raise `CellError`.

    Parameters
    ----------
    notebook : dict
        As `siting.notebooks.notebook` returns it.
    folder : Path
        Current folder of the kernel.
    home : Path
        Takes the kernel's own files and sockets; its path is short.
    """
    made = nbformat.from_dict(notebook)
    nbformat.validate(made)
    nbformat.write(made, home / "in.ipynb")
    places = {"IPYTHONDIR": home / "ipython", "JUPYTER_RUNTIME_DIR": home, "JUPYTER_DATA_DIR": home}
    own = {name: str(path) for name, path in places.items()} | {"PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-m", "tests.kernel", str(home), str(folder)]
    done = subprocess.run(
        command, cwd=ROOT, env=os.environ | own, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise CellError(done.stdout or done.stderr)
    return nbformat.read(home / "out.ipynb", as_version=4)


def main(home: Path, folder: Path) -> None:
    """Run a notebook; print what a cell that fails shows, and leave with 1."""
    from jupyter_client import AsyncKernelManager
    from jupyter_client.kernelspec import KernelSpecManager
    from nbclient import NotebookClient
    from nbclient.exceptions import CellExecutionError

    notebook = nbformat.read(home / "in.ipynb", as_version=4)
    specs = KernelSpecManager(kernel_dirs=[str(_spec(home))], ensure_native_kernel=False)
    manager = AsyncKernelManager(
        kernel_name=NAME,
        kernel_spec_manager=specs,
        connection_file=str(home / "kernel.json"),
        transport="ipc",
        ip=str(home / "socket"),
    )
    resources = {"metadata": {"path": str(folder)}}
    try:
        NotebookClient(notebook, km=manager, timeout=None, resources=resources).execute()
    except CellExecutionError as error:
        print(error.traceback)
        sys.exit(1)
    nbformat.write(notebook, home / "out.ipynb")


def _spec(home: Path) -> Path:
    """Return a folder of kernels with one: the interpreter that runs the tests."""
    command = [sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}"]
    about = {"argv": command, "display_name": NAME, "language": "python"}
    path = home / "kernels" / NAME / "kernel.json"
    path.parent.mkdir(parents=True)
    path.write_text(json.dumps(about), encoding="utf-8")
    return home / "kernels"


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
