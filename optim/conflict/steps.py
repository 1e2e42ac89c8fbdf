"""Limits that matter at a few numbers only: efficiencies of plants, round trips of pairs, counts."""

from __future__ import annotations

import pandas as pd

from geodata.tables import Survey
from optim.conflict.limits import Limit
from optim.inputs import Inputs
from optim.options import Settings
from optim.settings import EDGE, EXISTING

_FIGURES = {"pue_cap": "pue_mean", "wue_cap": "wue"}
_ROUND_TRIP = {"central": "rtt_ms", "allow": "rtt_low_ms", "refuse": "rtt_high_ms"}


def steps_of(limit: Limit, inputs: Inputs, survey: Survey) -> list[float] | None:
    """Return the numbers at which a limit changes anything, the nearest first; None: it is not of that kind.

    Parameters
    ----------
    limit : Limit
        With one number.
    inputs : Inputs
        Efficiency of the plants.
    survey : Survey
        Round trips of the pairs.
    """
    if limit.kind == "provinces_min_count":
        return [float(count) for count in range(int(limit.number) - 1, 0, -1)]
    if limit.kind == "latency":
        return _above(limit, survey.links[_ROUND_TRIP[inputs.asked.latency.undecided]])
    if limit.kind in _FIGURES:
        table = inputs.plants.table
        new = ~table.index.get_level_values("technology").isin([EDGE, EXISTING])
        return _above(limit, table.loc[new, _FIGURES[limit.kind]])
    return None


def _above(limit: Limit, figures: pd.Series) -> list[float]:
    return sorted({float(value) for value in figures if value > limit.number})


def effective(limit: Limit, settings: Settings) -> float:
    """Return the number from which a limit changes anything: a large campus is more than the least one."""
    least_mw = settings.campus.campus_min_mw
    if limit.kind == "large_in_hub_only" and limit.number <= least_mw:
        return 1.001 * least_mw
    return limit.number
