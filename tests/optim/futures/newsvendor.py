"""A tiny world with one good site, in which what to build in the first year is a newsvendor's question.

Demand of 2026 is not known when halls for it are built; that of 2027 is the same in all futures. Halls of q
MW cost k q, a MW served saves u - e: so 300 MW are built rather than 100 if the probability of 300 is over
k / (u - e).
"""

from __future__ import annotations

import pandas as pd

from optim.blocks.workload import Settings as Workload
from optim.futures.cases import Future
from optim.solve import Settings as Solve
from tests import world
from tests.optim.test_tiny_plan import DISCOUNT, HOURS, annuity

LATER_MW = 400.0
UNSERVED = 10.0  # M CNY for a MW and year


def future(name: str, probability: float, first_mw: float, **solve: object) -> Future:
    """Return a future of the newsvendor's world with a demand of 2026."""
    rows = [("East", "training", 2026, first_mw), ("East", "training", 2027, LATER_MW)]
    demand = pd.DataFrame(rows, columns=["zone_id", "class_id", "year", "it_mw"])
    settings = world.settings(
        workload=Workload(unserved_penalty_m_cny_per_mw=UNSERVED),
        solve=Solve(**({"gap_share": 1e-9, "threads": 1, "workers": 1} | solve)),  # type: ignore[arg-type]
    )
    return Future(
        name, probability, world.survey(demand=demand, headroom=world.headroom(west_mw=1500)), settings
    )


def halls_m_cny(hall_mw: float) -> float:
    """Yearly cost of halls at the western site, full or empty, from the figures of the tiny world."""
    shell, liquid = 20.0 * hall_mw, 5.0 * hall_mw
    cost = shell * annuity(0.06, 20) + liquid * annuity(0.06, 15) + 0.03 * (shell + liquid)
    cost += 200 * 700 / 1e6 * hall_mw * annuity(0.06, 50) + 0.8 * 0.1 * hall_mw
    return cost + connection_m_cny(hall_mw)


def connection_m_cny(it_mw: float) -> float:
    """Yearly cost of the connection of some IT power."""
    return 0.25 * it_mw * 1.25 * annuity(0.06, 30)


def served_m_cny(load_mw: float) -> float:
    """Yearly cost of what runs in them: energy, demand charge, water, bandwidth."""
    it_mwh = load_mw * 0.6 * HOURS
    energy = it_mwh * 1.2 * world.PRICE["w"] / 1e6 + load_mw * 0.6 * 1.2 * 30000 * 12 / 1e6
    mean_km = 0.2 * 100 + 0.2 * 400 + 0.6 * 1500
    return energy + it_mwh * 0.5 * 5 / 1e6 + load_mw * 0.2 * 0.012 * mean_km / 1000


def campus_m_cny() -> float:
    """Yearly cost of the campus itself: line and fibre."""
    return 2.0 * 10 * annuity(0.06, 30) + 0.1 * 2 * 100 * annuity(0.06, 25)


def cost_m_cny(hall_mw: float, first_mw: float) -> float:
    """Discounted cost of halls of some MW in 2026 in a future, everything served in 2027."""
    served = min(hall_mw, first_mw)
    first = campus_m_cny() + halls_m_cny(hall_mw) + served_m_cny(served) + UNSERVED * (first_mw - served)
    later = campus_m_cny() + halls_m_cny(LATER_MW) + served_m_cny(LATER_MW)
    return first * DISCOUNT[2026] + later * DISCOUNT[2027]
