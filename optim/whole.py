"""The search in one model with every hour."""

from __future__ import annotations

import pandas as pd
import pyomo.environ as pyo

from optim.claims import sound_bound
from optim.coefficients import ranges_of
from optim.decompose import Say
from optim.energy_results import energy_tables
from optim.found import Found
from optim.inputs import Inputs
from optim.marginals import relaxed_marginals
from optim.model import Choices, build_model
from optim.results import penalty_total
from optim.solve import Settings, solve
from optim.standard import standard_form
from optim.stop import Stop


def is_whole(inputs: Inputs, settings: Settings) -> bool:
    """Return whether the whole model is solved at once."""
    size = len(inputs.plants.table) * len(inputs.years) * inputs.hours.count
    return settings.method == "whole" or (settings.method == "auto" and size <= settings.whole_hours_max)


def search_whole(
    inputs: Inputs, types: pd.DataFrame, choices: Choices, settings: Settings, say: Say, stop: Stop
) -> Found:
    """Return the plan of the whole model: relaxation, integer search, price with integers held.

    Parameters
    ----------
    inputs : Inputs
        Sets and coefficients.
    types : DataFrame
        Accelerators.
    choices : Choices
        Settings of the blocks.
    settings : Settings
        Solver, gap, limits.
    say : callable
        Takes one line a step.
    stop : Stop
        A wish that may end the search.
    """
    model = build_model(inputs, types, choices)
    m = model.pyomo
    form = standard_form(m)
    ranges = ranges_of(form, "whole")
    for line in ranges.lines():
        say(line)
    say("solving the linear relaxation")
    relaxed = relaxed_marginals(m, settings, fixed=False, stop=stop)
    say(f"searching to a gap of {settings.gap_share:.2%}, at most {settings.time_limit_s:g} s")
    outcome = solve(m, settings, stop, form)
    say("pricing the plan with its integers held")
    with stop.finishing():
        priced = relaxed_marginals(m, settings, fixed=True, stop=stop)
    bound = sound_bound(priced.objective, outcome.bound, relaxed.objective)
    is_false = outcome.bound > bound
    if is_false:
        say(
            f"the solver's bound of {outcome.bound:,.0f} lies above a plan of {priced.objective:,.0f} M CNY: "
            "not used"
        )
    return Found(
        model=model,
        energy=energy_tables(m, model.terms, inputs),
        relaxed=relaxed,
        priced=priced,
        method="whole",
        status="false_optimum" if is_false else outcome.status,
        objective=priced.objective,
        bound=bound,
        penalty=penalty_total(model, inputs),
        columns=sum(len(c) for c in m.component_objects(pyo.Var)),
        rows=sum(len(c) for c in m.component_objects(pyo.Constraint)),
        integers=sum(1 for v in m.component_data_objects(pyo.Var) if not v.is_continuous()),
        coefficients=ranges.found,
    )
