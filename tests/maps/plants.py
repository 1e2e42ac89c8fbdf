"""Made-up halls, supply and energy of the sites of `tests.maps.world`, on three days, in round figures."""

import pandas as pd

DAYS, MONTHS = range(3), range(1, 13)
IDLE_SITE = "s003"  # in the east
EXISTING_MW = 15.0
PLANT = ["site_id", "technology", "year"]


def tables(rows: pd.DataFrame, years: tuple[int, ...]) -> dict[str, pd.DataFrame]:
    """Return halls and energy: chilled water at the first site too, existing halls used at `IDLE_SITE`."""
    plants = _plants(rows, years)
    keys = [plant[:3] for plant in plants]
    return {
        "halls": pd.DataFrame([(*p[:3], 4, p[3], 1.3 * p[3]) for p in plants], columns=_HALLS),
        "supply": pd.DataFrame(
            [(*key, 30.0, 20.0, 5.0, 10.0) for key in keys if key[1] == "liquid_dry"], columns=_SUPPLY
        ),
        "operation": pd.DataFrame([(*key, *_YEARLY.values()) for key in keys], columns=[*PLANT, *_YEARLY]),
        "dispatch": pd.DataFrame(
            [(*key, d, h, *_hour(h)) for key in keys for d in DAYS for h in range(24)], columns=_DISPATCH
        ),
        "billing": pd.DataFrame(
            [(*key, k, 50.0 + k) for key in keys for k in MONTHS], columns=[*PLANT, "month", "billed_peak_mw"]
        ),
        "bandwidth": pd.DataFrame(
            [(s, p, y, 12.0) for s in rows["site_id"] for p in ("wave", "transit") for y in years],
            columns=["site_id", "product", "year", "wan_gbps"],
        ),
        "stock": _stock(rows, years),
        "redispatch": pd.DataFrame(
            [(*key, "days", *_REDISPATCH.values()) for key in keys if key[2] == years[-1]],
            columns=[*PLANT, "renewable_basis", *_REDISPATCH],
        ),
    }


_HALLS = [*PLANT, "modules", "it_mw", "meter_mw"]
_SUPPLY = [*PLANT, "solar_mw", "wind_mw", "battery_mw", "battery_mwh"]
_YEARLY = {
    "it_energy_mwh": 3.0e5,
    "facility_mwh": 3.6e5,
    "purchase_mwh": 3.2e5,
    "direct_mwh": 5.0e4,
    "export_mwh": 1.0e4,
    "curtailed_mwh": 2.0e3,
    "charge_mwh": 1.1e4,
    "discharge_mwh": 1.0e4,
    "billed_peak_mw": 60.0,
    "certificates_mwh": 1.0e5,
    "emissions_tco2": 2.0e5,
    "emissions_marginal_tco2": 2.5e5,
    "water_m3": 9.0e4,
    "short_mw": 0.0,
}
_HOURLY = ["it_load_mw", "facility_mw", "purchase_mw", "direct_mw", "export_mw", "curtailed_mw"]
_DISPATCH = [*PLANT, "day", "hour", *_HOURLY, "charge_mw", "discharge_mw", "stored_mwh", "backlog_mwh"]
_REDISPATCH = {
    "days_m_cny": 160.0,
    "year_m_cny": 168.0,
    "days_purchase_mwh": 3.2e5,
    "year_purchase_mwh": 3.3e5,
    "days_peak_mw": 60.0,
    "year_peak_mw": 66.0,
    "year_direct_mwh": 4.5e4,
    "year_export_mwh": 9.0e3,
    "year_curtailed_mwh": 8.0e3,
    "year_certificates_mwh": 1.0e5,
    "year_water_m3": 9.5e4,
    "short_mwh": 0.0,
    "limit_missed_mwh": 0.0,
    "green_missed_mwh": 0.0,
}


def _plants(rows: pd.DataFrame, years: tuple[int, ...]) -> list[tuple[str, str, int, float]]:
    made = []
    for n, site in enumerate(rows["site_id"]):
        for year in years:
            size = (40.0 + 35.0 * (n % 20)) * (1 if year == years[-1] else 0.5)
            parts = {"liquid_dry": size if n else 0.75 * size} | ({} if n else {"chilled_water": 0.25 * size})
            parts |= {"existing": EXISTING_MW} if site == IDLE_SITE else {}
            made += [(site, technology, year, mw) for technology, mw in parts.items()]
    return made


def _hour(hour: int) -> tuple[float, ...]:
    """Return a balanced hour: sun from 8 to 16, charging at noon, discharge in the evening."""
    direct = 20.0 if 8 <= hour < 16 else 0.0
    charge, discharge = (4.0 if hour == 12 else 0.0), (3.5 if hour == 19 else 0.0)
    purchase = 42.0 + charge - direct - discharge
    return (35.0, 42.0, purchase, direct, direct / 4, 1.0 if direct else 0.0, charge, discharge, 4.0, 0.0)


def _stock(rows: pd.DataFrame, years: tuple[int, ...]) -> pd.DataFrame:
    known = rows[rows["site_id"] == IDLE_SITE]
    made = [
        (s, p, side, y, 100.0, 40.0, EXISTING_MW, 5.0, 40.0)
        for s, p, side in zip(known["site_id"], known["province"], known["side"], strict=True)
        for y in years
    ]
    columns = [
        "site_id",
        "province",
        "side",
        "year",
        "stock_mw",
        "used_before_mw",
        "used_mw",
        "retired_mw",
        "idle_mw",
    ]
    return pd.DataFrame(made, columns=columns)
