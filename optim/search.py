"""The search by decomposition: it ends with a plan priced outside it."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from optim.arrays import ArrayModel, materialise
from optim.claims import sound_bound
from optim.cluster import helpers
from optim.coefficients import Ranges, place_in
from optim.decompose import Master, Say, make_energy, start_cuts
from optim.dive import dive
from optim.found import Found
from optim.inputs import Inputs
from optim.marginals import Marginals
from optim.model import Choices, fill_model
from optim.neighbourhood import empty_sites, near
from optim.plant_energy import Array, alike, plant_models
from optim.pricing import Asked, PricedEnergy, joined, make_pricing
from optim.results import penalty_total
from optim.session import Session, marginals
from optim.solve import Settings
from optim.stop import Stop
from optim.tables import FalseOptimumError, InfeasibleError, StoppedError, TimeLimitError
from optim.tighten import tighten_plan, tighten_relaxed

_NEAR_SHARE = 0.1
PRICED_SHARE = 0.1  # of the gap asked for, by which a site may be priced too high
_SITES_AT_ONCE = 12
_SAME_COST = 1e-6
_PLAN_SHARE = 0.1  # these rounds are quick
_TABLES = ("supply", "operation", "dispatch", "backlog", "billing", "costs")


def search_decomposed(
    inputs: Inputs, types: pd.DataFrame, choices: Choices, settings: Settings, say: Say, stop: Stop
) -> Found:
    """Return the plan of the decomposed model (see `optim.decompose`); parameters as of `search_whole`."""
    model = fill_model(ArrayModel(name="master"), inputs, types, choices, "master")
    session = Session(model.pyomo, settings.threads, settings.seed, stop)
    say(f"master problem: {session.compiled.columns.size:,} columns, {session.compiled.rows.size:,} rows")
    penalty = choices.penalty_m_cny_per_gw
    ranges = [Ranges("master"), Ranges("plants")]
    ranges[0].see(session.compiled, place_in(session.compiled.rows), place_in(session.compiled.columns))
    keys = [key for key, first in alike(inputs).items() if key[2] == first]
    models = plant_models(inputs, keys, penalty, ranges[1])
    for line in [line for each in ranges for line in each.lines()]:
        say(line)
    say(f"energy of plants: {sum(len(each.part.cost) for each in models.values()):,} columns")
    with (
        helpers(settings, make_energy, models) as plants,
        helpers(settings, make_pricing, (inputs, penalty, PRICED_SHARE * settings.gap_share)) as sites,
    ):
        master = Master(inputs, model, session, plants)
        start_cuts(master, say)
        found = Search(master, sites.ask, settings, say, stop).run()
    return replace(found, coefficients=ranges[0].found + ranges[1].found)


@dataclass
class Search:
    """Relaxation, integer searches, and the pricing of each plan that they find.

    `plan` is the cheapest plan by the master, `best` the cheapest that was priced site by site. `is_false`:
    the solver said of the whole problem what does not hold.
    """

    master: Master
    ask_sites: Callable[..., list[PricedEnergy]]
    settings: Settings
    say: Say
    stop: Stop
    bound: float = -math.inf
    plan: tuple[float, Array] | None = None
    best: tuple[float, Array, list[PricedEnergy]] | None = None
    relaxed_bound: float = -math.inf
    is_false: bool = False

    def run(self) -> Found:
        """Return the best plan, priced site by site."""
        session, settings, started = self.master.session, self.settings, time.perf_counter()
        self.bound = tighten_relaxed(self.master, settings.cut_gap_share, settings.rounds_max, self.say)
        self.relaxed_bound = self.bound
        relaxed, values = marginals(session), session.values()
        self._seek(values, started)
        with self.stop.finishing():
            self._settle()
            return self._found(relaxed)

    def _seek(self, relaxed: Array, started: float) -> None:
        """Find plans until the gap is as asked, or time or patience are over."""
        session, settings = self.master.session, self.settings
        self.say("rounding the relaxation to a first plan")
        if dive(session, self.master.model.pyomo, relaxed):
            self._take()
        for number in range(settings.searches_max):
            left = settings.time_limit_s - (time.perf_counter() - started)
            if self._is_over(left):
                break
            held = self._held(relaxed) if number == 0 else {}
            self._search(max(left, 1.0), held)
        if self.plan is None:
            self.stop.check()
            raise TimeLimitError(
                "no plan was found in optim.solve.searches_max searches; this does not mean "
                "that there is none: allow more searches"
            )

    def _is_over(self, left_s: float) -> bool:
        """Return whether to search no more."""
        if self.stop.is_wanted or self.is_false:
            return True
        return self._is_done() or (left_s <= 0 and self.plan is not None)

    def _gap_share(self, cost: float) -> float:
        """Return the gap of a plan that costs this much, relative to the bound."""
        return (cost - self.bound) / (abs(self.bound) if math.isfinite(self.bound) else 1.0)

    def _is_done(self) -> bool:
        """Return whether the gap is as asked; a plan is priced only if it is by the master."""
        if self.plan is None or self._gap_share(self.plan[0]) > self.settings.gap_share:
            return False
        self._settle()
        return self.best is not None and self._gap_share(self.best[0]) <= self.settings.gap_share

    def _held(self, relaxed: Array) -> dict[int, float]:
        """Return what stays in the first search: most of the plan, or of the relaxation if there is none."""
        session, m = self.master.session, self.master.model.pyomo
        return near(session, m, self.plan[1]) if self.plan else empty_sites(session, m, relaxed)

    def _search(self, seconds: float, held: dict[int, float]) -> None:
        """Search with integers, hold what was found, and take it if it is cheaper.

        With some integers held the search is much smaller; its bound then is no bound of the whole.
        """
        session, settings = self.master.session, self.settings
        session.fix(np.asarray(list(held), dtype=np.int32), np.asarray(list(held.values()), dtype=float))
        self.say(
            f"searching with {len(session.integers) - len(held):,} of {len(session.integers):,} integers"
        )
        gap_share = settings.gap_share * (_NEAR_SHARE if held else 0.5)
        start, known = (self.plan[1] if self.plan else None), self._known()
        try:
            run = session.solve_integer(gap_share, seconds, start, settings.heuristic_share, known)
        except (InfeasibleError, TimeLimitError, StoppedError, FalseOptimumError) as fault:
            if self.plan is None and not (held and isinstance(fault, InfeasibleError | FalseOptimumError)):
                raise
            self._pass_over(fault, held)
            return
        self.bound = self.bound if held else max(self.bound, run.bound)
        if self.stop.is_wanted and run.objective > known * (1 - _SAME_COST):
            session.free(session.integers)  # the plan that it began with
            return
        session.fix(session.integers, np.round(session.values()[session.integers]))
        self._take()

    def _known(self) -> float:
        """Return what the plan costs in the master as it is now, with the cuts that came after it."""
        if self.plan is None:
            return math.inf
        cost, values = self.plan
        return cost + self.master.shortfall(self.master.cuts.broken(values))

    def _pass_over(self, fault: Exception, held: dict[int, float]) -> None:
        """Go on with the plan as it was; no plan near an old one says nothing of the whole."""
        self.master.session.free(self.master.session.integers)
        if isinstance(fault, FalseOptimumError):
            self.is_false = not held
            self.say(f"{fault}. What was known before is kept, and the solver's bound is not used")

    def _take(self) -> None:
        """Tighten the cuts with the integers held, let them go, and keep the plan if it is the cheapest."""
        session, settings = self.master.session, self.settings
        share = _PLAN_SHARE * settings.cut_gap_share
        with self.stop.finishing():
            values = tighten_plan(self.master, share, settings.rounds_max, self.say)
        cost = session.cost_of(values)
        session.free(session.integers)
        if self.plan is None or cost < self.plan[0]:
            self.plan = (cost, values)
        self.say(f"plan of {self.plan[0]:,.0f} M CNY by the master, gap {self._gap_share(self.plan[0]):.3%}")

    def _settle(self) -> None:
        """Price the plan site by site, if it has not been, and keep it if it is the cheapest."""
        if self.plan is None or (self.best and self.best[1] is self.plan[1]):
            return
        values = self.plan[1]
        energy = self._price(values)
        cost = self._objective(values, energy)
        if self.best is None or cost < self.best[0]:
            self.best = (cost, values, energy)
        self._doubt_bound(self.best[0])
        gap_share = self._gap_share(self.best[0])
        self.say(f"plan of {self.best[0]:,.0f}, bound {self.bound:,.0f} M CNY: gap {gap_share:.3%}")

    def _doubt_bound(self, cost: float) -> None:
        """Drop a bound above the cost of a plan that was priced outside the solver."""
        bound = sound_bound(cost, self.bound, self.relaxed_bound)
        if bound < self.bound:
            self.say(
                f"the solver's bound of {self.bound:,.0f} M CNY lies above a plan of {cost:,.0f}: not used"
            )
            self.bound, self.is_false = bound, True

    def _status(self, cost: float) -> str:
        if self._gap_share(cost) <= self.settings.gap_share:
            return "optimal"
        if self.stop.is_wanted:
            return "interrupted"
        return "false_optimum" if self.is_false else "time_limit"

    def _price(self, values: Array) -> list[PricedEnergy]:
        master = self.master
        loaded = {key[:2] for key in master.loaded(values)} or {master.keys[0][:2]}  # for tables of nothing
        by_site: dict[str, Asked] = {}
        for s, c, y in master.keys:
            if (s, c) in loaded:
                by_site.setdefault(s, {})[(s, c), y] = master.point((s, c, y), values)
        self.say(f"pricing the plan's energy at {len(by_site)} sites")
        sites = list(by_site)
        batches = [sites[first : first + _SITES_AT_ONCE] for first in range(0, len(sites), _SITES_AT_ONCE)]
        return self.ask_sites(
            [
                (number, {key: x for s in some for key, x in by_site[s].items()})
                for number, some in enumerate(batches)
            ]
        )

    def _objective(self, values: Array, energy: list[PricedEnergy]) -> float:
        """Return the cost of the master without its cuts, and of the energy as priced."""
        master = self.master
        run = master.session.cost_of(values)
        cuts = sum(values[column] * master.inputs.discount[key[2]] for key, column in master.theta.items())
        return float(run - cuts + sum(site.objective for site in energy))

    def _found(self, relaxed: Marginals) -> Found:
        session, master = self.master.session, self.master
        assert self.best is not None, "a search ended without a plan and without an error"
        cost, values, energy = self.best
        session.fix(session.integers, np.round(values[session.integers]))
        session.solve_relaxed()
        priced = marginals(session)
        session.load(values)
        materialise(master.model.pyomo)
        tables = {name: joined([site.tables[name] for site in energy]) for name in _TABLES}
        spent = (
            tables["costs"]["value"] * tables["costs"]["year"].map(master.inputs.discount).astype(float)
        ).sum()
        missed = sum(site.objective for site in energy) - float(spent)
        return Found(
            model=master.model,
            energy=tables,
            relaxed=relaxed,
            priced=priced,
            method="decomposed",
            status=self._status(cost),
            objective=cost,
            bound=self.bound,
            penalty=penalty_total(master.model, master.inputs) + max(0.0, missed),
            columns=session.compiled.columns.size,
            rows=session.compiled.rows.size,
            integers=len(session.integers),
            iterations=master.iterations,
            cuts=len(master.cuts.standing),
            usual=master.usual,
        )
