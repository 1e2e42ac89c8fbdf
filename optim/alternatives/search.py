"""Looks for alternatives: ranges of provinces and groups, plans that use other places, random directions."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from geodata.tables import Survey
from optim.alternatives.looking import Direction, Looked, Start, look_all
from optim.alternatives.near import Near, Say
from optim.alternatives.settings import Asked
from optim.alternatives.spread import distances, farthest
from optim.options import Settings
from optim.warm import Planner

Tick = Callable[[str], None]
NOTHING_MW = 0.5


@dataclass(frozen=True, eq=False)
class Found:
    """What came out.

    Attributes
    ----------
    objective_m_cny : float
        The optimum.
    it_mw : DataFrame
        IT power of new campuses in the last year [MW]: a row a plan within the slack, the optimum first, a
        column a site.
    how : DataFrame
        Index as of `it_mw`: way (optimum, least, most, other places, random), place, slack_share, reached,
        rounds.
    ranges : DataFrame
        kind (province, side, hubs), place, base_mw, low_mw, high_mw, low_solved, high_solved (whether the end
        was asked for, or shown by another plan).
    chosen : list of int
        Rows of the diverse set, the optimum first.
    apart : array
        Share of IT power at other sites, for each two plans.
    failed : dict
        Direction -> message, where the solver gave up.
    """

    objective_m_cny: float
    it_mw: pd.DataFrame
    how: pd.DataFrame
    ranges: pd.DataFrame
    chosen: list[int]
    apart: np.ndarray
    failed: dict[str, str]


def groups_of(survey: Survey) -> dict[tuple[str, str], list[str]]:
    """Return the sites of each province, of the east and west, and of hub provinces, by kind and place."""
    sites = survey.candidates
    found: dict[tuple[str, str], list[str]] = {}
    for column, kind in (("province", "province"), ("side", "side")):
        for place, members in sites.groupby(column)["site_id"]:
            found[kind, str(place)] = members.tolist()
    hubs = sites.loc[sites["hub_province"] != "", "site_id"].tolist()
    return found | ({("hubs", "hubs"): hubs} if 0 < len(hubs) < len(sites) else {})


def search(
    survey: Survey,
    settings: Settings,
    asked: Asked,
    say: Say = lambda _: None,
    tick: Tick = lambda _: None,
) -> Found:
    """Return plans that cost at most the slack more than the optimum, and how far places can go within it.

    Parameters
    ----------
    survey, settings : Survey, Settings
        The problem.
    asked : Asked
        Slack, number of plans.
    say, tick : callable
        Take a line at each step, and one at each plan that is found.

    Raises
    ------
    PlanError
        There is no optimum.
    """
    with Planner(survey, settings, say) as planner:
        near = Near(planner, asked, say)
        start = Start(survey, settings, asked, near.base, planner.known)
        plans = _Plans(near, groups_of(survey))
        plans.look(start, [*plans.apart(asked), *plans.ends("most")], tick)
        plans.look(start, plans.ends("least"), tick)
        return plans.found(asked)


class _Plans:
    """Plans found so far."""

    def __init__(self, near: Near, groups: dict[tuple[str, str], list[str]]) -> None:
        self._near, self._groups = near, groups
        self._rows = [near.base_mw]
        self._how: list[tuple[str, str, float, bool, int]] = [("optimum", "", 0.0, True, near.base.rounds)]
        self._ended: set[tuple[str, str, str]] = set()
        self._failed: dict[str, str] = {}

    def look(self, start: Start, directions: list[Direction], tick: Tick) -> None:
        """Look in directions; their plans come in the order of the directions."""
        found: dict[int, list[Looked]] = {}
        for number, some in look_all(self._near, start, directions):
            found[number] = some
            for each in some:
                tick(each.direction.name)
        for number in sorted(found):
            for each in found[number]:
                self._take(each)

    def _take(self, looked: Looked) -> None:
        direction, point = looked.direction, looked.point
        if point is None:
            self._failed[direction.name] = looked.message
            return
        self._rows.append(point.it_mw)
        self._how.append((direction.way, direction.place, point.slack_share, point.reached, point.rounds))
        self._ended.add((direction.way, direction.kind, direction.place))

    def apart(self, asked: Asked) -> list[Direction]:
        """Return directions away from plans known, and random ones: a weight for each province and site."""
        count, sites = max(1, asked.count // 2), self._near.sites
        random = np.random.default_rng(asked.seed)
        found = [Direction("other places", "", hops=count)]
        for number in range(count):
            own = pd.Series(random.normal(size=len(sites)), index=sites)
            for kind, place in self._groups:
                if kind == "province":
                    own[self._groups[kind, place]] += random.normal()
            found.append(Direction("random", str(number + 1), dict(zip(sites, own.tolist(), strict=True))))
        return found

    def ends(self, way: str) -> list[Direction]:
        """Return directions to one end of each range; no least where a plan is known that holds nothing."""
        sign = 1.0 if way == "least" else -1.0
        return [
            Direction(way, place, dict.fromkeys(members, sign), kind)
            for (kind, place), members in self._groups.items()
            if way == "most" or min(float(row[members].sum()) for row in self._rows) >= NOTHING_MW
        ]

    def found(self, asked: Asked) -> Found:
        """Return all that was found."""
        it_mw = pd.DataFrame(self._rows).reset_index(drop=True)
        how = pd.DataFrame(self._how, columns=["way", "place", "slack_share", "reached", "rounds"])
        apart = distances(it_mw)
        chosen = farthest(apart, asked.count)
        objective = self._near.base.objective_m_cny
        return Found(objective, it_mw, how, self._ranges(it_mw), chosen, apart, self._failed)

    def _ranges(self, it_mw: pd.DataFrame) -> pd.DataFrame:
        rows = []
        for (kind, place), members in self._groups.items():
            sums = it_mw[members].sum(axis=1)
            solved = [("least", kind, place) in self._ended or sums.min() < NOTHING_MW]
            solved += [("most", kind, place) in self._ended]
            rows.append((kind, place, float(sums.iloc[0]), float(sums.min()), float(sums.max()), *solved))
        columns = ["kind", "place", "base_mw", "low_mw", "high_mw", "low_solved", "high_solved"]
        return pd.DataFrame(rows, columns=columns)
