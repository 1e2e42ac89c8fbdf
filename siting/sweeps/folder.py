"""The folder of a sweep: what was asked, and a file for each point that has ended."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

import siting
from geodata.tables import MODELS, Survey
from siting.folder import OutputError, check_free, write_text
from siting.json_text import to_json
from siting.map_places import has_places, write_places
from siting.scenario import Scenario, dump_scenario
from siting.sweeps.axes import Asked, Point
from siting.sweeps.solving import Job, Record

MARKER, POINTS, RUN, SCENARIO = "sweep.json", "points", "run.json", "scenario.yaml"
WORDS = {
    "points": "other axes, values or seed",
    "scenario": "another scenario",
    "data": "other data",
    "files": "other contents of the files that values name",
    "method": "another method (--integers, --gap)",
}


@dataclass(frozen=True)
class Folder:
    """A sweep's folder."""

    path: Path

    def begin(self, about: dict[str, Any], resume: bool) -> None:
        """Make the folder, or see that it holds the same sweep.

        Raises
        ------
        OutputError
            Something else stands there, or a sweep without `resume`, or another one.
        """
        if not (self.path / MARKER).is_file():
            check_free(self.path, MARKER)
            _make(self.path)
            write_text(self.path / MARKER, to_json(about))
            return
        if not resume:
            raise OutputError(
                f"{self.path}: holds a sweep already; go on with it by --resume, or choose another folder"
            )
        differs = _differs(self.about()["digests"], about["digests"])
        if differs:
            raise OutputError(
                f"{self.path}: cannot go on, for it was begun with {', '.join(differs)}; its {MARKER} says "
                "what was asked. Ask for the same, or choose another folder"
            )

    def write_ground(self, scenario: Scenario, *surveys: Survey) -> None:
        """Write what its map needs, if it is not there: the scenario before a point's keys, and places."""
        if not (self.path / SCENARIO).is_file():
            write_text(self.path / SCENARIO, dump_scenario(scenario))
        if not has_places(self.path):
            write_places(self.path, *surveys)

    def about(self) -> dict[str, Any]:
        """Return what was asked."""
        try:
            found = json.loads((self.path / MARKER).read_text(encoding="utf-8"))
        except (OSError, ValueError) as error:
            raise OutputError(f"{self.path / MARKER}: cannot be read ({error}); was it edited?") from None
        if not isinstance(found, dict) or not isinstance(found.get("digests"), dict):
            raise OutputError(f"{self.path / MARKER}: lacks the key digests; was it edited?")
        return found

    def write(self, record: Record) -> None:
        """Write what is known of a point, whole or not at all."""
        _make(self.path / POINTS / record["case"])
        write_text(self.path / POINTS / record["case"] / RUN, to_json(record))

    def records(self) -> dict[str, Record]:
        """Return the points that have ended, by case; a file that cannot be read counts as none."""
        found = {}
        for path in sorted((self.path / POINTS).glob(f"*/{RUN}")):
            try:
                record = json.loads(path.read_text(encoding="utf-8"))
            except (OSError, ValueError):
                continue
            if isinstance(record, dict) and record.get("case") == path.parent.name:
                found[path.parent.name] = record
        return found


def _differs(old: dict[str, str], new: dict[str, str]) -> list[str]:
    """Return in words what differs; other values name other files, which is no second difference."""
    parts = [part for part, digest in new.items() if old.get(part, "") != digest]
    return [WORDS[part] for part in parts if part != "files" or "points" not in parts]


def _make(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise OutputError(f"{folder}: cannot be made ({error.strerror or error})") from error


def describe(
    scenario: Scenario, base: Point, asked: Asked, cases: Sequence[str], job: Job, survey: Survey
) -> dict[str, Any]:
    """Return what `sweep.json` says: axes, points, method, and digests of all that the answers depend on.

    Parameters
    ----------
    scenario : Scenario
        Before a point's keys.
    base : dict
        Its values of the swept keys.
    asked, cases, job
        Points, their names, how they are solved.
    survey : Survey
        Of the scenario before a point's keys: its tables stand for the data.
    """
    points = dict(zip(cases, asked.points, strict=True))
    digests = {
        "points": digest(json.dumps(points, sort_keys=True, default=str)),
        "scenario": digest(dump_scenario(scenario)),
        "data": digest(_data(survey), ""),  # the empty text: as of folders begun before "files" was apart
        "files": _files(asked),
        "method": digest(job.method, str(job.gap_share)),
    }
    return {
        "program": "siting-planner",
        "version": siting.__version__,
        "scenario": scenario.name,
        "title": scenario.title,
        "title_zh": scenario.title_zh,
        "method": job.method,
        "gap_share": job.gap_share,
        "design": asked.design,
        "axes": [axis.key for axis in asked.axes],
        "base": base,
        "chosen_from_mw": scenario.optim.campus.campus_min_mw,
        "points": points,
        "digests": digests,
    }


def digest(*texts: str) -> str:
    """Return the SHA-256 of texts."""
    return hashlib.sha256("\0".join(texts).encode()).hexdigest()


def _data(survey: Survey) -> str:
    sums = {
        name: hashlib.sha256(pd.util.hash_pandas_object(getattr(survey, name), index=False).to_numpy().data)
        for name in MODELS
    }
    return " ".join(f"{name} {value.hexdigest()}" for name, value in sums.items())


def _files(asked: Asked) -> str:
    """Return a digest of the files that values name."""
    values = {v for point in asked.points for v in point.values() if isinstance(v, str)}
    files = [path for path in sorted(map(Path, values)) if path.is_file()]
    return " ".join(hashlib.sha256(path.read_bytes()).hexdigest() for path in files)
