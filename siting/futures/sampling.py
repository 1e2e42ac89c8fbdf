"""Samples of uncertain figures: points of the unit cube, and the values there."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import stats
from scipy.stats import qmc

from siting.futures.files import Draw, Uncertain
from siting.scenario import ScenarioError

Array = NDArray[np.float64]
_EDGE = 1e-9


def read_sample(text: str) -> tuple[str, int]:
    """Return how and how many to draw, of a text such as lhs:40."""
    kind, _, count = text.partition(":")
    if kind not in ("lhs", "random") or not count.isdigit() or int(count) < 1:
        raise ScenarioError(f"--sample {text}: expected lhs:N or random:N, for instance lhs:40")
    return kind, int(count)


def draws(figures: tuple[Uncertain, ...], sample: tuple[str, int], seed: int) -> list[Draw]:
    """Return samples of the figures, all equally likely.

    Parameters
    ----------
    figures : tuple of Uncertain
        What is drawn, independently.
    sample : (str, int)
        lhs: Latin hypercube, each figure once in each of N equal strata; random: independent points; and N.
    seed : int
        Of the random numbers.
    """
    kind, count = sample
    if kind == "lhs":
        points = qmc.LatinHypercube(len(figures), rng=np.random.default_rng(seed)).random(count)
    else:
        points = np.random.default_rng(seed).random((count, len(figures)))
    return [draw_at(figures, point, f"sample {k}", 1.0 / count) for k, point in enumerate(points, 1)]


def draw_at(figures: tuple[Uncertain, ...], point: Array, name: str, probability: float) -> Draw:
    """Return the future at a point of the unit cube."""
    pairs = [(figure, value_at(figure, float(u))) for figure, u in zip(figures, point, strict=True)]
    return Draw(
        name,
        probability,
        {figure.key: value for figure, value in pairs if not figure.times},
        {figure.key: float(value) for figure, value in pairs if figure.times},
    )


def value_at(figure: Uncertain, u: float) -> Any:
    """Return the value that a share `u` of all values is not above.

    >>> value_at(Uncertain(key="geodata.demand.factor", low=0.8, high=1.2), 0.25)
    0.9
    """
    if figure.distribution == "choice":
        weights = np.asarray(figure.weights or [1.0] * len(figure.values))
        below = np.cumsum(weights) / weights.sum()
        return figure.values[int(np.searchsorted(below, min(u + _EDGE, 1.0 - _EDGE), side="right"))]
    found = float(_quantile(figure, min(max(u, _EDGE), 1.0 - _EDGE)))
    low = found if figure.low is None else max(found, figure.low)
    return round(low if figure.high is None else min(low, figure.high), 12)


def _quantile(figure: Uncertain, u: float) -> float:
    low, high, mean = figure.low or 0.0, figure.high or 0.0, figure.mean or 0.0
    width, deviation = high - low, figure.deviation or 1.0
    if figure.distribution == "uniform":
        return low + u * width
    if figure.distribution == "triangular":
        return float(stats.triang.ppf(u, ((figure.mode or 0.0) - low) / width, low, width))
    if figure.distribution == "normal":
        return float(stats.norm.ppf(u, mean, deviation))
    return float(stats.lognorm.ppf(u, deviation, scale=mean))
