"""Which rules rule out each raster cell: the one thing of a survey that is a grid, not a table."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Codes = NDArray[np.uint16] | NDArray[np.uint32]

RULES_MAX = 30  # bits that every reader takes, less that of force_include; all of them set means outside


@dataclass(frozen=True, eq=False)
class ExcludedCells:
    """The rules that rule out each cell of the study area, a bit each.

    `codes`: (rows, columns) from the north-west on. Bit k, of value 2^k, is set where row k of the table
    `exclusions` (counted from 0) rules the cell out, whatever else does. The bit after the last row is set
    where the cell is free all the same, since it is force-included. 0: nothing rules it out. All bits
    (`void`): outside the study area.
    `west`, `north`: edges of the grid [degrees, WGS 84].
    `cell_deg`: side of a cell [degrees].
    """

    codes: Codes
    west: float
    north: float
    cell_deg: float

    @property
    def void(self) -> int:
        """The code of cells outside the study area."""
        return int(np.iinfo(self.codes.dtype).max)

    def ruled(self, rules: int) -> Codes:
        """Return the bits of the rules, of which there are so many; 0 where a cell is free or outside."""
        free = (self.codes == self.void) | (self.codes >> rules & 1 == 1)
        return np.where(free, self.codes.dtype.type(0), self.codes)


def no_codes(shape: tuple[int, int], rules: int) -> Codes | None:
    """Return codes without a bit for so many rules; None for more than there are bits."""
    if rules > RULES_MAX:
        return None
    return np.zeros(shape, np.uint16) if rules < 15 else np.zeros(shape, np.uint32)
