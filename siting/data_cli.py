"""The commands `siting data list`, `fetch` and `verify`. Heavy imports wait until a command runs."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from siting.console import AUDIT_FAILED, INTERRUPTED, door, show_rows, warn
from siting.options import DataFolder

if TYPE_CHECKING:
    from geodata.catalogue.fetch import Fetched
    from geodata.catalogue.fetch_order import Order

data_app = typer.Typer(help="Data sets behind the survey.", no_args_is_help=True)

Json = Annotated[bool, typer.Option("--json", help="print as JSON")]
NO_FOLDER = "no data folder named: give --data DIR, or set SITING_DATA"


@data_app.command("list")
def data_list_command(data: DataFolder = None, as_json: Json = False) -> None:
    """List the data sets: what each is, its terms, and whether the data folder holds it."""
    with door():
        from geodata.catalogue.sources import available
        from siting.json_text import to_json

        rows = available(_there(data) if data else None).to_dict("records")
        if as_json:
            print(to_json(rows), end="")
            return
        columns = ("name", "vintage", "licence", "confidence", "path")
        shown = [[*(str(row[c]) for c in columns), _size(row["size_bytes"]), row["state"]] for row in rows]
        show_rows("Data sets", (*columns, "size", "here"), shown)


@data_app.command("fetch")
def data_fetch_command(
    names: Annotated[
        list[str] | None, typer.Argument(metavar="[NAME]...", help="source, theme or path")
    ] = None,
    data: DataFolder = None,
    mirror: Annotated[str, typer.Option("--from", metavar="URL", help="mirror with the same layout")] = "",
    force: Annotated[bool, typer.Option("--force", help="replace files of another version")] = False,
    retries: Annotated[int, typer.Option(min=0, help="tries after the first one")] = 3,
    timeout: Annotated[float, typer.Option(min=0.1, help="longest silence of a server in seconds")] = 30.0,
) -> None:
    """Get data sets into the data folder, with licence, checksum and resume."""
    with door():
        from geodata.catalogue.download import Settings
        from geodata.catalogue.fetch import fetch
        from geodata.catalogue.fetch_order import order
        from geodata.tables import TableError

        if data is None:
            raise TableError(NO_FOLDER)
        ordered = order(names or [], data, mirror, force)
        settings = Settings(retries=retries, connect_timeout_s=timeout, read_timeout_s=timeout)
        try:
            with _bar(int(ordered.files["size_bytes"].sum())) as moved:
                done = fetch(ordered, settings, print, moved)
        except KeyboardInterrupt:
            warn("interrupted; whole files stay, a .part is where the next fetch goes on")
            raise typer.Exit(INTERRUPTED) from None
        _tell(ordered, done)


def _tell(ordered: Order, done: Fetched) -> None:
    """Print what came and what did not, and leave with code 2 after a fault."""
    from geodata.tables import TableError

    for text in (*ordered.without, *ordered.kept):
        print(text)
    size = ordered.files.loc[ordered.files["path"].isin(done.files), "size_bytes"].sum()
    counts = f"{len(ordered.there)} there already, {len(ordered.kept)} of another version kept"
    print(
        f"{ordered.folder}: files fetched: {len(done.files)}{f' ({_size(size)})' if size else ''}, {counts}"
    )
    if ordered.without:
        print(
            f"derived files without an address: {len(ordered.without)}; --from names a mirror that has them"
        )
    if done.faults:
        raise TableError("\n  ".join([f"faults: {len(done.faults)}; good files stay:", *done.faults]))


@data_app.command("verify")
def data_verify_command(data: DataFolder = None, as_json: Json = False) -> None:
    """Compare every file of the data folder with the size and checksum that the catalogue knows."""
    with door():
        from geodata.catalogue.sources import MISSING, OK, verified
        from geodata.tables import TableError
        from siting.json_text import to_json

        if data is None:
            raise TableError(NO_FOLDER)
        table = verified(_there(data))
        counts = {str(state): int(number) for state, number in table["state"].value_counts().items()}
        if as_json:
            print(to_json({"data": str(data), "counts": counts, "files": table.to_dict("records")}), end="")
        else:
            rows = zip(table["path"], table["source"], table["found_bytes"], table["state"], strict=True)
            shown = [[path, source, _size(size), state] for path, source, size, state in rows]
            show_rows("Files", ("path", "source", "size", "state"), shown)
            print(f"{data}: " + ", ".join(f"{number} {state}" for state, number in counts.items()))
        if not table["state"].isin([OK, MISSING]).all():
            raise typer.Exit(AUDIT_FAILED)


def _there(data: Path) -> Path:
    from geodata.tables import TableError

    if not data.is_dir():
        raise TableError(f"--data {data}: there is no such folder")
    return data


def _size(size_bytes: float) -> str:
    """Return a size as people say it, e.g. 4.3 MB; nothing for 0."""
    steps = ((1e9, "GB"), (1e6, "MB"), (1e3, "kB"), (1, "B"))
    return next((f"{size_bytes / step:.3g} {unit}" for step, unit in steps if size_bytes >= step), "")


@contextmanager
def _bar(total_bytes: int) -> Iterator[Callable[[int], None]]:
    """Yield a function that is told the bytes that came; it draws a bar if stderr is a terminal."""
    from rich.console import Console
    from rich.progress import BarColumn, DownloadColumn, Progress, TimeRemainingColumn, TransferSpeedColumn

    console = Console(file=sys.stderr)
    columns = (BarColumn(), DownloadColumn(), TransferSpeedColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task("fetching", total=total_bytes or None)
        yield lambda number: bar.advance(task, number)
