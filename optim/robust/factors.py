"""From standard normal errors to factors on figures, and inputs of the model with them."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from optim.inputs import Inputs
from optim.plants import Plants
from optim.robust.confidence import Widths
from optim.robust.design import NINE_OF_TEN, Design
from optim.robust.noise import Noise
from optim.settings import EXISTING

TARIFF_COLUMNS = ("energy", "demand_charge", "direct_charge", "export_price")
HALL_COLUMNS = ("shell", "liquid_cooling", "maintenance")


@dataclass(frozen=True, eq=False)
class Factors:
    """Factors of one draw: by site, `upgrades` by province, `headroom` by province and year."""

    of_group: dict[str, pd.Series]

    def __getitem__(self, group: str) -> pd.Series:
        """Return the factors of a group."""
        return self.of_group[group]


def factors(design: Design, draw: int, widths: Widths, ends: pd.DataFrame, noise: Noise) -> Factors:
    """Return the factors of a draw.

    Parameters
    ----------
    design : Design
        Standard normal errors.
    draw : int
        Number of the draw.
    widths : Widths
        Half-widths: a factor is (1 + half-width) ^ (error / 1.645).
    ends : DataFrame
        Index (province, year): low_share, high_share, both ends of the headroom's band over its middle.
    noise : Noise
        For the width of the headroom's band.
    """
    found: dict[str, pd.Series] = {}
    for name, width in widths.of_group.items():
        score = design.score(draw, name).reindex(width.index)
        found[name] = pd.Series(np.exp(np.log1p(width) * score / NINE_OF_TEN), width.index)
    ends_of = ends.index.get_level_values(0)
    drawn = design.score(draw, "headroom").reindex(ends_of).fillna(0.0).to_numpy()
    end = np.where(drawn < 0, 1.0 / ends["low_share"], ends["high_share"])
    found["headroom"] = pd.Series(
        np.exp(np.log(end) * noise.headroom.width * drawn / NINE_OF_TEN), ends.index
    )
    return Factors(found)


def noisy(inputs: Inputs, drawn: Factors) -> Inputs:
    """Return inputs whose figures are multiplied by the factors of a draw; nothing else changes."""
    headroom = {key: gw * float(drawn["headroom"][key]) for key, gw in inputs.headroom_gw.items()}
    upgrades = inputs.upgrades.assign(
        cost=inputs.upgrades["cost"] * inputs.upgrades["province"].map(drawn["upgrades"])
    )
    of_step = drawn["connection"].reindex(inputs.steps.index.get_level_values("site_id")).to_numpy()
    of_arc = drawn["network"].reindex(inputs.arcs["site_id"]).to_numpy()
    return replace(
        inputs,
        site=_sites(inputs.site, drawn),
        plants=_plants(inputs.plants, drawn["shell"]),
        steps=inputs.steps.assign(cost=inputs.steps["cost"] * of_step),
        arcs=inputs.arcs.assign(km=inputs.arcs["km"] * of_arc),
        upgrades=upgrades,
        headroom_gw=headroom,
    )


def _sites(site: pd.DataFrame, drawn: Factors) -> pd.DataFrame:
    groups = dict.fromkeys(TARIFF_COLUMNS, "tariffs")
    groups |= {"land": "land", "staff": "staff", "connection": "connection"}
    groups |= {"fibre": "network", "transit": "network"}
    return site.assign(
        **{name: site[name] * drawn[group].reindex(site.index) for name, group in groups.items()}
    )


def _plants(plants: Plants, shell: pd.Series) -> Plants:
    """Return plants whose new halls cost more or less; existing halls are paid for."""
    of_plant = shell.reindex(plants.table.index.get_level_values(0)).to_numpy()
    is_new = plants.table.index.get_level_values(1) != EXISTING
    factor = np.where(is_new, of_plant, 1.0)
    return replace(plants, table=plants.table.assign(**{c: plants.table[c] * factor for c in HALL_COLUMNS}))
