"""The tables that leave `optim`: what a plan says, and the errors that can end it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pandas as pd
import pandera.pandas as pa
from pandera.typing import Series

from geodata.tables import PlannerError
from optim.energy_models import (
    Backlog,
    Bandwidth,
    Billing,
    Dispatch,
    Operation,
    Redispatch,
    StockUse,
    Supply,
)
from optim.solution import Solution
from optim.table_model import TableModel


class PlanError(PlannerError, RuntimeError):
    """The plan could not be made; the message says why in words."""


class InfeasibleError(PlanError):
    """No plan meets all hard rules and limits.

    `conflict` says which few conflict and what restores a plan (see `optim.conflict`), if that is known.
    """

    def __init__(self, message: str, conflict: dict[str, Any] | None = None) -> None:
        super().__init__(message)
        self.conflict = conflict


class LackError(InfeasibleError):
    """The best plan by its penalties lacks something that a hard limit of plants or a budget asks for."""


class TimeLimitError(PlanError):
    """The time limit ended the search before any plan was found; this is not infeasibility."""


class StoppedError(PlanError):
    """Somebody ended the search before any plan was found; this is not infeasibility."""


class SolverError(PlanError):
    """The solver is unknown, not installed, or failed."""


class FalseOptimumError(SolverError):
    """The solver says of a plan, or of its bound, what does not hold when it is worked out outside."""


class Build(TableModel):
    """Campus of each site and year, cumulative at the end of the year."""

    site_id: Series[str]
    year: Series[int]
    opened: Series[int] = pa.Field(isin=(0, 1), description="1 from the year in which the campus opens")
    it_mw: Series[float] = pa.Field(ge=0, description="new IT power of the campus in use [MW]")
    given_it_mw: Series[float] = pa.Field(
        ge=0, description="same-city load placed here beside the campus [MW]"
    )
    connection_mw: Series[float] = pa.Field(ge=0, description="grid connection bought, at the meter [MW]")
    voltage_kv: Series[float] = pa.Field(ge=0, description="voltage of the connection; 0: no campus")


class Halls(TableModel):
    """Halls of each cooling technology: new ones, existing ones put to use, same-city load (edge)."""

    site_id: Series[str]
    technology: Series[str]
    year: Series[int]
    modules: Series[int] = pa.Field(ge=0, description="modules standing; 0 for existing halls and edge")
    it_mw: Series[float] = pa.Field(ge=0, description="IT power in use [MW]")
    meter_mw: Series[float] = pa.Field(ge=0, description="largest draw from the grid allowed [MW]")


class Runs(TableModel):
    """Mean running IT load of each load group in each hall."""

    site_id: Series[str]
    technology: Series[str]
    load_group: Series[str]
    year: Series[int]
    run_mw: Series[float] = pa.Field(ge=0)


class Moves(TableModel):
    """Load of a representative day over the mean of the year, as it moves between sites."""

    site_id: Series[str]
    technology: Series[str]
    load_group: Series[str]
    year: Series[int]
    day: Series[int]
    moved_mw: Series[float] = pa.Field(description="negative: less than the mean [MW]")


class UpgradeUse(TableModel):
    """Headroom upgrades bought, cumulative at the end of the year."""

    province: Series[str]
    step: Series[int]
    year: Series[int]
    upgrade_mw: Series[float] = pa.Field(ge=0)


class Flows(TableModel):
    """Load served: who is served from where."""

    site_id: Series[str]
    zone_id: Series[str]
    class_id: Series[str]
    year: Series[int]
    it_mw: Series[float] = pa.Field(ge=0, description="IT power at the site that serves the zone [MW]")
    rtt_ms: Series[float] = pa.Field(ge=0)
    undecided: Series[bool] = pa.Field(
        description="the class limit lies inside the error band of this round trip"
    )
    merged: Series[bool] = pa.Field(
        description="class without a binding limit: served from a national pool, split over zones by demand"
    )


class Unserved(TableModel):
    """Demand that no site serves; reported, and outside all cost totals."""

    zone_id: Series[str]
    class_id: Series[str]
    year: Series[int]
    it_mw: Series[float] = pa.Field(ge=0)


class AcceleratorSites(TableModel):
    """IT power of each accelerator type at each site, if the model chooses."""

    site_id: Series[str]
    accelerator_id: Series[str]
    year: Series[int]
    it_mw: Series[float] = pa.Field(ge=0)


class Costs(TableModel):
    """Cost by item, place and year, real CNY of the price year."""

    item: Series[str]
    site_id: Series[str] = pa.Field(description="empty for costs of a province")
    province: Series[str]
    technology: Series[str] = pa.Field(description="cooling of the halls; empty for costs of the whole site")
    year: Series[int]
    cost_m_cny: Series[float] = pa.Field(description="of that year, not discounted [million CNY]")
    discounted_m_cny: Series[float] = pa.Field(description="discounted to the price year [million CNY]")


class AcceleratorUse(TableModel):
    """Accelerators bought each year under the scenario's mix; outside the objective."""

    accelerator_id: Series[str]
    year: Series[int]
    it_mw: Series[float] = pa.Field(ge=0, description="new IT power of the year")
    cards: Series[float] = pa.Field(ge=0)
    supply_cards: Series[float] = pa.Field(ge=0, nullable=True)
    replaced_cards: Series[float] = pa.Field(ge=0, description="of the cards, those that replace worn ones")
    pflops: Series[float] = pa.Field(ge=0, description="dense BF16 bought in the year")
    cost_m_cny: Series[float] = pa.Field(ge=0, description="purchase, not discounted")


