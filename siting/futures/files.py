"""Files of futures: trees with branches, and figures that are uncertain."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, Self, TypeVar

from pydantic import Field, FiniteFloat, PrivateAttr, model_validator

from optim.futures.cases import Aim
from optim.settings import Frozen
from siting.futures.reading import read_as
from siting.scenario import ScenarioError
from siting.values import is_number

_SUM = 1e-6
T = TypeVar("T")


class Branch(Frozen):
    """One way that things may go, and how they may go on from there."""

    name: str = Field(min_length=1, description="short name; a future is named by all of its branches")
    probability: float = Field(ge=0, le=1, description="of this branch once its parent has come about")
    note: str = Field("", description="where probability and changes come from; say so if they are made up")
    set: dict[str, Any] = Field({}, description="dotted scenario key -> value")
    times: dict[str, FiniteFloat] = Field(
        {}, description="dotted scenario key -> factor on the scenario's own value"
    )
    branches: tuple[Branch, ...] = Field((), description="branches after this one; none: a future ends here")


class StudyFile(Frozen):
    """What a file of any kind has."""

    title: str = Field("", description="heading of the page")
    _source: str = PrivateAttr("")

    @property
    def source(self) -> str:
        """Return where it was read, for messages."""
        return self._source

    def read_from(self, source: str) -> Self:
        """Return the same, with where it was read."""
        copy = self.model_copy()
        copy._source = source
        return copy


class TreeFile(StudyFile):
    """A tree of futures."""

    note: str = Field("", description="what the tree rests on, shown with the results")
    decision_year: int = Field(description="what is built by the end of this year is the same in all futures")
    aim: Aim = Field(Aim(), description="what the plan is to keep low over the futures")
    set: dict[str, Any] = Field({}, description="dotted scenario key -> value, in all futures")
    branches: tuple[Branch, ...] = Field(min_length=1, description="the first branches")

    @model_validator(mode="after")
    def _sums_and_names(self) -> Self:
        faults = [*_sum_faults("branches", self.branches), *_double_faults(self.branches)]
        names = [draw.name for draw in self.draws()]
        faults += [f"future {name}: found twice" for name in sorted({n for n in names if names.count(n) > 1})]
        if faults:
            raise ValueError("; ".join(faults))
        return self

    def draws(self) -> list[Draw]:
        """Return the futures: the ends of all branches."""
        return list(_ends(self.branches, Draw("", 1.0)))


@dataclass(frozen=True)
class Draw:
    """A future as it is asked for: name, probability, keys that are set, keys that are multiplied."""

    name: str
    probability: float
    set: dict[str, Any] = field(default_factory=dict)
    times: dict[str, float] = field(default_factory=dict)
    note: str = ""


def _ends(branches: tuple[Branch, ...], before: Draw) -> Iterator[Draw]:
    for branch in branches:
        draw = Draw(
            ", ".join(filter(None, [before.name, branch.name])),
            before.probability * branch.probability,
            _without(before.set, branch.times) | branch.set,
            _without(before.times, branch.set) | branch.times,
            "; ".join(filter(None, [before.note, branch.note])),
        )
        yield from _ends(branch.branches, draw) if branch.branches else iter([draw])


def _without(inherited: Mapping[str, T], keys: Collection[str]) -> dict[str, T]:
    return {key: value for key, value in inherited.items() if key not in keys}


def _double_faults(branches: tuple[Branch, ...]) -> Iterator[str]:
    for branch in branches:
        for key in sorted(branch.set.keys() & branch.times.keys()):
            yield f"branch {branch.name}: found {key} in set and in times, expected it in one of them"
        yield from _double_faults(branch.branches)


def _sum_faults(where: str, branches: tuple[Branch, ...]) -> Iterator[str]:
    total = sum(branch.probability for branch in branches)
    if abs(total - 1.0) > _SUM:
        yield f"{where}: found probabilities that sum to {total:g}, expected 1"
    for branch in branches:
        if branch.branches:
            yield from _sum_faults(f"branches of {branch.name}", branch.branches)


class Uncertain(Frozen):
    """A figure that is not known: a scenario key and how likely its values are."""

    key: str = Field(min_length=1, description="dotted scenario key")
    name: str = Field("", description="short name; the key if left out")
    note: str = Field("", description="where the range comes from; say so if it is made up")
    distribution: Literal["uniform", "triangular", "normal", "lognormal", "choice"] = Field(
        "uniform", description="how likely its values are"
    )
    low: FiniteFloat | None = Field(
        None, description="uniform, triangular: least value; else values end there"
    )
    high: FiniteFloat | None = Field(
        None, description="uniform, triangular: largest value; else they end there"
    )
    mode: FiniteFloat | None = Field(None, description="triangular: most likely value")
    mean: FiniteFloat | None = Field(None, description="normal: mean; lognormal: median")
    deviation: FiniteFloat | None = Field(
        None, gt=0, description="normal: standard deviation; lognormal: that of the logarithm"
    )
    values: tuple[Any, ...] = Field((), description="choice: the values")
    weights: tuple[FiniteFloat, ...] = Field(
        (), description="choice: their weights; all the same if left out"
    )
    times: bool = Field(False, description="values are factors on the scenario's own value")

    @property
    def label(self) -> str:
        """Return what it is called."""
        return self.name or self.key

    @model_validator(mode="after")
    def _complete(self) -> Self:
        wanted = {
            "uniform": ("low", "high"),
            "triangular": ("low", "mode", "high"),
            "normal": ("mean", "deviation"),
            "lognormal": ("mean", "deviation"),
            "choice": (),
        }[self.distribution]
        lost = [name for name in wanted if getattr(self, name) is None]
        if lost:
            raise ValueError(f"{self.label}: {self.distribution} lacks {', '.join(lost)}")
        if fault := self._fault():
            raise ValueError(f"{self.label}: {fault}")
        return self

    def _fault(self) -> str:
        low = -math.inf if self.low is None else self.low
        high = math.inf if self.high is None else self.high
        if low >= high:
            return f"found low {low:g}, expected less than high {high:g}"
        if self.mode is not None and not low <= self.mode <= high:
            return f"found mode {self.mode:g}, expected {low:g} to {high:g}"
        return self._choice_fault() if self.distribution == "choice" else ""

    def _choice_fault(self) -> str:
        if not self.values:
            return "choice lacks values"
        if words := [value for value in self.values if self.times and not is_number(value)]:
            return f"found the values {words} as factors (times: true), expected numbers"
        weights = self.weights or (1.0,) * len(self.values)
        if len(weights) != len(self.values) or min(weights) < 0 or not sum(weights):
            told = ", ".join(f"{weight:g}" for weight in weights)
            return f"found weights {told}, expected as many weights as values, none below 0, not all 0"
        return ""


class UncertainFile(StudyFile):
    """Figures that are not known."""

    note: str = Field("", description="what the ranges rest on, shown with the results")
    decision_year: int | None = Field(
        None, description="samples: what is built by the end of this year is the same in all"
    )
    aim: Aim = Field(Aim(), description="samples: what the plan is to keep low over them")
    set: dict[str, Any] = Field({}, description="dotted scenario key -> value, in all samples")
    uncertain: tuple[Uncertain, ...] = Field(min_length=1, description="the figures")


def read_tree(path: Path) -> TreeFile:
    """Return a tree of futures; `ScenarioError` with all faults if it cannot be used."""
    return read_as(TreeFile, path).read_from(str(path))


def read_uncertain(paths: list[Path]) -> UncertainFile:
    """Return the figures of one or more files together: the first names title, year and aim."""
    files = [read_as(UncertainFile, path) for path in paths]
    figures = tuple(figure for file in files for figure in file.uncertain)
    source = ", ".join(map(str, paths))
    _check_once(source, "key", [figure.key for figure in figures])
    _check_once(source, "name", [figure.label for figure in figures])
    sets = {key: value for file in files for key, value in file.set.items()}
    notes = "; ".join(file.note for file in files if file.note)
    joined = files[0].model_copy(update={"uncertain": figures, "set": sets, "note": notes})
    return joined.read_from(source)


def _check_once(source: str, what: str, words: list[str]) -> None:
    if twice := sorted({word for word in words if words.count(word) > 1}):
        raise ScenarioError(f"{source}: found {', '.join(twice)} twice, expected each {what} once")
