"""HTML pages of text, figures and tables: one style, one file, nothing linked from outside."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import jinja2

from maps.texts import Language
from siting.report_tables import Table


@dataclass(frozen=True)
class Section:
    """A part of a page: a heading, then sentences, a note, a figure (SVG) and a table, if there are."""

    title: str
    lines: Sequence[str] = ()
    note: str = ""
    figure: str = ""
    table: Table | None = None
    last_is_total: bool = False


@dataclass(frozen=True)
class Part:
    """What another command found of a run, for its report: sentences, then sections."""

    lines: Sequence[str]
    sections: Sequence[Section] = ()


@cache
def template(name: str) -> jinja2.Template:
    """Return a page template of this package, which escapes every value."""
    loader = jinja2.FunctionLoader(lambda part: files("siting").joinpath(part).read_text(encoding="utf-8"))
    environment = jinja2.Environment(
        loader=loader, autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True
    )
    return environment.get_template(name)


def plain_page(
    title: str,
    lead: Sequence[str],
    notes: tuple[str, Sequence[str]],
    sections: Sequence[Section],
    language: Language,
) -> str:
    """Return a page: title, sentences, a box of notes under its heading, sections."""
    told = {"title": title, "lead": lead, "notes_title": notes[0], "notes": notes[1]}
    page: str = template("page.html.j2").render(sections=sections, language=language, **told)
    return page
