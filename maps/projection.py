"""From longitude and latitude to a drawing: an equal-area projection, and the window of a picture."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

Array = NDArray[np.float64]


@dataclass(frozen=True)
class EqualArea:
    """Lambert's azimuthal equal-area projection about a centre [degrees], on a sphere of radius 1.

    Snyder (1987), Map projections: a working manual, equations 24-2 and 22-4.
    """

    longitude: float
    latitude: float

    def xy(self, longitude: ArrayLike, latitude: ArrayLike) -> tuple[Array, Array]:
        """Return x to the east and y to the north; what lies nearly opposite the centre is left out (nan)."""
        across = np.radians(np.asarray(longitude, dtype=float) - self.longitude)
        up, middle = np.radians(np.asarray(latitude, dtype=float)), np.radians(self.latitude)
        cosine = np.sin(middle) * np.sin(up) + np.cos(middle) * np.cos(up) * np.cos(across)
        scale = np.sqrt(2 / np.where(cosine > -0.98, 1 + cosine, np.nan))
        x = scale * np.cos(up) * np.sin(across)
        y = scale * (np.cos(middle) * np.sin(up) - np.sin(middle) * np.cos(up) * np.cos(across))
        return x, y


@dataclass(frozen=True)
class Window:
    """The part of a projection that a picture shows, in a frame of `width` by `height` [px]."""

    projection: EqualArea
    west: float
    north: float
    px_per_unit: float
    width: float
    height: float

    def at(self, longitude: ArrayLike, latitude: ArrayLike) -> tuple[Array, Array]:
        """Return places in the frame [px], from its upper left corner."""
        x, y = self.projection.xy(longitude, latitude)
        return (x - self.west) * self.px_per_unit, (self.north - y) * self.px_per_unit

    def place(self, longitude: float, latitude: float) -> tuple[float, float]:
        """Return one place in the frame [px]."""
        x, y = self.at(longitude, latitude)
        return float(x), float(y)


def window(places: pd.DataFrame, width: float, heights: tuple[float, float], margin_px: float) -> Window:
    """Return a window on places (longitude, latitude); its frame is between two heights high [px]."""
    ends = places[["longitude", "latitude"]].agg(["min", "max"])
    projection = EqualArea(float(ends["longitude"].mean()), float(ends["latitude"].mean()))
    x, y = projection.xy(places["longitude"], places["latitude"])
    wide, high = max(float(np.ptp(x)), 0.01), max(float(np.ptp(y)), 0.01)
    inner = width - 2 * margin_px
    height = float(np.clip(high / wide * inner, heights[0] - 2 * margin_px, heights[1] - 2 * margin_px))
    scale = min(inner / wide, height / high)
    frame = height + 2 * margin_px
    west = (x.max() + x.min()) / 2 - width / scale / 2
    north = (y.max() + y.min()) / 2 + frame / scale / 2
    return Window(projection, float(west), float(north), scale, width, frame)
