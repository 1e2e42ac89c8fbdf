from pathlib import Path

from geodata.layers.stations import ELEVATION, FILE
from geodata.layers.survey_climate import HUMIDITY, TEMPERATURE, VAPOUR
from geodata.sources import available, catalogue, digest

DATA = Path(__file__).parents[2].parent / "shared" / "data"
THEMES = ("climate", "land", "network", "power", "renewables", "water", "demand", "compute")


def test_catalogue_is_complete() -> None:
    table = catalogue()
    assert not table["path"].duplicated().any()
    assert not table["name"].duplicated().any()
    text = ["what", "address", "licence", "attribution", "vintage"]
    assert (table[text] != "").all().all()
    assert table["confidence"].isin(["high", "medium", "low"]).all()
    assert table["address"].str.startswith(("https://", "http://", "none: ")).all()
    assert table["sha256"].str.fullmatch("[0-9a-f]{64}").all()


def test_every_group_of_files_is_named() -> None:
    paths = catalogue()["path"]
    groups = [p.relative_to(DATA).as_posix() for t in THEMES for p in (DATA / t).iterdir() if p.is_dir()]
    assert [g for g in groups if not paths.str.startswith(g).any()] == []


def test_the_files_that_the_climate_survey_reads_are_named() -> None:
    table = catalogue().set_index("path")
    assert table.loc[[TEMPERATURE, HUMIDITY, VAPOUR, ELEVATION, FILE], "read_here"].all()


def test_data_folder_is_as_catalogued() -> None:
    table = available(DATA)
    assert table["present"].all()
    assert table.loc[~table["checksum"], "path"].tolist() == []


def test_without_a_folder_nothing_is_there(tmp_path: Path) -> None:
    for table in (available(None), available(tmp_path)):
        assert not table["present"].any()
        assert not table["checksum"].any()


def test_another_version_is_seen(tmp_path: Path) -> None:
    path = tmp_path / TEMPERATURE
    path.parent.mkdir(parents=True)
    path.write_bytes(b"else")
    row = available(tmp_path).set_index("path").loc[TEMPERATURE]
    assert row["present"]
    assert not row["checksum"]


def test_digest_of_a_folder(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "a/one.txt").write_text("1", encoding="utf-8")
    (tmp_path / "two.txt").write_text("22", encoding="utf-8")
    first = digest(tmp_path)
    assert first[1] == 3
    (tmp_path / "a/one.txt").rename(tmp_path / "a/uno.txt")
    assert digest(tmp_path) != first
    assert digest(tmp_path / "two.txt") == (
        "785f3ec7eb32f30b90cd0fcf3657d388b5ff4297f2f9716ff66e9b69c05ddd09",
        2,
    )
