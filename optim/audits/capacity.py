"""Audit of capacity: size, pace and staying of campuses, existing halls."""

from __future__ import annotations

import numpy as np
import pandas as pd

from optim.audits.case import SITE, Case
from optim.audits.checks import Check, at, at_most, equal, in_rows, keyed, never_falls, none_of, steps
from optim.audits.grid import peak_mw
from optim.settings import EDGE, EXISTING

_HALL = ["site_id", "technology"]


def audit_campuses(case: Case) -> list[Check]:
    """Return the checks of size and pace of campuses."""
    campus, build = case.settings.campus, case.results.build.set_index(SITE)
    halls, new = case.results.halls, case.new
    shell = new.assign(mw=new["modules"] * campus.module_mw)
    it = steps(case.results.build, ["site_id"], "it_mw", case.years)
    opened = build["opened"].astype(float)
    allowed = [*case.settings.cooling.technologies, EXISTING, EDGE]
    return [
        none_of(
            "halls are of technologies allowed", halls, ~halls["technology"].isin(allowed), [*_HALL, "year"]
        ),
        equal("IT of a campus is that of its new halls [MW]", keyed(new, SITE, "it_mw"), build["it_mw"]),
        at_most(
            "IT fits the modules [MW]",
            keyed(new, [*_HALL, "year"], "it_mw"),
            keyed(shell, [*_HALL, "year"], "mw"),
        ),
        at_most("campus has its least shell [MW]", opened * campus.campus_min_mw, keyed(shell, SITE, "mw")),
        at_most("campus is within its maximum [MW]", build["it_mw"], _most(case, build.index) * opened),
        at_most(
            "modules are within the maximum",
            keyed(new, SITE, "modules"),
            _most_modules(case, build.index) * opened,
        ),
        at_most("sites build within their pace [MW]", *_pace(it, campus.site_build_rate_mw_per_year)),
        at_most(
            "provinces build within their pace [MW]",
            *_pace(it.groupby(case.province(it.index)).sum(), campus.province_build_rate_mw_per_year),
        ),
        none_of(
            "only campuses and halls of the rest hold modules", halls, _no_modules(halls), [*_HALL, "year"]
        ),
    ]


def audit_staying(case: Case) -> list[Check]:
    """Return the checks that nothing closes or shrinks."""
    build, new, years = case.results.build, case.new, case.years
    return [
        never_falls("campuses stay open", steps(build, ["site_id"], "opened", years)),
        never_falls("modules stay", steps(new, _HALL, "modules", years)),
        never_falls("IT stays [MW]", steps(new, _HALL, "it_mw", years)),
    ]


def _no_modules(halls: pd.DataFrame) -> pd.Series:
    return halls["technology"].isin([EXISTING, EDGE]) & (halls["modules"] > 0)


def _most(case: Case, index: pd.Index) -> pd.Series:
    own = at(index.get_level_values("site_id"), case.sites["it_max_mw"].astype(float))
    most = np.fmin(own, case.settings.campus.campus_max_mw)
    return pd.Series(
        np.minimum(most, case.settings.campus.site_build_rate_mw_per_year * len(case.years)), index=index
    )


def _most_modules(case: Case, index: pd.Index) -> pd.Series:
    return np.ceil((_most(case, index) / case.settings.campus.module_mw).round(9))


def _pace(wide: pd.DataFrame, rate_mw: float) -> tuple[pd.Series, pd.Series]:
    added = in_rows(wide.diff(axis=1).fillna(wide))
    return added, pd.Series(rate_mw, index=added.index)


def audit_stock(case: Case) -> list[Check]:
    """Return the checks of existing halls: what stands, what may be put to use, what stays."""
    table, halls = case.results.stock, case.halls_of(EXISTING)
    known = case.survey.stock.set_index("site_id").astype({"it_mw": float, "used_share": float})
    index = pd.MultiIndex.from_product([known.index, case.years], names=SITE)
    standing = pd.Series(at(index.get_level_values("site_id"), known["it_mw"]), index=index)
    used = pd.Series(at(index.get_level_values("site_id"), known["used_share"]), index=index) * standing
    put, retired, idle = (keyed(table, SITE, c) for c in ("used_mw", "retired_mw", "idle_mw"))
    it = keyed(halls, SITE, "it_mw")
    peak = keyed(halls.assign(peak=peak_mw(case, halls)), SITE, "peak")
    return [
        equal("existing halls are those of the survey [MW]", standing, keyed(table, SITE, "stock_mw")),
        equal("existing halls in use before [MW]", used, keyed(table, SITE, "used_before_mw")),
        at_most(
            "halls put to use or retired were idle [MW]", put.add(retired, fill_value=0.0), standing - used
        ),
        equal("what is left of existing halls is idle [MW]", standing - used - put - retired, idle),
        equal("existing halls put to use run as halls [MW]", put[put > 1e-6], it),
        at_most("meters of existing halls fit their peak [MW]", keyed(halls, SITE, "meter_mw"), peak),
        never_falls("retired halls stay retired [MW]", steps(table, ["site_id"], "retired_mw", case.years)),
        never_falls("halls put to use stay in use [MW]", steps(table, ["site_id"], "used_mw", case.years)),
    ]
