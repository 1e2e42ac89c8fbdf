"""Cuts for the energy of plants: all that are known, and those that stand in the master problem."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from optim.plant_energy import Array, Key, Point
from optim.session import Session

Row = tuple[Key, int]
_SHORT = 1e-6
_SAME_ASK, _SAME_COST, _TINY = 1e-9, 1e-7, 1e-12


@dataclass
class Seen:
    """Asks of a plant that were priced: cost and measures of each."""

    points: list[Array] = field(default_factory=list)
    costs: list[float] = field(default_factory=list)
    measures: list[Array] = field(default_factory=list)

    def note(self, point: Array, cost: float, measures: Array) -> None:
        """Keep what was found at a point."""
        self.points.append(point)
        self.costs.append(cost)
        self.measures.append(measures)

    def along_ray(self, point: Array, spare: NDArray[np.bool_], most: float) -> Array | None:
        """Return the measures at a multiple of a known point that costs at most so much, None without one."""
        known = np.asarray(self.points)
        strict, asked = known[:, ~spare], point[~spare]
        factor = strict @ asked / np.maximum((strict * strict).sum(axis=1), _TINY)
        off = np.abs(strict * factor[:, None] - asked).max(axis=1)
        fits = (off <= _SAME_ASK * np.abs(asked).max()) & (factor > 0)
        fits &= (known[:, spare] * factor[:, None] <= point[spare] * (1 + _SAME_ASK) + _TINY).all(axis=1)
        costs = np.where(fits, factor * np.asarray(self.costs), np.inf)
        best = int(costs.argmin())
        return factor[best] * self.measures[best] if costs[best] <= most else None


@dataclass(frozen=True, eq=False)
class KnownCuts:
    """All that cuts hold but the solver they stand in, to be sent to another process."""

    lists: tuple[dict[Key, list[Any]], ...]
    numbers: dict[Key, dict[tuple[bytes, float], int]]
    seen: dict[Key, Seen]
    standing: list[Row]


@dataclass
class Cuts:
    """Cuts cost >= constant + gradient . asks, one list for all years in which a plant's energy is alike.

    Attributes
    ----------
    session : Session
        The master problem; its own rows come first.
    columns, theta : dict
        Columns of what a plant is asked for in a year (-1: not in the model), and of its energy cost.
    twins : dict
        Plant and year -> first year in which its energy is alike.
    standing : dict
        Cuts in the master, and the number of each among the rows added to the session.
    """

    session: Session
    columns: dict[Key, NDArray[np.int32]]
    theta: dict[Key, int]
    twins: dict[Key, int]
    points: dict[Key, list[Array]] = field(default_factory=dict)
    constants: dict[Key, list[float]] = field(default_factory=dict)
    gradients: dict[Key, list[Array]] = field(default_factory=dict)
    numbers: dict[Key, dict[tuple[bytes, float], int]] = field(default_factory=dict)
    seen: dict[Key, Seen] = field(default_factory=dict)
    standing: dict[Row, int] = field(default_factory=dict)

    def group(self, key: Key) -> Key:
        """Return plant and first year of those in which the energy of the plant is alike."""
        return (key[0], key[1], self.twins[key])

    def learn(self, key: Key, point: Array, answer: Point, measures: Array | None = None) -> int:
        """Keep the cut of a plant's cost and gradient at a point; return its number in its group."""
        value, gradient = answer
        if measures is not None:
            self.seen.setdefault(self.group(key), Seen()).note(point, value, measures)
        constant = value - float(gradient @ point)
        known = self.numbers.setdefault(self.group(key), {})
        name = (np.round(gradient, 7).tobytes(), round(constant, 7))
        if name not in known:
            known[name] = len(known)
            self.points.setdefault(self.group(key), []).append(point)
            self.constants.setdefault(self.group(key), []).append(constant)
            self.gradients.setdefault(self.group(key), []).append(gradient)
        return known[name]

    def take_over(self, group: Key, others: Cuts) -> None:
        """Know all cuts that others know of a plant."""
        for mine, theirs in (
            (self.points, others.points),
            (self.seen, others.seen),
            (self.constants, others.constants),
            (self.gradients, others.gradients),
            (self.numbers, others.numbers),
        ):
            if group in theirs:
                mine[group] = theirs[group]  # type: ignore[assignment]

    def known(self) -> KnownCuts:
        """Return all cuts, and which of them stand."""
        return KnownCuts(
            (self.points, self.constants, self.gradients), self.numbers, self.seen, list(self.standing)
        )

    def recall(self, known: KnownCuts) -> None:
        """Know what another knew, and let stand what stood there; what is learnt from now on stays here."""
        lists: tuple[dict[Key, list[Any]], ...] = (self.points, self.constants, self.gradients)
        for mine, theirs in zip(lists, known.lists, strict=True):
            mine |= {group: list(each) for group, each in theirs.items()}
        self.numbers |= {group: dict(each) for group, each in known.numbers.items()}
        self.seen |= {
            group: Seen(list(each.points), list(each.costs), list(each.measures))
            for group, each in known.seen.items()
        }
        self.enter(known.standing)

    def enter(self, rows: list[Row]) -> None:
        """Put cuts into the master, each in one year; those that stand already are passed over."""
        new = [row for row in dict.fromkeys(rows) if row not in self.standing]
        least: list[float] = []
        starts, columns, values = [0], [], []
        for key, number in new:
            group = self.group(key)
            gradient = self.gradients[group][number]
            used = (self.columns[key] >= 0) & (np.abs(gradient) > 1e-9)
            least.append(self.constants[group][number])
            columns += [np.asarray([self.theta[key]]), self.columns[key][used]]
            values += [np.ones(1), -gradient[used]]
            starts.append(starts[-1] + 1 + int(used.sum()))
        if new:
            first = self.session.add_rows(
                np.asarray(least),
                np.asarray(starts[:-1], dtype=np.int32),
                np.concatenate(columns).astype(np.int32),
                np.concatenate(values),
            )
            self.standing |= {row: first + k for k, row in enumerate(new)}

    def along_ray(self, key: Key, point: Array, spare: NDArray[np.bool_]) -> tuple[Point, Array] | None:
        """Return cost, gradient and measures at a point that is a multiple of a known one; None if it is not.

        Energy has no fixed part, so a dispatch scaled by a factor serves asks scaled by it. Of `spare` asks
        (rooms, meter) there may be more than needed. What this costs must be what the cuts say at the point.
        """
        group = self.group(key)
        if group not in self.seen or not point[~spare].any():
            return None
        gradients = np.asarray(self.gradients[group])
        held = np.asarray(self.constants[group]) + gradients @ point
        deepest = int(held.argmax())
        most = held[deepest] + _SAME_COST * max(1.0, abs(held[deepest]))
        measures = self.seen[group].along_ray(point, spare, most)
        return None if measures is None else ((float(held[deepest]), gradients[deepest]), measures)

    def tight(self, values: Array, slack_m_cny: float) -> list[Row]:
        """Return the standing cuts that leave at most so much at `values`."""
        rows = list(self.standing)
        near = self._slacks(rows, values) <= slack_m_cny
        return [row for row, is_near in zip(rows, near.tolist(), strict=True) if is_near]

    def drop_idle(self, points: list[Array], slack_m_cny: float) -> None:
        """Take cuts out of the master that leave more than so much at each point; they stay known."""
        rows = list(self.standing)
        idle = np.all([self._slacks(rows, point) > slack_m_cny for point in points], axis=0)
        places = np.fromiter(self.standing.values(), dtype=np.int32, count=len(rows))
        gone = set(self.session.drop_rows(places[idle]).tolist()) if idle.any() else set()
        self.standing = {row: number for row, number in self.standing.items() if number not in gone}

    def _slacks(self, rows: list[Row], values: Array) -> Array:
        """Return what each of some cuts leaves at `values`."""
        places: dict[Key, list[int]] = {}
        for place, (key, _) in enumerate(rows):
            places.setdefault(key, []).append(place)
        found = np.zeros(len(rows))
        for key, mine in places.items():
            group, columns = self.group(key), self.columns[key]
            point, numbers = np.where(columns >= 0, values[columns], 0.0), [rows[place][1] for place in mine]
            gradients = np.asarray([self.gradients[group][number] for number in numbers])
            constants = np.asarray([self.constants[group][number] for number in numbers])
            found[mine] = values[self.theta[key]] - constants - gradients @ point
        return found

    def cutting(self, rows: list[Row], values: Array) -> list[Row]:
        """Return those of some cuts that `values` break."""
        least = [-_SHORT * max(1.0, abs(values[self.theta[key]])) for key, _ in rows]
        broken = self._slacks(rows, values) < least
        return [row for row, is_broken in zip(rows, broken.tolist(), strict=True) if is_broken]

    def broken(self, values: Array) -> dict[Row, float]:
        """Return the known cut that each plant and year misses most at `values`, and by how much [M CNY]."""
        missing: dict[Row, float] = {}
        for key, theta in self.theta.items():
            group = self.group(key)
            if group not in self.constants:
                continue
            columns = self.columns[key]
            point = np.where(columns >= 0, values[columns], 0.0)
            found = np.asarray(self.constants[group]) + np.asarray(self.gradients[group]) @ point
            worst = int(found.argmax())
            if found[worst] > values[theta] + _SHORT * max(1.0, abs(float(found[worst]))):
                missing[key, worst] = float(found[worst] - values[theta])
        return missing
