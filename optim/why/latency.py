"""Which latency limit would have to be how much wider for a site to come in."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd

from geodata.tables import Survey
from optim.conflict.least import least_of
from optim.why.bench import Bench
from optim.why.levers import Lever

_NO_LIMIT_MS = 1e4
_ROUND_TRIP = {"central": "rtt_ms", "allow": "rtt_low_ms", "refuse": "rtt_high_ms"}


def wider_limits(bench: Bench, little: float) -> list[tuple[Lever, float | None]]:
    """Return each class with a limit that the site misses for some users, and the round trip that it takes.

    The limit is widened for all sites alike. None: no limit of that class alone brings the site in. If it
    stays out with all limits lifted, the classes are not asked one by one.

    Parameters
    ----------
    bench : Bench
        Solves with the site forced in and closed.
    little : float
        Cost that counts as none [M CNY].
    """
    found = _limits(bench)
    if not found:
        return []
    if _gap(bench, _with(bench.survey, {lever.name: _NO_LIMIT_MS for lever, _ in found})) > little:
        return [(lever, None) for lever, _ in found]
    return [(lever, _least(bench, lever, trips, little)) for lever, trips in found]


def _limits(bench: Bench) -> list[tuple[Lever, list[float]]]:
    """Return the classes, each with the round trips of the site that lie beyond its limit [ms]."""
    survey, column = bench.survey, _ROUND_TRIP[bench.settings.latency.undecided]
    mine = survey.links[survey.links["site_id"] == bench.site].set_index("zone_id")[column]
    found = []
    for row in survey.classes[~survey.classes["same_city"]].to_dict("records"):
        wanted = survey.demand[(survey.demand["class_id"] == row["class_id"]) & (survey.demand["it_mw"] > 0)]
        limit = float(row["rtt_ms_max"])
        trips = sorted({float(v) for v in mine.reindex(wanted["zone_id"].unique()).dropna() if v > limit})
        if trips:
            what = f"round trip allowed for {row['class_id']}"
            found.append((Lever(str(row["class_id"]), what, "ms", limit, trips[-1], 0.0), trips))
    return found


def _least(bench: Bench, lever: Lever, trips: list[float], little: float) -> float | None:
    return least_of(trips, lambda trip: _gap(bench, _with(bench.survey, {lever.name: trip})) <= little)


def _gap(bench: Bench, survey: Survey) -> float:
    """Return what forcing the site in costs, in a survey [M CNY]."""
    closed = bench.closed(survey).objective_m_cny
    return bench.forced_in(survey).objective_m_cny - closed


def _with(survey: Survey, limits: dict[str, float]) -> Survey:
    table = survey.classes
    wide = table["class_id"].map(limits).astype(float)
    rtt_ms = wide.where(wide.notna(), table["rtt_ms_max"])
    one_way = (wide / 2.0).where(wide.notna(), table["one_way_ms_max"])
    changed: pd.DataFrame = table.assign(rtt_ms_max=rtt_ms, one_way_ms_max=one_way)
    return replace(survey, classes=changed)
