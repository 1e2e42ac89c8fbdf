"""The front door: draws of the errors, solved here or by processes, and what they say together."""

from __future__ import annotations

from collections.abc import Callable, Generator
from contextlib import closing
from dataclasses import dataclass

import pandas as pd

from geodata.tables import Survey
from optim.inputs import prepare
from optim.options import Settings, alone
from optim.robust.confidence import Widths, widths
from optim.robust.design import LEAST_DRAWS, Design, block_sizes, make_design
from optim.robust.draws import GAP_SHARE, Base, Drawn, make_solve, solved_base
from optim.robust.factors import Factors, factors
from optim.robust.frequency import by_province, frequency_table, largest_half_width
from optim.robust.noise import GROUPS, Noise
from optim.tables import InfeasibleError, PlanError
from optim.walk import walk
from optim.whole import is_whole

SOLVED = ("optimal", "time_limit", "rounds")
DRAWS, DRAWS_IN_PARTS = 100, 40
Say = Callable[[str], None]
Tick = Callable[[int, Drawn], None]


@dataclass(frozen=True)
class Asked:
    """How many draws, and how they are solved.

    Attributes
    ----------
    draws : int
        Most draws; even.
    seed : int
        Of the random numbers.
    workers : int
        Processes that solve draws; the numbers do not depend on it.
    integers : bool
        Whole campuses and modules instead of the relaxation.
    half_width : float
        Stop at the end of a block once no share of draws is known worse than this; 0: never.
    gap_share : float
        Gap between cost and bound of a draw, relative.
    """

    draws: int = DRAWS
    seed: int = 1
    workers: int = 2
    integers: bool = False
    half_width: float = 0.0
    gap_share: float = GAP_SHARE


@dataclass(frozen=True, eq=False)
class Ready:
    """A base that is solved, and the factors of all draws."""

    survey: Survey
    settings: Settings
    asked: Asked
    base: Base
    without: Drawn
    drawn: list[Factors]
    design: Design
    widths: Widths
    noise: Noise
    ends: pd.DataFrame


@dataclass(frozen=True, eq=False)
class Found:
    """What came out.

    Attributes
    ----------
    ready : Ready
        What was asked and drawn, and the optimum without errors.
    drawn : list of Drawn
        Answers, in the order of the draws; fewer than asked if a block was known well enough.
    it_mw : DataFrame
        IT power of new campuses in the last year [MW]: a row a draw with an answer, a column a site.
    base_mw : Series
        The same without errors.
    groups : list of str
        Groups that have errors.
    """

    ready: Ready
    drawn: list[Drawn]
    it_mw: pd.DataFrame
    base_mw: pd.Series
    groups: list[str]


def usual_draws(survey: Survey, settings: Settings) -> int:
    """Return how many draws are made unless a number is given: fewer of a problem that is solved in parts."""
    return DRAWS if is_whole(prepare(survey, settings), settings.solve) else DRAWS_IN_PARTS


def prepared(
    survey: Survey,
    settings: Settings,
    noise: Noise,
    ends: pd.DataFrame,
    asked: Asked,
    say: Say = lambda _: None,
) -> Ready:
    """Return draws that may begin: their factors, and the optimum without errors.

    Parameters
    ----------
    survey, settings : Survey, Settings
        The problem.
    noise : Noise
        Errors.
    ends : DataFrame
        Index (province, year): low_share, high_share of the headroom.
    asked : Asked
        How many draws.
    say : callable
        Takes one line at each step.

    Raises
    ------
    PlanError
        A number of draws that the design cannot have, or no plan without errors.
    """
    if asked.draws < LEAST_DRAWS or asked.draws % 2:
        raise PlanError(f"--draws {asked.draws}: expected an even number, at least {LEAST_DRAWS}")
    headroom = prepare(survey, alone(settings)).headroom_gw
    places = survey.candidates.set_index("site_id")[["province", "side"]]
    design = make_design(places, noise, asked.draws, asked.seed)
    width = widths(survey, noise, settings.costs.price_basis)
    ends = ends.reindex(pd.MultiIndex.from_tuples(list(headroom))).fillna(1.0)
    drawn = [factors(design, number, width, ends, noise) for number in range(asked.draws)]
    tariffs = (min(f["tariffs"].min() for f in drawn), max(f["tariffs"].max() for f in drawn))
    base, without = solved_base(survey, settings, asked.integers, tariffs, asked.gap_share, say)
    return Ready(survey, settings, asked, base, without, drawn, design, width, noise, ends)


def draw(ready: Ready, tick: Tick = lambda *_: None) -> Found:
    """Return the answers of all draws.

    Parameters
    ----------
    ready : Ready
        Of `prepared`.
    tick : callable
        Takes number and answer of each draw as it ends.

    Raises
    ------
    InfeasibleError
        No draw has a plan.
    """
    answers = _solved(ready, tick)
    sites = pd.Index(ready.survey.candidates["site_id"], name="site_id")
    good = {number: each.it_mw for number, each in enumerate(answers) if each.status in SOLVED}
    if not good:
        raise InfeasibleError(f"no draw has a plan; the first: {answers[0].message}")
    it_mw = pd.DataFrame.from_dict(good, orient="index", columns=sites)
    base_mw = pd.Series(ready.without.it_mw, index=sites)
    noisy = [name for name in GROUPS if _has_error(name, ready.noise, ready.widths)]
    return Found(ready, answers, it_mw, base_mw, noisy)


def _has_error(group: str, noise: Noise, widths: Widths) -> bool:
    return noise.headroom.width > 0 if group == "headroom" else bool((widths.of_group[group] > 0).any())


def _solved(ready: Ready, tick: Tick) -> list[Drawn]:
    """Return the answers, in the order of the draws; a block that is known well enough is the last."""
    found: dict[int, Drawn] = {}
    enough, ends = ready.asked.half_width, pd.Series(block_sizes(ready.asked.draws)).cumsum().tolist()
    with closing(_answers(ready.base, ready.drawn, ready.asked.workers)) as answers:
        for number, answer in answers:
            found[number] = answer
            tick(number, answer)
            while ends and all(n in found for n in range(ends[0])):
                done = ends.pop(0)
                if enough and _known(ready, [found[n] for n in range(done)]) <= enough:
                    return [found[n] for n in range(done)]
    return [found[n] for n in range(len(ready.drawn))]


def _known(ready: Ready, answers: list[Drawn]) -> float:
    """Return the widest half-width of the shares of draws in which provinces appear."""
    rows = [each.it_mw for each in answers if each.status in SOLVED]
    places = ready.survey.candidates.set_index("site_id")["province"]
    it_mw = by_province(pd.DataFrame(rows, columns=places.index), places)
    least, nothing = ready.settings.campus.campus_min_mw, pd.Series(dtype=float)
    return largest_half_width(frequency_table(it_mw, nothing, nothing, least)) if rows else 1.0


def _answers(base: Base, drawn: list[Factors], count: int) -> Generator[tuple[int, Drawn]]:
    """Yield number and answer of each draw as it ends; processes go side by side, so blocks end in order."""
    tasks = list(enumerate(drawn))
    if count < 2:
        solve = make_solve(base)
        yield from ((number, solve(number, each)) for number, each in tasks)
        return
    for number, answer in walk([tasks[k::count] for k in range(count)], make_solve, base):
        if isinstance(answer, Exception):
            raise answer
        yield number, answer
