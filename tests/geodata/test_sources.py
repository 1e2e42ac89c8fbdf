import ast
from pathlib import Path

import pandas as pd
import pytest

from geodata.catalogue import sources
from geodata.catalogue.sources import available, catalogue, digest, source_files, verified
from geodata.tables import TableError

PACKAGE = Path(sources.__file__).parents[1]
DATA = Path(__file__).parents[2].parent / "shared" / "data"
TEMPERATURE = "climate/itu-p1510-temperature/itu_p1510_t2m_monthly_cn_cog.tif"
THEMES = ("climate", "compute", "demand", "land", "network", "power", "renewables", "water")
BROUGHT = ("Protected areas", "Ground acceleration zones", "River floods of JRC", "Aqueduct 4.0")


def test_catalogue_is_complete() -> None:
    table = catalogue()
    assert not table["path"][table["path"] != ""].duplicated().any()
    assert not table["name"].str.casefold().duplicated().any()
    text = ["what", "address", "licence", "attribution", "vintage"]
    assert (table[text].apply(lambda column: column.str.strip()) != "").all().all()
    assert set(table["theme"]) == set(THEMES)
    assert table["confidence"].isin(["high", "medium", "low"]).all()
    assert table["address"].str.startswith(("https://", "http://", "none: ")).all()
    held = table[table["files"] > 0]
    assert held["sha256"].str.fullmatch("[0-9a-f]{64}").all()
    assert (held["size_bytes"] > 0).all()
    assert not set(table["name"].str.casefold()) & set(THEMES)


def test_what_the_user_brings_is_named_too() -> None:
    table = catalogue().set_index("name")
    brought = table[table["files"] == 0]
    assert set(BROUGHT) <= set(brought.index)
    assert (brought["address"].str.startswith(("https://", "http://"))).all()
    assert (brought["sha256"] == "").all()


def test_every_file_of_the_folder_is_catalogued_with_its_size_and_checksum() -> None:
    files = source_files()
    there = sorted(p.relative_to(DATA).as_posix() for p in DATA.rglob("*") if p.is_file())
    there = [p for p in there if not p.startswith("benchmarks/") and not p.endswith("SOURCES.md")]
    assert files["path"].tolist() == there
    assert [digest(DATA / path) for path in there] == list(
        zip(files["sha256"], files["size_bytes"], strict=True)
    )


def test_sizes_and_checksums_are_those_of_the_sources_documents() -> None:
    """Each theme's SOURCES.md lists path, bytes and SHA-256 of its files."""
    for row in source_files().to_dict("records"):
        theme, _, rest = row["path"].partition("/")
        text = (DATA / theme / "SOURCES.md").read_text(encoding="utf-8")
        lines = [line for line in text.splitlines() if line.startswith("|") and row["sha256"] in line]
        assert any(rest in line and f" {row['size_bytes']} " in line for line in lines), row["path"]


def test_every_file_belongs_to_its_source() -> None:
    files = source_files().merge(catalogue(), left_on="source", right_on="name", suffixes=("", "_of_source"))
    assert len(files) == len(source_files())
    below = [
        p == s or p.startswith(f"{s}/") for p, s in zip(files["path"], files["path_of_source"], strict=True)
    ]
    assert all(below)


def test_a_file_has_an_address_or_says_what_it_was_made_from() -> None:
    files = source_files()
    assert ((files["download"] == "") != (files["made_from"] == "")).all()
    direct = files.loc[files["download"] != "", "download"]
    assert direct.str.fullmatch(r"https://raw\.githubusercontent\.com/[^/]+/[^/]+/[0-9a-f]{40}/\S+").all()
    assert not direct.duplicated().any()


def test_addresses_stand_in_the_sources_documents() -> None:
    """Repository and commit of every download address are those that SOURCES.md names."""
    for path, url in source_files().query("download != ''")[["path", "download"]].itertuples(index=False):
        text = (DATA / path.split("/")[0] / "SOURCES.md").read_text(encoding="utf-8")
        owner, repository, commit = url.removeprefix("https://raw.githubusercontent.com/").split("/")[:3]
        assert f"{owner}/{repository}" in text or repository in text, path
        assert commit in text or commit[:8] in text, path


