"""Hours of the tiny world, and tables that only some tests need: weather, tariffs, halls, water, voltages."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

import pandas as pd

from geodata.schemas.base import COOLING
from geodata.tables import Survey

SITES = ("w", "m", "e")
PUE_MEAN, PUE_PEAK = 1.2, 1.25
_MADE_UP = {"source": "made up", "vintage": "2025", "confidence": "low", "note": ""}


def days(count: int = 1) -> pd.DataFrame:
    """Return days of equal weight."""
    rows = [(d, f"2020-01-{d + 1:02d}", 365.0 / count, "") for d in range(count)]
    return pd.DataFrame(rows, columns=["day", "date", "weight_days", "extreme"])


def day_months(count: int = 1) -> pd.DataFrame:
    """Return months of which every day stands for the same part."""
    rows = [(d, k, 365.0 / 12 / count) for d in range(count) for k in range(1, 13)]
    return pd.DataFrame(rows, columns=["day", "month", "weight_days"])


def profiles(count: int = 1, solar: float = 0.0, wind: float = 0.0) -> pd.DataFrame:
    """Return the same output in every hour."""
    rows = [(s, d, h, solar, wind, 8.0, 5.0) for s in SITES for d in range(count) for h in range(24)]
    kinds = ["solar_capacity_factor", "wind_capacity_factor", "dry_bulb_c", "wet_bulb_c"]
    return pd.DataFrame(rows, columns=["site_id", "day", "hour", *kinds])


def cooling_hours(count: int = 1) -> pd.DataFrame:
    """Return the mean efficiency in every hour."""
    table = profiles(count)[["site_id", "day", "hour"]]
    for technology in COOLING:
        table = table.assign(**{f"pue_{technology}": PUE_MEAN, f"wue_{technology}": 0.5})
    return table


def class_hours() -> pd.DataFrame:
    """Return flat load of every class."""
    rows = [(c, h, 1.0) for c in ("rt_edge", "rt_infer", "training") for h in range(24)]
    return pd.DataFrame(rows, columns=["class_id", "hour", "load_factor"])


def sunny(*shares: Sequence[float]) -> pd.DataFrame:
    """Return profiles of the same days of sun everywhere, 24 shares of the capacity each."""
    table = profiles(len(shares))
    return table.assign(
        solar_capacity_factor=[shares[d][h] for d, h in zip(table["day"], table["hour"], strict=True)]
    )


def tariff(prices: Sequence[float]) -> pd.DataFrame:
    """Return the same 24 prices in all months [CNY/MWh]."""
    rows = [("zone", k, h, "own", float(p), "", "low") for k in range(1, 13) for h, p in enumerate(prices)]
    columns = ["tariff_zone", "month", "hour", "period", "energy_price_cny_per_mwh"]
    return pd.DataFrame(rows, columns=[*columns, "borrowed_from", "confidence"])


def shaped(class_id: str, factors: Sequence[float]) -> pd.DataFrame:
    """Return class_hours with the shape of one class."""
    table = class_hours().set_index(["class_id", "hour"])["load_factor"]
    table.loc[class_id] = list(factors)
    return table.reset_index()


def cooled(count: int = 1, **figures: tuple[float, float]) -> dict[str, pd.DataFrame]:
    """Return cooling and cooling_hours with PUE and WUE of some technologies, the same in every hour."""
    hourly = cooling_hours(count)
    rows = [(s, t, PUE_MEAN, 1.5, 0.5) for s in SITES for t in COOLING]
    annual = pd.DataFrame(rows, columns=["site_id", "technology", "pue_mean", "pue_peak", "wue"])
    for name, (pue, wue) in figures.items():
        hourly = hourly.assign(**{f"pue_{name}": pue, f"wue_{name}": wue})
        annual.loc[annual["technology"] == name, ["pue_mean", "wue"]] = [pue, wue]
    return {"cooling": annual, "cooling_hours": hourly}


def stock(
    site: str = "w", it_mw: float = 100.0, used_share: float = 0.5, pue_factor: float = 1.0
) -> pd.DataFrame:
    """Return existing halls at one site."""
    row = {"site_id": site, "technology": "existing", "it_mw": it_mw, "used_share": used_share}
    return pd.DataFrame([row | {"pue_factor": pue_factor} | _MADE_UP])


def quota(place: str, water_m3: float, years: Sequence[int] = (2026, 2027)) -> pd.DataFrame:
    """Return a water quota of a province in some years."""
    row = {"quota_id": "Q", "kind": "province", "place": place, "water_m3": water_m3} | _MADE_UP
    return pd.DataFrame([row | {"year": y} for y in years])


def voltages(*steps: tuple[float, float, float, int]) -> pd.DataFrame:
    """Return voltage steps: kV, capacity [MW], bay [M CNY], lead years; lines cost nothing."""
    names = ["voltage_kv", "capacity_mw", "bay_m_cny", "lead_years"]
    return pd.DataFrame(list(steps), columns=names).assign(line_m_cny_per_km=0.0, **_MADE_UP)


def with_potential(survey: Survey, solar_mw: float = 1e6, wind_mw: float = 0.0) -> Survey:
    """Return the survey with a potential of direct supply within 50 km of every site."""
    table = pd.DataFrame({"site_id": list(SITES)}).reindex(columns=survey.attributes.columns)
    potential = {"solar_potential_50km_mw": solar_mw, "wind_potential_50km_mw": wind_mw}
    return dataclasses.replace(survey, attributes=table.assign(**potential))
