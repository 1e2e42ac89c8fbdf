"""Tables of what stands and what may be had: existing halls, connections by voltage, water quotas, chips."""

from __future__ import annotations

import pandera.pandas as pa
from pandera.typing import Series

from geodata.schemas.base import CONFIDENCE, TableModel

QUOTA_KINDS = ("basin", "province", "cluster")


class Stock(TableModel):
    """Existing halls by candidate, a lower bound: what no source places is not in it."""

    site_id: Series[str] = pa.Field(unique=True, description="candidate at which they are counted")
    technology: Series[str] = pa.Field(eq="existing")
    it_mw: Series[float] = pa.Field(gt=0, description="IT power of the halls, used and idle [MW]")
    used_share: Series[float] = pa.Field(ge=0, le=1, description="share of it that is let and in use")
    pue_factor: Series[float] = pa.Field(
        ge=1, description="their PUE over that of chilled water at the place, in every hour"
    )
    source: Series[str]
    vintage: Series[str]
    confidence: Series[str] = pa.Field(isin=CONFIDENCE)
    note: Series[str]


class VoltageSteps(TableModel):
    """Grid connections of a site by voltage, lowest first: the first row is the base step."""

    voltage_kv: Series[float] = pa.Field(gt=0, unique=True)
    capacity_mw: Series[float] = pa.Field(gt=0, description="largest connection at this voltage [MW]")
    line_m_cny_per_km: Series[float] = pa.Field(ge=0, description="line to the substation, two circuits")
    bay_m_cny: Series[float] = pa.Field(ge=0, description="fixed: line bays at both ends")
    lead_years: Series[int] = pa.Field(ge=0, description="from the decision to the first use")
    source: Series[str]
    vintage: Series[str]
    confidence: Series[str] = pa.Field(isin=CONFIDENCE)
    note: Series[str]


class Quotas(TableModel):
    """Water that the data centres of the plan may use in a year; empty: no quota anywhere."""

    quota_id: Series[str] = pa.Field(description="one quota, all its years")
    kind: Series[str] = pa.Field(isin=QUOTA_KINDS, description="what the place is")
    place: Series[str] = pa.Field(description="basin, province or cluster_id, as in the candidates")
    year: Series[int]
    water_m3: Series[float] = pa.Field(ge=0, description="site water of all plants there in the year [m3]")
    source: Series[str]
    vintage: Series[str]
    confidence: Series[str] = pa.Field(isin=CONFIDENCE)
    note: Series[str]


class Accelerators(TableModel):
    """Accelerator types and the share of each year's new IT power that the scenario gives them."""

    accelerator_id: Series[str]
    name: Series[str]
    origin: Series[str] = pa.Field(isin=("domestic", "imported"))
    year: Series[int]
    mix_share: Series[float] = pa.Field(ge=0, le=1, description="share of the year's new IT power")
    supply_cards: Series[float] = pa.Field(ge=0, nullable=True, description="cards of the year; empty: open")
    pflops_per_card: Series[float] = pa.Field(gt=0, description="dense BF16")
    system_kw_per_card: Series[float] = pa.Field(gt=0, description="IT power with host, network and optics")
    price_m_cny_per_card: Series[float] = pa.Field(ge=0, description="with its share of the server")
    mtokens_per_kwh: Series[float] = pa.Field(
        gt=0, description="inference output per IT energy, million tokens of a large model"
    )
    life_years: Series[int] = pa.Field(ge=1, description="years in use until it is replaced")
    delivery_years: Series[int] = pa.Field(ge=0, description="lag between order and use, whole years")
    fits: Series[str] = pa.Field(description="class ids that it can serve, joined by ';'; empty: all")
