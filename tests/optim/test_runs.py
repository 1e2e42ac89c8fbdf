"""A run of HiGHS that ends without an answer begins anew; answers and options stay as they are."""

from __future__ import annotations

import highspy
import numpy as np
import pytest

from optim.runs import run_linear

STATUS = highspy.HighsModelStatus


def transport(**options):
    """Return HiGHS with a transport problem, unsolved; least cost 1,020 (Powerco, Winston 2004)."""
    cost = [[8, 6, 10, 9], [9, 12, 13, 7], [14, 9, 16, 5]]
    highs = highspy.Highs()
    highs.setOptionValue("output_flag", False)
    columns = [[highs.addVariable(obj=c) for c in row] for row in cost]
    for row, most in zip(columns, (35, 50, 40), strict=True):
        highs.addConstr(sum(row) <= most)
    for column, least in zip(zip(*columns, strict=True), (45, 20, 30, 30), strict=True):
        highs.addConstr(sum(column) >= least)
    for name, value in options.items():
        highs.setOptionValue(name, value)
    return highs


def test_a_lost_run_begins_anew_by_another_method():
    highs = transport(simplex_iteration_limit=0, presolve="off")
    highs.run()
    assert highs.getModelStatus() == STATUS.kIterationLimit
    assert run_linear(highs, 1) == STATUS.kOptimal
    assert highs.getInfo().objective_function_value == pytest.approx(1020)
    assert highs.getOptionValue("solver")[1] == "choose"
    assert highs.getOptionValue("run_crossover")[1] == "on"


def test_a_run_with_an_answer_is_not_repeated():
    highs = transport()
    assert run_linear(highs, 1) == STATUS.kOptimal
    first = highs.getInfo().simplex_iteration_count
    assert run_linear(highs, 1) == STATUS.kOptimal
    assert highs.getInfo().simplex_iteration_count <= first


def test_infeasible_is_an_answer():
    highs = transport()
    highs.changeRowsBounds(1, np.array([3], dtype=np.int32), np.array([1e3]), np.array([1e9]))
    assert run_linear(highs, 1) in (STATUS.kInfeasible, STATUS.kUnboundedOrInfeasible)
