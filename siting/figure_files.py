"""A figure as files: SVG by our own code, PNG and PDF by a Chromium, the tables behind it as CSV."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import siting
from geodata.tables import TableError
from maps.svg import size_of, standalone
from maps.texts import texts
from siting.chromium import pdf_of, png_of
from siting.figure_names import Drawable
from siting.figures import Figure
from siting.table_files import as_csv

FORMATS = ("svg", "png", "pdf")
_PAGE = """<!DOCTYPE html><html><head><meta charset="utf-8"><style>
@page {{ size: {width}px {height}px; margin: 0 }} html, body {{ margin: 0 }} svg {{ display: block }}
* {{ print-color-adjust: exact }}</style></head><body>{element}</body></html>
"""


@dataclass(frozen=True)
class Wish:
    """Formats wished, width of the figure [px], points of a PNG to a px, the program, tables or not."""

    formats: Sequence[str]
    width_px: int
    scale: float
    program: Path | None
    with_data: bool


def formats_of(text: str) -> list[str]:
    """Return the formats of a list such as `svg,png`.

    Raises
    ------
    TableError
        One that is not known, or none.
    """
    found = list(dict.fromkeys(part.strip().lower() for part in text.split(",") if part.strip()))
    strange = [part for part in found if part not in FORMATS]
    if strange or not found:
        raise TableError(f"--format {text}: expected some of {','.join(FORMATS)}")
    return found


def figure_files(run: Drawable, name: str, figure: Figure, wish: Wish) -> dict[str, bytes]:
    """Return the files of a run's figure by their names.

    Raises
    ------
    OutputError
        The program fails.
    """
    language = run.plan.scenario.report.language
    title = texts(language)[f"figure.{name}"].rstrip(".。")
    svg = standalone(figure.svg, title, _foot(run), wish.width_px, language)
    files = {f"{name}.{kind}": _as(kind, svg, wish) for kind in wish.formats}
    return files | (_tables(name, figure) if wish.with_data else {})


def _foot(run: Drawable) -> str:
    language = run.plan.scenario.report.language
    return f"{run.plan.scenario.title_in(language)} · siting-planner {siting.__version__}"


def _as(kind: str, svg: str, wish: Wish) -> bytes:
    if kind == "svg":
        return svg.encode()
    assert wish.program is not None
    width, height = (round(side) for side in size_of(svg))
    page = _page(svg, (width, height))
    return (
        pdf_of(page, wish.program)
        if kind == "pdf"
        else png_of(page, (width, height), wish.scale, wish.program)
    )


def _page(svg: str, size: tuple[int, int]) -> str:
    """Return a page of the figure alone, of its own size on paper too."""
    element = svg[svg.index("<svg") :]
    return _PAGE.format(width=size[0], height=size[1], element=element)


def _tables(name: str, figure: Figure) -> dict[str, bytes]:
    return {
        f"{name}-{part}.csv" if part else f"{name}.csv": as_csv(table).encode()
        for part, table in figure.tables.items()
    }
