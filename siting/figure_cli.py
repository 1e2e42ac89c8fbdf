"""`siting figure`: a figure of a run's report as a file, or the list of them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from siting.console import door, progress, show_rows
from siting.options import Chromium, overrides

if TYPE_CHECKING:
    from siting.figure_names import Drawable

ALL = "all"


def figure_command(
    run: Annotated[Path, typer.Argument(metavar="RUN", help="run folder written by `siting plan`")],
    name: Annotated[
        str | None, typer.Argument(metavar="[NAME]", help="figure, or all; left out: the list of them")
    ] = None,
    formats: Annotated[str, typer.Option("--format", help="svg, png and pdf, joined by commas")] = "svg",
    out: Annotated[Path | None, typer.Option(metavar="DIR", help="RUN/figures if left out")] = None,
    lang: Annotated[str | None, typer.Option("--lang", help="language of the figure: en or zh")] = None,
    width: Annotated[int, typer.Option(min=300, max=4000, help="width of the figure [px]")] = 1000,
    scale: Annotated[float, typer.Option(min=0.5, max=8, help="points of a PNG to a px")] = 2.0,
    data: Annotated[bool, typer.Option("--data", help="also the tables behind it, as CSV")] = False,
    chromium: Chromium = None,
) -> None:
    """Draw a figure of a run's report as SVG, PNG or PDF; without a name, list the figures."""
    with door():
        from siting.chromium import find_chromium
        from siting.figure_files import Wish, figure_files, formats_of
        from siting.figure_names import all_drawn, check_name, described, drawn

        if name not in (None, ALL):
            check_name(str(name))
        wished = formats_of(formats)
        program = find_chromium(chromium) if {"png", "pdf"} & set(wished) and name else None
        read = _read(run, lang)
        if name is None:
            show_rows("Figures", ("name", "what it shows"), described(read))
            return
        wish = Wish(wished, width, scale, program, data)
        with progress() as say:
            say("drawing")
            figures = all_drawn(read) if name == ALL else {name: drawn(read, name)}
            files: dict[str, bytes] = {}
            for each, figure in figures.items():
                say(f"writing {each}")
                files |= figure_files(read, each, figure, wish)
        _write(files, out or run / "figures")


def _read(run: Path, lang: str | None) -> Drawable:
    from siting.artefacts import read_run
    from siting.figure_names import Drawable
    from siting.robust.write import read_robust
    from siting.rule_read import read_rules

    plan = read_run(run, overrides(None, {"report.language": lang}))
    return Drawable(plan, read_robust(run), read_rules(run))


def _write(files: dict[str, bytes], folder: Path) -> None:
    from siting.folder import OutputError, write_bytes

    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise OutputError(f"{folder}: cannot be made ({error.strerror or error})") from None
    for name, content in files.items():
        write_bytes(folder / name, content)
        print(folder / name)
