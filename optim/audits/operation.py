"""Audit of operation: energy, carbon, water, certificates, accelerators."""

from __future__ import annotations

from geodata.tables import Survey
from optim.audits.checks import Check, at, at_most, equal, keyed
from optim.economics import HOURS_PER_YEAR, Money
from optim.tables import Results

_KEYS = ["site_id", "year"]


def audit_operation(survey: Survey, technology: str, prices: Money, results: Results) -> list[Check]:
    """Return the checks of energy, carbon and water.

    Parameters
    ----------
    survey : Survey
        Cooling and emission factors.
    technology : str
        Cooling technology of the plan.
    prices : Money
        Load share and billing load factor.
    results : Results
        The plan.
    """
    cooling = survey.cooling[survey.cooling["technology"] == technology].set_index("site_id")
    factor = survey.candidates.set_index("site_id")["emission_average_tco2_per_mwh"]
    build = results.build.set_index(_KEYS)
    site = build.index.get_level_values("site_id")
    it_mw = build["it_mw"] + build["given_it_mw"]
    it_mwh = it_mw * prices["load_share"] * HOURS_PER_YEAR
    purchase = it_mwh * at(site, cooling["pue_mean"])
    billed = min(1.0, prices["load_share"] / prices["billing_load_factor"])
    found = results.operation.set_index(_KEYS)
    return [
        equal("IT energy is IT power x hours x load share [MWh]", it_mwh, found["it_energy_mwh"]),
        equal("energy balance: purchase is IT energy x PUE [MWh]", purchase, found["purchase_mwh"]),
        equal("billed peak [MW]", it_mw * billed * at(site, cooling["pue_peak"]), found["billed_peak_mw"]),
        equal(
            "emissions are purchase x average factor [t]",
            purchase * at(site, factor),
            found["emissions_tco2"],
        ),
        equal("water is IT energy x WUE [m3]", it_mwh * at(site, cooling["wue"]), found["water_m3"]),
        at_most(
            "certificates cover at most the purchase [MWh]", found["certificates_mwh"], found["purchase_mwh"]
        ),
    ]


def audit_accelerators(survey: Survey, results: Results) -> list[Check]:
    """Return the checks of accelerators: shares of the year's new IT, cards and cost.

    Parameters
    ----------
    survey : Survey
        Accelerator types and mix.
    results : Results
        The plan.
    """
    build = results.build
    standing = keyed(build.assign(it=build["it_mw"] + build["given_it_mw"]), ["year"], "it")
    new = standing.diff().fillna(standing).clip(lower=0)
    bought = survey.accelerators[survey.accelerators["year"].isin(new.index)]
    table = bought.set_index(["accelerator_id", "year"])
    it_mw = table["mix_share"] * at(table.index.get_level_values("year"), new)
    cards = it_mw * 1e3 / table["system_kw_per_card"]
    found = results.accelerators.set_index(["accelerator_id", "year"])
    return [
        equal("accelerators fill the new IT by the mix [MW]", it_mw, found["it_mw"]),
        equal("cards x system power is IT power", cards, found["cards"]),
        equal(
            "accelerator cost is cards x price [M CNY]",
            cards * table["price_m_cny_per_card"],
            found["cost_m_cny"],
        ),
    ]
