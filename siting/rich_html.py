"""Parts of what a notebook shows: headings, lists and small tables as HTML, all text escaped."""

from __future__ import annotations

from collections.abc import Sequence

from maps.style import html_text

_LEFT = "text-align:left;vertical-align:top"


def titled(title: str, *parts: str) -> str:
    """Return parts under a heading, in a frame as wide as the text of a notebook.

    >>> titled("A & B")
    '<div style="max-width:60em;overflow:auto"><h4 style="margin:.4em 0">A &amp; B</h4></div>'
    """
    heading = f'<h4 style="margin:.4em 0">{html_text(title)}</h4>'
    return f'<div style="max-width:60em;overflow:auto">{heading}{"".join(parts)}</div>'


def paragraph(text: str) -> str:
    """Return a paragraph, nothing for no text."""
    return f'<p style="margin:.4em 0">{html_text(text)}</p>' if text else ""


def bullets(lines: Sequence[str], summary: str = "") -> str:
    """Return sentences as a list, folded under `summary` if that is given; nothing for none."""
    if not lines:
        return ""
    items = "".join(f"<li>{html_text(line)}</li>" for line in lines)
    listed = f'<ul style="margin:.3em 0">{items}</ul>'
    return f"<details><summary>{html_text(summary)}</summary>{listed}</details>" if summary else listed


def table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Return a table of texts, set left.

    >>> table(["key"], [["<b>"]])[-47:]
    'vertical-align:top">&lt;b&gt;</td></tr></table>'
    """
    head = "".join(f'<th style="{_LEFT}">{html_text(text)}</th>' for text in heads)
    body = "".join(
        "<tr>" + "".join(f'<td style="{_LEFT}">{html_text(cell)}</td>' for cell in row) + "</tr>"
        for row in rows
    )
    return f"<table>{f'<tr>{head}</tr>' if heads else ''}{body}</table>"
