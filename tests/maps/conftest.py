"""The made-up world as fixtures."""

import pytest

from geodata.tables import Survey
from optim.tables import Results
from tests.maps import world


@pytest.fixture(scope="session")
def survey() -> Survey:
    return world.survey()


@pytest.fixture(scope="session")
def results(survey: Survey) -> Results:
    return world.results(survey)
