"""An assignment problem: which sites open, and who is served from where."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from geodata.tables import TableError

Array = NDArray[np.float64]
Whole = NDArray[np.int64]
Mask = NDArray[np.bool_]


@dataclass(frozen=True)
class Assignment:
    """Open sites and serve demand within the latency limits, at least cost.

    Attributes
    ----------
    opening_m_cny : array (sites,)
        Cost of opening a site.
    capacity_gw : array (sites,)
        Largest load of a site over all classes; `inf`: no limit.
    site_m_cny_per_gw : array (sites, classes)
        Energy and what else depends on the site alone.
    km, rtt_ms : array (sites, zones)
        Distance, and round trip.
    network_m_cny_per_gw_km : array (classes,)
        Network cost by distance.
    rtt_ms_max : array (classes,)
        Latency limit; `inf`: none.
    demand_gw : array (zones, classes)
        Load of each class.
    penalty_m_cny_per_gw : array (classes,)
        Weight of unserved load.
    open_count : int, optional
        Sites to open, exactly (benchmarks). Absent: any.
    """

    opening_m_cny: Array
    capacity_gw: Array
    site_m_cny_per_gw: Array
    km: Array
    rtt_ms: Array
    network_m_cny_per_gw_km: Array
    rtt_ms_max: Array
    demand_gw: Array
    penalty_m_cny_per_gw: Array
    open_count: int | None = None


def checked(problem: Assignment) -> Assignment:
    """Return the problem if its figures fit each other.

    Raises
    ------
    TableError
        Shapes differ, figures below 0 or missing, a count of sites that cannot be; all faults at once.
    """
    faults = [*_shape_faults(problem), *_figure_faults(problem)]
    count, sites = problem.open_count, len(problem.opening_m_cny)
    if count is not None and not 1 <= count <= sites:
        faults.append(f"open_count: found {count}, expected 1 to {sites}")
    if faults:
        raise TableError(f"assignment: {'; '.join(faults)}")
    return problem


def _shape_faults(problem: Assignment) -> list[str]:
    sites, (zones, classes) = len(problem.opening_m_cny), problem.demand_gw.shape
    expected = {
        "capacity_gw": (sites,),
        "site_m_cny_per_gw": (sites, classes),
        "km": (sites, zones),
        "rtt_ms": (sites, zones),
        "network_m_cny_per_gw_km": (classes,),
        "rtt_ms_max": (classes,),
        "penalty_m_cny_per_gw": (classes,),
    }
    found = {name: getattr(problem, name).shape for name in expected}
    return [
        f"{name}: found shape {found[name]}, expected {shape}"
        for name, shape in expected.items()
        if found[name] != shape
    ]


def _figure_faults(problem: Assignment) -> list[str]:
    limits = ("capacity_gw", "rtt_ms_max")
    finite = ("opening_m_cny", "site_m_cny_per_gw", "km", "rtt_ms", "network_m_cny_per_gw_km", "demand_gw")
    faults = [
        f"{name}: found figures below 0 or missing"
        for name in (*limits, *finite, "penalty_m_cny_per_gw")
        if not (getattr(problem, name) >= 0).all()
    ]
    faults += [
        f"{name}: found figures that are not finite"
        for name in (*finite, "penalty_m_cny_per_gw")
        if np.isinf(getattr(problem, name)).any()
    ]
    if not (problem.capacity_gw > 0).all():
        faults.append("capacity_gw: found 0, expected a limit above 0 (leave such a site out)")
    if not problem.demand_gw.sum() > 0:
        faults.append("demand_gw: found no demand, expected some")
    return faults
