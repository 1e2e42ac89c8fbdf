"""Settings that more than one part of `optim` reads."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

PriceBasis = Literal["posted", "spot", "negotiated"]
Technology = Literal[
    "chilled_water",
    "water_economiser",
    "air_economiser",
    "indirect_evaporative",
    "liquid_tower",
    "liquid_dry",
]
LIQUID: tuple[Technology, ...] = ("liquid_tower", "liquid_dry")
TECHNOLOGIES: tuple[Technology, ...] = (
    "chilled_water",
    "water_economiser",
    "air_economiser",
    "indirect_evaporative",
    *LIQUID,
)
EXISTING, EDGE = "existing", "edge"


class Frozen(BaseModel):
    """Frozen settings that refuse unknown keys."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class CostSettings(Frozen):
    """Money: which prices count, and values that replace rows of the cost table."""

    price_basis: PriceBasis = Field(
        "posted", description="tariff column; where it is empty the posted one is used"
    )
    east_shell_factor: float = Field(1.0, gt=0, description="shell cost in the east over the national value")
    west_shell_factor: float = Field(1.0, gt=0, description="shell cost in the west over the national value")
    energy_price_factor: float = Field(1.0, ge=0, description="multiplies every charge by energy and demand")
    time_of_use_factor: float = Field(
        1.0, ge=0, le=2, description="spread of the hourly prices about their mean; 0: flat prices"
    )
    all_price_factor: float = Field(1.0, gt=0, description="multiplies every cost of siting, for checks")
    items: dict[str, Annotated[float, Field(ge=0)]] = Field(
        {}, description="cost item -> value, in place of the row of the cost table"
    )


class CoolingSettings(Frozen):
    """Cooling technologies that halls may have; each site chooses among them."""

    technologies: tuple[Technology, ...] = Field(
        TECHNOLOGIES, min_length=1, description="technologies allowed in new halls"
    )
    edge_technology: Technology = Field("liquid_dry", description="technology of the same-city load")
    keep_dominated: bool = Field(
        False,
        description="keep technologies that another one beats at a site in PUE of every hour, water and cost",
    )


class HourSettings(Frozen):
    """Hours in which the plan is operated."""

    days_max: int = Field(
        12,
        ge=1,
        le=366,
        description="representative days; more days of the survey are merged into the nearest",
    )


class SupplySettings(Frozen):
    """What a site may build beside its grid connection."""

    direct: bool = Field(True, description="solar and wind connected directly to the site")
    battery: bool = Field(True, description="batteries at the site")
    export: bool = Field(True, description="surplus of direct supply is sold to the grid")
    potential_share: float = Field(
        0.05,
        ge=0,
        le=1,
        description="share of the potential within 50 km that one site may use; a guess, others want it too",
    )
    export_share_max: float = Field(
        0.2, ge=0, le=1, description="largest export over the yearly output of the direct supply"
    )


class BudgetSettings(Frozen):
    """What all sites together may emit, draw and keep users waiting, over all planning years.

    None: no such limit. Infinity: none, but the model counts it, so that a limit can be set later.
    """

    carbon_max_mt: float | None = Field(
        None, ge=0, description="largest emissions, location based with the average factor [Mt CO2]"
    )
    water_max_million_m3: float | None = Field(None, ge=0, description="largest draw of water [million m3]")
    rtt_mean_max_ms: float | None = Field(
        None,
        ge=0,
        description="largest mean round trip of the load served over the network, weighted by IT power [ms]",
    )


class LoadSettings(Frozen):
    """How far load may move."""

    defer: bool = Field(True, description="deferrable classes may wait inside their window at the same site")
    day_move_share: float = Field(
        0.0,
        ge=0,
        le=1,
        description="share of a movable class's mean load at a site by which it may differ from day to day, "
        "as other sites take it over",
    )
