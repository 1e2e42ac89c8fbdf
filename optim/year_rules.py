"""Policy rules over 8760 hours: limits of each plant, and the certificates that rules ask for in the end."""

from __future__ import annotations

import numpy as np
import pandas as pd

from optim.inputs import Inputs
from optim.plant_hours import K_CNY, PlantHours
from optim.policy import Rule
from optim.rules.energy_rules import ANNUAL, direct_floors, matching_rows
from optim.sets import Plant
from optim.settings import EXISTING
from optim.year_limits import MISSED_K_CNY_PER_MWH, Limit


def plant_limits(inputs: Inputs, plant: Plant, year: int, months: list[PlantHours]) -> list[Limit]:
    """Return what a plant keeps over the year and by month.

    Export and self-use, curtailment: shares of the year's output. Green shares matched by month hold in each
    month, those matched by hour over the year.

    Parameters
    ----------
    inputs : Inputs
        Rules and settings.
    plant, year
        The plant in the plan's year.
    months : list of PlantHours
        For their output.
    """
    output_mwh = sum(part.output_mwh for part in months)
    key, rules = (*plant, year), {r.rule_id: r for r in inputs.rules}
    limits = [Limit(None, 0.0, -1.0, 0.0, -inputs.asked.supply.export_share_max * output_mwh)]
    for share in direct_floors(inputs.rules, [key], "self_use").values():
        limits.append(Limit(None, 1.0, 0.0, 0.0, share * output_mwh))
    for share in direct_floors(inputs.rules, [key], "curtailment_cap").values():
        limits.append(Limit(None, 1.0, 1.0, 0.0, (1.0 - share) * output_mwh))
    kept = [limit for limit in limits if output_mwh > 0]
    return [*kept, *(_matched(rules[r], period) for *_, r, period in matching_rows(inputs.rules, [key]))]


def _matched(rule: Rule, period: int) -> Limit:
    """Return the limit of a month (from 1; exports count), or for period 0 of the year's hours."""
    price = MISSED_K_CNY_PER_MWH if rule.hard else rule.price_m_cny_per_unit
    part, export = (period - 1, 1.0) if period else (None, 0.0)
    return Limit(part, 1.0 - rule.number, export, -rule.number, 0.0, price)


def with_certificates(table: pd.DataFrame, inputs: Inputs, year: int) -> pd.DataFrame:
    """Return the table with certificates_mwh bought after the fact, and green_missed_mwh that none may fill.

    Rules of the smallest places come first; what a place lacks is bought by its plants in proportion to what
    they buy without a certificate. A certificate counts to every rule that its plant is under.

    Parameters
    ----------
    table : DataFrame
        Indexed by (site_id, technology): purchase, direct, export [MWh].
    inputs : Inputs
        Rules and the price of a certificate.
    year : int
        Rules of this year.
    """
    bought, missed = pd.Series(0.0, index=table.index), pd.Series(0.0, index=table.index)
    price_k_cny = inputs.prices["certificate_cny_per_mwh"] * inputs.scale * K_CNY
    site, technology = (table.index.get_level_values(k) for k in (0, 1))
    for rule, sites in _places(inputs.rules, year):
        here = site.isin(sites) & (technology != EXISTING)
        green = (1.0 - rule.number) * table["direct"] + table["export"] - rule.number * table["purchase"]
        stands_in = rule.accounting == "certificates"
        lack = -float((green + stands_in * bought)[here].sum())
        room = (table["purchase"] - bought)[here]
        if lack <= 0 or room.sum() <= 0:
            continue
        pays = stands_in and (rule.hard or rule.price_m_cny_per_unit >= price_k_cny)
        into = bought if pays else missed
        into[here] += lack * room / room.sum()
    return table.assign(certificates=np.minimum(bought, table["purchase"]), green_missed=missed)


def _places(rules: list[Rule], year: int) -> list[tuple[Rule, tuple[str, ...]]]:
    annual = [r for r in rules if r.kind == "green_share" and r.accounting in ANNUAL and year in r.years]
    found = [(r, sites) for r in annual for sites in r.places.values()]
    return sorted(found, key=lambda pair: len(pair[1]))
