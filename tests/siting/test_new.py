from pathlib import Path

import openpyxl
import pytest
import yaml

from geodata.survey import survey
from siting.folder import OutputError
from siting.new import NAMES, all_keys, write_templates
from siting.scenario import Scenario, load_scenario
from tests.siting.conftest import Run, tree


@pytest.mark.slow
def test_the_templates_are_a_usable_scenario(own: Path) -> None:
    scenario = load_scenario(own / "scenario.yaml")
    places = survey(scenario.geodata)
    assert set(places.candidates["kind"]) == {"own"}
    assert places.links["measured"].sum() == 2
    assert places.candidates["price_negotiated_cny_per_mwh"].notna().sum() == 2
    assert (places.candidates["existing_it_mw"] > 0).sum() == 1
    assert "made up" in scenario.description


@pytest.mark.slow
def test_workbooks_are_read_as_well(own: Path) -> None:
    for name in ("sites", "demand", "campuses", "prices", "round-trips"):
        book = openpyxl.Workbook()
        for line in (own / f"{name}.csv").read_text(encoding="utf-8").splitlines():
            book.active.append([_cell(word) for word in line.split(",")])
        book.save(own / f"{name}.xlsx")
    text = (own / "scenario.yaml").read_text(encoding="utf-8")
    (own / "books.yaml").write_text(text.replace(".csv", ".xlsx"), encoding="utf-8")
    books, plain = (survey(load_scenario(own / name).geodata) for name in ("books.yaml", "scenario.yaml"))
    for name in ("candidates", "demand", "links", "places"):
        assert getattr(books, name).equals(getattr(plain, name)), name


def _cell(word: str) -> object:
    try:
        return float(word)
    except ValueError:
        return word or None


def test_nothing_is_overwritten(own: Path) -> None:
    (own / "sites.csv").write_text("mine")
    before = tree(own)
    with pytest.raises(OutputError, match="is there already"):
        write_templates(own)
    assert tree(own) == before


def test_the_command_names_what_it_wrote(siting: Run, tmp_path: Path) -> None:
    result = siting("new", "mine")
    assert result.exit_code == 0
    assert {path.name for path in (tmp_path / "mine").iterdir()} == set(NAMES)
    assert all(name in result.stdout for name in NAMES)


def test_all_keys_are_those_of_a_scenario_with_their_defaults() -> None:
    lines = [line.removeprefix("# ") for line in all_keys().splitlines()]
    shown = yaml.safe_load(
        "\n".join(line for line in lines if "  # " in line)
        .replace(" off:", ' "off":')
        .replace(" on:", ' "on":')
    )
    assert shown | {"name": "x"} == Scenario(name="x").model_dump(mode="json")