class RuleUse(TableModel):
    """Each policy rule in force: both sides of its inequality and its price."""

    rule_id: Series[str]
    kind: Series[str]
    place: Series[str] = pa.Field(description="what the row is about: all, a province, a site")
    year: Series[int]
    value: Series[float] = pa.Field(description="what the plan reaches, in the rule's unit")
    number: Series[float] = pa.Field(description="the limit")
    unit: Series[str]
    missed: Series[float] = pa.Field(ge=0, description="by how much a soft rule is missed, in row units")
    binding: Series[bool]
    dual_m_cny: Series[float] = pa.Field(
        nullable=True, description="change of discounted cost per row unit, integers fixed"
    )
    dual_long_run_m_cny: Series[float] = pa.Field(
        nullable=True, description="the same in the linear relaxation, in which campuses may move"
    )
    held_after_end: Series[bool] = pa.Field(
        description="the document's target ended before; kept by `after_end`"
    )


class Prices(TableModel):
    """Duals of limits: what one more MW would save, or one more of the unit that is told."""

    limit: Series[str] = pa.Field(
        description="headroom, largest_province_share, largest_site_share, province_build_rate, "
        "site_build_rate, site_voltage, site_headroom, accelerator_supply, water_quota, or a budget over all "
        "years: carbon_budget, water_budget, round_trip_budget"
    )
    place: Series[str] = pa.Field(description="province, site, accelerator type or quota")
    year: Series[int]
    used_mw: Series[float]
    limit_mw: Series[float]
    unit: Series[str] = pa.Field(
        isin=("MW", "million m3", "Mt CO2", "ms"),
        description="of the amounts, and of the one more that saves",
    )
    saving_m_cny_per_mw: Series[float] = pa.Field(
        ge=0, nullable=True, description="discounted cost saved by one more MW, integers fixed"
    )
    saving_long_run_m_cny_per_mw: Series[float] = pa.Field(
        ge=0, nullable=True, description="the same in the linear relaxation, in which campuses may move"
    )


class Equivalents(TableModel):
    """Sites without a campus that the rules allow, by what a campus there would cost more."""

    site_id: Series[str]
    province: Series[str]
    reduced_cost_m_cny: Series[float] = pa.Field(
        ge=0,
        description="extra discounted cost of one campus of usual size here, at the prices of the relaxation",
    )
    extra_share: Series[float] = pa.Field(ge=0, description="that extra over the cost of the campus")
    within_gap: Series[bool] = pa.Field(
        description="extra_share is at most the relative gap asked for: as good"
    )


@dataclass(frozen=True)
class Results:
    """A plan as checked tables."""

    build: pd.DataFrame
    halls: pd.DataFrame
    runs: pd.DataFrame
    moves: pd.DataFrame
    supply: pd.DataFrame
    upgrades: pd.DataFrame
    flows: pd.DataFrame
    unserved: pd.DataFrame
    operation: pd.DataFrame
    dispatch: pd.DataFrame
    backlog: pd.DataFrame
    billing: pd.DataFrame
    bandwidth: pd.DataFrame
    stock: pd.DataFrame
    costs: pd.DataFrame
    accelerators: pd.DataFrame
    accelerator_sites: pd.DataFrame
    rules: pd.DataFrame
    prices: pd.DataFrame
    equivalents: pd.DataFrame
    redispatch: pd.DataFrame
    solution: Solution


MODELS: dict[str, type[TableModel]] = {
    "build": Build,
    "halls": Halls,
    "runs": Runs,
    "moves": Moves,
    "supply": Supply,
    "upgrades": UpgradeUse,
    "flows": Flows,
    "unserved": Unserved,
    "operation": Operation,
    "dispatch": Dispatch,
    "backlog": Backlog,
    "billing": Billing,
    "bandwidth": Bandwidth,
    "stock": StockUse,
    "costs": Costs,
    "accelerators": AcceleratorUse,
    "accelerator_sites": AcceleratorSites,
    "rules": RuleUse,
    "prices": Prices,
    "equivalents": Equivalents,
    "redispatch": Redispatch,
}
