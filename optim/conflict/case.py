"""A survey and settings that leave no plan: models of it with limits let go, or changed."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, fields, replace

from geodata.tables import Survey
from optim.conflict.change import Change, applied
from optim.conflict.limits import Held, Limit
from optim.conflict.trial import Keys, Trial
from optim.inputs import MW_PER_GW, Inputs, prepare
from optim.model import Form
from optim.options import Settings
from optim.policy import Rule, rules_in_force
from optim.stop import Stop

SMALL_INTEGERS = 3_000


@dataclass(frozen=True)
class Case:
    """What is asked of one survey and its settings.

    Attributes
    ----------
    survey, settings : Survey, Settings
        As they are.
    inputs : Inputs
        Of both.
    form : {"whole", "master"}
        whole: the hours of the plants are part of each model; master: they are not.
    stop : Stop or None
        A wish that ends it.
    seconds : float
        Time for one search for a plan with whole campuses [s]; 0: none is made.
    integers : bool
        Ask for whole campuses each time.
    must : tuple of str and float
        A site that has to hold a campus in the last year, and of what IT power at least [GW].
    """

    survey: Survey
    settings: Settings
    inputs: Inputs
    form: Form
    stop: Stop | None
    seconds: float
    integers: bool = False
    must: tuple[str, float] | None = None

    def trial(self, *changes: Change) -> Trial:
        """Return the model with some changes made."""
        survey, settings = self.survey, self.settings
        for change in changes:
            survey, settings = applied(survey, settings, change)
        inputs = self._inputs(survey, settings)
        trial = Trial(inputs, survey.accelerators, settings, self.form, self.stop)
        if self.must:
            trial.force(*self.must)
        return trial

    def _inputs(self, survey: Survey, settings: Settings) -> Inputs:
        """Return the inputs of a changed case; those of the case itself where they are the same."""
        tables = [field.name for field in fields(Survey) if field.name != "rules"]
        if any(getattr(survey, name) is not getattr(self.survey, name) for name in tables):
            return prepare(survey, settings)
        if survey.rules is self.survey.rules:
            return self.inputs
        rules = rules_in_force(survey.rules, survey.candidates, self.inputs.years)
        if _residents(rules) != _residents(self.inputs.rules):
            return prepare(survey, settings)
        return replace(self.inputs, rules=rules)

    @property
    def limit_s(self) -> float:
        """Return the time limit of one question [s]."""
        return self.seconds if self.integers else math.inf

    def is_possible(self, trial: Trial, held: Iterable[Held]) -> bool:
        """Return whether a plan may exist while some limits hold; what is not known in time may be."""
        return trial.is_possible(list(held), self.integers, self.limit_s) is not False

    def works(self, *changes: Change) -> bool:
        """Return whether a plan is known to exist with some changes, all limits held."""
        return self.works_for(None, *changes)

    def works_for(self, keys: Keys, *changes: Change) -> bool:
        """Return whether a plan is known to exist with some changes while the limits named hold."""
        trial = self.trial(*changes)
        return trial.is_possible(trial.of(keys), self.integers, self.limit_s) is True

    def is_whole(self, *changes: Change) -> bool | None:
        """Return whether a plan with whole campuses exists with some changes; None: not known."""
        if self.integers or self.seconds <= 0:
            return True if self.integers else None
        trial = self.trial(*changes)
        return trial.is_possible(trial.every, True, self.seconds)


def _residents(rules: list[Rule]) -> set[str]:
    """Return the classes that are kept apart because residency rules speak of them."""
    return {rule.class_id for rule in rules if rule.kind == "residency"}


def most_mw(trial: Trial) -> float:
    """Return an IT power that no limit in MW needs to pass: twice all demand of the largest year [MW]."""
    inputs = trial.inputs
    loads = [(y, v) for (_, _, y), v in inputs.demand_gw.items()]
    loads += [(y, v) for (_, y), v in inputs.given_gw.items()]
    return 2.0 * MW_PER_GW * max(sum(v for y, v in loads if y == year) for year in inputs.years)


def same(trial: Trial, limit: Limit) -> Limit | None:
    """Return the limit of that name in a model."""
    return next((each for each in trial.limits if each.key == limit.key), None)
