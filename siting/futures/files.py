"""Files of futures: trees with branches, and figures that are uncertain."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, Self, TypeVar

import yaml
from pydantic import Field, ValidationError, model_validator

from geodata.readers.yaml_file import parse
from optim.futures.cases import Aim
from optim.settings import Frozen
from siting.scenario import ScenarioError

_SUM = 1e-6
Number = int | float
Model = TypeVar("Model", bound=Frozen)


class Branch(Frozen):
    """One way that things may go, and how they may go on from there."""

    name: str = Field(min_length=1, description="short name; a future is named by all of its branches")
    probability: float = Field(ge=0, le=1, description="of this branch once its parent has come about")
    note: str = Field("", description="where probability and changes come from; say so if they are made up")
    set: dict[str, Any] = Field({}, description="dotted scenario key -> value")
    times: dict[str, float] = Field(
        {}, description="dotted scenario key -> factor on the scenario's own value"
    )
    branches: tuple[Branch, ...] = Field((), description="branches after this one; none: a future ends here")


class TreeFile(Frozen):
    """A tree of futures."""

    title: str = Field("", description="heading of the page")
    note: str = Field("", description="what the tree rests on, shown with the results")
    decision_year: int = Field(description="what is built by the end of this year is the same in all futures")
    aim: Aim = Field(Aim(), description="what the plan is to keep low over the futures")
    set: dict[str, Any] = Field({}, description="dotted scenario key -> value, in all futures")
    branches: tuple[Branch, ...] = Field(min_length=1, description="the first branches")

    @model_validator(mode="after")
    def _sums_and_names(self) -> Self:
        faults = list(_sum_faults("branches", self.branches))
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
            before.set | branch.set,
            before.times | branch.times,
            "; ".join(filter(None, [before.note, branch.note])),
        )
        yield from _ends(branch.branches, draw) if branch.branches else iter([draw])


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
    low: float | None = Field(None, description="uniform, triangular: least value; else values end there")
    high: float | None = Field(None, description="uniform, triangular: largest value; else they end there")
    mode: float | None = Field(None, description="triangular: most likely value")
    mean: float | None = Field(None, description="normal: mean; lognormal: median")
    deviation: float | None = Field(
        None, gt=0, description="normal: standard deviation; lognormal: that of the logarithm"
    )
    values: tuple[Any, ...] = Field((), description="choice: the values")
    weights: tuple[float, ...] = Field((), description="choice: their weights; all the same if left out")
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
        if self.distribution == "choice" and not self.values:
            return "choice lacks values"
        if self.weights and (len(self.weights) != len(self.values) or min(self.weights) < 0):
            return "expected as many weights as values, none below 0"
        return ""


class UncertainFile(Frozen):
    """Figures that are not known."""

    title: str = Field("", description="heading of the page")
    note: str = Field("", description="what the ranges rest on, shown with the results")
    decision_year: int | None = Field(
        None, description="samples: what is built by the end of this year is the same in all"
    )
    aim: Aim = Field(Aim(), description="samples: what the plan is to keep low over them")
    set: dict[str, Any] = Field({}, description="dotted scenario key -> value, in all samples")
    uncertain: tuple[Uncertain, ...] = Field(min_length=1, description="the figures")


def read_tree(path: Path) -> TreeFile:
    """Return a tree of futures; `ScenarioError` with all faults if it cannot be used."""
    return _read(path, TreeFile)


def read_uncertain(paths: list[Path]) -> UncertainFile:
    """Return the figures of one or more files together: the first names title, year and aim."""
    files = [_read(path, UncertainFile) for path in paths]
    figures = tuple(figure for file in files for figure in file.uncertain)
    keys = [figure.key for figure in figures]
    if twice := sorted({key for key in keys if keys.count(key) > 1}):
        raise ScenarioError(f"--uncertain: found {', '.join(twice)} twice, expected each key once")
    sets = {key: value for file in files for key, value in file.set.items()}
    notes = "; ".join(file.note for file in files if file.note)
    return files[0].model_copy(update={"uncertain": figures, "set": sets, "note": notes})


def _read(path: Path, model: type[Model]) -> Model:
    try:
        data = parse(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise ScenarioError(f"{path}: there is no such file, expected YAML (docs/futures.md)") from None
    except (OSError, UnicodeDecodeError) as error:
        raise ScenarioError(f"{path}: cannot be read as a UTF-8 text file ({error})") from None
    except yaml.YAMLError as error:
        raise ScenarioError(f"{path}: is not valid YAML: {' '.join(str(error).split())}") from None
    try:
        return model.model_validate(data)
    except ValidationError as error:
        raise ScenarioError("\n".join(_words(path, error))) from None


def _words(path: Path, error: ValidationError) -> Iterator[str]:
    for fault in error.errors(include_url=False):
        where = f"{path}: key {'.'.join(map(str, fault['loc']))}" if fault["loc"] else f"{path}"
        text = fault["msg"].removeprefix("Value error, ").replace("Input should", "expected to", 1)
        if fault["type"] == "missing":
            text = "is missing"
        yield f"{where}: {text[:1].lower() + text[1:]}"
