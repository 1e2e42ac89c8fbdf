"""The grid that all layers are brought to: square cells whose edges are multiples of the resolution."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray
from pyproj import CRS, Transformer
from pyproj.exceptions import CRSError
from rasterio import Affine
from rasterio.features import rasterize

from geodata.geometry.projections import GEOD, WGS84, same_crs
from geodata.tables import TableError

Array = NDArray[np.float64]
Mask = NDArray[np.bool_]
Bounds = tuple[float, float, float, float]

CELLS_MAX = 200_000_000  # a byte for each is held at once
SPECK = 1e-9  # of a cell: an edge so near to a multiple is that multiple


@dataclass(frozen=True)
class Grid:
    """Square cells, north up; the north-west corner stands at `resolution` x (west, north)."""

    crs: str
    resolution: float
    west: int
    north: int
    width: int
    height: int

    @property
    def transform(self) -> Affine:
        """The affine transform from column and row to x and y."""
        size = self.resolution
        return Affine(size, 0, self.west * size, 0, -size, self.north * size)

    @property
    def shape(self) -> tuple[int, int]:
        """Rows and columns."""
        return self.height, self.width

    @property
    def bounds(self) -> Bounds:
        """Least x, least y, greatest x, greatest y."""
        edges = (self.west, self.north - self.height, self.west + self.width, self.north)
        left, bottom, right, top = (edge * self.resolution for edge in edges)
        return left, bottom, right, top

    @property
    def geographic(self) -> bool:
        """Whether the cells are in degrees."""
        return bool(CRS.from_user_input(self.crs).is_geographic)

    @property
    def unit(self) -> str:
        """Unit of the resolution in words."""
        return "degrees" if self.geographic else f"{CRS.from_user_input(self.crs).axis_info[0].unit_name}s"

    def part(self, row: int, column: int, height: int, width: int) -> Grid:
        """Return the cells from (row, column) on, cut at the edges of this grid."""
        return replace(
            self,
            west=self.west + column,
            north=self.north - row,
            width=min(width, self.width - column),
            height=min(height, self.height - row),
        )

    def grown(self, rows: int, columns: int) -> Grid:
        """Return the grid with so many rows and columns more on each side."""
        return replace(
            self,
            west=self.west - columns,
            north=self.north + rows,
            width=self.width + 2 * columns,
            height=self.height + 2 * rows,
        )

    def divided(self, parts: int) -> Grid:
        """Return the grid with each side of a cell divided into so many."""
        return Grid(
            self.crs,
            self.resolution / parts,
            self.west * parts,
            self.north * parts,
            self.width * parts,
            self.height * parts,
        )

    def tiles(self, side: int) -> Iterator[Grid]:
        """Yield tiles of at most `side` cells along each edge, which cover this grid."""
        for row in range(0, self.height, side):
            for column in range(0, self.width, side):
                yield self.part(row, column, side, side)

    def slices(self, tile: Grid) -> tuple[slice, slice]:
        """Return the rows and columns of this grid that a tile of it takes."""
        row, column = self.north - tile.north, tile.west - self.west
        return slice(row, row + tile.height), slice(column, column + tile.width)

    def centres(self) -> tuple[Array, Array]:
        """Return x of each column and y of each row, at the middle of the cells."""
        x = (self.west + np.arange(self.width, dtype=float) + 0.5) * self.resolution
        y = (self.north - np.arange(self.height, dtype=float) - 0.5) * self.resolution
        return x, y

    def lonlat(self) -> tuple[Array, Array]:
        """Return longitude and latitude of every centre, (rows, columns) [degrees, WGS 84]."""
        x, y = np.meshgrid(*self.centres())
        if same_crs(self.crs, WGS84):
            return x, y
        lon, lat = Transformer.from_crs(self.crs, WGS84, always_xy=True).transform(x, y)
        return np.asarray(lon), np.asarray(lat)

    def row_km2(self) -> Array:
        """Return the area of a cell of each row [km2]: on the ellipsoid; in a projection, in its plane."""
        if not self.geographic:
            metre = CRS.from_user_input(self.crs).axis_info[0].unit_conversion_factor
            return np.full(self.height, (self.resolution * metre / 1000) ** 2)
        edges = (self.north - np.arange(self.height + 1)) * self.resolution
        zone = _zone_m2(np.radians(edges))
        return np.asarray(-np.diff(zone) * math.radians(self.resolution) / 1e6)

    def cell_km(self) -> float:
        """Return the side of a cell from south to north [km]."""
        if self.geographic:
            return self.resolution * 111.2
        return self.resolution * CRS.from_user_input(self.crs).axis_info[0].unit_conversion_factor / 1000


def _zone_m2(latitude: Array) -> Array:
    """Return the area of the ellipsoid from the equator to each latitude, for one radian of longitude [m2].

    b2/2 (sin p / (1 - e2 sin2 p) + atanh(e sin p) / e); Snyder (1987), Map Projections, equation 3-12.
    """
    e = math.sqrt(GEOD.es)
    sine = np.sin(np.clip(latitude, -np.pi / 2, np.pi / 2))
    return GEOD.b**2 / 2 * (sine / (1 - GEOD.es * sine**2) + np.arctanh(e * sine) / e)


def grid_over(bounds: Bounds, crs: str, resolution: float) -> Grid:
    """Return the least grid with edges at multiples of the resolution that covers the bounds.

    Parameters
    ----------
    bounds : tuple of float
        Least x, least y, greatest x, greatest y.
    crs : str
        Projection of bounds and grid.
    resolution : float
        Side of a cell, in units of the projection.

    Raises
    ------
    TableError
        More cells than fit in memory, a resolution not above 0, or bounds that are no numbers.
    """
    if not (resolution > 0 and math.isfinite(resolution)):
        raise TableError(f"resolution {resolution:g}: expected a size above 0 in units of {crs}")
    if not np.isfinite(bounds).all():
        raise TableError(f"the area has no finite extent in {crs}; is it within reach of that projection?")
    west, south = (math.floor(v / resolution + SPECK) for v in bounds[:2])
    east, north = (math.ceil(v / resolution - SPECK) for v in bounds[2:])
    grid = Grid(crs, resolution, west, north, max(east - west, 1), max(north - south, 1))
    if grid.width * grid.height > CELLS_MAX:
        raise TableError(
            f"resolution {resolution:g}: {grid.width} x {grid.height} cells over the area, expected at most "
            f"{CELLS_MAX:,}; is it in units of {crs} ({grid.unit})? take a coarser one"
        )
    return grid


def checked_crs(text: str) -> str:
    """Return the text if it names a projection (EPSG code, PROJ or WKT text).

    Raises
    ------
    TableError
        It does not, or it names one without a flat grid.
    """
    try:
        crs = CRS.from_user_input(text)
    except CRSError:
        raise TableError(f"projection '{text}': not known; expected for example EPSG:3035") from None
    if not (crs.is_projected or crs.is_geographic):
        raise TableError(f"projection '{text}': {crs.name} has no map, expected for example EPSG:3035")
    return text


def burned(shapes: gpd.GeoSeries, grid: Grid, all_touched: bool = False) -> Mask:
    """Return the cells whose centre lies in a polygon, or into which a point or line falls, (rows, columns).

    Parameters
    ----------
    shapes : GeoSeries
        In the projection of the grid.
    grid : Grid
        Cells.
    all_touched : bool
        Take every cell that a polygon touches.
    """
    parts = shapely.get_parts(shapely.get_parts(shapes.to_numpy()))  # collections hold multi-parts
    flat = shapely.get_dimensions(parts) == 2
    found = np.zeros(grid.shape, dtype="uint8")
    for chosen, touched in ((parts[flat], all_touched), (parts[~flat], True)):
        if len(chosen):
            burn = ((shape, 1) for shape in chosen)
            rasterize(burn, out=found, transform=grid.transform, all_touched=touched)
    return found.astype(bool)
