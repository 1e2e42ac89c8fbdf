"""What a group of places is worth: the least cost when its share of IT power is capped, or forced."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

import pandas as pd

from geodata.tables import Survey, TableError
from optim.equalise import equal_shell, equal_tariff, is_shell_equal
from optim.inputs import MW_PER_GW
from optim.optima import optimum
from optim.options import Settings
from optim.tables import InfeasibleError
from optim.warm import Answer, Planner

Variant = Literal["as_is", "tariff", "shell", "both"]
VARIANTS: tuple[Variant, ...] = ("as_is", "tariff", "shell", "both")
LEAST_MW = 0.1
Say = Callable[[str], None]


@dataclass(frozen=True)
class Group:
    """Sites that are spoken of together, under the words that named them."""

    name: str
    sites: tuple[str, ...]


@dataclass(frozen=True)
class Limit:
    """A limit on the group's share of the IT power that is placed without it.

    `is_floor`: the group holds at least the share, not at most. `all_years`: in each planning year, not in
    the last alone.
    """

    is_floor: bool = False
    all_years: bool = False


@dataclass(frozen=True)
class Step:
    """One point of a cost curve.

    Attributes
    ----------
    variant : str
        Which of the curves.
    share : float or None
        The limit; None: no limit.
    answer : Answer or None
        The optimum; None where the limit cannot be met with all load served that is served without it.
    infeasible_from : int or None
        First year from which it cannot be met.
    unserved_mw : float
        Load of the last year that would have to be left unserved, beyond what is without the limit [MW]; nan
        where there is no plan at all.
    """

    variant: Variant
    share: float | None
    answer: Answer | None
    infeasible_from: int | None = None
    unserved_mw: float = 0.0


def group_of(candidates: pd.DataFrame, words: str) -> Group:
    """Return the sites that words name: west, east, provinces, hubs or sites, several joined by commas.

    Parameters
    ----------
    candidates : DataFrame
        `geodata.tables.Candidates`.
    words : str
        Each part is a side, a province, a hub_id (all sites of its provinces), a site_id or a site's name.

    Raises
    ------
    TableError
        A part names nothing, or all parts together name every candidate.
    """
    parts = [part.strip() for part in words.split(",") if part.strip()]
    found = {part: _named(candidates, part) for part in parts}
    lost = [part for part, sites in found.items() if not sites]
    chosen = set().union(*found.values())
    if lost or not parts:
        hubs = ", ".join(sorted({h for h in candidates["hub_province"] if h}))
        raise TableError(
            f"group {', '.join(lost) or words!r}: no such place; expected west, east, a province, a hub "
            f"({hubs or 'none here'}) or a site_id, several joined by commas"
        )
    if len(chosen) == len(candidates):
        raise TableError(f"group {words}: names every candidate, so that a limit on its share says nothing")
    return Group(words, tuple(s for s in candidates["site_id"] if s in chosen))


def _named(candidates: pd.DataFrame, part: str) -> set[str]:
    """Return the sites of a place: the name as it is written before the name in other cases."""
    for fold in (str, str.casefold):
        for column in ("side", "province", "hub_province", "site_id", "name_en", "name_zh"):
            rows = candidates[column].map(fold) == fold(part)
            if rows.any():
                return set(candidates.loc[rows, "site_id"])
    return set()


def worth(
    planner: Planner, group: Group, shares: Sequence[float], limit: Limit, say: Say = lambda _: None
) -> Iterator[Step]:
    """Yield the cost curves of limiting a group's share, each beginning with no limit.

    As it is; with the tariff the same everywhere; with the shell cost the same in east and west; with both
    (`optim.equalise`). Where the shell costs the same already, the curves with an equal shell are those
    without.

    Parameters
    ----------
    planner : Planner
        At the scenario; it stands there again at the end.
    group : Group
        The places.
    shares : sequence of float
        Caps or floors, 0 to 1.
    limit : Limit
        Cap or floor; last year or all years.
    say : callable
        Takes one line for each solve.
    """
    survey, settings = planner.survey, planner.settings
    known: dict[Variant, list[Step]] = {}
    for variant in VARIANTS:
        same = _same_as(variant, settings)
        if same is None:
            planner.change(*varied(survey, settings, variant))
            known[variant] = list(_curve(planner, variant, group, shares, limit, say))
        else:
            known[variant] = [replace(step, variant=variant) for step in known[same]]
        yield from known[variant]
    planner.change(survey, settings)


def varied(survey: Survey, settings: Settings, variant: Variant) -> tuple[Survey, Settings]:
    """Return survey and settings of a variant."""
    places = equal_tariff(survey, settings) if variant in ("tariff", "both") else survey
    return places, equal_shell(survey, settings) if variant in ("shell", "both") else settings


def _same_as(variant: Variant, settings: Settings) -> Variant | None:
    """Return the variant that is the same problem, where the shell costs the same everywhere already."""
    twin: dict[Variant, Variant] = {"shell": "as_is", "both": "tariff"}
    return twin.get(variant) if is_shell_equal(settings) else None


def _curve(
    planner: Planner, variant: Variant, group: Group, shares: Sequence[float], limit: Limit, say: Say
) -> Iterator[Step]:
    say(f"{variant}: no limit")
    free = optimum(planner)
    yield Step(variant, None, free)
    years = planner.inputs.years if limit.all_years else planner.inputs.years[-1:]
    for share in shares:
        say(f"{variant}: {'at least' if limit.is_floor else 'at most'} {share:.0%} in {group.name}")
        yield _step(planner, variant, group, (share, limit.is_floor), years, free)


def _step(
    planner: Planner,
    variant: Variant,
    group: Group,
    asked: tuple[float, bool],
    years: Sequence[int],
    free: Answer,
) -> Step:
    """Return the step of a share (and whether it is a floor) in some years."""
    answer = _limited(planner, group, asked, years, free)
    if answer is None:
        since = _infeasible_from(planner, group, asked, years, free)
        return Step(variant, asked[0], None, since, math.nan)
    lacking = placed_mw(free) - placed_mw(answer).reindex(placed_mw(free).index, fill_value=0.0)
    short = lacking[lacking > LEAST_MW]
    if len(short):
        return Step(variant, asked[0], None, int(short.index[0]), float(lacking.iloc[-1]))
    return Step(variant, asked[0], answer)


def placed_mw(answer: Answer) -> pd.Series:
    """Return all IT power placed in each year [MW]."""
    return answer.sites.groupby("year")["it_mw"].sum()


def _limited(
    planner: Planner, group: Group, asked: tuple[float, bool], years: Sequence[int], free: Answer
) -> Answer | None:
    """Return the optimum with the group limited in some years, or None if there is none.

    The limit is a share of what is placed without it: a share of what is placed with it could be met by
    leaving load unserved, or by idle halls elsewhere.
    """
    share, is_floor = asked
    halls, inside, placed = planner.m.halls.it_gw, set(group.sites), placed_mw(free)
    with planner.edited() as edit:
        for year in years:
            keys = [key for key in planner.m.PY if key[-1] == year and key[0] in inside]
            number = share * float(placed[year]) / MW_PER_GW
            sides = (number, math.inf) if is_floor else (-math.inf, number)
            edit.row(halls, keys, [1.0] * len(keys), *sides)
        try:
            return optimum(planner)
        except InfeasibleError:
            return None


def _infeasible_from(
    planner: Planner, group: Group, asked: tuple[float, bool], years: Sequence[int], free: Answer
) -> int:
    """Return the first year up to which the limit cannot be met."""
    for count in range(1, len(years)):
        if _limited(planner, group, asked, years[:count], free) is None:
            return years[count - 1]
    return years[-1]


@dataclass(frozen=True)
class Parts:
    """The cost of a limit, split into what goes with the tariff, with the shell, and with neither [M CNY].

    Each part is the mean of what equalising it saves first and what it saves last (Shapley), so that the
    parts add up to `whole`.
    """

    whole: float
    tariff: float
    shell: float
    rest: float


def parts(steps: Sequence[Step], share: float) -> Parts | None:
    """Return how the cost of a share comes about, or None where a curve does not reach it."""
    cost = {variant: extra_m_cny(steps, variant, share) for variant in VARIANTS}
    as_is, tariff, shell, both = (cost[v] for v in VARIANTS)
    if as_is is None or tariff is None or shell is None or both is None:
        return None
    by_tariff = ((as_is - tariff) + (shell - both)) / 2
    by_shell = ((as_is - shell) + (tariff - both)) / 2
    return Parts(as_is, by_tariff, by_shell, both)


def extra_m_cny(steps: Sequence[Step], variant: Variant, share: float) -> float | None:
    """Return what a share costs more than no limit in a variant [M CNY], None where it cannot be met."""
    curve: dict[Any, Answer | None] = {s.share: s.answer for s in steps if s.variant == variant}
    free, held = curve.get(None), curve.get(share)
    return held.objective_m_cny - free.objective_m_cny if free and held else None
