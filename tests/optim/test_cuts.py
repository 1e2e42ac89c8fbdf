"""The store of cuts, on a master problem of two variables."""

from __future__ import annotations

import numpy as np
import pyomo.environ as pyo
import pytest

from optim.cuts import Cuts
from optim.session import Session

KEYS = [("s", "dry", 2026), ("s", "dry", 2027)]


def master():
    """Return a session of min sum over years of energy, with a load of 2 and 3; and its cuts."""
    m = pyo.ConcreteModel()
    m.run = pyo.Var([0, 1], bounds=(0, 10))
    m.energy = pyo.Var([0, 1], bounds=(0, None))
    m.need = pyo.Constraint([0, 1], rule=lambda m, k: m.run[k] >= 2 + k)
    m.cost = pyo.Objective(expr=sum(m.energy[k] + 0.0 * m.run[k] for k in (0, 1)))
    session = Session(m)
    columns = {key: session.columns_of([m.run[k]]) for k, key in enumerate(KEYS)}
    theta = {key: int(session.columns_of([m.energy[k]])[0]) for k, key in enumerate(KEYS)}
    return session, Cuts(session, columns, theta, dict.fromkeys(KEYS, 2026))


@pytest.mark.parametrize("method", ["simplex", "interior", "centre"])
def test_cuts_raise_the_master_to_the_convex_cost(method):
    session, cuts = master()
    for _ in range(20):
        session.centre() if method == "centre" else session.solve_relaxed(method=method)
        values = session.values()
        for key in KEYS:
            load = values[cuts.columns[key]]
            cuts.learn(key, load, (float(load @ load), 2 * load))
        missing = cuts.broken(values)
        cuts.enter(list(missing))
        if sum(missing.values()) < 1e-9:
            break
    assert session.objective() == pytest.approx(4 + 9, abs=1e-6)


def test_a_cut_known_already_keeps_its_number_and_enters_once():
    session, cuts = master()
    at = np.asarray([2.0])
    assert cuts.learn(KEYS[0], at, (4.0, 2 * at)) == cuts.learn(KEYS[1], at, (4.0, 2 * at)) == 0
    assert cuts.learn(KEYS[0], 1.5 * at, (9.0, 3 * at)) == 1
    rows = session.highs.getNumRow()
    cuts.enter([(KEYS[0], 0), (KEYS[0], 0)])
    cuts.enter([(KEYS[0], 0)])
    assert session.highs.getNumRow() == rows + 1


def test_the_cut_missed_most_is_named_in_each_year():
    _, cuts = master()
    for load in (1.0, 3.0):
        cuts.learn(KEYS[0], np.asarray([load]), (load**2, np.asarray([2 * load])))
    values = np.zeros(4)
    values[cuts.columns[KEYS[0]]], values[cuts.columns[KEYS[1]]] = 0.5, 3.0
    values[cuts.theta[KEYS[1]]] = 8.0
    assert cuts.broken(values) == {(KEYS[1], 1): pytest.approx(1.0)}


def test_a_multiple_of_a_known_ask_is_answered_without_pricing():
    """Twice the load costs twice as much; more room than needed changes nothing; another mix is unknown."""
    m = pyo.ConcreteModel()
    m.run = pyo.Var([0], bounds=(0, None))
    m.energy = pyo.Var([0])
    m.rows = pyo.Constraint(expr=m.energy[0] >= m.run[0])
    m.cost = pyo.Objective(expr=m.energy[0])
    key = ("s", "c", 2026)
    cuts = Cuts(Session(m), {key: np.asarray([0, 0, 0])}, {key: 1}, {key: 2026})
    spare = np.asarray([False, False, True])
    cuts.learn(key, np.asarray([1.0, 2.0, 4.0]), (10.0, np.asarray([4.0, 3.0, 0.0])), np.asarray([7.0]))
    (cost, _), measures = cuts.along_ray(key, np.asarray([2.0, 4.0, 9.0]), spare)
    assert cost == pytest.approx(20.0)
    assert measures.tolist() == [14.0]
    assert cuts.along_ray(key, np.asarray([2.0, 4.0, 7.0]), spare) is None, "less room than twice"
    assert cuts.along_ray(key, np.asarray([2.0, 5.0, 9.0]), spare) is None, "another mix"
    dear = Cuts(cuts.session, cuts.columns, cuts.theta, cuts.twins)
    dear.learn(key, np.asarray([1.0, 2.0, 4.0]), (10.0, np.asarray([2.0, 3.0, 0.0])), np.asarray([7.0]))
    assert dear.along_ray(key, np.asarray([2.0, 4.0, 9.0]), spare) is None, "the cut says 18, the ray 20"


def test_rows_that_are_dropped_leave_the_others_their_numbers_and_the_basis():
    session, cuts = master()
    most = session.add_rows(np.asarray([-np.inf]), np.zeros(1, np.int32), cuts.columns[KEYS[0]], np.ones(1))
    for load in (1.0, 2.0, 3.0, 4.0):
        at = np.asarray([load])
        for key in KEYS:
            cuts.enter([(key, cuts.learn(key, at, (load**2, 2 * at)))])
    after = session.add_rows(
        np.asarray([-np.inf]), np.zeros(1, np.int32), cuts.columns[KEYS[1]], np.ones(1), np.asarray([9.0])
    )
    session.solve_relaxed()
    before, rows = session.objective(), session.highs.getNumRow()
    cuts.drop_idle([session.values()], 1.5)
    assert session.highs.getNumRow() == rows - 2
    assert set(cuts.standing) == {(KEYS[0], k) for k in (0, 1, 2)} | {(KEYS[1], k) for k in (1, 2, 3)}, (
        "at a load of 2 and of 3 the cut two units off is slack by 4, that one unit off by 1"
    )
    session.solve_relaxed()
    assert session.highs.getInfo().simplex_iteration_count == 0
    assert session.objective() == pytest.approx(before)
    session.move_row(after, 5.0, 9.0)
    session.move_row(most, 2.5, np.inf)
    session.solve_relaxed()
    assert session.values()[cuts.columns[KEYS[1]]] == pytest.approx(5.0)
    assert session.values()[cuts.columns[KEYS[0]]] == pytest.approx(2.5)
    assert session.name_of("row", session.compiled.rows.size + after) == "a cut on run[1]"


def test_a_cut_that_was_dropped_is_known_and_comes_back():
    session, cuts = master()
    for load in (2.0, 6.0):
        at = np.asarray([load])
        cuts.enter([(KEYS[0], cuts.learn(KEYS[0], at, (load**2, 2 * at)))])
    session.solve_relaxed()
    now, later = session.values(), session.values()
    later[cuts.columns[KEYS[0]]], later[cuts.theta[KEYS[0]]] = 6.0, 36.0
    cuts.drop_idle([now, later], 5.0)
    assert len(cuts.standing) == 2, "the second is tight at a load of 6"
    cuts.drop_idle([now], 5.0)
    assert list(cuts.standing) == [(KEYS[0], 0)]
    session.set_bounds(cuts.columns[KEYS[0]], np.asarray([6.0]), np.asarray([10.0]))
    session.solve_relaxed()
    cuts.enter(list(cuts.broken(session.values())))
    session.solve_relaxed()
    assert session.objective() == pytest.approx(36.0 + 8.0), (
        "of the year with a load of 3 the cut at 2 is known"
    )
