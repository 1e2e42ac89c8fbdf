"""Audit of the load, hour by hour: from running load, moves, shapes and waiting work to the IT load."""

from __future__ import annotations

import numpy as np
import pandas as pd

from optim.audits.case import PLANT, Case
from optim.audits.checks import Array, Check, equal, none_of, same, within
from optim.audits.groups import group_shapes
from optim.audits.hourly import Hourly, flat_places

_IN_USE_MW = 1e-6


def audit_load(case: Case, hourly: Hourly) -> list[Check]:
    """Return the checks of the hourly IT load.

    IT load[t] = sum over groups of shape x (run + moved) + waiting before - waiting after; what waits k hours
    at most is no more than the work of the last k hours; work done is not negative.
    """
    arriving = _arriving(case, hourly)
    waiting = _waiting(case, hourly)
    work = sum(arriving.values(), np.zeros(hourly.count.shape))
    whole = sum(waiting.values(), np.zeros(hourly.count.shape))
    it_mw = hourly.held(case.results.halls, "it_mw")
    return [
        *_rows(case, hourly, it_mw),
        same(
            "IT load is running load by its shape, moves and waiting work [MW]",
            work + before(whole) - whole,
            hourly["it_load_mw"],
            hourly.place,
        ),
        same("waiting work is that of all windows [MWh]", whole, hourly["backlog_mwh"], hourly.place),
        *_windows(case, hourly, arriving, waiting),
        within(
            "IT load fits the halls [MW]",
            hourly["it_load_mw"],
            case.prices["load_share_max"] * it_mw,
            hourly.place,
        ),
    ]


def before(values: Array) -> Array:
    """Return what an array had an hour earlier; each day is a ring of 24 hours."""
    return np.roll(rings(values), 1, axis=2).reshape(values.shape)


def rings(values: Array) -> Array:
    """Return plants and years by hours as plants and years by days by the hours of the day."""
    return np.asarray(values.reshape(len(values), values.shape[1] // 24, 24))


def _rows(case: Case, hourly: Hourly, it_mw: Array) -> list[Check]:
    results = case.results
    used = np.broadcast_to(it_mw > _IN_USE_MW, hourly.count.shape).astype(float)
    days = set(case.hours.days)
    kept = ["dispatch", "backlog", "moves"]
    strange = [
        none_of(f"{name} speaks of the days kept", table, ~table["day"].isin(days), [*PLANT, "day"])
        for name, table in ((name, getattr(results, name)) for name in kept)
    ]
    weight = pd.Series([case.survey.days["weight_days"].sum() * 24.0], index=["year"])
    return [
        equal(
            "hours kept stand for all hours [h]", weight, pd.Series([hourly.weight_h.sum()], index=["year"])
        ),
        same("halls in use are dispatched once in each hour [rows]", used, hourly.count, hourly.place),
        *strange,
    ]


def _arriving(case: Case, hourly: Hourly) -> dict[str, Array]:
    """Return the load of each group that arrives at each plant in each hour [MW]."""
    shape = group_shapes(case.groups)
    out = {}
    for k, group in enumerate(case.groups.index):
        runs = case.results.runs[case.results.runs["load_group"] == group]
        daily = hourly.held(runs, "run_mw") + _moved(case, hourly, str(group))
        out[str(group)] = (daily[:, :, None] * shape[k]).reshape(hourly.count.shape)
    return out


def _moved(case: Case, hourly: Hourly, group: str) -> Array:
    """Return the load that moves to a plant on each day [MW] (plants and years by days)."""
    rows = case.results.moves[case.results.moves["load_group"] == group]
    out = np.zeros((len(hourly.keys), len(hourly.days)))
    row = hourly.keys.get_indexer(pd.MultiIndex.from_frame(rows[PLANT]))
    day = pd.Index(hourly.days).get_indexer(pd.Index(rows["day"]))
    known = (row >= 0) & (day >= 0)
    np.add.at(out, (row[known], day[known]), rows["moved_mw"].to_numpy(dtype=float)[known])
    return out


def _waiting(case: Case, hourly: Hourly) -> dict[int, Array]:
    """Return what waits in each window [MWh]."""
    out = {}
    for window, rows in case.results.backlog.groupby("window_h"):
        flat = flat_places(hourly.keys, hourly.days, rows)
        known = flat >= 0
        values = rows["backlog_mwh"].to_numpy(dtype=float)[known]
        sums = np.bincount(flat[known], values, minlength=hourly.count.size)
        out[int(str(window))] = np.asarray(sums.reshape(hourly.count.shape), dtype=float)
    return out


def _windows(
    case: Case, hourly: Hourly, arriving: dict[str, Array], waiting: dict[int, Array]
) -> list[Check]:
    checks = []
    for window, backlog in sorted(waiting.items()):
        members = case.groups.index[case.groups["window_h"] == window]
        work = sum((arriving[str(f)] for f in members), np.zeros(hourly.count.shape))
        name = f"work that may wait {window} h"
        checks += [
            within(f"{name} waits no longer [MWh]", backlog, _last_hours(work, window), hourly.place),
            within(f"{name} is not undone [MWh]", backlog, work + before(backlog), hourly.place),
        ]
    return checks


def _last_hours(work: Array, window: int) -> Array:
    """Return the work of the last hours of each hour, the day being a ring [MWh]."""
    days = rings(work)
    total = sum((np.roll(days, k, axis=2) for k in range(window)), np.zeros(days.shape))
    return np.asarray(total.reshape(work.shape), dtype=float)
