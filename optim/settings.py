"""Settings that more than one part of `optim` reads: costs and money."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

PriceBasis = Literal["posted", "spot", "negotiated"]


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
    all_price_factor: float = Field(1.0, gt=0, description="multiplies every cost of siting, for checks")
    items: dict[str, Annotated[float, Field(ge=0)]] = Field(
        {}, description="cost item -> value, in place of the row of the cost table"
    )
