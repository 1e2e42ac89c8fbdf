"""Names on the picture of a plan, each put where it lies on no other; one without room is left out."""

from __future__ import annotations

from maps.projection import Window
from maps.svg import text

Box = tuple[float, float, float, float]
_SIZE = {True: 12.5, False: 11.0}
_INK = {True: "#1d2733", False: "#5a2a05"}


class Labels:
    """Collects names that do not overlap."""

    def __init__(self, view: Window) -> None:
        self.view, self.boxes, self.drawn = view, list[Box](), list[str]()

    def add(self, place: tuple[float, float], name: str, gap_px: float, strong: bool) -> None:
        """Put a name to the right of a place, else to its left, above or below, else nowhere."""
        size = _SIZE[strong]
        wide = text_width(name, size)
        for x, y, anchor in _around(place, gap_px, size):
            box = _box(x, y, wide, size, anchor)
            if self._is_free(box):
                self.boxes.append(box)
                self.drawn.append(_label((x, y), name, anchor, strong))
                return

    def _is_free(self, box: Box) -> bool:
        left, top, right, bottom = box
        inside = left > 2 and top > 2 and right < self.view.width - 2 and bottom < self.view.height - 16
        return inside and not any(
            left < b[2] and b[0] < right and top < b[3] and b[1] < bottom for b in self.boxes
        )


def text_width(words: str, size: float) -> float:
    """Return about how wide a text is [px]; a Chinese character is as wide as it is high."""
    return sum(size * (0.56 if ord(c) < 0x2E80 else 1.02) for c in words)


def _around(place: tuple[float, float], gap: float, size: float) -> list[tuple[float, float, str]]:
    x, y = place
    return [
        (x + gap + 3, y + 0.35 * size, "start"),
        (x - gap - 3, y + 0.35 * size, "end"),
        (x, y - gap - 4, "middle"),
        (x, y + gap + size, "middle"),
    ]


def _box(x: float, y: float, wide: float, size: float, anchor: str) -> Box:
    left = {"start": x, "end": x - wide, "middle": x - wide / 2}[anchor]
    return left, y - 0.8 * size, left + wide, y + 0.25 * size


def _label(place: tuple[float, float], name: str, anchor: str, strong: bool) -> str:
    halo = {"stroke": "#f5f7f9", "stroke-width": 3, "stroke-linejoin": "round", "paint-order": "stroke"}
    style = {"font-size": _SIZE[strong], "fill": _INK[strong], "text-anchor": anchor}
    return text(place, name, style | halo | ({"font-weight": 650} if strong else {}))
