"""The two ways to solve agree; what holds for every set of futures; futures that do not fit."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from geodata.tables import TableError
from optim.blocks.workload import Settings as Workload
from optim.futures.cases import Aim, Future
from optim.futures.energy import SharedCuts
from optim.futures.recourse import Recourse
from optim.futures.study import Settings, study
from optim.futures.worth import TWO_STAGE
from optim.settings import CostSettings
from optim.solve import Settings as Solve
from tests import world
from tests.optim.warm.test_sharing import with_budgets

EXACT = 1e-6


def future(name: str, probability: float, training_mw: float, price: float = 1.0, **solve: object) -> Future:
    options = {"gap_share": 1e-9, "threads": 1, "workers": 1} | solve
    settings = world.settings(
        costs=CostSettings(energy_price_factor=price),
        solve=Solve(**options),  # type: ignore[arg-type]
    )
    return Future(name, probability, world.survey(demand=world.demand(training_mw=training_mw)), settings)


def three(**solve: object) -> list[Future]:
    return [
        future("low", 0.5, 150.0, **solve),
        future("high", 0.3, 420.0, 0.8, **solve),
        future("dear", 0.2, 300.0, 1.6, **solve),
    ]


def solved(futures: list[Future], method: str, **aim: object):
    settings = Settings(
        decision_year=2026, method=method, gap_share=1e-8, gap_share_in_parts=1e-8, aim=Aim(**aim)
    )
    return study(futures, [future("mean", 0.0, 261.0, 1.06)], settings)


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["expected", "cvar", "regret"])
def test_extensive_form_and_benders_agree(kind: str):
    whole, cuts = (solved(three(), method, kind=kind, alpha=0.6) for method in ("extensive", "benders"))
    assert cuts.chosen.method == "benders"
    assert cuts.chosen.aim_m_cny == pytest.approx(whole.chosen.aim_m_cny, rel=EXACT)
    assert cuts.chosen.bound_m_cny <= whole.chosen.aim_m_cny * (1 + EXACT)
    assert cuts.values["ws_m_cny"] == pytest.approx(whole.values["ws_m_cny"], rel=EXACT)
    assert cuts.values["eev_m_cny"] == pytest.approx(whole.values["eev_m_cny"], rel=EXACT)


@pytest.mark.slow
def test_futures_whose_energy_stands_as_cuts_agree_too():
    whole = solved(three(), "extensive")
    cuts = solved(three(method="decomposed", cut_gap_share=1e-9), "benders")
    assert cuts.chosen.aim_m_cny == pytest.approx(whole.chosen.aim_m_cny, rel=EXACT)
    assert cuts.chosen.bound_m_cny == pytest.approx(whole.chosen.aim_m_cny, rel=EXACT)
    assert cuts.values["ws_m_cny"] == pytest.approx(whole.values["ws_m_cny"], rel=EXACT)


@pytest.mark.slow
def test_a_search_without_headway_ends_with_the_gap_that_is_left():
    # a gap below what the energy of the futures is known to is never reached
    futures, mean = three(method="decomposed", cut_gap_share=1e-9), [future("mean", 0.0, 261.0, 1.06)]
    options = {"decision_year": 2026, "method": "benders", "gap_share_in_parts": 1e-12, "rounds_max": 60}
    found = study(futures, mean, Settings(aim=Aim(kind="regret"), patience=3, **options))
    assert found.chosen.rounds < 60
    assert found.chosen.bound_m_cny <= found.chosen.aim_m_cny
    exact = solved(three(), "extensive", kind="regret").chosen.aim_m_cny
    assert found.chosen.bound_m_cny <= exact * (1 + EXACT)
    assert exact <= found.chosen.aim_m_cny * (1 + EXACT)


@pytest.mark.slow
def test_a_plan_that_was_tried_already_costs_what_it_cost_then():
    # at so wide a gap the search ends with the best of them; priced anew it might come out a little otherwise
    options = {"decision_year": 2026, "method": "benders", "gap_share_in_parts": 0.9}
    found = study(three(method="decomposed"), [future("mean", 0.0, 261.0, 1.06)], Settings(**options))
    assert found.chosen.rounds == 0
    costs = found.costs.pivot(index="plan", columns="future", values="cost_m_cny")
    others = costs.drop(TWO_STAGE)
    assert (others == costs.loc[TWO_STAGE]).all(axis=1).sum() == 1
    assert found.values["vss_m_cny"] >= 0.0


@pytest.mark.slow
def test_a_plan_for_the_mean_that_a_future_cannot_go_on_from():
    # nothing may be unserved: a campus for the mean of 2026 is too small for the high future
    strict = Workload(allow_unserved=False)

    def hard(each: Future) -> Future:
        return replace(each, settings=each.settings.model_copy(update={"workload": strict}))

    found = {}
    for method in ("extensive", "benders"):
        settings = Settings(decision_year=2026, method=method, gap_share=1e-8, gap_share_in_parts=1e-8)
        found[method] = study([hard(f) for f in three()], [hard(future("mean", 0.0, 261.0))], settings)
        assert found[method].values["eev_m_cny"] == np.inf
        assert found[method].values["vss_m_cny"] == np.inf
        costs = found[method].costs.set_index(["plan", "future"])["cost_m_cny"]
        assert costs[("mean", "high")] == np.inf
        assert np.isfinite(costs[TWO_STAGE]).all()
    aims = [each.chosen.aim_m_cny for each in found.values()]
    assert aims[1] == pytest.approx(aims[0], rel=EXACT)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(4))
def test_knowing_is_never_dearer_and_the_mean_plan_never_cheaper(seed: int):
    random = np.random.default_rng(seed)
    weights = random.dirichlet(np.ones(3))
    needs, prices = random.uniform(50, 450, 3), random.uniform(0.6, 1.6, 3)
    futures = [future(str(k), *row) for k, row in enumerate(zip(weights, needs, prices, strict=True))]
    mean = future("mean", 0.0, float(weights @ needs), float(weights @ prices))
    found = study(futures, [mean], Settings(decision_year=2026))
    values, slack = found.values, 1e-7 * found.values["rp_m_cny"]
    assert values["ws_m_cny"] <= values["rp_m_cny"] + slack
    assert values["rp_m_cny"] <= values["eev_m_cny"] + slack
    assert (found.costs["regret_m_cny"] >= -slack).all()


def test_one_future_is_no_question():
    found = study([future("only", 1.0, 300.0)], [future("mean", 0.0, 300.0)], Settings(decision_year=2026))
    assert found.values["evpi_m_cny"] == pytest.approx(0.0, abs=1e-3)
    assert found.values["vss_m_cny"] == pytest.approx(0.0, abs=1e-3)


@pytest.mark.slow
def test_nothing_is_shared_beyond_the_decision_year():
    found = solved(three(), "extensive")
    assert {index[-1] for _, index in found.keys} == {2026}
    everything = study(three(), [], Settings(decision_year=2027))
    assert {index[-1] for _, index in everything.keys} == {2026, 2027}
    assert everything.chosen.aim_m_cny > found.chosen.aim_m_cny


def test_futures_of_other_technologies_do_not_fit():
    other = future("other", 0.5, 300.0)
    cooling = other.settings.cooling.model_copy(update={"technologies": ("air_economiser",)})
    other = replace(other, settings=other.settings.model_copy(update={"cooling": cooling}))
    with pytest.raises(TableError, match=r"only some futures know, such as .*expected the same sites, years"):
        study([future("one", 0.5, 300.0), other], [], Settings(decision_year=2026))


def test_futures_of_one_name_do_not_fit():
    with pytest.raises(TableError, match="found two of one name"):
        study([future("a", 0.5, 300.0), future("a", 0.5, 200.0)], [], Settings(decision_year=2026))


@pytest.mark.slow
def test_with_many_futures_their_single_plans_are_not_tried():
    found = study(three(), [future("mean", 0.0, 261.0)], Settings(decision_year=2026, singles_max=2))
    assert set(found.plans["plan"]) == {TWO_STAGE, "mean"}
    assert np.isfinite(found.values["evpi_m_cny"])


def test_a_future_begins_with_the_cuts_that_were_of_use_to_another_with_the_same_plants():
    """Demand does not change what plants cost: the second needs fewer rounds than it would alone."""
    rounds = {}
    for names in (["dear"], ["high", "dear"]):
        known = SharedCuts()
        for name in names:
            mw = {"high": 400.0, "dear": 420.0}[name]
            survey, settings = with_budgets(2, "decomposed")
            demand = survey.demand.assign(it_mw=survey.demand["it_mw"] * mw / 420.0)
            each = Future(name, 1.0, replace(survey, demand=demand), settings)
            recourse = Recourse(each, 2026, False, known)
            keys = recourse.keys()
            found = recourse.alone((keys, 1e-7))
        rounds[len(names)] = recourse._energy._master.iterations
        assert found.short_m_cny <= 1e-7 * abs(found.cost_m_cny)
    assert rounds[2] < rounds[1]