@pytest.mark.slow
def test_what_geodata_reads_is_marked_so() -> None:
    """A source is read here where a module of geodata names its path, or where the user brings the file."""
    nodes = [
        node for p in PACKAGE.rglob("*.py") for node in ast.walk(ast.parse(p.read_text(encoding="utf-8")))
    ]
    texts = {node.value for node in nodes if isinstance(node, ast.Constant) and isinstance(node.value, str)}
    table, files = catalogue(), source_files()
    read = set(files.loc[files["path"].isin(texts), "source"]) | set(
        table.loc[table["path"].isin(texts), "name"]
    )
    read |= set(table.loc[table["files"] == 0, "name"])
    assert set(table.loc[table["read_here"], "name"]) ^ read == set()
    assert {"Substations", "ERA5 availability", "ITU temperature", "Rivers and lakes"} <= read


def test_data_folder_is_as_catalogued() -> None:
    table = available(DATA)
    held = table["files"] > 0
    assert table.loc[held & (table["state"] != "same"), "path"].tolist() == []
    assert set(table.loc[~held, "state"]) == {"yours to bring"}
    assert (table["checksum"] == held).all()
    assert (table["present"] == held).all()


def test_the_checksum_of_a_folder_is_that_of_its_files() -> None:
    for row in catalogue().query("files > 0").to_dict("records"):
        assert digest(DATA / row["path"]) == (row["sha256"], row["size_bytes"])


def test_without_a_folder_nothing_is_there(tmp_path: Path) -> None:
    for table in (available(None), available(tmp_path)):
        assert set(table["state"]) == {"missing", "yours to bring"}
        assert not table["present"].any()
        assert not table["checksum"].any()
    assert set(verified(None)["state"]) == {"missing"}


def put(folder: Path, path: str, content: bytes) -> None:
    (folder / path).parent.mkdir(parents=True, exist_ok=True)
    (folder / path).write_bytes(content)


def states(folder: Path) -> pd.Series:
    table = verified(folder).set_index("path")["state"]
    return table[table != "missing"]


def test_each_state_of_a_file_is_told(tmp_path: Path) -> None:
    whole = (DATA / TEMPERATURE).read_bytes()
    put(tmp_path, TEMPERATURE, whole)
    assert states(tmp_path).to_dict() == {TEMPERATURE: "ok"}
    put(tmp_path, TEMPERATURE, whole[:1000])
    assert states(tmp_path).to_dict() == {TEMPERATURE: "truncated"}
    assert verified(tmp_path).set_index("path").loc[TEMPERATURE, "found_bytes"] == 1000
    put(tmp_path, TEMPERATURE, bytes([whole[0] ^ 1]) + whole[1:])
    assert states(tmp_path).to_dict() == {TEMPERATURE: "another version"}
    put(tmp_path, TEMPERATURE, whole + b"x")
    assert states(tmp_path).to_dict() == {TEMPERATURE: "another version"}
    (tmp_path / TEMPERATURE).unlink()
    (tmp_path / TEMPERATURE).mkdir()
    assert states(tmp_path).to_dict() == {TEMPERATURE: "another version"}


def test_a_source_of_which_files_are_missing_is_incomplete(tmp_path: Path) -> None:
    path = "climate/koppen-geiger-0p5deg/legend.csv"
    put(tmp_path, path, (DATA / path).read_bytes())
    row = available(tmp_path).set_index("name").loc["Koppen-Geiger classes"]
    assert row["state"] == "incomplete"
    assert row["present"]
    assert not row["checksum"]
    put(tmp_path, path, b"else")
    assert available(tmp_path).set_index("name").loc["Koppen-Geiger classes", "state"] == "another version"
    put(tmp_path, "climate/koppen-geiger-0p5deg/more.txt", b"a file of the user's")
    assert len(states(tmp_path)) == 1


def test_a_layer_without_known_checksum_is_seen(tmp_path: Path) -> None:
    put(tmp_path, "water/aqueduct-4-0/x.csv", b"1")
    row = available(tmp_path).set_index("name").loc["Aqueduct 4.0"]
    assert row["state"] == "no checksum known"
    assert row["present"]
    assert not row["checksum"]


def test_a_file_that_cannot_be_read_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    put(tmp_path, TEMPERATURE, (DATA / TEMPERATURE).read_bytes())

    def refuse(_: Path) -> str:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(sources, "_file_digest", refuse)
    with pytest.raises(TableError, match=r"itu_p1510.*cannot be read \(Permission denied\)"):
        verified(tmp_path)


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
