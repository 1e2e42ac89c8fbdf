"""The planner: a problem kept in the solver."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import TracebackType
from typing import Any, Self

from geodata.tables import Survey
from optim.cuts import KnownCuts
from optim.inputs import Inputs, prepare
from optim.kept import Kept
from optim.options import Settings
from optim.stop import Stop
from optim.warm.answer import Answer, Array, figures, mean_rtt_ms, placed_sites, unserved_mw
from optim.warm.edits import Edits
from optim.warm.lacks import refuse_unmet
from optim.warm.master import MasterProblem
from optim.warm.solved import Solved
from optim.warm.whole import WholeProblem
from optim.whole import is_whole

Say = Callable[[str], None]
GAP_SHARE = 1e-4


class Planner:
    """A planning problem kept in the solver.

    Parameters
    ----------
    survey : Survey
        Checked tables.
    settings : Settings
        Options; `solve.method` and size decide the form, as for a plan. Plants are priced in processes here.
    say : callable, optional
        Takes one line at each step.
    stop : Stop, optional
        A wish that ends solves.
    known : KnownCuts, optional
        Cuts of the same problem solved in parts in another process.

    Attributes
    ----------
    inputs : Inputs
        Sets and coefficients of the problem as it is now.
    """

    def __init__(
        self,
        survey: Survey,
        settings: Settings,
        say: Say | None = None,
        stop: Stop | None = None,
        known: KnownCuts | None = None,
    ) -> None:
        self.survey, self.settings = survey, settings
        self._say = say or (lambda _: None)
        self._stop = stop or Stop()
        self._kept = Kept()
        self.inputs = prepare(survey, settings, self._kept)
        self._solved = self._made(self.inputs, known)

    def _made(self, inputs: Inputs, known: KnownCuts | None = None) -> WholeProblem | MasterProblem:
        types = self.survey.accelerators
        if is_whole(inputs, self.settings.solve):
            return WholeProblem(inputs, types, self.settings, self._stop)
        return MasterProblem(inputs, types, self.settings, self._say, self._stop, known)

    @property
    def _problem(self) -> WholeProblem | MasterProblem:
        """Return the problem in the solver, changed to what was asked for last."""
        held, inputs = self._solved, self.inputs
        if inputs is held.inputs:
            return held
        if is_whole(inputs, self.settings.solve) == isinstance(held, WholeProblem):
            held.change(inputs, self.survey.accelerators, self.settings)
        else:
            held.close()
            self._solved = self._made(inputs)
        return self._solved

    @property
    def m(self) -> Any:
        """Return the Pyomo model, whose components and indices name columns; it holds no values."""
        return self._problem.model.pyomo

    def change(self, survey: Survey, settings: Settings) -> None:
        """Go to another survey and other settings, and keep what is still true.

        The work is done when the problem is next looked at, so that going back at the end is free.

        Raises
        ------
        geodata.tables.TableError
            Tables that do not fit together; the problem stays as it was.
        """
        self.inputs = prepare(survey, settings, self._kept)
        self.survey, self.settings = survey, settings

    @property
    def known(self) -> KnownCuts | None:
        """Return the cuts of a problem solved in parts; None: it is solved whole."""
        problem = self._problem
        return problem.master.cuts.known() if isinstance(problem, MasterProblem) else None

    def begin_again(self, known: KnownCuts | None) -> None:
        """Let a problem solved in parts know these cuts alone."""
        problem = self._problem
        if known and isinstance(problem, MasterProblem):
            problem.begin_again(known, self.survey.accelerators)

    def part(self, component: Any, answer: Answer) -> Array:
        """Return the values of a Var of an answer to the problem as it is, in the order of its index."""
        values: Array = self._problem.session.compiled.columns.part(component, answer.values)
        return values.ravel()

    @contextmanager
    def edited(self, goes_on: bool = True) -> Iterator[Edits]:
        """Yield edits of the problem, which are taken back at the end of the block.

        `goes_on`: simplex shall have a basis to go on from; not where an interior point comes first anyway.
        """
        if goes_on:
            self._problem.make_ready()
        edits = Edits(self._problem.session)
        try:
            yield edits
        finally:
            edits.undo()

    def solve(
        self, integers: bool = False, gap_share: float | None = None, seconds: float | None = None
    ) -> Answer:
        """Return the optimum of the linear relaxation, or with integers the best plan.

        Parameters
        ----------
        integers : bool
            Search for a plan with whole campuses and modules.
        gap_share : float, optional
            Gap between objective and bound, relative; 1e-4 if left out, with integers that of the settings.
        seconds : float, optional
            Time limit of a search with integers [s]; that of the settings if left out.

        Raises
        ------
        InfeasibleError, TimeLimitError, StoppedError, SolverError
            No answer.
        """
        solve = self.settings.solve
        gap_share = gap_share or (solve.gap_share if integers else GAP_SHARE)
        started = time.perf_counter()
        solved = self._problem.solve(integers, gap_share, seconds or solve.time_limit_s)
        refuse_unmet(solved, self.inputs, gap_share)
        return self._answer(solved, time.perf_counter() - started)

    def _answer(self, solved: Solved, seconds: float) -> Answer:
        compiled, inputs = self._problem.session.compiled, self.inputs
        sites = placed_sites(self.survey, self.m, compiled, solved.values)
        rtt_ms = mean_rtt_ms(self.survey, inputs, self.m, compiled, solved.values)
        return Answer(
            status=solved.status,
            objective_m_cny=solved.objective,
            bound_m_cny=solved.bound,
            siting_cost_m_cny=solved.objective - solved.penalty,
            penalty_m_cny=solved.penalty,
            seconds=seconds,
            rounds=solved.rounds,
            sites=sites,
            unserved_mw=unserved_mw(inputs, self.m, compiled, solved.values),
            figures=figures(self.survey, inputs, sites, solved.measures, rtt_ms),
            values=solved.values,
        )

    def close(self) -> None:
        """End worker processes."""
        self._solved.close()

    def __enter__(self) -> Self:
        """Return the planner."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close the planner."""
        self.close()
