"""What a future answers of a first stage."""

from __future__ import annotations

import numpy as np
import pytest

from optim.futures.energy import SharedCuts
from optim.futures.recourse import Recourse
from tests.optim.futures.test_methods import future

GAP = 1e-8


@pytest.mark.slow
@pytest.mark.parametrize("form", [{}, {"method": "decomposed", "cut_gap_share": 1e-9}])
def test_what_a_future_answers_of_one_first_stage_holds_at_all_others(form: dict[str, object]):
    worlds = [
        Recourse(future("one", 1.0, mw, **form), 2026, False, SharedCuts()) for mw in (420.0, 250.0, 800.0)
    ]
    keys = worlds[0].keys()
    plans = [each.alone((keys, GAP)).first for each in worlds]
    plans += [0.5 * (plans[0] + plans[1]), 0.5 * (plans[0] + plans[2])]
    answers = [worlds[0].at((keys, first, GAP)) for first in plans]
    for mine in answers:
        for first, other in zip(plans, answers, strict=True):
            least = mine.cost_m_cny - mine.short_m_cny + float(mine.slope @ (first - mine.first))
            assert other.cost_m_cny >= least - 1e-6 * abs(least)
    assert np.ptp([each.cost_m_cny for each in answers]) > 1.0
