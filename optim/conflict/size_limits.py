"""Limits on size, pace, grid, water and load as limits that may give way."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

from optim.conflict.given_load import given_limits
from optim.conflict.limits import Held, Limit, rows_of
from optim.inputs import MW_PER_GW, Inputs
from optim.options import Settings

_GW_PER_MW = 1.0 / MW_PER_GW


def size_limits(m: Any, compiled: Any, inputs: Inputs, settings: Settings) -> list[Limit]:
    """Return the limits that are no policy rules, settings first, then tables, then load.

    Parameters
    ----------
    m : ArrayModel
        The model, whole or master.
    compiled : Compiled
        Its matrix.
    inputs : Inputs
        Tables in model units.
    settings : Settings
        Numbers of the settings.
    """
    made = [
        *_resilience(m, compiled, settings),
        *_campus(m, compiled, inputs, settings),
        *_grid(m, compiled, inputs),
        *_supply(m, compiled),
        *_water(m, compiled),
        *given_limits(m, compiled),
        *_unserved(m, compiled, settings),
    ]
    return [limit for limit in made if limit.held]


def _all_rows(compiled: Any, component: Any, number: float) -> tuple[Held, ...]:
    """Return a limit whose rows are named by place and year."""
    return tuple(
        Held(str(place), int(y), number, rows=(row,)) for (place, y), row in rows_of(compiled, component)
    )


def _setting(kind: str, key: str, unit: str, number: float, held: tuple[Held, ...]) -> Limit:
    return Limit(kind, "", f"optim.{key}", unit, "number", number, held=held)


def _resilience(m: Any, compiled: Any, settings: Settings) -> list[Limit]:
    b, asked = m.resilience, settings.resilience
    made = []
    for kind in ("largest_province_share", "largest_site_share"):
        number = getattr(asked, kind)
        held = _all_rows(compiled, b.component(kind), number)
        made.append(_setting(kind, f"resilience.{kind}", "share", number, held))
    count = asked.provinces_min_count
    rows = [row for _, row in rows_of(compiled, b.component("provinces_min"))]
    held = tuple(Held("", max(m.Y), count, rows=(row,)) for row in rows)
    made.append(_setting("provinces_min_count", "resilience.provinces_min_count", "provinces", count, held))
    reserve = _all_rows(compiled, b.reserve, math.nan)
    mend = "optim.resilience.reserve"
    return [*made, Limit("reserve", asked.reserve, mend, "", "switch", math.nan, held=reserve)]


def _campus(m: Any, compiled: Any, inputs: Inputs, settings: Settings) -> list[Limit]:
    b, asked = m.compute, settings.campus
    paces = []
    for level in ("site", "province"):
        kind = f"{level}_build_rate"
        number = getattr(asked, f"{kind}_mw_per_year")
        parts = [b.component(f"{kind}_first"), b.component(kind)]
        held = tuple(h for part in parts for h in _all_rows(compiled, part, number))
        held += _largest(m, compiled, inputs, settings, "pace") if level == "site" else ()
        paces.append(_setting(kind, f"campus.{kind}_mw_per_year", "MW a year", number, held))
    most = _largest(m, compiled, inputs, settings, "campus")
    least = _all_rows(compiled, b.campus_minimum, asked.campus_min_mw)
    own = _largest(m, compiled, inputs, settings, "site")
    return [
        *paces,
        _setting("campus_max", "campus.campus_max_mw", "MW", asked.campus_max_mw, most),
        _setting("campus_min", "campus.campus_min_mw", "MW", asked.campus_min_mw, least),
        Limit("it_max", "", "it_max_mw of the site", "MW", "rows", math.nan, _GW_PER_MW, own),
    ]


def _largest(m: Any, compiled: Any, inputs: Inputs, settings: Settings, which: str) -> tuple[Held, ...]:
    """Return where a campus may be no larger than this limit says, which is the tightest of three there."""
    campus = settings.campus
    at_pace = campus.site_build_rate_mw_per_year * len(inputs.years)
    own = (inputs.site["it_max_gw"] * MW_PER_GW).fillna(math.inf).to_dict()
    rows = dict(rows_of(compiled, m.compute.modules_if_open))
    held = []
    for (s, y), row in rows_of(compiled, m.compute.campus_maximum):
        sizes = {"site": own[s], "campus": campus.campus_max_mw, "pace": at_pace}
        if min(sizes, key=lambda name: sizes[name]) != which:
            continue
        entries: tuple[tuple[int, float], ...] = ()
        if which == "site":
            modules = -1.0 / m.compute.module_gw.value
            entries = ((row, -1.0), (rows[s, y], modules))
        freed = () if entries else (row, rows[s, y])
        held.append(Held(str(s), int(y), sizes[which], rows=freed, entries=entries))
    return tuple(held)


def _grid(m: Any, compiled: Any, inputs: Inputs) -> list[Limit]:
    b = m.grid
    provinces: dict[str, list[Held]] = {}
    for (p, y), row in rows_of(compiled, b.headroom):
        number = b.headroom_gw[p, y] * MW_PER_GW
        provinces.setdefault(str(p), []).append(Held(str(p), int(y), number, entries=((row, -1.0),)))
    table = "headroom_mw of table headroom"
    made = [
        Limit("headroom", p, table, "MW", "rows", math.nan, _GW_PER_MW, tuple(held))
        for p, held in provinces.items()
    ]
    own = tuple(
        Held(str(s), int(y), b.site_headroom_gw[s] * MW_PER_GW, entries=((row, -1.0),))
        for (s, y), row in rows_of(compiled, b.site_headroom)
    )
    made.append(
        Limit("site_headroom", "", "site_headroom_mw of the site", "MW", "rows", math.nan, _GW_PER_MW, own)
    )
    top = float(inputs.steps["capacity_gw"].max()) * MW_PER_GW
    held = _all_rows(compiled, b.within_voltage, top)
    return [*made, Limit("voltage", "", "capacity_mw of table voltage_steps", "MW", "number", top, held=held)]


def _own_rows(compiled: Any, component: Any, number: Callable[[Any], float]) -> dict[str, list[Held]]:
    """Return rows place by place, each with a number of its own."""
    found: dict[str, list[Held]] = {}
    for (place, y), row in rows_of(compiled, component):
        held = Held(str(place), int(y), number((place, y)), entries=((row, -1.0),))
        found.setdefault(str(place), []).append(held)
    return found


def _supply(m: Any, compiled: Any) -> list[Limit]:
    b = m.accelerators
    if b.component("supply") is None:
        return []
    rows = _own_rows(compiled, b.supply, lambda key: b.supply_gw[key] * MW_PER_GW)
    mend = "supply_cards of table accelerators, or optim.accelerators.supply_binds"
    return [
        Limit("accelerator_supply", a, mend, "MW", "rows", math.nan, _GW_PER_MW, tuple(held))
        for a, held in rows.items()
    ]


def _water(m: Any, compiled: Any) -> list[Limit]:
    b = m.water_quota
    rows = _own_rows(compiled, b.row, lambda key: b.quota_mm3[key] * 1e6)
    return [
        Limit("water_quota", q, "water_m3 of table quotas", "m3", "rows", math.nan, 1e-6, tuple(held))
        for q, held in rows.items()
    ]


def _unserved(m: Any, compiled: Any, settings: Settings) -> list[Limit]:
    """Return that all load is served, where it has to be."""
    if settings.workload.allow_unserved:
        return []
    b = m.workload
    held = tuple(
        Held(
            f"{w} {d}",
            int(y),
            b.demand_gw[d, w, y] * MW_PER_GW,
            columns=(compiled.columns.at(b.unserved_gw, (d, w, y)),),
        )
        for d, w, y in b.NODES_Y
    )
    key = "optim.workload.allow_unserved"
    return [Limit("unserved", "", key, "MW", "rows", math.nan, _GW_PER_MW, held)]
