"""Parts of the inputs that are kept are those that a fresh preparation makes."""

from __future__ import annotations

import dataclasses
import pickle

import pandas as pd
import pytest

from geodata.tables import MODELS, TableError
from optim.inputs import prepare
from optim.kept import Kept
from optim.options import Settings
from tests import world

SECTIONS = {
    "cooling": {"technologies": ("air_economiser", "chilled_water")},
    "hours": {"days_max": 1},
    "load": {"defer": False},
    "latency": {"undecided": "allow"},
    "bandwidth": {"users": "transit"},
    "costs": {"west_shell_factor": 1.5},
    "budgets": {"rtt_mean_max_ms": 50.0},
}


def moved(table: pd.DataFrame) -> pd.DataFrame:
    """Return a table with its numbers a tenth lower."""
    return table.assign(**{column: table[column] * 0.9 for column in table.select_dtypes("float")})


def contents(value):
    """Return the bytes of a value, table by table, so that shared objects inside do not matter."""
    if dataclasses.is_dataclass(value):
        return {field.name: contents(getattr(value, field.name)) for field in dataclasses.fields(value)}
    if isinstance(value, pd.DataFrame):
        return value.to_json(orient="split", double_precision=15)
    return [contents(each) for each in value] if isinstance(value, list) else repr(value)


def outcome(survey, settings: Settings, kept: Kept | None = None):
    try:
        return contents(prepare(survey, settings, kept))
    except (TableError, KeyError, ValueError) as error:
        return repr(error)


@pytest.mark.parametrize("name", [name for name in MODELS if name not in ("cells", "exclusions")])
def test_a_table_that_changed_is_read_again(name):
    base, kept = world.survey(), Kept()
    prepare(base, world.settings(), kept)
    changed = dataclasses.replace(base, **{name: moved(getattr(base, name))})
    assert outcome(changed, world.settings(), kept) == outcome(changed, world.settings())


@pytest.mark.parametrize(("section", "change"), SECTIONS.items(), ids=str)
def test_a_setting_that_changed_counts(section, change):
    survey, settings, kept = world.survey(), world.settings(), Kept()
    other = settings.model_copy(update={section: getattr(settings, section).model_copy(update=change)})
    prepare(survey, settings, kept)
    assert outcome(survey, other, kept) == outcome(survey, other)
    assert outcome(survey, other) != outcome(survey, settings)
    assert outcome(survey, settings, kept) == outcome(survey, settings)


def test_only_what_read_the_demand_is_made_again_where_demand_alone_differs():
    base, kept = world.survey(), Kept()
    before = prepare(base, world.settings(), kept)
    copied = pickle.loads(pickle.dumps(base))
    other = dataclasses.replace(copied, demand=moved(copied.demand))
    after = prepare(other, world.settings(), kept)
    assert after.demand_gw != before.demand_gw
    for name in ("plants", "site", "hours", "groups", "price", "solar", "steps", "upgrades", "prices"):
        assert getattr(after, name) is getattr(before, name), name


def test_a_fault_leaves_nothing_behind():
    base, kept = world.survey(), Kept()
    wrong = dataclasses.replace(base, cooling=base.cooling.iloc[:0])
    for _ in range(2):
        with pytest.raises(TableError, match="cooling table: found no row"):
            prepare(wrong, world.settings(), kept)
    assert outcome(base, world.settings(), kept) == outcome(base, world.settings())
