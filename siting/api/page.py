"""A page and a figure that a notebook shows in place, and that can be written to a file."""

from __future__ import annotations

import html
from dataclasses import dataclass
from pathlib import Path

from siting.folder import write_text

_FRAME = "width:100%;border:1px solid #ccd3da;border-radius:4px"
_MAY = "allow-scripts allow-popups allow-downloads"


@dataclass(frozen=True)
class Page:
    """A whole HTML page, which needs no network.

    A notebook shows it in a frame of its own: it can neither see nor change the notebook.

    Examples
    --------
    >>> Page("<p>Hello</p>", height_px=120)
    Page of 1 kB; in a notebook it is shown, .save(FILE) writes it
    """

    html: str
    height_px: int = 560

    def save(self, path: str | Path) -> Path:
        """Write the page to a file and return its path."""
        write_text(Path(path), self.html)
        return Path(path)

    def _repr_html_(self) -> str:
        told = html.escape(self.html, quote=True)
        size = f"height:{self.height_px}px;{_FRAME}"
        return f'<iframe srcdoc="{told}" style="{size}" sandbox="{_MAY}" loading="lazy"></iframe>'

    def __repr__(self) -> str:
        """Return what stands where no page can be shown."""
        size = max(1, round(len(self.html.encode()) / 1000))
        return f"Page of {size} kB; in a notebook it is shown, .save(FILE) writes it"


@dataclass(frozen=True)
class Figure:
    """A chart as SVG.

    Examples
    --------
    >>> Figure("<svg></svg>")
    Figure (SVG); in a notebook it is shown, .save(FILE) writes it
    """

    svg: str

    def save(self, path: str | Path) -> Path:
        """Write the chart to a file and return its path."""
        alone = self.svg.replace("<svg ", '<svg font-family="sans-serif" ', 1)
        write_text(Path(path), alone + "\n")
        return Path(path)

    def _repr_html_(self) -> str:
        style = "max-width:760px;background:#fff;padding:6px;font-family:sans-serif"
        return f'<div style="{style}">{self.svg}</div>'

    def __repr__(self) -> str:
        """Return what stands where no chart can be shown."""
        return "Figure (SVG); in a notebook it is shown, .save(FILE) writes it"
