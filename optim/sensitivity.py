"""Global sensitivity: which uncertain figures move an answer, over their whole ranges (Morris, Sobol; SALib).

A design is a set of points of the unit cube, one coordinate for each figure: its value is the one below which
that share of all values lies. So one design serves every distribution.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from typing import Any, Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from pydantic import Field, model_validator
from SALib.analyze import morris as morris_analysis
from SALib.analyze import sobol as sobol_analysis
from SALib.sample import morris as morris_sample
from SALib.sample import sobol as sobol_sample

from optim.settings import Frozen

Array = NDArray[np.float64]
Evaluate = Callable[[Array], dict[str, float]]
OK = "ok"
_LEVELS = 4
_STEP = _LEVELS / (2 * (_LEVELS - 1))
_LEAST_BLOCKS = 2
_CONFIDENCE = 0.95


class Design(Frozen):
    """How the ranges are walked.

    morris: trajectories that change one figure at a time (Morris 1991; mu_star of Campolongo et al. 2007);
    sobol: variance that a figure explains alone (s1) and with all others (st) (Saltelli et al. 2010).
    """

    method: Literal["morris", "sobol"] = Field("morris", description="screening, or shares of the variance")
    count: int = Field(
        10,
        ge=2,
        description="morris: trajectories, of figures + 1 points; sobol: base samples, a power of 2, "
        "of figures + 2 points",
    )
    seed: int = Field(1, ge=0, description="seed of the design and of its confidence intervals")

    @model_validator(mode="after")
    def _power_of_two(self) -> Design:
        if self.method == "sobol" and self.count & (self.count - 1):
            near = 1 << (self.count.bit_length() - 1)
            raise ValueError(f"samples: found {self.count}, expected a power of 2, such as {near}")
        return self

    def block(self, figures: int) -> int:
        """Return how many points belong together: if one fails, none of them counts."""
        return figures + (1 if self.method == "morris" else 2)


def points(design: Design, names: Sequence[str]) -> Array:
    """Return the points of a design in the unit cube, one row each."""
    problem = _problem(names)
    if design.method == "morris":
        found = morris_sample.sample(problem, design.count, num_levels=_LEVELS, seed=design.seed)
    else:
        found = sobol_sample.sample(problem, design.count, calc_second_order=False, seed=design.seed)
    return np.asarray(found, dtype=float)


def walk(
    where: Array, evaluate: Evaluate, faults: tuple[type[Exception], ...], say: Callable[[str], None]
) -> pd.DataFrame:
    """Return what was found at each point: status, and a column for each answer; a point twice is asked once.

    Parameters
    ----------
    where : array
        Points of the unit cube, one row each.
    evaluate : callable
        Takes a point, returns answers by name.
    faults : tuple of exception types
        Errors that are the point's, not ours: its row has their words as status, and no answers.
    say : callable
        Takes one line a point.
    """
    known: dict[bytes, dict[str, Any]] = {}
    for number, point in enumerate(where, 1):
        if point.tobytes() in known:
            continue
        say(f"point {number} of {len(where)}")
        try:
            known[point.tobytes()] = {"status": OK} | evaluate(point)
        except faults as fault:
            known[point.tobytes()] = {"status": f"{type(fault).__name__}: {fault}"}
    return pd.DataFrame([known[point.tobytes()] for point in where])


def indices(
    design: Design, names: Sequence[str], where: Array, answers: Array, choices: Collection[str] = ()
) -> pd.DataFrame:
    """Return the indices of one answer, a row for each figure.

    Parameters
    ----------
    design : Design
        That of the points.
    names : sequence of str
        The figures.
    where : array
        All points of the design.
    answers : array
        Of each point; NaN: none. Points that belong to it are left out with it.
    choices : collection of str
        The figures that jump between values. morris: their change is the one found across a step; that of
        others is divided by the step, 2/3 of the range.

    Returns
    -------
    DataFrame
        name, effect and its confidence (half width at 95 %), blocks used; morris: mu_star (mean size of the
        change over the whole range, or between two values of a choice), mu (its mean with the sign), sigma
        (its spread: not linear, or joint with others); sobol: st and s1 with s1_confidence. NaN where fewer
        than two blocks are left.
    """
    size = design.block(len(names))
    kept = np.isfinite(answers.reshape(-1, size)).all(axis=1)
    rows = np.repeat(kept, size)
    columns = ["mu", "sigma"] if design.method == "morris" else ["s1", "s1_confidence"]
    table = pd.DataFrame({"name": list(names), "effect": np.nan, "confidence": np.nan})
    table = table.assign(**dict.fromkeys(columns, np.nan), blocks=int(kept.sum()))
    if kept.sum() < _LEAST_BLOCKS:
        return table
    if np.ptp(answers[rows]) == 0:
        return table.assign(effect=0.0, confidence=0.0, **dict.fromkeys(columns, 0.0))
    found = _analysed(design, _problem(names), where[rows], answers[rows])
    scale = np.where(table["name"].isin(choices), _STEP, 1.0) if design.method == "morris" else 1.0
    return table.assign(**{name: np.asarray(found[name], dtype=float) * scale for name in found})


def _analysed(design: Design, problem: dict[str, Any], where: Array, answers: Array) -> dict[str, Any]:
    options = {"conf_level": _CONFIDENCE, "seed": design.seed}
    if design.method == "morris":
        found = morris_analysis.analyze(problem, where, answers, num_levels=_LEVELS, **options)
        names = {"effect": "mu_star", "confidence": "mu_star_conf", "mu": "mu", "sigma": "sigma"}
    else:
        found = sobol_analysis.analyze(problem, answers, calc_second_order=False, **options)
        names = {"effect": "ST", "confidence": "ST_conf", "s1": "S1", "s1_confidence": "S1_conf"}
    return {name: found[theirs] for name, theirs in names.items()}


def _problem(names: Sequence[str]) -> dict[str, Any]:
    return {"num_vars": len(names), "names": list(names), "bounds": [[0.0, 1.0]] * len(names)}
