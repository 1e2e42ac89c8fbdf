"""Same-city load as a limit: it stands where its city is, and cannot be left unserved."""

from __future__ import annotations

import math
from typing import Any

from optim.conflict.limits import Entry, Held, Limit, factor, rows_of
from optim.inputs import MW_PER_GW
from optim.settings import EDGE


def given_limits(m: Any, compiled: Any) -> list[Limit]:
    """Return the same-city load of each city, which may give way down to nothing.

    Less of it is less in every row that it stands in: IT of all, shares of provinces and hubs, its own halls,
    and the lines of its city.
    """
    cities = [s for s in m.EDGE if any(m.given_gw[s, y] > 0 for y in m.Y)]
    rows = {name: dict(rows_of(compiled, m.find_component(name))) for name in _ROWS}
    made = []
    for s in cities:
        held = tuple(
            Held(
                str(s),
                int(y),
                m.given_gw[s, y] * MW_PER_GW,
                entries=tuple(_entries(m, compiled, rows, s, y)),
                most=m.given_gw[s, y],
            )
            for y in m.Y
        )
        mend = "it_mw of table demand (geodata.demand)"
        made.append(Limit("given", str(s), mend, "MW", "rows", math.nan, 1.0 / MW_PER_GW, held))
    return made


_ROWS = (
    "compute.it_of_all",
    "running.edge_it",
    "running.edge_run",
    "resilience.largest_province_share",
    "hub_share.row",
    "grid.within_voltage",
)


def _entries(m: Any, compiled: Any, rows: dict[str, dict[Any, int]], s: str, y: int) -> list[Entry]:
    """Return factors of a column that lessens the load of a city; each sign follows a column beside it."""
    at = compiled.columns.at

    def like(name: str, index: Any, column: int, times: float) -> Entry:
        row = rows[name][index]
        return row, times * factor(compiled, row, column)

    province = next(p for p in m.P if s in m.SITES[p])
    hubs = [k for k in rows["hub_share.row"] if k[2] == y and s in m.hub_share.SITES_OF[k[0], k[1]]]
    return [
        like("compute.it_of_all", y, at(m.compute.total_it_gw, y), 1.0),
        like("running.edge_it", (s, y), at(m.halls.it_gw, (s, EDGE, y)), 1.0),
        like("running.edge_run", (s, y), at(m.halls.run_gw, (s, EDGE, EDGE, y)), m.running.load_share.value),
        like(
            "resilience.largest_province_share",
            (province, y),
            at(m.compute.it_new_gw, (s, y)),
            -1.0,
        ),
        like(
            "grid.within_voltage",
            (s, y),
            at(m.grid.connection_gw, (s, y)),
            m.grid.pue_peak[s, EDGE],
        ),
        *(like("hub_share.row", k, at(m.hub_share.missed, k), -1.0) for k in hubs),
    ]
