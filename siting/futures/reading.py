"""Files of futures as text: YAML in, a checked model out, all faults in the words of people."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel, ValidationError

from siting.scenario import ScenarioError, as_spoken, read_yaml

Model = TypeVar("Model", bound=BaseModel)
Place = tuple[int | str, ...]
_KEYS = {
    "TreeFile": "decision_year and branches",
    "UncertainFile": "uncertain",
    "Branch": "name and probability",
    "Uncertain": "key, low and high",
    "Aim": "kind",
}
_DOC = "docs/futures.md"


def read_as(model: type[Model], path: Path) -> Model:
    """Return what a file says.

    Parameters
    ----------
    model : type
        What is expected there.
    path : Path
        A YAML file.

    Raises
    ------
    ScenarioError
        No such file, not YAML, or not what is expected; all faults at once.
    """
    data = read_yaml(path, f"YAML ({_DOC})")
    try:
        return model.model_validate(data)
    except ValidationError as error:
        raise ScenarioError("\n".join(_words(path, error))) from None


def _words(path: Path, error: ValidationError) -> Iterator[str]:
    faults = error.errors(include_url=False)
    for fault in faults:
        if fault["type"] == "too_short" and _is_above(fault["loc"], [other["loc"] for other in faults]):
            continue  # Pydantic counts only the parts that have no fault
        where = f"{path}: key {'.'.join(map(str, fault['loc']))}" if fault["loc"] else f"{path}"
        kind, model = fault["type"], fault.get("ctx", {}).get("class_name", "")
        yield f"{where}: {_text(kind, model, fault['input'], fault['msg'])}"


def _is_above(place: Place, places: list[Place]) -> bool:
    return any(len(other) > len(place) and other[: len(place)] == place for other in places)


def _text(kind: str, model: str, given: object, message: str) -> str:
    fixed = {
        "missing": "is missing",
        "extra_forbidden": f"unknown key; all keys: {_DOC}",
        "too_short": "found none, expected at least one",
    }
    if kind in fixed:
        return fixed[kind]
    if kind == "model_type":
        return f"found {_found(given)}, expected the keys {_KEYS.get(model, '')} ({_DOC})"
    text = as_spoken(message)
    return text if kind == "value_error" else f"found {_found(given)}, {text}"


def _found(given: object) -> str:
    if given is None:
        return "nothing"
    return "a list" if isinstance(given, list | tuple) else textwrap.shorten(repr(given), 60)
