"""Load groups: workload classes that wait, move, cool and vary over the day alike."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from geodata.tables import Survey
from optim.hours import HOURS_PER_DAY
from optim.settings import EDGE


@dataclass(frozen=True)
class Groups:
    """Load groups.

    Attributes
    ----------
    table : DataFrame
        Indexed by load_group: window_h (0: cannot wait), needs_liquid, movable, essential.
    of_class : Series
        class_id -> load_group.
    shape : DataFrame
        Load of each group in each hour of the day over its mean (groups by 0 .. 23).
    """

    table: pd.DataFrame
    of_class: pd.Series
    shape: pd.DataFrame

    @property
    def peak(self) -> pd.Series:
        """Return the largest hour of each group over its mean."""
        return self.shape.max(axis=1)


def load_groups(survey: Survey, defer: bool) -> Groups:
    """Return the load groups of the survey's classes; same-city classes are the group `edge`.

    Parameters
    ----------
    survey : Survey
        `classes`, `class_hours`.
    defer : bool
        False: no class can wait.
    """
    classes = survey.classes.set_index("class_id")
    wide = survey.class_hours.pivot_table(index="class_id", columns="hour", values="load_factor")
    shape = wide.reindex(index=classes.index, columns=range(HOURS_PER_DAY)).astype(float).fillna(1.0)
    shape = shape.div(shape.mean(axis=1), axis=0)
    window = np.minimum(classes["deferrable_h"].astype(float), HOURS_PER_DAY).astype(int) * int(defer)
    traits = pd.DataFrame(
        {
            "window_h": window,
            "needs_liquid": classes["needs_liquid"].astype(bool),
            "movable": classes["movable"].astype(bool),
            "essential": classes["essential"].astype(bool),
        }
    )
    keys = [EDGE if city else _key(traits, shape, str(c)) for c, city in classes["same_city"].items()]
    names: dict[str, list[str]] = {}
    for class_id, key in zip(classes.index, keys, strict=True):
        names.setdefault(key, []).append(str(class_id))
    label = {key: EDGE if key == EDGE else "+".join(members) for key, members in names.items()}
    of_class = pd.Series([label[key] for key in keys], index=classes.index)
    first = [members[0] for members in names.values()]
    index = pd.Index([label[key] for key in names], name="load_group")
    return Groups(traits.loc[first].set_axis(index), of_class, shape.loc[first].set_axis(index))


def _key(traits: pd.DataFrame, shape: pd.DataFrame, class_id: str) -> str:
    return str((tuple(traits.loc[class_id]), tuple(shape.loc[class_id].round(9))))
