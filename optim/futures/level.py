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
_LEVEL_SHARE, _HEADWAY = 0.4, 0.99
_TINY = 1e-9
_ENERGY_SHARE, _LOOSE_SHARE = 0.25, 1e-3  # energy need not be closer than the gap is


def solve_level(
    ask: Workers | Cluster,
    keys: list[Key],
    rows: dict[str, FirstRows],
    alone: dict[str, Outcome],
    probabilities: Array,
    aim: Aim,
    tried: list[tuple[Array, list[Outcome]]],
    stop_at: tuple[float, int, int],
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
    tried : list of (array, list of Outcome)
        First stages that are known already, at least one, and what each future makes of them.
    stop_at : (float, int, int)
        Relative gap that is close enough, the most rounds, and the most without headway.
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
    close, most, patience = stop_at
    known, centre, low, pull = math.inf, tried[0][0], -math.inf, 1.0
    seen, idle = math.inf, 0
    for number in range(most + 1):
        for first, outcomes in tried:
            for future, outcome in enumerate(outcomes):
                bundle.learn(future, first, outcome)
            found = aim_of(np.asarray([each.cost_m_cny for each in outcomes]), probabilities, aim, best)
            if found < known:
                known, centre = found, first
        bound, vertex = bundle.bound()
        low, is_steady = max(low, bound), math.isfinite(known)
        say(f"round {number}: {known:,.1f} M CNY, at least {low:,.1f}")
        gap = (known - low) / max(abs(known), _TINY) if is_steady else math.inf
        seen, idle = (gap, 0) if math.isinf(gap) or gap < _HEADWAY * seen else (seen, idle + 1)
        if number == most or gap <= close or idle >= patience:
            break
        pull = pull / 2 if math.isinf(found) else min(1.0, 2 * pull)
        aside = bundle.near(centre, low + _LEVEL_SHARE * (known - low)) if is_steady else vertex
        first = centre + pull * (aside - centre) if is_steady else vertex
        exact = max(_ENERGY_SHARE * close, min(_ENERGY_SHARE * gap, _LOOSE_SHARE))
        tried = [(first, ask.ask([(name, ("at", (keys, first, exact))) for name in names]))]
    if math.isinf(known):
        raise InfeasibleError(
            f"no plan was found in {most} rounds with which all futures can go on; allow more rounds, "
            "or let less be decided before the futures part (decision_year)"
        )
    return Chosen(centre, known, low, "benders", number)
