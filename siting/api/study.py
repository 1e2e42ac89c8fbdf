"""What a study of plans found: sentences, tables, figures and pages."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from geodata.tables import TableError
from siting.api.page import Figure, Page
from siting.rich_html import bullets, paragraph, titled

_ROWS = 12


@dataclass(frozen=True, eq=False)
class Study:
    """What a sweep, a front, a comparison, or the rules or errors of a run say.

    Attributes
    ----------
    title : str
        What it is a study of.
    sentences : sequence of str
        What was found.
    tables : dict of DataFrame
        All of it, by name; the first is the main one.
    figures : dict of Figure
        Charts by name; the first is shown with the study.
    pages : dict of str
        HTML pages by name.
    write : callable
        Writes the study as a folder, as the command line does; takes the path and whether to replace.
    """

    title: str
    sentences: Sequence[str]
    tables: Mapping[str, pd.DataFrame]
    figures: Mapping[str, Figure]
    pages: Mapping[str, str]
    write: Callable[[Path, bool], object]

    @property
    def table(self) -> pd.DataFrame:
        """Return the main table."""
        return next(iter(self.tables.values()))

    def page(self, name: str = "page") -> Page:
        """Return a page: `page`, or of a comparison also `map`.

        Raises
        ------
        TableError
            There is no such page.
        """
        if name not in self.pages:
            raise TableError(f"page {name}: not in this study, which has {', '.join(self.pages)}")
        return Page(self.pages[name])

    def save(self, folder: str | Path, force: bool = False) -> Path:
        """Write the study as a folder of tables and pages; `force` replaces an older one.

        Raises
        ------
        OutputError
            Something else stands there, or it cannot be written.
        """
        self.write(Path(folder), force)
        return Path(folder)

    def __repr__(self) -> str:
        """Return the study in a line."""
        return f"Study of {self.title}: {', '.join(self.tables)}"

    def _repr_html_(self) -> str:
        figure = next((each._repr_html_() for each in self.figures.values()), "")
        rest = ", ".join(f"{name} ({len(part):,} rows)" for name, part in self.tables.items())
        shown = self.table.head(_ROWS).to_html(index=False, border=0, float_format="{:,.4g}".format)
        return titled(self.title, bullets(self.sentences), figure, shown, paragraph(f"Tables: {rest}."))
