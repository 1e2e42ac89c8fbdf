"""Which plants a change of the problem changes."""

from __future__ import annotations

import hashlib
import pickle

import numpy as np

from optim.inputs import Inputs
from optim.plant_energy import Key, PlantModel

_ENERGY_RULES = ("green_share", "self_use", "curtailment_cap", "energy_surcharge")
_SETTINGS = {"cooling", "hours", "supply", "load", "costs"}
_ARRAYS = ("cost", "lower", "upper", "row_lower", "row_upper", "starts", "indices", "factors")


def digest(inputs: Inputs) -> str:
    """Return a digest of all that the energy of plants reads of the inputs, and of some that it does not."""
    quotas = [(tuple(s), int(y)) for s, y in zip(inputs.quotas["sites"], inputs.quotas["year"], strict=True)]
    read = (
        inputs.sites,
        inputs.years,
        inputs.site,
        vars(inputs.plants),
        vars(inputs.groups),
        vars(inputs.hours),
        (inputs.price, inputs.solar, inputs.wind),
        [rule for rule in inputs.rules if rule.kind in _ENERGY_RULES],
        quotas,
        (inputs.counts_carbon, inputs.asked.budgets.water_max_million_m3 is None),
        inputs.prices,
        inputs.asked.model_dump(include=_SETTINGS),
    )
    return hashlib.sha256(pickle.dumps(read)).hexdigest()


def changed(before: dict[Key, PlantModel], now: dict[Key, PlantModel]) -> list[Key]:
    """Return the plants and years whose model is new or another one."""
    return [key for key, model in now.items() if key not in before or not _same(before[key], model)]


def _same(one: PlantModel, other: PlantModel) -> bool:
    pairs = [(getattr(one.part, name), getattr(other.part, name)) for name in _ARRAYS]
    pairs += [(one.columns, other.columns), (one.measures, other.measures)]
    return all(np.array_equal(a, b) for a, b in pairs)
