"""What a user can change of a model: rules and limits, and where each of them holds in the matrix.

Everything else (balances, definitions, sizes that cannot be negative) is the world, and never gives way.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal

Entry = tuple[int, float]
LOAD = ("given", "unserved")
"""Kinds that say what load there is; the last that people want to change."""
Dial = Literal["number", "rows", "switch"]


@dataclass(frozen=True)
class Held:
    """A limit in one place and year, and how it is let go there.

    Attributes
    ----------
    place : str
        Province, site, hub, zone and class, or empty.
    year : int
        Year.
    number : float
        What the limit is there, in its unit.
    rows : tuple of int
        Rows that hold no more once it is let go.
    columns : tuple of int
        Columns that may be as large as they like then, such as what a rule misses.
    entries : tuple of (row, factor)
        Of a column that is to be added: by how much the limit gives way [GW, million m3].
    most : float
        Largest value of that column.
    """

    place: str
    year: int
    number: float
    rows: tuple[int, ...] = ()
    columns: tuple[int, ...] = ()
    entries: tuple[Entry, ...] = ()
    most: float = float("inf")


@dataclass(frozen=True)
class Limit:
    """A rule or a limit as people know it: one thing, whatever number of rows it has.

    Attributes
    ----------
    kind : str
        Kind of the rule, or of the limit.
    name : str
        rule_id, province, quota or the like; with `kind` it names the limit.
    mend : str
        Scenario key or table where it is changed.
    unit : str
        Of its numbers.
    dial : {"number", "rows", "switch"}
        number: one number holds everywhere; rows: each place and year has its own; switch: on or off.
    number : float
        The one number.
    per_unit : float
        GW (million m3) in the model per unit of the numbers.
    held : tuple of Held
        Where it holds.
    """

    kind: str
    name: str
    mend: str
    unit: str
    dial: Dial
    number: float
    per_unit: float = 1.0
    held: tuple[Held, ...] = field(default=(), repr=False)

    @property
    def key(self) -> tuple[str, str]:
        """Return what names the limit."""
        return self.kind, self.name


def factor(compiled: Any, row: int, column: int) -> float:
    """Return the factor of a column in a row of a compiled model, 0 where it has none."""
    part = slice(compiled.starts[row], compiled.starts[row + 1])
    found = compiled.factors[part][compiled.indices[part] == column]
    return float(found[0]) if len(found) else 0.0


def rows_of(compiled: Any, component: Any) -> list[tuple[Any, int]]:
    """Return index and row of a constraint; none if the model has no such constraint."""
    if component is None or component not in compiled.rows:
        return []
    stretch = compiled.rows[component]
    return [(index, stretch.start + k) for k, index in enumerate(stretch.members())]
