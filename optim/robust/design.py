"""Draws of the errors: a replicated design, so that every draw also serves to tell what causes the spread."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.stats import norm

from optim.robust.noise import GROUPS, Band, Headroom, Noise

Array = NDArray[np.float64]
REPLICATES = 2
BLOCK = 50
LEAST_DRAWS = 2 * len(GROUPS)  # with fewer, two groups would stand together in two draws
NINE_OF_TEN = 1.6448536269514722  # 9 of 10 standard normal errors are smaller


@dataclass(frozen=True, eq=False)
class Design:
    """Which drawn error of each group each draw has.

    Attributes
    ----------
    scores : dict
        Group -> one row a level, one column a place: standard normal errors.
    levels : DataFrame
        One row a draw, one column a group: the level that it has.
    """

    scores: dict[str, pd.DataFrame]
    levels: pd.DataFrame

    def score(self, draw: int, group: str) -> pd.Series:
        """Return the standard normal error of each place in a draw."""
        return self.scores[group].iloc[int(self.levels[group].iloc[draw])]

    def pairs(self, group: str) -> list[tuple[int, int]]:
        """Return the two draws in which each level of a group stands, other groups being independent."""
        found = self.levels.groupby(group).indices
        return [(int(draws[0]), int(draws[1])) for _, draws in sorted(found.items())]


def make_design(places: pd.DataFrame, noise: Noise, draws: int, seed: int) -> Design:
    """Return a design: each drawn error of a group stands in two draws, no two groups together in both.

    Blocks of up to 50 draws, each complete in itself: in each, every shared and own error is a Latin
    hypercube over the levels of the block.

    Parameters
    ----------
    places : DataFrame
        Index site_id: province, side.
    noise : Noise
        Bands; the parts that places share.
    draws : int
        Even.
    seed : int
        Of the random numbers; a group has its own stream, whatever the other groups are.
    """
    sizes = [size // REPLICATES for size in block_sizes(draws)]
    scores: dict[str, list[pd.DataFrame]] = {name: [] for name in GROUPS}
    levels: list[pd.DataFrame] = []
    for block, count in enumerate(sizes):
        for number, name in enumerate(GROUPS):
            random = np.random.default_rng([seed, block, number])
            scores[name].append(_scores(places, getattr(noise, name), name, count, random))
        levels.append(_levels(count) + sum(sizes[:block]))
    joined = {name: pd.concat(parts, ignore_index=True) for name, parts in scores.items()}
    return Design(joined, pd.concat(levels, ignore_index=True))


def block_sizes(draws: int) -> list[int]:
    """Return the draws of each block: even numbers, alike, at most 50.

    >>> block_sizes(60), block_sizes(100), block_sizes(18)
    ([30, 30], [50, 50], [18])
    """
    count = math.ceil(draws / BLOCK)
    pairs = draws // REPLICATES
    return [REPLICATES * (pairs // count + (k < pairs % count)) for k in range(count)]


def _levels(count: int) -> pd.DataFrame:
    """Return the levels of the draws of a block: the second time each group is shifted by its own number."""
    level = np.arange(count)
    columns = {name: np.concatenate([level, (level + k) % count]) for k, name in enumerate(GROUPS)}
    return pd.DataFrame(columns)


def _scores(
    places: pd.DataFrame, band: Band | Headroom, name: str, count: int, random: np.random.Generator
) -> pd.DataFrame:
    """Return standard normal errors, a row a level: what places share and their own, by the parts."""
    by_site = name not in ("upgrades", "headroom")
    rows = places if by_site else places.drop_duplicates("province").set_index("province", drop=False)
    rows = rows.sort_index()
    total = np.zeros((count, len(rows)))
    keys = {
        "nation": pd.Series("", index=rows.index),
        "side": rows["side"],
        "province": rows["province"],
        "site": pd.Series(rows.index, index=rows.index),
    }
    for level, part in band.parts().items():
        code, names = pd.factorize(keys[level], sort=True)
        total += np.sqrt(part) * _hypercube(count, len(names), random)[:, code]
    return pd.DataFrame(total, columns=rows.index)


def _hypercube(count: int, size: int, random: np.random.Generator) -> Array:
    """Return standard normal values, one in each of `count` equal shares of probability in each column."""
    order = random.permuted(np.tile(np.arange(count)[:, None], size), axis=0)
    values: Array = norm.ppf((order + random.random((count, size))) / count)
    return values
