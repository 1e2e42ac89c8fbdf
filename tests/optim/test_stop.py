"""A wish to stop ends the running solve; the search ends with its best plan and gap, or says why not."""

from __future__ import annotations

import math

import highspy
import pytest

from optim import hot, whole
from optim.optimise import optimise
from optim.session import Session
from optim.solve import Outcome, solve
from optim.solve import Settings as Solve
from optim.stop import Stop
from optim.tables import StoppedError
from tests import world
from tests.optim.test_decompose import a_world
from tests.optim.test_solve import knapsack


def asking(stop):
    """Return a callback of HiGHS by which somebody asks to stop."""
    return lambda event: stop.ask()


def test_an_integer_search_ends_with_what_it_has():
    stop = Stop()
    session = Session(knapsack(300), stop=stop)
    session.highs.cbMipImprovingSolution += asking(stop)
    with stop.open():
        run = session.solve_integer(1e-9, math.inf, None, 0.05)
    assert not run.complete
    assert run.bound < run.objective < 0
    assert run.objective == pytest.approx(session.cost_of(session.values()))


@pytest.mark.parametrize("method", ["simplex", "interior", "centre"])
def test_a_linear_solve_that_is_ended_has_no_answer(method):
    stop = Stop()
    session = Session(knapsack(60), stop=stop)
    session.highs.cbSimplexInterrupt += asking(stop)
    session.highs.cbIpmInterrupt += asking(stop)

    def solve_it():
        return session.centre() if method == "centre" else session.solve_relaxed(method=method)

    with stop.open(), pytest.raises(StoppedError, match="before any plan was found"):
        solve_it()
    with stop.open(), stop.finishing():
        solve_it()
    assert session.objective() < 0


def test_nothing_is_begun_after_the_wish():
    stop = Stop()
    session = Session(knapsack(60), stop=stop)
    stop.ask()
    with stop.open(), pytest.raises(StoppedError):
        session.solve_relaxed()


def test_a_solver_that_fails_in_its_thread_is_heard_here():
    def fails():
        raise ZeroDivisionError

    stop = Stop()
    with stop.open(), pytest.raises(ZeroDivisionError):
        stop.run(fails)


def test_the_whole_form_ends_with_what_it_has(monkeypatch):
    def run(highs):
        highs.cbMipImprovingSolution += asking(stop)
        return super(highspy.Highs, highs).run()

    stop = Stop()
    monkeypatch.setattr(highspy.Highs, "run", run)
    with stop.open():
        outcome = solve(knapsack(300), Solve(gap_share=1e-9, time_limit_s=1e6, threads=1), stop)
    assert outcome.status == "interrupted"
    assert outcome.bound < outcome.objective < 0


def test_the_whole_form_prices_the_interrupted_plan(monkeypatch):
    def ended(m, settings, stop, form):
        found = solve(m, settings, stop, form)
        stop.ask()
        return Outcome("interrupted", found.objective, -math.inf, found.seconds)

    monkeypatch.setattr(whole, "solve", ended)
    options = world.settings(solve=Solve(method="whole", threads=1, gap_share=1e-8))
    plan = optimise(world.survey(), options).solution
    assert plan.status == "interrupted"
    assert plan.objective_m_cny == pytest.approx(6227.8905408021, rel=1e-9)
    assert 0 < plan.gap_share < 1, "the relaxation is a bound too"


def test_the_relaxation_of_the_whole_form_can_be_ended():
    stop = Stop()
    stop.ask()
    with pytest.raises(StoppedError):
        optimise(world.survey(), world.settings(solve=Solve(method="whole", threads=1)), stop=stop)


def decomposed(stop, workers=1):
    survey, options = a_world(2)
    search = Solve(method="decomposed", gap_share=1e-8, cut_gap_share=1e-3, threads=1, workers=workers)
    lines: list[str] = []
    return optimise(survey, options.model_copy(update={"solve": search}), lines.append, stop).solution, lines


@pytest.mark.slow
def test_the_search_ends_as_if_its_time_were_over(monkeypatch):
    best, _ = decomposed(Stop())
    stop, integer, asked = Stop(), hot.run_once, []

    def run_once(highs, threads, heeded=None):
        if any(int(kind) for kind in highs.getLp().integrality_):
            asked.append(stop.is_open)
            stop.ask()
        return integer(highs, threads, heeded)

    monkeypatch.setattr(hot, "run_once", run_once)
    plan, lines = decomposed(stop)
    assert asked == [True], "one integer search, and none after the wish"
    assert plan.status in ("interrupted", "optimal")
    assert plan.status == "interrupted" or plan.gap_share <= 1e-8
    assert plan.bound_m_cny <= best.objective_m_cny * (1 + 1e-7)
    assert plan.objective_m_cny >= best.objective_m_cny * (1 - 1e-7)
    assert plan.gap_m_cny == pytest.approx(plan.objective_m_cny - plan.bound_m_cny)
    assert lines[-1].startswith("plan of")


def test_without_a_plan_the_search_says_so(monkeypatch):
    stop, real = Stop(), hot.run_once

    def run_once(highs, threads, heeded=None):
        stop.ask()
        return real(highs, threads, heeded)

    monkeypatch.setattr(hot, "run_once", run_once)
    with pytest.raises(StoppedError, match="interrupted before any plan was found"):
        decomposed(stop)


def test_a_wish_while_plants_are_priced_is_heeded():
    stop = Stop()
    stop.ask()
    with pytest.raises(StoppedError):
        decomposed(stop)


def test_listening_changes_no_plan():
    found = []
    for stop in (None, Stop()):
        session = Session(knapsack(40), threads=2, stop=stop)
        with (stop or Stop()).open():
            run = session.solve_integer(1e-9, math.inf, None, 0.05)
        found.append((run, session.values().tolist()))
    assert found[0] == found[1]
