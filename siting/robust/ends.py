"""Both ends of the headroom's band, and the errors that the user asks for."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
import yaml
from pydantic import ValidationError

from geodata.layers.grid import measure_headroom
from optim.robust.noise import Noise
from siting.planning import Plan
from siting.scenario import ScenarioError


def headroom_ends(plan: Plan) -> pd.DataFrame:
    """Return both ends of the headroom's band over its middle, by the recipe of the run's own survey.

    Returns
    -------
    DataFrame
        Index province, year: low_share, high_share; 1 where the middle is 0.
    """
    asked = plan.scenario.geodata
    years = sorted({int(year) for year in plan.survey.demand["year"]})
    found = {
        band: measure_headroom(
            asked.grid.model_copy(update={"band": band}), years, asked.tables, asked.data
        ).set_index(["province", "year"])["headroom_mw"]
        for band in ("low", "central", "high")
    }
    middle = found["central"].where(found["central"] > 0)
    shares = {f"{end}_share": (found[end] / middle).fillna(1.0) for end in ("low", "high")}
    table = pd.DataFrame(shares)
    return table.assign(
        low_share=table["low_share"].clip(lower=1e-3, upper=1.0),
        high_share=np.maximum(table["high_share"], 1.0),
    )


def noise_of(sets: Sequence[str]) -> Noise:
    """Return the errors with some keys changed, such as `tariffs.medium=0.08`.

    Raises
    ------
    ScenarioError
        Another form, no such key, or a value out of its range.
    """
    data: dict[str, Any] = Noise().model_dump()
    for text in sets:
        key, equals, value = text.partition("=")
        group, dot, part = key.strip().partition(".")
        if not equals or not dot or part not in data.get(group, {}):
            known = f"{', '.join(data)} with {', '.join(data['tariffs'])} (headroom: width, nation)"
            raise ScenarioError(f"--noise {text}: expected GROUP.PART=NUMBER, of {known}")
        data[group][part] = yaml.safe_load(value)
    try:
        return Noise.model_validate(data)
    except ValidationError as error:
        faults = (f"{'.'.join(map(str, f['loc']))}: {f['msg']}" for f in error.errors())
        raise ScenarioError(f"--noise: {'; '.join(faults)}") from None
