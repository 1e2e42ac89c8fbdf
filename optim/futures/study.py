"""A plan for several futures, beside the plans that know only one, and what each is worth."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Literal

import numpy as np
from pydantic import Field

from geodata.tables import TableError
from optim.cluster import Cluster, helpers
from optim.futures.cases import Aim, Array, Chosen, Future, Key, Outcome
from optim.futures.extensive import solve_extensive
from optim.futures.level import solve_level
from optim.futures.recourse import make_recourse
from optim.futures.stage import common_keys
from optim.futures.worth import TWO_STAGE, Study, study_of
from optim.inputs import prepare
from optim.settings import Frozen
from optim.whole import is_whole
from optim.workers import Workers

Say = Callable[[str], None]
ENERGY_SHARE = 0.5  # of the gap that is asked


class Settings(Frozen):
    """How a plan for several futures is looked for."""

    decision_year: int = Field(description="last year of the first stage: what is built by then is the same")
    aim: Aim = Field(Aim(), description="what the plan is to keep low over the futures")
    method: Literal["auto", "extensive", "benders"] = Field(
        "auto",
        description="extensive: one matrix of all futures; benders: cuts on the cost of each; auto: "
        "extensive where every future is solved whole",
    )
    integers: bool = Field(
        False, description="keep openings, modules and voltages whole (extensive form only)"
    )
    gap_share: float = Field(1e-4, gt=0, lt=1, description="benders: relative gap that is close enough")
    gap_share_in_parts: float = Field(
        5e-4, gt=0, lt=1, description="the same where a future is solved in parts, energy standing as cuts"
    )
    rounds_max: int = Field(60, ge=1, description="benders: most rounds")
    patience: int = Field(
        10, ge=1, description="benders: rounds after which it ends if the gap has not become smaller by 1 %"
    )
    singles_max: int = Field(
        12, ge=0, description="futures up to which the plan of each is tried in all others; with more, none"
    )


def study(
    futures: Sequence[Future],
    references: Sequence[Future],
    settings: Settings,
    say: Say = lambda _: None,
) -> Study:
    """Return the two-stage plan of some futures, and what plans made without it cost in each of them.

    Parameters
    ----------
    futures : sequence of Future
        Probabilities sum to 1.
    references : sequence of Future
        Worlds whose own plans are compared, the first for the value of the stochastic solution: usually the
        mean of the futures, and the scenario as it is. Their probabilities do not count.
    settings : Settings
        Aim and method.
    say : callable
        Takes one line a step.

    Raises
    ------
    InfeasibleError
        No plan of a future, or no first stage that fits all.
    geodata.tables.TableError
        Futures that do not fit together.
    """
    everyone = {each.name: each for each in (*futures, *references)}
    if len(everyone) < len(futures) + len(references):
        raise TableError("futures: found two of one name, expected a name of its own for each")
    settings = _settled(settings, futures)
    shared = (everyone, settings.decision_year, settings.integers)
    with helpers(futures[0].settings.solve, make_recourse, shared) as ask:
        known = {name: ask.ask([(name, ("keys", None))])[0] for name in everyone}
        keys = common_keys(known)
        exact = ENERGY_SHARE * settings.gap_share
        say(f"solving {len(everyone)} worlds, each as if it were known")
        alone = dict(
            zip(everyone, ask.ask([(name, ("alone", (keys, exact))) for name in everyone]), strict=True)
        )
        mine = [each.name for each in futures]
        singles = mine if len(mine) <= settings.singles_max else []
        names = [*singles, *(each.name for each in references)] or mine[:1]
        plans = {name: alone[name].first for name in names}
        say(f"trying {len(plans)} plans in {len(mine)} futures")
        outcomes = _tried(ask, keys, plans, mine, exact)
        tried = [(first, [outcomes[plan, name] for name in mine]) for plan, first in plans.items()]
        chosen = _chosen(ask, futures, settings, keys, alone, tried, say)
        outcomes = _of_chosen(ask, keys, chosen, plans, outcomes, exact) | outcomes
    own = {name: alone[name] for name in mine}
    return study_of(chosen, keys, futures, [each.name for each in references], own, outcomes, settings.aim)


def _chosen(
    ask: Workers | Cluster,
    futures: Sequence[Future],
    settings: Settings,
    keys: list[Key],
    alone: dict[str, Outcome],
    tried: list[tuple[Array, list[Outcome]]],
    say: Say,
) -> Chosen:
    """Return the first stage that is best for the aim."""
    own = {each.name: alone[each.name] for each in futures}
    if settings.method == "extensive":
        say("solving the extensive form")
        best = np.asarray([each.cost_m_cny for each in own.values()])
        return solve_extensive(
            list(futures), keys, settings.decision_year, settings.aim, best, settings.integers
        )
    if settings.integers:
        raise TableError("integers: these futures are too large for the extensive form; leave them relaxed")
    rows = dict(zip(own, ask.ask([(name, ("rows", keys)) for name in own]), strict=True))
    probabilities = np.asarray([each.probability for each in futures])
    limits = (settings.gap_share, settings.rounds_max, settings.patience)
    return solve_level(ask, keys, rows, own, probabilities, settings.aim, tried, limits, say)


def _settled(settings: Settings, futures: Sequence[Future]) -> Settings:
    """Return the settings with the method and the gap that futures like these get."""
    if all(is_whole(prepare(each.survey, each.settings), each.settings.solve) for each in futures):
        method, gap_share = "extensive", settings.gap_share
    else:
        method, gap_share = "benders", settings.gap_share_in_parts
    method = method if settings.method == "auto" else settings.method
    return settings.model_copy(update={"method": method, "gap_share": gap_share})


def _tried(
    ask: Workers | Cluster, keys: list[Key], plans: dict[str, Array], names: list[str], exact: float
) -> dict[tuple[str, str], Outcome]:
    pairs = [(plan, name) for name in names for plan in plans]
    return dict(
        zip(pairs, ask.ask([(name, ("at", (keys, plans[plan], exact))) for plan, name in pairs]), strict=True)
    )


def _of_chosen(
    ask: Workers | Cluster,
    keys: list[Key],
    chosen: Chosen,
    plans: dict[str, Array],
    outcomes: dict[tuple[str, str], Outcome],
    exact: float,
) -> dict[tuple[str, str], Outcome]:
    """Return what futures make of the chosen plan; one that was tried costs what it cost then."""
    names = list(dict.fromkeys(name for _, name in outcomes))
    for plan, first in plans.items():
        if first is chosen.first:
            return {(TWO_STAGE, name): outcomes[plan, name] for name in names}
    return _tried(ask, keys, {TWO_STAGE: chosen.first}, names, exact)
