"""The same tariff, or the same shell cost, everywhere: what is left of a region's advantage without them."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd

from geodata.tables import Survey
from optim.economics import tariff
from optim.options import Settings
from optim.settings import CostSettings


def equal_tariff(survey: Survey, settings: Settings) -> Survey:
    """Return the survey in which every site pays the demand-weighted national mean of the tariff in use.

    The level of the energy price, the demand charge and the charges on direct supply become the mean over
    demand zones, by their share of national demand, of the mean over the candidates of each zone's province.
    The shape over the day and the year stays that of each tariff zone. Prices of energy sold, emission
    factors, wind, sun and weather stay as they are.

    Parameters
    ----------
    survey : Survey
        Candidates and zones.
    settings : Settings
        The price basis in use; the factor on energy prices stays outside and acts afterwards.
    """
    basis = CostSettings(price_basis=settings.costs.price_basis)
    in_use = tariff(survey.candidates, basis)
    weight = _weights(survey)
    charge = survey.candidates.set_index("site_id")["direct_charge_cny_per_mwh"]
    candidates = survey.candidates.assign(
        energy_price_posted_cny_per_mwh=_mean(in_use["energy_cny_per_mwh"], weight),
        demand_charge_posted_cny_per_mw_month=_mean(in_use["demand_cny_per_mw_month"], weight),
        direct_charge_cny_per_mwh=_mean(charge, weight),
        energy_price_spot_cny_per_mwh=np.nan,
        price_negotiated_cny_per_mwh=np.nan,
    )
    return replace(survey, candidates=candidates)


def equal_shell(survey: Survey, settings: Settings) -> Settings:
    """Return settings whose shell costs the same in east and west, the demand-weighted mean of both."""
    weight = _weights(survey).groupby(survey.candidates.set_index("site_id")["side"]).sum()
    costs = settings.costs
    factors = {"east": costs.east_shell_factor, "west": costs.west_shell_factor}
    mean = sum(float(weight.get(side, 0.0)) * factor for side, factor in factors.items())
    same = costs.model_copy(update={"east_shell_factor": mean, "west_shell_factor": mean})
    return settings.model_copy(update={"costs": same})


def is_shell_equal(settings: Settings) -> bool:
    """Return whether the shell costs the same in east and west as it is."""
    return settings.costs.east_shell_factor == settings.costs.west_shell_factor


def _weights(survey: Survey) -> pd.Series:
    """Return the weight of each candidate: its province's share of demand, over its candidates; sum 1."""
    sites = survey.candidates.set_index("site_id")["province"]
    share = sites.map(survey.zones.set_index("zone_id")["demand_share"]).fillna(0.0)
    weight = share / sites.groupby(sites).transform("size")
    total = float(weight.sum())
    return weight / total if total else pd.Series(1.0 / len(sites), index=sites.index)


def _mean(values: pd.Series, weight: pd.Series) -> float:
    return float((values.astype(float) * weight).sum())
