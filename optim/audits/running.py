"""Audit of running load: what is served runs, in halls that fit it; what moves by day adds up to nothing."""

from __future__ import annotations

import numpy as np
import pandas as pd

from optim.audits.case import PLANT, SITE, Case
from optim.audits.checks import Check, at, at_most, equal, keyed, none_of
from optim.settings import EDGE, LIQUID

_RUN = [*PLANT, "load_group"]


def audit_running(case: Case) -> list[Check]:
    """Return the checks of running load and moves."""
    results, share = case.results, case.prices["load_share"]
    run = keyed(results.runs, PLANT, "run_mw")
    edge = results.runs[results.runs["technology"] == EDGE]
    halls = keyed(results.halls, PLANT, "it_mw")
    return [
        _served_runs(case),
        equal(
            "same-city load runs in its city [MW]",
            keyed(results.build, SITE, "given_it_mw") * share,
            keyed(edge, SITE, "run_mw"),
        ),
        equal(
            "IT power of same-city load is given [MW]",
            keyed(results.build, SITE, "given_it_mw"),
            keyed(case.halls_of(EDGE), SITE, "it_mw"),
        ),
        at_most("running load fits the IT power in use [MW]", run, halls * share),
        none_of("load groups stand in halls that fit them", results.runs, _misfits(case), _RUN),
        *_moves(case),
    ]


def needed_it(case: Case) -> pd.Series:
    """Return the load served by site, load group and year [MW], in units of the demand."""
    flows = case.results.flows
    group = flows["class_id"].map(case.classes["load_group"])
    return keyed(flows.assign(load_group=group), ["site_id", "load_group", "year"], "it_mw")


def _served_runs(case: Case) -> Check:
    """Return the check that what is served runs; accelerators that are chosen change its power."""
    runs = case.results.runs[case.results.runs["technology"] != EDGE]
    run = keyed(runs, ["site_id", "load_group", "year"], "run_mw")
    served = needed_it(case) * case.prices["load_share"]
    if case.settings.accelerators.choice == "mix":
        return equal("load served x load share runs, by load group [MW]", served, run)
    served, run = served[served > 1e-3], run[run > 1e-3]
    return equal("load served runs, by load group", served * 0.0 + 1.0, run * 0.0 + 1.0)


def _misfits(case: Case) -> pd.Series:
    runs, groups = case.results.runs, case.groups
    edge = (runs["technology"] == EDGE) != (runs["load_group"] == EDGE)
    liquid = runs["load_group"].map(groups["needs_liquid"].astype(bool)) == True  # noqa: E712
    dry = liquid & ~runs["technology"].isin(LIQUID) & (runs["technology"] != EDGE)
    return edge | dry | ~runs["load_group"].isin(groups.index)


def _moves(case: Case) -> list[Check]:
    moves, days = case.results.moves, case.hours.days
    movable = case.groups["movable"].astype(bool)
    weight = pd.Series(case.hours.weight_h[::24] / 24.0, index=list(days))
    run = keyed(case.results.runs, _RUN, "run_mw") * case.settings.load.day_move_share
    table = moves.assign(
        size=moves["moved_mw"].abs(), yearly=moves["moved_mw"] * at(moves["day"], weight).astype(float)
    )
    size = table.set_index([*_RUN, "day"])["size"].astype(float)
    limit = pd.Series(at(pd.MultiIndex.from_frame(moves[_RUN]), run), index=size.index)
    stays = ~moves["load_group"].isin(movable.index[movable])
    return [
        none_of("only movable load moves", moves, stays, [*_RUN, "day"]),
        at_most("load moves within its share [MW]", size, limit.fillna(0.0)),
        _balanced("moves of a day add up to nothing [MW]", table, ["load_group", "year", "day"], "moved_mw"),
        _balanced("moves of a year add up to nothing [MW days]", table, _RUN, "yearly"),
    ]


def _balanced(name: str, table: pd.DataFrame, keys: list[str], column: str) -> Check:
    """Return the check that what comes is what goes."""
    comes = keyed(table.assign(part=np.clip(table[column], 0.0, None)), keys, "part")
    goes = keyed(table.assign(part=np.clip(-table[column], 0.0, None)), keys, "part")
    return equal(name, comes, goes)
