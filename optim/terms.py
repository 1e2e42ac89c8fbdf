"""Labelled contributions: what a block adds to load, supply, cost, penalty, emissions or water.

A term is a label, an index set whose last member is the year, and a rule; balances, objective and result
tables are all made from the same terms, so that a report cannot disagree with the model.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, Literal

import pyomo.environ as pyo

Quantity = Literal["cost", "penalty", "emissions", "emissions_marginal", "water"]
UNITS: dict[Quantity, str] = {
    "cost": "M CNY",
    "penalty": "M CNY",
    "emissions": "Mt CO2",
    "emissions_marginal": "Mt CO2",
    "water": "million m3",
}


@dataclass(frozen=True)
class Term:
    """One labelled contribution: `rule(*index)` in the unit of its quantity, for each member of `index`.

    `is_lack`: a penalty of what a hard limit lacks; where there is any, no plan meets it.
    """

    label: str
    quantity: Quantity
    index: pyo.Set
    rule: Callable[..., Any]
    is_lack: bool = False


def merge(groups: Iterable[list[Term]]) -> list[Term]:
    """Return the terms of all blocks in one list; a label used twice in a quantity is our own mistake."""
    merged = [term for group in groups for term in group]
    keys = [(term.quantity, term.label) for term in merged]
    twice = sorted({key for key in keys if keys.count(key) > 1})
    assert not twice, f"terms declared twice: {twice}"
    return merged


def of(terms: list[Term], quantity: Quantity) -> list[Term]:
    """Return the terms of one quantity, in order."""
    return [term for term in terms if term.quantity == quantity]


def total(term: Term, weight: pyo.Param) -> Any:
    """Return the sum of a term over its index, each year weighted [unit of the term]."""
    return sum(weight[index[-1]] * term.rule(*index) for index in term.index)
