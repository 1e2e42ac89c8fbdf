"""The last year of a plan is dispatched over 8760 hours for the sites that hold IT, or not at all."""

from __future__ import annotations

import dataclasses
import multiprocessing

import pandas as pd
import pytest

from siting import planning as flow
from siting.scenario import Scenario
from tests import world, world_hours
from tests.optim import plant, year


@pytest.fixture
def planned():
    survey = plant.survey(day_months=world_hours.day_months())
    energy = plant.run(survey, world.settings(), {"training": 60.0})
    return survey, year.results(energy, {"training": 60.0})


def scenario(choice):
    return Scenario(name="x", optim=world.settings(redispatch=choice))


def test_off_asks_for_no_hours(planned, monkeypatch):
    monkeypatch.setattr(flow, "year_hours", lambda *_: pytest.fail("hours were read"))
    survey, results = planned
    assert flow.dispatched(scenario("off"), survey, results) is results


def test_last_reads_the_hours_of_sites_in_use_and_says_so(planned, monkeypatch):
    survey, results = planned
    asked, told = [], []

    def hours(sites, _settings):
        asked.extend(sites["site_id"])
        return year.hours(survey)

    monkeypatch.setattr(flow, "year_hours", hours)
    made = flow.dispatched(scenario("last"), survey, results, told.append)
    assert asked == ["w"]
    assert told[0] == "reading the hours of the year"
    assert told[1] == "dispatching the last year over 8760 hours"
    assert made.redispatch["year_purchase_mwh"].item() == pytest.approx(72 * 8760)


def test_a_break_ends_the_workers(planned, monkeypatch):
    """A break comes out as it is, and no process stays behind."""
    survey, results = planned

    def broken(_line):
        raise KeyboardInterrupt

    rows = year.hours(survey)
    monkeypatch.setattr(flow, "year_hours", lambda *_: rows)
    twice = {k: pd.concat([t, t.assign(technology="liquid_tower")]) for k, t in _tables(results).items()}
    told = {"dispatched 2 of 2 plants over 8760 hours": broken}
    with pytest.raises(KeyboardInterrupt):
        flow.dispatched(
            scenario("last"),
            survey,
            dataclasses.replace(results, **twice),
            lambda line: told.get(line, lambda _: None)(line),
        )
    assert not multiprocessing.active_children()


def _tables(results):
    return {name: getattr(results, name) for name in ("halls", "runs", "operation", "billing")}
