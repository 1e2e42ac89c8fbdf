"""Pareto fronts: augmented epsilon-constraint over anything that minimises a weighted sum below sides."""

from optim.pareto.exact import exact_front
from optim.pareto.front import Front, Row
from optim.pareto.grid import grid_front
from optim.pareto.knee import Knee, knee, prices
from optim.pareto.payoff import Payoff, payoff
from optim.pareto.problem import Answer, Goal, Problem

__all__ = [
    "Answer",
    "Front",
    "Goal",
    "Knee",
    "Payoff",
    "Problem",
    "Row",
    "exact_front",
    "grid_front",
    "knee",
    "payoff",
    "prices",
]
