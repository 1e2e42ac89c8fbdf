"""Directions that are looked in, each from the same start: no answer depends on those before it."""

from __future__ import annotations

from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass, field

import pandas as pd

from geodata.tables import Survey
from optim.alternatives.near import Near, Point
from optim.alternatives.settings import Asked
from optim.alternatives.spread import distances
from optim.cuts import KnownCuts
from optim.options import Settings, alone
from optim.tables import PlanError
from optim.walk import walk
from optim.warm import Answer, Planner
from optim.warm.edits import Edits

_LEAST_SHARE = 2e-4


@dataclass(frozen=True, eq=False)
class Direction:
    """Sites and what a MW of each weighs: the plan is looked for at which the sum is least.

    `hops`: without weights, so many directions one after the other, each away from the plans before.
    """

    way: str
    place: str
    weights: dict[str, float] = field(default_factory=dict)
    kind: str = ""
    hops: int = 0

    @property
    def name(self) -> str:
        """Return what people call it."""
        return f"{self.way} {self.place}".strip()


@dataclass(frozen=True, eq=False)
class Looked:
    """What came of a direction: a plan, or why there is none."""

    direction: Direction
    point: Point | None
    message: str = ""


@dataclass(frozen=True, eq=False)
class Start:
    """What every process knows; `known`: cuts of a problem solved in parts."""

    survey: Survey
    settings: Settings
    asked: Asked
    base: Answer
    known: KnownCuts | None

    @property
    def is_walked(self) -> bool:
        """Return whether processes share the directions: those of a problem solved whole take seconds."""
        return self.known is not None and self.settings.solve.workers > 1


Look = Callable[[int, Direction], list[Looked]]


def look_all(
    near: Near, start: Start, directions: Sequence[Direction]
) -> Generator[tuple[int, list[Looked]]]:
    """Yield number and plans of each direction as it ends.

    Raises
    ------
    optim.walk.LostError
        Processes were lost.
    """
    tasks = list(enumerate(directions))
    if not start.is_walked or len(tasks) < 2:
        look = _look_from(near, start)
        yield from ((number, look(number, each)) for number, each in tasks)
        return
    count = start.settings.solve.workers
    for number, found in walk([tasks[place::count] for place in range(count)], make_look, start):
        if isinstance(found, Exception):
            raise found
        yield number, found


def make_look(start: Start) -> Look:
    """Return a function (number, direction) -> its plans, for a process of its own."""
    planner = Planner(start.survey, alone(start.settings), known=start.known)
    return _look_from(Near(planner, start.asked, base=start.base), start)


def _look_from(near: Near, start: Start) -> Look:
    def look(_: int, direction: Direction) -> list[Looked]:
        near.planner.begin_again(start.known)
        with near.within(start.asked.slack_share) as edit:
            return _hops(near, edit, direction) if direction.hops else [_look(near, edit, direction)]

    return look


def _look(near: Near, edit: Edits, direction: Direction) -> Looked:
    try:
        point = near.least(edit, direction.weights)
    except PlanError as error:
        return Looked(direction, None, str(error))
    if point.reached:
        return Looked(direction, point)
    return Looked(direction, None, f"costs {point.slack_share:.2%} more after {point.rounds} rounds")


def _hops(near: Near, edit: Edits, direction: Direction) -> list[Looked]:
    """Return plans that use least of what plans before used (Hop, Skip, Jump)."""
    found: list[Looked] = []
    rows = [near.base_mw]
    for number in range(1, direction.hops + 1):
        total = pd.DataFrame(rows).sum()
        most = max(1e-9, float(total.max()))
        weights = {str(site): float(mw) / most for site, mw in total.items() if mw > 0}
        found.append(_look(near, edit, Direction(direction.way, str(number), weights)))
        point = found[-1].point
        if point is None or _apart(rows[-1], point.it_mw) < _LEAST_SHARE:
            break
        rows.append(point.it_mw)
    return found


def _apart(one: pd.Series, other: pd.Series) -> float:
    """Return the share of IT power that stands at another site."""
    return float(distances(pd.DataFrame([one, other]))[0, 1])
