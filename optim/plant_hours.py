"""A plant in a stretch of hours: what it draws, what it may choose by, and the sums of an operation.

Units are MW, MWh and thousand CNY, which keeps the numbers of the programmes near one.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Indices = NDArray[np.int64]
K_CNY = 1e-3
SHORT_K_CNY_PER_MWH = 100.0
"""Weight of energy over the meter, above any price of energy; kept out of costs."""


@dataclass(frozen=True)
class Stretch:
    """Hours that are run through together.

    Attributes
    ----------
    previous : array (n,)
        The hour before each: the hours close into rings.
    weight_h : array (n,)
        Hours of the year that each stands for.
    bill, bill_hour : array (k,)
        Pairs: hour `bill_hour` counts for the peak of bill `bill`.
    """

    previous: Indices
    weight_h: Array
    bill: Indices
    bill_hour: Indices

    @property
    def count(self) -> int:
        """Return the number of hours."""
        return len(self.previous)


def ring(count: int) -> Stretch:
    """Return hours of weight one that close into one ring and share one bill: a month."""
    hours = np.arange(count)
    return Stretch(np.roll(hours, 1), np.ones(count), np.zeros(count, dtype=np.int64), hours)


@dataclass(frozen=True)
class Fixed:
    """What does not change by the hour: sizes [MW, MWh], efficiencies, prices [CNY per MWh, MW or m3].

    `beside_purchase`, `direct` and `export` are what operation weighs a MWh with, beside the energy price.
    `demand` is per MW and bill [thousand CNY].
    """

    it_max_mw: float
    meter_mw: float
    export_max_mw: float
    battery_mw: float
    battery_mwh: float
    battery_keep: float
    battery_in: float
    battery_per_out: float
    beside_purchase: float
    direct: float
    export: float
    demand: float
    water: float


@dataclass(frozen=True)
class PlantHours:
    """A plant in a stretch of hours.

    Attributes
    ----------
    stretch : Stretch
        The hours.
    fixed : Fixed
        Sizes and prices.
    arriving_mw : array (n,)
        IT load that arrives.
    waiting : dict
        Window [h] -> (load of it that arrives [MW], most work that may wait [MWh]), each (n,).
    pue, wue : array (n,)
        Facility over IT load; water in L/kWh.
    energy : array (n,)
        Price of a MWh bought [CNY].
    available_mw : array (n,)
        Output of direct supply.
    """

    stretch: Stretch
    fixed: Fixed
    arriving_mw: Array
    waiting: dict[int, tuple[Array, Array]]
    pue: Array
    wue: Array
    energy: Array
    available_mw: Array

    @property
    def output_mwh(self) -> float:
        """Return what direct supply can give."""
        return float(self.stretch.weight_h @ self.available_mw)

    @property
    def parts(self) -> tuple[str, ...]:
        """Return what the plant can choose by: the names that fix the structure of its programme."""
        direct = ["direct"] if self.available_mw.any() else []
        battery = ["battery"] if self.fixed.battery_mw > 0 and self.fixed.battery_mwh > 0 else []
        return (*direct, *battery, *(f"wait_{k}" for k in self.waiting))


def sums_of(hours: PlantHours, flows: dict[str, Array]) -> dict[str, float]:
    """Return the sums of an operation: see `optim.year_lp.PlantLp.solve`."""
    fixed, stretch = hours.fixed, hours.stretch
    draw = flows["purchase"] + flows["short"]
    done = hours.arriving_mw.copy()
    for k in hours.waiting:
        done += flows[f"wait_{k}"][stretch.previous] - flows[f"wait_{k}"]
    nothing = np.zeros(stretch.count)
    kinds = ("direct", "export", "charge", "discharge", "short")
    sums = {name: float(stretch.weight_h @ flows.get(name, nothing)) for name in kinds}
    peaks = np.zeros(int(stretch.bill.max()) + 1)
    np.maximum.at(peaks, stretch.bill, draw[stretch.bill_hour])
    sums |= {
        "purchase": float(stretch.weight_h @ draw),
        "energy": float(stretch.weight_h @ (draw * hours.energy)) * K_CNY,
        "water": float(stretch.weight_h @ (done * hours.wue)),
        "billed": float(peaks.sum()),
        "peak": float(peaks.max()),
    }
    weighed = (
        sums["purchase"] * fixed.beside_purchase
        + sums["direct"] * fixed.direct
        - sums["export"] * fixed.export
    )
    sums["objective"] = (
        sums["energy"]
        + K_CNY * (weighed + fixed.water * sums["water"])
        + fixed.demand * sums["billed"]
        + SHORT_K_CNY_PER_MWH * sums["short"]
    )
    return sums
