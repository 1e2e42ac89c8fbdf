"""How far figures may be off: bands by confidence, and which places share an error."""

from __future__ import annotations

from typing import Self

from pydantic import Field, model_validator

from optim.settings import Frozen

LEVELS = ("nation", "side", "province", "site")
_WHOLE = 1e-9


class Band(Frozen):
    """Half-widths of one kind of figure by confidence, and the parts of its error that places share.

    With a half-width h the true value lies between 1 / (1 + h) and 1 + h times the figure in 9 of 10 cases.
    The parts are shares of the variance of the logarithm and sum to 1.
    """

    high: float = Field(ge=0, le=3, description="half-width of figures of high confidence")
    medium: float = Field(ge=0, le=3, description="half-width of figures of medium confidence")
    low: float = Field(ge=0, le=3, description="half-width of figures of low confidence")
    missing: float = Field(ge=0, le=3, description="half-width where no figure is known")
    nation: float = Field(0.0, ge=0, le=1, description="part of the error that all places share")
    side: float = Field(0.0, ge=0, le=1, description="part that the east shares, and the west")
    province: float = Field(0.0, ge=0, le=1, description="part that the places of a province share")
    site: float = Field(0.0, ge=0, le=1, description="part of each place for itself")

    @model_validator(mode="after")
    def _parts_sum_to_one(self) -> Self:
        total = sum(self.parts().values())
        if abs(total - 1.0) > _WHOLE:
            raise ValueError(f"the parts nation, side, province and site sum to {total:g}, expected 1")
        return self

    def parts(self) -> dict[str, float]:
        """Return the part of the error by level."""
        return {level: float(getattr(self, level)) for level in LEVELS}


class Headroom(Frozen):
    """Error of the headroom of provinces; how far is said by the low and high end of its own recipe."""

    width: float = Field(
        1.0, ge=0, le=3, description="1: the recipe's low and high end hold 9 of 10 cases; 0: no error"
    )
    nation: float = Field(
        0.5,
        ge=0,
        le=1,
        description="part that all provinces share: one recipe for all; the rest is their own",
    )

    def parts(self) -> dict[str, float]:
        """Return the part of the error by level."""
        return {"nation": self.nation, "side": 0.0, "province": 1.0 - self.nation, "site": 0.0}


class Noise(Frozen):
    """Errors of the data, one group of figures each; groups are independent of each other.

    The half-widths are judgements from what the shipped tables say of themselves (docs/robust.md).
    """

    tariffs: Band = Field(
        Band(high=0.05, medium=0.12, low=0.2, missing=0.3, province=0.8, site=0.2),
        description="all charges by energy and demand, what direct supply pays and export earns: a list of "
        "prices is one for a grid area; contracts make the rest",
    )
    shell: Band = Field(
        Band(high=0.1, medium=0.2, low=0.35, missing=0.5, nation=0.3, side=0.2, province=0.25, site=0.25),
        description="shell, cooling and upkeep of halls: one national figure from four projects",
    )
    connection: Band = Field(
        Band(high=0.15, medium=0.35, low=0.6, missing=0.8, nation=0.2, province=0.2, site=0.6),
        description="lines, bays and connection by MW: above all the distance to a substation",
    )
    upgrades: Band = Field(
        Band(high=0.15, medium=0.35, low=0.6, missing=0.8, nation=0.6, province=0.4),
        description="price of the steps that add headroom: one recipe for all provinces",
    )
    land: Band = Field(
        Band(high=0.15, medium=0.35, low=0.6, missing=0.8, side=0.4, province=0.3, site=0.3),
        description="price of land: two figures, four cities apart",
    )
    staff: Band = Field(
        Band(high=0.1, medium=0.2, low=0.4, missing=0.6, nation=0.4, side=0.4, province=0.2),
        description="posts and what they cost: one figure a side",
    )
    network: Band = Field(
        Band(high=0.15, medium=0.35, low=0.6, missing=0.8, nation=0.4, province=0.3, site=0.3),
        description="fibre to the backbone, waves and transit",
    )
    headroom: Headroom = Field(Headroom(), description="free grid capacity of provinces")


GROUPS = tuple(Noise.model_fields)
NONE = Noise(
    **{
        name: band.model_copy(update=dict.fromkeys(("high", "medium", "low", "missing"), 0.0))
        for name, band in Noise()
        if name != "headroom"
    },
    headroom=Headroom(width=0.0),
)
"""No errors at all: a beginning for settings in which one group is noisy."""
