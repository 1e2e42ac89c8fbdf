"""The format of words: SOURCES.md tells a model of fuels and load bands, expected_payoff.csv its payoffs.

    two fuels (lignite 31000, oil 15000 GWh at most) serve two load bands: base (lignite, oil) at least
    38400; peak (oil) at least 6400. Unit cost 30, 75; unit emissions 1.44, 0.72; third objective is oil.

Columns are what each fuel gives to each band; all goals that are not told otherwise are to be small.
"""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
from scipy import sparse

from benchmarks.pareto.case import Case, numbers_of, senses_of, square, table_of
from geodata.tables import TableError
from optim.pareto.linear import Matrix
from optim.pareto.problem import Array

_NUMBER = r"\d+(?:\.\d+)?"
_FUELS = re.compile(r"\(([^()]*?) at most\)")
_FUEL = re.compile(rf"([a-z]+) ({_NUMBER})", re.IGNORECASE)
_BAND = re.compile(rf"(\w+) \(([^()]+)\) at least ({_NUMBER})", re.IGNORECASE)
_UNIT = re.compile(rf"\bunit (\w+) ({_NUMBER}(?:, {_NUMBER})*)", re.IGNORECASE)
_SUM = re.compile(r"\w+ objective is (\w+(?: plus \w+)*)", re.IGNORECASE)


def read_words(folder: Path) -> Case:
    """Return the problem that the text of a folder tells.

    Raises
    ------
    TableError
        The text does not tell fuels, bands and goals in that way, or the table does not fit them.
    """
    path, expected = folder / "SOURCES.md", folder / "expected_payoff.csv"
    text = _text(path)
    fuels = {name: float(most) for name, most in _FUEL.findall("".join(_FUELS.findall(text)))}
    bands = [(set(re.findall(r"\w+", members)), float(least)) for _, members, least in _BAND.findall(text)]
    units = [_factors(path, fuels, *found) for found in _UNIT.findall(text)]
    units += [np.asarray([float(f in re.findall(r"\w+", s)) for f in fuels]) for s in _SUM.findall(text)]
    if not fuels or not bands or len(units) < 2:
        raise TableError(
            f"{path}: found {len(fuels)} fuels, {len(bands)} load bands and {len(units)} objectives in its "
            "words, expected `fuels (NAME NUMBER, ... at most)`, `BAND (NAME, ...) at least NUMBER` and two "
            "or more of `unit WHAT NUMBER, ...` or `third objective is NAME plus NAME`"
        )
    table = table_of(expected)
    payoff = square(expected, numbers_of(expected, table), len(units))
    matrix = _matrix(fuels, bands, units)
    senses, source = senses_of(payoff, len(units))
    goals = matrix.goals_of([str(name) for name in table.columns], senses)
    return Case(folder.name, matrix, goals, payoff, None, source)


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except OSError as fault:
        raise TableError(f"{path}: cannot be read ({fault.strerror})") from None


def _factors(path: Path, fuels: dict[str, float], what: str, numbers: str) -> Array:
    found = [float(number) for number in numbers.split(", ")]
    if len(found) != len(fuels):
        raise TableError(
            f"{path}: found {len(found)} numbers of unit {what}, expected {len(fuels)}: one a fuel"
        )
    return np.asarray(found)


def _matrix(fuels: dict[str, float], bands: list[tuple[set[str], float]], units: list[Array]) -> Matrix:
    pairs = [
        (f, b) for f, name in enumerate(fuels) for b, (members, _) in enumerate(bands) if name in members
    ]
    fuel, band = np.asarray(pairs, dtype=int).reshape(-1, 2).T
    given = (fuel == np.arange(len(fuels))[:, None]).astype(float)
    served = (band == np.arange(len(bands))[:, None]).astype(float)
    open_fuels, open_bands = np.full(len(fuels), -np.inf), np.full(len(bands), np.inf)
    return Matrix(
        rows=sparse.csr_array(np.concatenate([given, served])),
        row_lower=np.concatenate([open_fuels, [least for _, least in bands]]),
        row_upper=np.concatenate([list(fuels.values()), open_bands]),
        lower=np.zeros(len(pairs)),
        upper=np.full(len(pairs), np.inf),
        integer=np.zeros(len(pairs), dtype=bool),
        goals=np.asarray([unit[fuel] for unit in units]),
    )
