"""`siting data list`, `fetch` and `verify`: what they print, how they leave, what stays in the folder."""

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from geodata.catalogue import download
from siting.data_cli import data_app
from tests.fileserver import FileServer, serve

ROOT = Path(__file__).parents[2]
DATA = ROOT.parent / "shared" / "data"
SOURCE = "Koppen-Geiger classes"
FOLDER = "climate/koppen-geiger-0p5deg"
LEGEND = f"{FOLDER}/legend.csv"
Run = Callable[..., Result]


@pytest.fixture
def data(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Run:
    """Return a function that runs a data command in an empty folder."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("SITING_DATA", raising=False)
    runner = CliRunner()

    def run(*words: str | Path) -> Result:
        result = runner.invoke(data_app, [str(word) for word in words])
        if result.exception and not isinstance(result.exception, SystemExit):
            raise result.exception
        return result

    return run


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[FileServer]:
    for name in ("NO_PROXY", "no_proxy"):
        monkeypatch.setenv(name, "127.0.0.1")
    monkeypatch.setattr(download.time, "sleep", lambda _: None)
    with serve(DATA) as running:
        yield running


def test_list_without_a_folder(data: Run) -> None:
    done = data("list")
    assert done.exit_code == 0
    states = {line.split("\t")[0]: line.split("\t")[-1] for line in done.stdout.splitlines()}
    assert states["Substations"] == "missing"
    assert states["Protected areas"] == "yours to bring"


def test_list_with_a_folder(data: Run) -> None:
    done = data("list", "--data", DATA)
    (line,) = [line for line in done.stdout.splitlines() if line.startswith(SOURCE)]
    assert line.split("\t") == [
        SOURCE, "present climate", "package BSD-2-Clause", "medium", FOLDER, "3.69 kB", "same",
    ]  # fmt: skip
    rows = json.loads(data("list", "--data", DATA, "--json").stdout)
    row = next(row for row in rows if row["name"] == SOURCE)
    assert row["size_bytes"] == 3686
    assert row["files"] == 2
    assert row["checksum"] is True


def test_list_of_a_folder_that_is_not_there(data: Run) -> None:
    done = data("list", "--data", "nowhere")
    assert done.exit_code == 2
    assert done.stderr == "siting: --data nowhere: there is no such folder\n"


def test_fetch_and_verify(data: Run, server: FileServer, tmp_path: Path) -> None:
    done = data("fetch", SOURCE, "--data", "new/data", "--from", server.url)
    assert done.exit_code == 0
    assert done.stderr == ""
    assert done.stdout.splitlines() == [
        "Koppen-Geiger classes: package BSD-2-Clause; credit: Rubel and Kottek",
        "new/data: files fetched: 2 (3.69 kB), 0 there already, 0 of another version kept",
    ]
    assert (tmp_path / "new/data" / LEGEND).read_bytes() == (DATA / LEGEND).read_bytes()
    again = data("fetch", SOURCE, "--data", "new/data", "--from", server.url)
    assert again.stdout == "new/data: files fetched: 0, 2 there already, 0 of another version kept\n"
    checked = data("verify", "--data", "new/data")
    assert checked.exit_code == 0
    assert f"{LEGEND}\t{SOURCE}\t165 B\tok" in checked.stdout.splitlines()
    assert "2 ok" in checked.stdout.splitlines()[-1]


def test_verify_finds_what_differs(data: Run, tmp_path: Path) -> None:
    path = tmp_path / "data" / LEGEND
    path.parent.mkdir(parents=True)
    path.write_text("cut", encoding="utf-8")
    done = data("verify", "--data", "data", "--json")
    assert done.exit_code == 1
    found = json.loads(done.stdout)
    assert found["counts"]["truncated"] == 1
    (row,) = [row for row in found["files"] if row["state"] == "truncated"]
    assert (row["path"], row["found_bytes"], row["size_bytes"]) == (LEGEND, 3, 165)
    assert data("verify", "--data", "data").exit_code == 1


def test_verify_of_the_whole_folder(data: Run) -> None:
    done = data("verify", "--data", DATA, "--json")
    assert done.exit_code == 0
    assert set(json.loads(done.stdout)["counts"]) == {"ok"}


def test_an_empty_folder_holds_nothing_wrong(data: Run, tmp_path: Path) -> None:
    done = data("verify", "--data", tmp_path)
    assert done.exit_code == 0
    assert done.stdout.splitlines()[-1].endswith(" missing")


@pytest.mark.parametrize("command", ["fetch", "verify"])
def test_a_folder_must_be_named(command: str, data: Run) -> None:
    done = data(command)
    assert done.exit_code == 2
    assert "give --data DIR, or set SITING_DATA" in done.stderr


def test_the_folder_may_come_from_the_environment(data: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SITING_DATA", str(DATA))
    assert data("verify", "--json").exit_code == 0


def test_faults_are_listed_at_the_end(data: Run, server: FileServer, tmp_path: Path) -> None:
    server.fault(LEGEND, "500")
    words = ("fetch", SOURCE, "Protected areas", "--data", "data", "--from", server.url, "--retries", "1")
    done = data(*words, "--timeout", "0.5")
    assert done.exit_code == 2
    assert "data: files fetched: 1 (3.52 kB)" in done.stdout
    assert done.stderr.startswith("siting: faults: 2; good files stay:\n  Protected areas: yours to bring")
    assert f"{LEGEND}: HTTP 500" in done.stderr
    assert "(2 tries)" in done.stderr
    assert "Traceback" not in done.stderr


def test_what_has_no_address_is_told_and_fails_by_name_only(data: Run, tmp_path: Path) -> None:
    words = ("fetch", "climate/itu-p836-humidity", "--data", "data")
    assert data(*words).exit_code == 2
    done = data("fetch", "land", "--data", "data")
    assert done.exit_code == 0
    assert "no direct address; official page: https://www.gebco.net" in done.stdout
    assert "--from names a mirror that has them" in done.stdout
    assert not (tmp_path / "data").exists()


def test_another_version_is_kept_until_forced(data: Run, server: FileServer, tmp_path: Path) -> None:
    path = tmp_path / "data" / LEGEND
    path.parent.mkdir(parents=True)
    path.write_bytes(bytes(165))
    words = ("fetch", LEGEND, "--data", "data", "--from", server.url)
    done = data(*words)
    assert done.exit_code == 0
    assert f"{LEGEND}: another version is there" in done.stdout
    assert path.read_bytes() == bytes(165)
    assert data(*words, "--force").exit_code == 0
    assert path.read_bytes() == (DATA / LEGEND).read_bytes()


def test_an_unknown_name_and_mirror(data: Run) -> None:
    done = data("fetch", "Substatoins", "--data", "data")
    assert done.exit_code == 2
    assert "did you mean Substations" in done.stderr
    assert data("fetch", "--data", "data", "--from", "../shared/data").exit_code == 2


def test_an_interrupt_is_told(
    data: Run, server: FileServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(download, "_append", stop)
    done = data("fetch", SOURCE, "--data", "data", "--from", server.url)
    assert done.exit_code == 130
    assert done.stderr.startswith("siting: interrupted; whole files stay")
    assert [p for p in (tmp_path / "data").rglob("*") if p.is_file()] == []


def test_a_bar_is_drawn_on_a_terminal(data: Run, server: FileServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    done = data("fetch", SOURCE, "--data", "data", "--from", server.url)
    assert done.exit_code == 0
    assert "3.7/3.7 kB" in done.stderr


def test_help_imports_nothing_heavy() -> None:
    code = (
        "import sys\nfrom siting.data_cli import data_app\n"
        "try:\n    data_app(['fetch', '--help'])\nexcept SystemExit:\n    pass\n"
        "heavy = {'pandas', 'numpy', 'pooch', 'requests', 'geopandas'}\n"
        "assert not heavy & set(sys.modules), heavy & set(sys.modules)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "--from" in done.stdout
