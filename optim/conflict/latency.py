"""Latency limits of classes: they are no rows of the model, but pairs that are left out of it."""

from __future__ import annotations

import math
from collections.abc import Sequence

from optim.conflict.case import Case
from optim.conflict.change import Change, Step
from optim.conflict.limits import Limit

NO_LIMIT_MS = 1e4


def latency_limits(case: Case, limits: Sequence[Limit], before: Sequence[Change] = ()) -> list[Limit]:
    """Return the classes whose latency limit is part of a conflict: with a wider one the others can hold.

    Parameters
    ----------
    case : Case
        What is asked.
    limits : sequence of Limit
        The conflict.
    before : sequence of Change
        Changes made already.
    """
    served = [held for limit in limits if limit.kind == "unserved" for held in limit.held]
    named = {held.place.split()[0] for held in served}
    table = case.survey.classes
    rows = table[table["class_id"].isin(named) & ~table["same_city"]].to_dict("records")
    keys = [limit.key for limit in limits]
    lifted: list[Change] = []
    found = []
    for row in rows:
        limit = _limit(str(row["class_id"]), float(row["rtt_ms_max"]))
        free = Change(limit, (Step("", None, limit.number, NO_LIMIT_MS),))
        if case.works_for(keys, *before, *lifted, free):
            found.append(limit)
        else:
            lifted.append(free)
    return found


def _limit(class_id: str, rtt_ms: float) -> Limit:
    number = rtt_ms if math.isfinite(rtt_ms) else NO_LIMIT_MS
    return Limit("latency", class_id, "rtt_ms_max of table classes", "ms", "number", number)
