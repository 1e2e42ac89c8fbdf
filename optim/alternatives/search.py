"""Looks for alternatives: ranges of provinces and groups, plans that use other places, random directions."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from geodata.tables import Survey
from optim.alternatives.near import Near, Point, Say
from optim.alternatives.settings import Asked
from optim.alternatives.spread import distances, farthest
from optim.options import Settings
from optim.tables import PlanError
from optim.warm import Planner
from optim.warm.edits import Edits

Tick = Callable[[str], None]
NOTHING_MW = 0.5
_LEAST_SHARE = 2e-4


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
        looking = _Looking(near, asked, groups_of(survey), tick)
        with near.within(asked.slack_share) as edit:
            looking.run(edit)
        return looking.found()


class _Looking:
    """Plans found so far."""

    def __init__(
        self, near: Near, asked: Asked, groups: dict[tuple[str, str], list[str]], tick: Tick
    ) -> None:
        self._near, self._asked, self._groups, self._tick = near, asked, groups, tick
        self._rows = [near.base_mw]
        self._how: list[tuple[str, str, float, bool, int]] = [("optimum", "", 0.0, True, near.base.rounds)]
        self._ends: dict[tuple[str, str, str], float] = {}
        self._failed: dict[str, str] = {}

    def run(self, edit: Edits) -> None:
        """Look for plans: other places first, then the ends of ranges that no plan has shown yet."""
        self._other_places(edit)
        self._random(edit)
        for way in ("most", "least"):
            for kind, place in self._groups:
                self._end(edit, way, kind, place)

    def _look(self, edit: Edits, way: str, place: str, weights: dict[str, float]) -> Point | None:
        try:
            point = self._near.least(edit, weights)
        except PlanError as error:
            self._failed[f"{way} {place}".strip()] = str(error)
            return None
        if point.reached:
            self._rows.append(point.it_mw)
            self._how.append((way, place, point.slack_share, point.reached, point.rounds))
        else:
            self._failed[f"{way} {place}".strip()] = (
                f"costs {point.slack_share:.2%} more after {point.rounds} rounds"
            )
        self._tick(f"{way} {place}".strip())
        return point if point.reached else None

    def _other_places(self, edit: Edits) -> None:
        """Ask for plans that use least of what plans before used (Hop, Skip, Jump)."""
        for number in range(max(1, self._asked.count // 2)):
            total = pd.DataFrame(self._rows).sum()
            most = max(1e-9, float(total.max()))
            weights = {str(site): float(mw) / most for site, mw in total.items() if mw > 0}
            before = self._rows[-1]
            self._look(edit, "other places", str(number + 1), weights)
            if self._rows[-1] is before or _apart(before, self._rows[-1]) < _LEAST_SHARE:
                break

    def _random(self, edit: Edits) -> None:
        """Ask for plans in random directions: a weight for each province, and one for each site."""
        random = np.random.default_rng(self._asked.seed)
        sites = self._near.sites
        for number in range(max(1, self._asked.count // 2)):
            own = pd.Series(random.normal(size=len(sites)), index=sites)
            for kind, place in self._groups:
                if kind == "province":
                    own[self._groups[kind, place]] += random.normal()
            self._look(edit, "random", str(number + 1), dict(zip(sites, own.tolist(), strict=True)))

    def _end(self, edit: Edits, way: str, kind: str, place: str) -> None:
        """Ask for one end of a range, unless a plan is known in which the place holds nothing."""
        members = self._groups[kind, place]
        sums = [float(row[members].sum()) for row in self._rows]
        if way == "least" and min(sums) < NOTHING_MW:
            return
        sign = 1.0 if way == "least" else -1.0
        point = self._look(edit, way, place, dict.fromkeys(members, sign))
        if point is not None:
            self._ends[way, kind, place] = float(point.it_mw[members].sum())

    def found(self) -> Found:
        """Return all that was found."""
        it_mw = pd.DataFrame(self._rows).reset_index(drop=True)
        how = pd.DataFrame(self._how, columns=["way", "place", "slack_share", "reached", "rounds"])
        apart = distances(it_mw)
        chosen = farthest(apart, self._asked.count)
        objective = self._near.base.objective_m_cny
        return Found(objective, it_mw, how, self._ranges(it_mw), chosen, apart, self._failed)

    def _ranges(self, it_mw: pd.DataFrame) -> pd.DataFrame:
        rows = []
        for (kind, place), members in self._groups.items():
            sums = it_mw[members].sum(axis=1)
            solved = [("least", kind, place) in self._ends or sums.min() < NOTHING_MW]
            solved += [("most", kind, place) in self._ends]
            rows.append((kind, place, float(sums.iloc[0]), float(sums.min()), float(sums.max()), *solved))
        columns = ["kind", "place", "base_mw", "low_mw", "high_mw", "low_solved", "high_solved"]
        return pd.DataFrame(rows, columns=columns)


def _apart(one: pd.Series, other: pd.Series) -> float:
    """Return the share of IT power that stands at another site."""
    return float(distances(pd.DataFrame([one, other]))[0, 1])
