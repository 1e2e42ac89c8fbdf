"""Load groups as the tables say: classes that wait, move, cool and vary over the day alike."""

from __future__ import annotations

import numpy as np
import pandas as pd

from geodata.tables import Survey
from optim.audits.checks import Array
from optim.settings import EDGE

_TRAITS = ["window_h", "needs_liquid", "movable", "essential"]


def class_table(survey: Survey, defer: bool) -> pd.DataFrame:
    """Return the traits of each class, its load_group, and its load in the hours 0 to 23.

    A group is named after its classes in table order, joined by +; same-city load is the group `edge`.
    """
    table = survey.classes.set_index("class_id")
    window = np.minimum(table["deferrable_h"].astype(float), 24.0).astype(int)
    table = table.assign(window_h=window if defer else 0)
    shape = _shape(survey)
    rounded = shape.round(9)
    alike = pd.Series([(*row, *rounded.loc[c]) for c, *row in table[_TRAITS].itertuples()], index=table.index)
    alike = alike.mask(table["same_city"].astype(bool), EDGE)
    names = {key: "+".join(members.index) for key, members in alike.groupby(alike, sort=False)}
    return table[_TRAITS].assign(load_group=alike.map({**names, EDGE: EDGE})).join(shape)


def _shape(survey: Survey) -> pd.DataFrame:
    """Return the load of each class in each hour over its mean (classes by 0 .. 23)."""
    table = survey.class_hours.set_index(["class_id", "hour"])["load_factor"].astype(float)
    wide = table.unstack("hour").reindex(index=survey.classes["class_id"], columns=range(24)).fillna(1.0)
    return wide.div(wide.mean(axis=1), axis=0)


def group_table(classes: pd.DataFrame) -> pd.DataFrame:
    """Return the traits and hours of each load group, indexed by load_group."""
    return classes.drop_duplicates("load_group").set_index("load_group")


def group_shapes(groups: pd.DataFrame) -> Array:
    """Return the hourly shape of the load groups (groups by 24)."""
    return np.asarray(groups[list(range(24))].to_numpy(dtype=float))
