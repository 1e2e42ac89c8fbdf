"""Relaxations that only a penalty keeps from breaking a hard limit: they are no answers."""

from __future__ import annotations

from optim.budget_use import budget_excess
from optim.inputs import Inputs
from optim.plant_energy import MEASURES
from optim.tables import LackError
from optim.warm.solved import Solved

_EXACT_SHARE = 1e-6
_OF_PLANTS = (
    "plants lack power at meters, a green share by hour, month or place, or a water quota; "
    "`siting plan` names it"
)
_TIMES = 4.0  # an answer within its gap may lack a little, at a price below the gap


def refuse_unmet(solved: Solved, inputs: Inputs, gap_share: float) -> None:
    """Refuse an answer in which plants lack what hard limits, quotas or budgets ask for.

    Raises
    ------
    LackError
        Names the budget, if one is passed.
    """
    used = dict(zip(MEASURES, solved.measures.tolist(), strict=True))
    least = max(_EXACT_SHARE, gap_share, (solved.objective - solved.bound) / max(1e-9, abs(solved.objective)))
    if used["lack"] <= _TIMES * least * abs(solved.objective):
        return
    over = budget_excess(inputs, used["emissions"], used["water"])
    raise LackError(f"no plan meets all hard limits: {over or _OF_PLANTS}")
