"""`siting latency`: the pairs of a file, modelled, and how far the model is from what was measured."""

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import typer
from typer.testing import CliRunner, Result

from geodata.layers.latency import Settings
from geodata.rebuilding.latency_fit import azure_pairs, published_pairs
from geodata.tables import DataWarning, TableError
from siting.latency import compare, read_pairs, summary
from siting.latency_cli import latency_command

DATA = Path(__file__).parents[2].parent / "shared" / "data"
HEADER = "from_lat,from_lon,to_lat,to_lon,rtt_ms\n"
BEIJING_SHANGHAI = "39.9,116.4,31.2,121.5"

Run = Callable[..., Result]


@pytest.fixture
def latency(monkeypatch: pytest.MonkeyPatch) -> Run:
    monkeypatch.delenv("SITING_DATA", raising=False)
    app = typer.Typer()
    app.command()(latency_command)

    def run(*words: str | Path) -> Result:
        result = CliRunner().invoke(app, [str(word) for word in words])
        if result.exception and not isinstance(result.exception, SystemExit):
            raise result.exception
        return result

    return run


@pytest.fixture
def file(tmp_path: Path) -> Callable[[str], Path]:
    def write(text: str) -> Path:
        (tmp_path / "pairs.csv").write_text(text, encoding="utf-8")
        return tmp_path / "pairs.csv"

    return write


def as_pairs(table: pd.DataFrame, start: str, end: str) -> pd.DataFrame:
    names = {
        f"{old}_{long}": f"{new}_{short}"
        for old, new in ((start, "from"), (end, "to"))
        for long, short in (("latitude", "lat"), ("longitude", "lon"))
    }
    return table.rename(columns=names)[[*names.values(), "rtt_ms"]]


def test_published_mainland_pairs(latency: Run, tmp_path: Path) -> None:
    pairs = published_pairs()
    pairs = pairs[pairs["use"].isin(["fit", "check"])].dropna(subset="from_latitude")
    as_pairs(pairs, "from", "to").to_csv(tmp_path / "p.csv", index=False)
    found = json.loads(latency(tmp_path / "p.csv", "--json").stdout)
    assert found["measured_pairs"] == 9
    assert found["mean_absolute_error_ms"] <= 5
    assert found["mean_absolute_error_under_400km_ms"] <= 3
    assert {row["how"] for row in found["pairs"]} == {"graph"}


def test_azure_pairs(latency: Run, tmp_path: Path) -> None:
    as_pairs(azure_pairs(DATA), "source", "destination").to_csv(tmp_path / "a.csv", index=False)
    found = json.loads(latency(tmp_path / "a.csv", "--json").stdout)
    assert found["measured_pairs"] == 204
    assert found["mean_absolute_error_ms"] <= 6


def test_rows_keep_what_the_user_gave(latency: Run, file: Callable[[str], Path]) -> None:
    header = f"name,how,{HEADER}"
    text = f"{header}京沪,fibre,{BEIJING_SHANGHAI},26\nx,,0,10,0,10,\n"
    found = json.loads(latency(file(text), "--json").stdout)
    first, second = found["pairs"]
    assert (first["name"], first["given_how"], first["how"]) == ("京沪", "fibre", "graph")
    assert first["measured_rtt_ms"] == 26
    assert first["rtt_ms"] == pytest.approx(2 * first["one_way_ms"])
    assert first["rtt_low_ms"] < first["rtt_ms"] < first["rtt_high_ms"]
    assert found["mean_absolute_error_ms"] == pytest.approx(abs(first["rtt_ms"] - 26))
    assert found["inside_band_share"] == 1
    assert second["measured_rtt_ms"] is None
    assert second["distance_km"] == second["route_km"] == 0
    assert second["rtt_ms"] == pytest.approx(1.3)  # the two ends alone


def test_nothing_measured(latency: Run, file: Callable[[str], Path]) -> None:
    path = file("from_lat,from_lon,to_lat,to_lon\n39.9,116.4,31.2,121.5\n")
    found = json.loads(latency(path, "--json").stdout)
    assert found["mean_absolute_error_ms"] is None
    assert found["measured_pairs"] == 0
    text = latency(path).stdout
    assert "mean_absolute_error_ms" not in text
    assert text.splitlines()[0].split("\t")[4:6] == ["distance_km", "route_km"]
    assert text.splitlines()[1].endswith("graph")


def test_errors_are_printed(latency: Run, file: Callable[[str], Path]) -> None:
    done = latency(file(f"{HEADER}{BEIJING_SHANGHAI},26\n"))
    assert "mean_absolute_error_ms: " in done.stdout
    assert "mean_absolute_error_under_400km_ms" not in done.stdout


