"""What a group of places is worth: the least cost when its share of IT power is capped, or forced."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import pandas as pd

from geodata.tables import Survey, TableError
from optim.equalise import equal_shell, equal_tariff, is_shell_equal
from optim.options import Settings
from optim.tables import InfeasibleError
from optim.warm import Answer, Planner

Variant = Literal["as_is", "tariff", "shell", "both"]
VARIANTS: tuple[Variant, ...] = ("as_is", "tariff", "shell", "both")
Say = Callable[[str], None]


@dataclass(frozen=True)
class Group:
    """Sites that are spoken of together, under the words that named them."""

    name: str
    sites: tuple[str, ...]


@dataclass(frozen=True)
class Limit:
    """A limit on the group's share of all IT power.

    `is_floor`: the group holds at least the share, not at most. `all_years`: in each planning year, not in the last
    alone.
    """

    is_floor: bool = False
    all_years: bool = False


@dataclass(frozen=True)
class Step:
    """One point of a cost curve: the share asked for (None: no limit), and the optimum, None if there is none.

    `infeasible_from` is the first year from which the limit cannot be met.
    """

    variant: Variant
    share: float | None
    answer: Answer | None
    infeasible_from: int | None = None


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
    columns = ("side", "province", "hub_province", "site_id", "name_en", "name_zh")
    parts = [part.strip() for part in words.split(",") if part.strip()]
    chosen: set[str] = set()
    lost = []
    for part in parts:
        rows = next(
            (r for c in columns if (r := candidates[c].str.casefold() == part.casefold()).any()), None
        )
        if rows is None:
            lost.append(part)
        else:
            chosen |= set(candidates.loc[rows, "site_id"])
    if lost or not parts:
        hubs = ", ".join(sorted({h for h in candidates["hub_province"] if h}))
        raise TableError(
            f"group {', '.join(lost) or words!r}: no such place; expected west, east, a province, a hub "
            f"({hubs or 'none here'}) or a site_id, several joined by commas"
        )
    if len(chosen) == len(candidates):
        raise TableError(f"group {words}: names every candidate, so that a limit on its share says nothing")
    return Group(words, tuple(s for s in candidates["site_id"] if s in chosen))


def worth(
    planner: Planner, group: Group, shares: Sequence[float], limit: Limit, say: Say = lambda _: None
) -> Iterator[Step]:
    """Yield the cost curves of limiting a group's share, each beginning with no limit.

    As it is; with the tariff the same everywhere; with the shell cost the same in east and west; with both
    (`optim.equalise`). Where the shell costs the same already, the curves with an equal shell are those without.

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
            known[variant] = [Step(variant, s.share, s.answer, s.infeasible_from) for s in known[same]]
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
    yield Step(variant, None, planner.solve())
    years = planner.inputs.years if limit.all_years else planner.inputs.years[-1:]
    for share in shares:
        say(f"{variant}: {'at least' if limit.is_floor else 'at most'} {share:.0%} in {group.name}")
        answer = _limited(planner, group, share, limit, years)
        since = None if answer else _infeasible_from(planner, group, share, limit, years)
        yield Step(variant, share, answer, since)


def _limited(
    planner: Planner, group: Group, share: float, limit: Limit, years: Sequence[int]
) -> Answer | None:
    """Return the optimum with the share limited in some years, or None if there is none."""
    halls, inside = planner.m.halls.it_gw, set(group.sites)
    with planner.edited() as edit:
        for year in years:
            keys = [key for key in planner.m.PY if key[-1] == year]
            factors = [(key[0] in inside) - share for key in keys]
            sides = (0.0, math.inf) if limit.is_floor else (-math.inf, 0.0)
            edit.row(halls, keys, factors, *sides)
        try:
            return planner.solve()
        except InfeasibleError:
            return None


def _infeasible_from(planner: Planner, group: Group, share: float, limit: Limit, years: Sequence[int]) -> int:
    """Return the first year up to which the limit cannot be met."""
    for count in range(1, len(years)):
        if _limited(planner, group, share, limit, years[:count]) is None:
            return years[count - 1]
    return years[-1]


@dataclass(frozen=True)
class Parts:
    """The cost of a limit, split into what goes with the tariff, with the shell, and with neither [M CNY].

    Each part is the mean of what equalising it saves first and what it saves last (Shapley), so that the parts
    add up to `whole`.
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
