"""Files of sites that cannot be used, through the command line: one message, exit code 2, nothing written."""

from pathlib import Path

import pytest

from tests.geodata.test_bad_input import SITES, Made
from tests.siting.conftest import Run, tree

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize(("what", "make", "found", "expected"), SITES, ids=[row[0] for row in SITES])
def test_one_message_and_nothing_written(
    siting: Run, tmp_path: Path, what: str, make: Made, found: str, expected: str
) -> None:
    path = make(tmp_path)
    before = tree(tmp_path)
    done = siting("check", ROOT / "scenarios/tiny.yaml", "--set", f"geodata.candidates.sites_file={path}")
    told = done.stderr.replace("\n", " ")
    assert done.exit_code == 2, what
    assert "Traceback" not in told
    for part in ("geodata.candidates.sites_file", path.name, found, expected):
        assert part in told
    assert tree(tmp_path) == before


def test_a_mended_file_is_told_as_a_note(siting: Run, tmp_path: Path) -> None:
    path = tmp_path / "sites.csv"
    path.write_text("name,longitude,latitude,it_max_mw\nA,113°06'E,40.9,3-5\n", encoding="utf-8")
    done = siting("check", ROOT / "scenarios/tiny.yaml", "--set", f"geodata.candidates.sites_file={path}")
    assert done.exit_code == 2
    assert "found '3-5', expected one number (row 1)" in done.stderr.replace("\n", " ")