def test_settings_and_data_folder(latency: Run, file: Callable[[str], Path]) -> None:
    path = file(f"{HEADER}26.42,106.47,31.2,121.5,30\n")
    plain = json.loads(latency(path, "--json").stdout)["pairs"][0]
    longer = json.loads(latency(path, "--json", "--set", "geodata.network.detour=2").stdout)["pairs"][0]
    same = json.loads(latency(path, "--json", "--data", DATA).stdout)["pairs"][0]
    along = ("--set", "geodata.network.rail_corridors=true")
    rail = json.loads(latency(path, "--json", "--data", DATA, *along).stdout)["pairs"][0]
    assert longer["rtt_ms"] > plain["rtt_ms"]
    assert same == plain
    assert rail["rtt_ms"] != plain["rtt_ms"]
    assert rail["rtt_ms"] == pytest.approx(plain["rtt_ms"], rel=0.1)
    assert "needs a data folder" in latency(path, *along).stderr
    assert "there is no such folder" in latency(path, "--data", "nowhere").stderr
    assert "expected a key that begins with" in latency(path, "--set", "optim.x=1").stderr
    assert "unknown key" in latency(path, "--set", "geodata.network.x=1").stderr


@pytest.mark.parametrize("suffix", [".csv", ".xlsx", ".parquet"])
def test_formats(suffix: str, tmp_path: Path) -> None:
    table = pd.DataFrame(
        {"from_lat": [39.9], "from_lon": [116.4], "to_lat": [31.2], "to_lon": [121.5], "rtt_ms": [26]}
    )
    path = tmp_path / f"pairs{suffix}"
    write = {".csv": table.to_csv, ".xlsx": table.to_excel}.get(suffix)
    write(path, index=False) if write else table.to_parquet(path)
    found = compare(read_pairs(path), Settings())
    assert summary(found)["measured_pairs"] == 1
    assert found["rtt_ms"][0] == pytest.approx(23.7, abs=0.1)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("lat,lon\n1,2\n", "missing column from_lat, from_lon, to_lat, to_lon; found lat, lon; expected"),
        ("from_lat,from_lon,to_lat,to_lon\n", "no rows"),
        (f"{HEADER}116.4,39.9,31.2,121.5,20\n", "look swapped .row 1"),
        (f"{HEADER}{BEIJING_SHANGHAI},20\n39.9,116.4,121.5,31.2,20\n", "look swapped .row 2"),
        (f"{HEADER}75.99,39.47,39.9,116.4,60\n", "look swapped .row 1"),  # Kashgar
        (f"{HEADER}39.9,200,31.2,121.5,20\n", "beyond 180 degrees .row 1"),
        (f"{HEADER}0,0,31.2,121.5,20\n", r"coordinates \(0, 0\) .row 1"),
        (f"{HEADER}39.9,,31.2,121.5,20\n", "latitude or longitude is empty .row 1"),
        (f"{HEADER}{BEIJING_SHANGHAI},-5\n", "rtt_ms that is not above 0 .row 1"),
        (f"{HEADER}{BEIJING_SHANGHAI},0\n", "rtt_ms that is not above 0 .row 1"),
        (f"{HEADER}{BEIJING_SHANGHAI},26000\n", "microseconds"),
        (f"{HEADER}{BEIJING_SHANGHAI},20-30\n", "found '20-30', expected one number"),
        (f"{HEADER}N39.9,116.4,31.2,121.5,20\n", "column from_lat: found 'N39.9'"),
    ],
)
def test_faults(file: Callable[[str], Path], text: str, message: str) -> None:
    with pytest.raises(TableError, match=message):
        read_pairs(file(text))


def test_all_faults_at_once(file: Callable[[str], Path]) -> None:
    with pytest.raises(TableError, match=r"beyond 180 .*row 1.*not above 0 .row 2"):
        read_pairs(file(f"{HEADER}39.9,200,31.2,121.5,20\n{BEIJING_SHANGHAI},-5\n"))


def test_no_such_file(latency: Run) -> None:
    done = latency("nowhere.csv")
    assert done.exit_code == 2
    assert "no file nowhere.csv" in done.stderr


def test_faster_than_light_is_told_and_counts(latency: Run, file: Callable[[str], Path]) -> None:
    path = file(f"{HEADER}{BEIJING_SHANGHAI},26\n{BEIJING_SHANGHAI},5\n")
    with pytest.warns(DataWarning, match=r"row 2: measured round trip faster than light .* is it one way"):
        found = compare(read_pairs(path), Settings())
    assert summary(found)["measured_pairs"] == 2
    done = latency(path)
    assert done.exit_code == 0
    assert "faster than light" in done.stderr


def test_a_pair_and_its_reverse(file: Callable[[str], Path]) -> None:
    path = file(f"{HEADER}{BEIJING_SHANGHAI},\n31.2,121.5,39.9,116.4,\n")
    found = compare(read_pairs(path), Settings())
    assert np.ptp(found["rtt_ms"]) == 0
