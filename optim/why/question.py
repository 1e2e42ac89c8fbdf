"""The front door: why a site is in a plan or not, by solving."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import pandas as pd

from geodata.tables import Survey
from optim.conflict.find import Conflict, find_bars
from optim.options import Settings
from optim.stop import Stop
from optim.tables import InfeasibleError
from optim.warm import Answer, Planner
from optim.why.bench import Bench
from optim.why.latency import wider_limits
from optim.why.levers import Lever, levers
from optim.why.root import crossing

Say = Callable[[str], None]
EXACT_SHARE = 1e-6
_LITTLE_SHARE = 0.004
_TAKERS = 8


@dataclass(frozen=True)
class Need:
    """What a number of a site would have to be for the answer to turn; None: no value of it does that.

    `jumps`: the cost leaps there, since a rule or limit takes hold.
    """

    lever: Lever
    needed: float | None
    jumps: bool = False

    @property
    def change_share(self) -> float:
        """Return the change over the number itself; infinite where there is none."""
        if self.needed is None or self.lever.value == 0:
            return math.inf
        return abs(self.needed - self.lever.value) / abs(self.lever.value)


@dataclass(frozen=True)
class Reasons:
    """Why a site is in or out.

    Attributes
    ----------
    site : str
        site_id.
    is_in : bool
        A campus there pays: closing it costs something.
    bars : Conflict or None
        Rules and limits that leave no plan with a campus there; then nothing else was worked out.
    cost_in, cost_out, cost_free : float
        Discounted cost with a campus of the least size there, with none, and with nothing forced [M CNY].
    siting_cost_m_cny : float
        Cost without penalties, nothing forced.
    penalty_m_cny, unserved_mw : float
        What of the difference between in and out are penalties, above 0 if a campus saves some, and by how
        much more load of the last year is unserved without one.
    kw_years : float
        Discounted IT power of the campus that is forced in [kW x years].
    needs : tuple of Need
        What would turn the answer, the smallest change first.
    takers : DataFrame
        site_id, province, with_mw, without_mw: IT power of the last year with the campus and without.
    solves : int
        How many solves it took.
    """

    site: str
    is_in: bool
    bars: Conflict | None = None
    cost_in: float = math.nan
    cost_out: float = math.nan
    cost_free: float = math.nan
    siting_cost_m_cny: float = math.nan
    penalty_m_cny: float = 0.0
    unserved_mw: float = 0.0
    kw_years: float = math.nan
    needs: tuple[Need, ...] = ()
    takers: pd.DataFrame | None = None
    solves: int = 0

    @property
    def gap_m_cny(self) -> float:
        """Return what a campus there costs over the best plan without one; below 0: what it saves."""
        return self.cost_in - self.cost_out

    @property
    def gap_share(self) -> float:
        """Return the same over the siting cost."""
        return self.gap_m_cny / self.siting_cost_m_cny

    @property
    def gap_cny_per_kw_year(self) -> float:
        """Return the same for each kW of IT of the campus and year."""
        return self.gap_m_cny * 1e6 / self.kw_years if self.kw_years > 0 else math.nan


def reasons(
    survey: Survey, settings: Settings, site: str, say: Say = lambda line: None, stop: Stop | None = None
) -> Reasons:
    """Return why a site is in a plan or not.

    All costs are those of linear relaxations: their differences are exact, while two plans with whole
    campuses differ by their gaps too.

    Parameters
    ----------
    survey : Survey
        Tables.
    settings : Settings
        Options.
    site : str
        site_id.
    say : callable
        Takes one line a step.
    stop : Stop, optional
        A wish that ends it (StoppedError).
    """
    say("looking for rules and limits that bar the site")
    bars = find_bars(survey, settings, site, say, stop)
    if bars is not None:
        return Reasons(site, False, bars)
    with Planner(survey, settings, say, stop) as planner:
        return _asked(Bench(planner, survey, settings, site, EXACT_SHARE), say)


def _asked(bench: Bench, say: Say) -> Reasons:
    say("solving with the site free, closed and forced in")
    free, closed, inside = bench.free(), bench.closed(), bench.forced_in()
    gap = inside.objective_m_cny - closed.objective_m_cny
    penalty = closed.penalty_m_cny - inside.penalty_m_cny
    least = min(abs(gap), abs(gap + penalty))
    little = max(EXACT_SHARE * abs(free.objective_m_cny) / 10.0, _LITTLE_SHARE * least)
    kw_years = _kw_years(bench, inside, closed)
    per_kw_year = gap * 1e6 / kw_years if kw_years > 0 else gap
    needs = [
        _need(bench, lever, (gap, closed.objective_m_cny), little, say, per_kw_year)
        for lever in levers(bench.survey, bench.settings, bench.planner.inputs, bench.site)
    ]
    if gap > little:
        say("solving with wider latency limits")
        needs += [Need(lever, trip) for lever, trip in wider_limits(bench, little)]
    return Reasons(
        site=bench.site,
        is_in=gap < -little,
        cost_in=inside.objective_m_cny,
        cost_out=closed.objective_m_cny,
        cost_free=free.objective_m_cny,
        siting_cost_m_cny=free.siting_cost_m_cny,
        penalty_m_cny=penalty,
        unserved_mw=closed.unserved_mw - inside.unserved_mw,
        kw_years=kw_years,
        needs=tuple(sorted(needs, key=lambda need: (need.needed is None, need.change_share))),
        takers=_takers(inside, closed),
        solves=bench.solves,
    )


def _need(
    bench: Bench, lever: Lever, known: tuple[float, float], little: float, say: Say, per_kw_year: float
) -> Need:
    """Return the value at which a campus at the site costs as much as none."""
    gap, cost_out = known
    say(f"solving with another {lever.what}")

    def over(value: float) -> float:
        try:
            return bench.forced(lever, value).objective_m_cny - cost_out
        except InfeasibleError:
            return math.inf

    end = lever.best if gap > 0 else lever.worst
    found = crossing(over, (lever.value, gap), end, per_kw_year, little)
    return Need(lever, found.place, found.jumps) if found else Need(lever, None)


def _kw_years(bench: Bench, inside: Answer, closed: Answer) -> float:
    """Return the discounted kW-years by which the site holds more with the campus than without."""
    discount = bench.planner.inputs.discount
    it_mw = [
        answer.sites[answer.sites["site_id"] == bench.site].set_index("year")["it_mw"]
        for answer in (inside, closed)
    ]
    more = it_mw[0].sub(it_mw[1], fill_value=0.0).clip(lower=0.0)
    return float((1e3 * more * more.index.map(discount)).sum())


def _takers(inside: Answer, closed: Answer) -> pd.DataFrame:
    """Return the sites whose IT power changes most, the largest change first."""
    last = [answer.sites[answer.sites["year"] == answer.sites["year"].max()] for answer in (inside, closed)]
    keys = ["site_id", "province"]
    both = [table.set_index(keys)["it_mw"] for table in last]
    table = pd.DataFrame({"with_mw": both[0], "without_mw": both[1]}).fillna(0.0)
    moved = (table["with_mw"] - table["without_mw"]).abs()
    order = moved[moved > 0.1].sort_values(ascending=False).index[:_TAKERS]
    return table.loc[order].reset_index()
