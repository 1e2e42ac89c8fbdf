"""The extensive form: the matrices of all futures as one, which share the first stage."""

from __future__ import annotations

import numpy as np

from optim.arrays import ArrayModel, Compiled, compile_model
from optim.futures.cases import Aim, Array, Chosen, Future, Key
from optim.futures.joint import aimed, stack
from optim.futures.stage import first_columns
from optim.hot import HotModel
from optim.inputs import prepare
from optim.model import fill_model

_GAP_SHARE = 1e-7


def solve_extensive(
    futures: list[Future], keys: list[Key], year: int, aim: Aim, best: Array, integers: bool
) -> Chosen:
    """Return the best first stage, by one matrix with every hour of every future.

    Parameters
    ----------
    futures : list of Future
        Small ones: solved whole.
    keys : list of Key
        The first stage.
    year : int
        Its last year.
    aim : Aim
        What is to be kept low.
    best : array
        What each future costs if it is known.
    integers : bool
        Keep openings, modules and voltages whole.
    """
    parts = [_compiled(future) for future in futures]
    known = [first_columns(part, year) for part in parts]
    shared = [np.asarray([columns[key] for key in keys], dtype=np.int32) for columns in known]
    whole, costs = stack(parts, shared)
    probabilities = np.asarray([future.probability for future in futures])
    settings = futures[0].settings.solve
    hot = HotModel(aimed(whole, costs, probabilities, aim, best), settings.threads, settings.seed)
    run = hot.solve_relaxed()
    if integers:
        run = hot.solve_integer(_GAP_SHARE, settings.time_limit_s, None, settings.heuristic_share)
    size = f"extensive form of {len(whole.cost):,} columns and {len(whole.row_lower):,} rows"
    return Chosen(hot.values()[: len(keys)], run.objective, run.bound, "extensive", notes=[size])


def _compiled(future: Future) -> Compiled:
    inputs = prepare(future.survey, future.settings)
    model = fill_model(ArrayModel(name="whole"), inputs, future.survey.accelerators, future.settings)
    return compile_model(model.pyomo)
