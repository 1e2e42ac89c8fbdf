"""Benders decomposition over futures, kept steady by a level (Lemarechal, Nemirovskii and Nesterov 1995)."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np

from optim.cluster import Cluster
from optim.futures.bundle import Bundle
from optim.futures.cases import Aim, Array, Chosen, FirstRows, Key, Outcome
from optim.futures.joint import aim_of
from optim.tables import InfeasibleError
from optim.workers import Workers

Say = Callable[[str], None]
_LEVEL_SHARE = 0.4
_ENERGY_SHARE, _LOOSE_SHARE = 0.25, 1e-3  # energy need not be closer than the gap is


def solve_level(
    ask: Workers | Cluster,
    keys: list[Key],
    rows: dict[str, FirstRows],
    alone: dict[str, Outcome],
    probabilities: Array,
    aim: Aim,
    start: Array,
    stop_at: tuple[float, int],
    say: Say,
) -> Chosen:
    """Return the best first stage of the relaxation, by cuts that the futures answer side by side.

    Parameters
    ----------
    ask : Workers or Cluster
        Hold the futures hot; they answer (name, ("at", (keys, first stage, how exact))).
    keys : list of Key
        What the first stage decides.
    rows, alone : dict
        Of each future: the rows of its first stage, and its plan if it is known.
    probabilities : array
        Of the futures.
    aim : Aim
        What is to be kept low.
    start : array
        A first stage to begin with.
    stop_at : (float, int)
        Relative gap that is close enough, and the most rounds.
    say : callable
        Takes one line a round.

    Raises
    ------
    InfeasibleError
        No first stage was found from which all futures can go on.
    """
    names = list(rows)
    best = np.asarray([alone[name].cost_m_cny - alone[name].short_m_cny for name in names])
    bundle = Bundle(list(rows.values()), best, probabilities, aim, best)
    first, centre, known, low, pull = start, start, math.inf, -math.inf, 1.0
    for number in range(1, stop_at[1] + 1):
        gap = (known - low) / abs(known) if math.isfinite(known) else _LOOSE_SHARE
        exact = max(_ENERGY_SHARE * stop_at[0], min(_ENERGY_SHARE * gap, _LOOSE_SHARE))
        outcomes = ask.ask([(name, ("at", (keys, first, exact))) for name in names])
        for future, outcome in enumerate(outcomes):
            bundle.learn(future, first, outcome)
        found = aim_of(np.asarray([each.cost_m_cny for each in outcomes]), probabilities, aim, best)
        if found < known:
            known, centre = found, first
        bound, vertex = bundle.bound()
        low = max(low, bound)
        say(f"round {number}: {known:,.1f} M CNY, at least {low:,.1f}")
        steady, pull = math.isfinite(known), pull / 2 if math.isinf(found) else min(1.0, 2 * pull)
        if steady and known - low <= stop_at[0] * abs(known):
            break
        aside = bundle.near(centre, low + _LEVEL_SHARE * (known - low)) if steady else vertex
        first = centre + pull * (aside - centre) if steady else vertex
    if math.isinf(known):
        raise InfeasibleError(
            f"no plan was found in {stop_at[1]} rounds with which all futures can go on; allow more rounds, "
            "or let less be decided before the futures part (decision_year)"
        )
    return Chosen(centre, known, low, "benders", number)
