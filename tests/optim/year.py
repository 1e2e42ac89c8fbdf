"""The plant of `tests.optim.plant` as the last year of a plan, and 8760 hours laid out from its days."""

from __future__ import annotations

import dataclasses
from typing import Any

import numpy as np
import pandas as pd

from geodata.tables import Survey
from optim.inputs import Inputs
from optim.options import Settings
from optim.plant_hours import Stretch
from optim.pricing import PricedEnergy
from optim.redispatch import redispatch
from optim.tables import MODELS, Results
from tests.optim.plant import YEAR

PLANT = {"site_id": "w", "technology": "liquid_dry", "year": YEAR}
CALENDAR = pd.date_range("2023-01-01", periods=8760, freq="h")


def results(
    energy: PricedEnergy, run_mw: dict[str, float], it_mw: float = 100.0, meter_mw: float = 1000.0
) -> Results:
    """Return a plan of one plant, its energy priced by `plant.run`."""
    empty = {k: pd.DataFrame(columns=list(model.to_schema().columns)) for k, model in MODELS.items()}
    halls = pd.DataFrame([PLANT | {"modules": 2, "it_mw": it_mw, "meter_mw": meter_mw}])
    runs = pd.DataFrame([PLANT | {"load_group": f, "run_mw": v} for f, v in run_mw.items()])
    costs = energy.tables["costs"].rename(columns={"label": "item", "value": "cost_m_cny"})
    made = {"halls": halls, "runs": runs, "costs": costs}
    made |= {name: energy.tables[name] for name in ("supply", "operation", "dispatch", "billing")}
    return Results(**empty | made, solution=None)  # type: ignore[arg-type]


def hours(survey: Survey, **columns: Any) -> pd.DataFrame:
    """Return the hours of the year at w, its days in turn, columns replaced by values or arrays (8760,)."""
    table = survey.profiles.merge(survey.cooling_hours, on=["site_id", "day", "hour"])
    table = table[table["site_id"] == "w"].sort_values(["day", "hour"])
    count = len(table)
    rows = table.iloc[np.arange(8760) % count].reset_index(drop=True).drop(columns=["day"])
    rows = rows.assign(hour_of_year=np.arange(8760), month=CALENDAR.month, renewable_basis="days")
    return rows.assign(**columns)


def year(survey: Survey, options: Settings, plan: Results, rows: pd.DataFrame) -> pd.Series:
    """Return the only row of the table of the year."""
    return redispatch(survey, options, plan, rows).iloc[0]


def stretch(inputs: Inputs) -> Stretch:
    """Return the representative days as one stretch: rings of a day, a bill for each month."""
    number = np.arange(inputs.hours.count)
    pairs = inputs.hours.month_days[["month", "day"]].drop_duplicates().to_numpy()
    bill = np.repeat(pairs[:, 0] - 1, 24)
    hour = (pairs[:, 1][:, None] * 24 + np.arange(24)).ravel()
    return Stretch(number - number % 24 + (number - 1) % 24, inputs.hours.weight_h, bill, hour)


def resized(plan: Results, **columns: float) -> Results:
    """Return the plan with columns of its halls replaced."""
    return dataclasses.replace(plan, halls=plan.halls.assign(**columns))
