"""A scenario: the settings of the packages stacked, loaded from YAML and written back resolved."""

from __future__ import annotations

import difflib
import math
import textwrap
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self, get_args

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from geodata.readers.yaml_file import parse, render
from geodata.survey import Settings as GeodataSettings
from geodata.tables import Candidates, PlannerError
from maps.page import Settings as MapsSettings
from optim.options import Settings as OptimSettings
from siting.moved_keys import moved
from siting.report import Settings as ReportSettings
from siting.scenario_html import scenario_html


class ScenarioError(PlannerError, ValueError):
    """The scenario cannot be used; the message lists every fault and where to mend it."""


class Scenario(BaseModel):
    """All that a plan depends on. Unknown keys are refused."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str = Field(min_length=1, description="short name; the file's own name if left out")
    title: str = Field("", description="heading of map and report")
    title_zh: str = Field("", description="the same in Chinese")
    description: str = Field("", description="what the scenario asks, in a sentence or two")
    geodata: GeodataSettings = Field(GeodataSettings(), description="the survey of places")
    optim: OptimSettings = Field(OptimSettings(), description="the optimisation")
    maps: MapsSettings = Field(MapsSettings(), description="the map")
    report: ReportSettings = Field(ReportSettings(), description="the report")

    def title_in(self, language: str) -> str:
        """Return the heading in a language: en or zh; the other one, or the name, where it has none."""
        return (self.title_zh if language == "zh" else self.title) or self.title or self.name

    def _repr_html_(self) -> str:
        """Return what a notebook shows: the keys that differ from their defaults."""
        return scenario_html(self, self.title_in(self.maps.language), self.description)

    @field_validator("name")
    @classmethod
    def _name_is_a_folder(cls, name: str) -> str:
        if name != Path(name).name or "\\" in name or name.startswith("."):
            raise ValueError("expected a name for the run folder, without / or \\ and no dot in front")
        return name

    @model_validator(mode="after")
    def _numbers_are_finite(self) -> Self:
        endless = list(_not_finite(self.model_dump(), ""))
        if endless:
            raise ValueError(
                "; ".join(f"key {key}: found {value}, expected a number" for key, value in endless)
            )
        return self

    @model_validator(mode="after")
    def _year_is_planned(self) -> Self:
        first, last = self.geodata.demand.first_year, self.geodata.demand.last_year
        if self.maps.year is not None and not first <= self.maps.year <= last:
            raise ValueError(f"key maps.year: found {self.maps.year}, expected a year of {first} to {last}")
        return self

    @model_validator(mode="after")
    def _column_is_a_number(self) -> Self:
        columns = Candidates.to_schema().columns
        known = [name for name, column in columns.items() if str(column.dtype).startswith("float")]
        if self.maps.column not in known:
            near = difflib.get_close_matches(self.maps.column, known, n=3, cutoff=0.4) or known
            found = f"key maps.column: found {self.maps.column!r}"
            raise ValueError(
                f"{found}, expected a numeric column of the candidates such as {', '.join(near)}"
            )
        return self


def load_scenario(path: Path | None, overrides: Sequence[str] = ()) -> Scenario:
    """Return the scenario of a YAML file, merged with those that it extends and with overrides.

    Parameters
    ----------
    path : Path or None
        The scenario file; None: every default. `base: other.yaml` in it names one to extend: mappings are
        merged key by key, anything else is replaced. Paths inside a scenario are relative to its file; `~` is
        the home folder.
    overrides : sequence of str
        Such as `optim.solve.gap_share=0.01`; values are read as YAML, paths relative to the current folder.

    Raises
    ------
    ScenarioError
        All faults at once: key by its dotted path, what was found, what was expected.
    """
    return draft(path, overrides).scenario()


@dataclass(frozen=True)
class Draft:
    """The keys of a scenario before they are checked: of its file, what that extends, and what was set."""

    data: dict[str, Any]
    path: Path | None
    set_keys: frozenset[str]

    def having(self, values: Mapping[str, Any]) -> Draft:
        """Return the draft with other values of some dotted keys; relative paths are from this folder."""
        data = self.data
        for key, value in values.items():
            data = _merge(data, _placed(_nested(key.split("."), value), Path.cwd()))
        return Draft(data, self.path, self.set_keys | values.keys())

    def scenario(self) -> Scenario:
        """Return the checked scenario, or raise `ScenarioError` with all faults."""
        try:
            return Scenario.model_validate(self.data)
        except ValidationError as error:
            where = self.path or Path("defaults")
            raise ScenarioError("\n".join(_faults(error, where, self.set_keys))) from None


def draft(path: Path | None, overrides: Sequence[str] = ()) -> Draft:
    """Return the keys of a scenario, unchecked; parameters as of `load_scenario`."""
    data = _merged(path, ()) if path else {}
    data.setdefault("name", path.stem if path else "defaults")
    start = Draft(data, path, frozenset())
    for text in overrides:
        start = start.having(dict([read_override(text)]))
    return start


def dump_scenario(scenario: Scenario) -> str:
    """Return the resolved scenario as YAML: every key, defaults included, paths absolute."""
    return render(scenario.model_dump(mode="json"))


def _merged(path: Path, seen: tuple[Path, ...]) -> dict[str, Any]:
    if path.resolve() in seen:
        raise ScenarioError(f"{path}: key base: the scenarios extend each other in a circle")
    data = _read(path)
    base = data.pop("base", None)
    placed = _placed(data, path.parent)
    if base is None:
        return placed
    if not isinstance(base, str):
        raise ScenarioError(f"{path}: key base: found {base!r}, expected the path of a scenario file")
    inherited = _merged(path.parent / base, (*seen, path.resolve()))
    return _merge({key: value for key, value in inherited.items() if key != "name"}, placed)


def _read(path: Path) -> dict[str, Any]:
    data = read_yaml(path, "a scenario (YAML)")
    if not isinstance(data, dict):
        raise ScenarioError(f"{path}: found {_kind(data)}, expected keys such as geodata, optim and maps")
    return data


def read_yaml(path: Path, expected: str) -> Any:
    """Return what a YAML file says; `ScenarioError` if there is none, or it cannot be read as one."""
    try:
        return parse(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise ScenarioError(f"{path}: there is no such file, expected {expected}") from None
    except (OSError, UnicodeDecodeError) as error:
        raise ScenarioError(f"{path}: cannot be read as a UTF-8 text file ({error})") from None
    except yaml.YAMLError as error:
        raise ScenarioError(f"{path}: is not valid YAML: {' '.join(str(error).split())}") from None


def _kind(data: object) -> str:
    return "an empty file" if data is None else f"a {type(data).__name__}"


def _merge(below: Mapping[str, Any], above: Mapping[str, Any]) -> dict[str, Any]:
    both = {
        key: _merge(below[key], above[key])
        for key in below.keys() & above.keys()
        if isinstance(below[key], dict) and isinstance(above[key], dict)
    }
    return {**below, **above, **both}


def read_override(text: str) -> tuple[str, Any]:
    """Return the dotted key of `key=value`, and its value, which is read as YAML."""
    key, equals, value = text.partition("=")
    if not equals or not all(key.strip().split(".")):
        raise ScenarioError(f"--set {text}: expected a.b.c=value, for instance optim.solve.gap_share=0.01")
    try:
        return key.strip(), parse(value)
    except yaml.YAMLError:
        raise ScenarioError(f"--set {text}: the value {value!r} is not valid YAML") from None


def _nested(keys: list[str], value: Any) -> dict[str, Any]:
    return {keys[0]: value if len(keys) == 1 else _nested(keys[1:], value)}


def _placed(data: dict[str, Any], folder: Path, model: type[BaseModel] = Scenario) -> dict[str, Any]:
    return {key: _place(value, folder, model, key) for key, value in data.items()}


def _place(value: Any, folder: Path, model: type[BaseModel], key: object) -> Any:
    """Return the value with relative paths taken from `folder`."""
    kinds = set(_kinds(model, key))
    inner = _inner(kinds)
    if Path in kinds:
        return _absolute(value, folder)
    if inner is None:
        return value
    if isinstance(value, list):
        return [_placed(part, folder, inner) if isinstance(part, dict) else part for part in value]
    return _placed(value, folder, inner) if isinstance(value, dict) else value


def _absolute(value: Any, folder: Path) -> Any:
    if isinstance(value, dict):
        return {key: _absolute(part, folder) for key, part in value.items()}
    if isinstance(value, list):
        return [_absolute(part, folder) for part in value]
    if isinstance(value, str) and value and "://" not in value:
        return str((folder / Path(value).expanduser()).resolve())
    return value


def _kinds(model: type[BaseModel], key: object) -> Iterator[Any]:
    """Yield every type that the annotation of a field mentions."""
    field = model.model_fields.get(str(key))
    waiting = [] if field is None else [field.annotation]
    while waiting:
        kind = waiting.pop()
        yield kind
        waiting.extend(get_args(kind))


def _inner(kinds: set[Any]) -> type[BaseModel] | None:
    return next((kind for kind in kinds if isinstance(kind, type) and issubclass(kind, BaseModel)), None)


def _faults(error: ValidationError, path: Path, set_keys: Set[str]) -> Iterator[str]:
    for fault in error.errors(include_url=False):
        dotted = ".".join(str(part) for part in fault["loc"] if not _is_kind(part))
        where = f"command line: key {dotted}" if dotted in set_keys else f"{path}: key {dotted}"
        if not fault["loc"]:
            yield f"{path}: {as_spoken(fault['msg'])}"
        elif fault["type"] == "extra_forbidden":
            yield f"{where}: {moved(dotted) or 'unknown key' + _near(fault['loc'])}"
        elif fault["type"] == "missing":
            yield f"{where}: is missing"
        elif fault["type"] == "path_type":
            yield f"{where}: found {textwrap.shorten(repr(fault['input']), 80)}, expected the path of a file"
        else:
            yield f"{where}: found {textwrap.shorten(repr(fault['input']), 80)}, {as_spoken(fault['msg'])}"


def _is_kind(part: int | str) -> bool:
    """Return whether a part of a key is Pydantic's word for one of several kinds, none of the user's."""
    return isinstance(part, str) and (part == "str" or "[" in part)


def _not_finite(value: Any, key: str) -> Iterator[tuple[str, float]]:
    if isinstance(value, float) and not math.isfinite(value):
        yield key, value
    for name, part in value.items() if isinstance(value, dict) else ():
        yield from _not_finite(part, f"{key}.{name}" if key else str(name))


def as_spoken(message: str) -> str:
    """Return what Pydantic says is wrong, as the end of a sentence."""
    text = message.removeprefix("Value error, ").replace("Input should", "expected to", 1)
    return text[:1].lower() + text[1:]


def _near(loc: tuple[int | str, ...]) -> str:
    """Return the keys that may have been meant, else all keys there are at this place."""
    model: type[BaseModel] = Scenario
    for part in loc[:-1]:
        model = _inner(set(_kinds(model, part))) or model
    known = list(model.model_fields)
    word = str(loc[-1])
    parts = [key for key in known if word in key or key in word]
    near = difflib.get_close_matches(word, known, n=3, cutoff=0.6) or parts
    return f"; did you mean {' or '.join(near)}?" if near else f"; known here: {', '.join(known)}"
