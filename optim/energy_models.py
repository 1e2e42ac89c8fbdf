"""Tables of energy, bandwidth and existing halls that leave `optim` (through `optim.tables`)."""

from __future__ import annotations

import pandera.pandas as pa
from pandera.typing import Series

from optim.table_model import TableModel


class Supply(TableModel):
    """Direct supply and battery, cumulative at the end of the year."""

    site_id: Series[str]
    technology: Series[str]
    year: Series[int]
    solar_mw: Series[float] = pa.Field(ge=0)
    wind_mw: Series[float] = pa.Field(ge=0)
    battery_mw: Series[float] = pa.Field(ge=0)
    battery_mwh: Series[float] = pa.Field(ge=0)


class Operation(TableModel):
    """Energy, carbon and water of each plant in each year, over the representative days."""

    site_id: Series[str]
    technology: Series[str]
    year: Series[int]
    it_energy_mwh: Series[float] = pa.Field(ge=0)
    facility_mwh: Series[float] = pa.Field(ge=0, description="IT energy x PUE, hour by hour")
    purchase_mwh: Series[float] = pa.Field(ge=0, description="grid energy at the meter")
    direct_mwh: Series[float] = pa.Field(ge=0, description="direct supply used, charging included")
    export_mwh: Series[float] = pa.Field(ge=0)
    curtailed_mwh: Series[float] = pa.Field(ge=0)
    charge_mwh: Series[float] = pa.Field(ge=0)
    discharge_mwh: Series[float] = pa.Field(ge=0)
    billed_peak_mw: Series[float] = pa.Field(ge=0, description="mean of the twelve monthly peaks")
    certificates_mwh: Series[float] = pa.Field(ge=0)
    emissions_tco2: Series[float] = pa.Field(
        ge=0, description="location based, average factor, certificates ignored"
    )
    emissions_marginal_tco2: Series[float] = pa.Field(ge=0, description="the same at the marginal factor")
    water_m3: Series[float] = pa.Field(ge=0, description="site water")
    short_mw: Series[float] = pa.Field(ge=0, description="peak that meter or halls lack: 0 in a sound plan")


class Dispatch(TableModel):
    """Each plant in each hour of the representative days."""

    site_id: Series[str]
    technology: Series[str]
    year: Series[int]
    day: Series[int] = pa.Field(description="number of the day in the survey's `days`")
    hour: Series[int] = pa.Field(ge=0, le=23, description="begins at this hour, China Standard Time")
    it_load_mw: Series[float] = pa.Field(ge=0)
    facility_mw: Series[float] = pa.Field(ge=0)
    purchase_mw: Series[float] = pa.Field(ge=0)
    direct_mw: Series[float] = pa.Field(ge=0)
    export_mw: Series[float] = pa.Field(ge=0)
    curtailed_mw: Series[float] = pa.Field(ge=0)
    charge_mw: Series[float] = pa.Field(ge=0)
    discharge_mw: Series[float] = pa.Field(ge=0)
    stored_mwh: Series[float] = pa.Field(ge=0, description="at the end of the hour")
    backlog_mwh: Series[float] = pa.Field(ge=0, description="IT work waiting at the end of the hour")


class Backlog(TableModel):
    """Work that waits, by window, in each hour in which any waits."""

    site_id: Series[str]
    technology: Series[str]
    window_h: Series[int] = pa.Field(ge=1, le=24, description="longest wait")
    year: Series[int]
    day: Series[int]
    hour: Series[int] = pa.Field(ge=0, le=23)
    backlog_mwh: Series[float] = pa.Field(ge=0)


class Billing(TableModel):
    """Peak on which the demand charge of each month is paid."""

    site_id: Series[str]
    technology: Series[str]
    year: Series[int]
    month: Series[int] = pa.Field(ge=1, le=12)
    billed_peak_mw: Series[float] = pa.Field(ge=0)


class Bandwidth(TableModel):
    """Wide-area bandwidth leased or bought, by product."""

    site_id: Series[str]
    product: Series[str] = pa.Field(isin=("wave", "transit"))
    year: Series[int]
    wan_gbps: Series[float] = pa.Field(ge=0)


class StockUse(TableModel):
    """Existing halls: in use before, put to use by the plan, retired, idle; cumulative."""

    site_id: Series[str]
    province: Series[str]
    side: Series[str]
    year: Series[int]
    stock_mw: Series[float] = pa.Field(ge=0, description="IT power of the existing halls")
    used_before_mw: Series[float] = pa.Field(ge=0)
    used_mw: Series[float] = pa.Field(ge=0, description="idle halls put to use by the plan")
    retired_mw: Series[float] = pa.Field(ge=0)
    idle_mw: Series[float] = pa.Field(ge=0, description="standing without use: duplicate capital")


class Redispatch(TableModel):
    """The last year of the plan dispatched over 8760 hours, beside its representative days."""

    site_id: Series[str]
    technology: Series[str]
    year: Series[int]
    renewable_basis: Series[str] = pa.Field(
        isin=("year", "days"), description="wind and sun: hours of a real year, or the shipped days laid out"
    )
    days_m_cny: Series[float] = pa.Field(
        description="energy on the representative days; with certificates, carbon, water, capital of supply"
    )
    year_m_cny: Series[float] = pa.Field(description="the same over 8760 hours")
    days_purchase_mwh: Series[float] = pa.Field(ge=0)
    year_purchase_mwh: Series[float] = pa.Field(ge=0)
    days_peak_mw: Series[float] = pa.Field(ge=0, description="largest of the twelve billed peaks")
    year_peak_mw: Series[float] = pa.Field(ge=0, description="the same, what the meter lacks included")
    year_direct_mwh: Series[float] = pa.Field(ge=0)
    year_export_mwh: Series[float] = pa.Field(ge=0)
    year_curtailed_mwh: Series[float] = pa.Field(ge=0)
    year_certificates_mwh: Series[float] = pa.Field(
        ge=0, description="bought after the fact for what rules lack"
    )
    year_water_m3: Series[float] = pa.Field(ge=0)
    short_mwh: Series[float] = pa.Field(ge=0, description="energy over the meter that the year needs")
    limit_missed_mwh: Series[float] = pa.Field(
        ge=0, description="what self-use, curtailment and matched green shares lack in the year"
    )
    green_missed_mwh: Series[float] = pa.Field(
        ge=0, description="green energy that a rule asks for and no certificate may replace"
    )
