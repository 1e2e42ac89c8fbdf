"""Fetching from a server with faults: what comes is whole, and what does not come leaves nothing behind."""

import errno
import filecmp
import shutil
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from geodata.catalogue import download, http_replies
from geodata.catalogue.download import Settings
from geodata.catalogue.fetch import Fetched, fetch
from geodata.catalogue.fetch_order import order
from geodata.catalogue.sources import MISSING, OK, source_files, verified
from geodata.tables import TableError
from tests.fileserver import FileServer, serve

DATA = Path(__file__).parents[2].parent / "shared" / "data"
SOURCE = "Yellow River"
FILE = "water/yellow-river-basin/surface_WU.csv"
OTHERS = 4
LINK = "water/yellow-river-basin/runoff.csv"
FAST = Settings(retries=2, backoff_s=0, connect_timeout_s=2, read_timeout_s=0.2)
Get = Callable[..., Fetched]


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[FileServer]:
    for name in ("NO_PROXY", "no_proxy"):
        monkeypatch.setenv(name, "127.0.0.1")
    with serve(DATA) as running:
        yield running


@pytest.fixture
def get(server: FileServer, tmp_path: Path) -> Get:
    """Return a function that fetches from the server into `tmp_path / "data"`."""

    def run(*names: str, settings: Settings = FAST, force: bool = False) -> Fetched:
        return fetch(order(list(names) or [FILE], tmp_path / "data", server.url, force), settings)

    return run


def left(folder: Path) -> dict[str, int]:
    """Return every file below the folder with its size."""
    return {p.relative_to(folder).as_posix(): p.stat().st_size for p in folder.rglob("*") if p.is_file()}


def size(path: str) -> int:
    return (DATA / path).stat().st_size


def test_a_source_comes_whole(get: Get, server: FileServer, tmp_path: Path) -> None:
    told: list[str] = []
    grown: list[int] = []
    ordered = order([SOURCE], tmp_path / "data", server.url)
    done = fetch(ordered, FAST, told.append, grown.append)
    assert done.faults == []
    assert sorted(done.files) == sorted(left(tmp_path / "data"))
    assert all(filecmp.cmp(tmp_path / "data" / path, DATA / path, shallow=False) for path in done.files)
    assert told == ["Yellow River: CC BY 4.0; credit: SongshGeo, Yellow-River-Governance-Data"]
    assert sum(grown) == ordered.files["size_bytes"].sum()
    again = order([SOURCE], tmp_path / "data", server.url)
    assert len(again.there) == OTHERS + 1
    assert again.files.empty


def test_a_fault_does_not_stop_the_others(get: Get, server: FileServer, tmp_path: Path) -> None:
    server.fault(FILE, "404")
    server.fault(LINK, "other")
    done = get(SOURCE)
    assert len(done.files) == OTHERS - 1
    assert len(done.faults) == 2
    assert sorted(done.files) == sorted(left(tmp_path / "data"))
    assert any(f"{FILE}: HTTP 404" in fault for fault in done.faults)


FINAL = {
    "404": "HTTP 404",
    "403": "HTTP 403",
    "500": "HTTP 500 .*3 tries",
    "503": "HTTP 503 .*3 tries",
    "204": "HTTP 204",
    "longer": "has 19,643 bytes or more, expected 19,639",
    "long_length": "has 19,646 bytes or more, expected 19,639",
    "hang_up": "connection cut .*3 tries",
    "stall": "no answer in time .*3 tries",
    "redirect file:///etc/hostname": "redirects to another scheme",
    "redirect ftp://127.0.0.1/x": "redirects to another scheme",
    f"redirect /{FILE}": "redirects too often",
    "redirect http://[": "IPv6",
    "text short": "wrong checksum",
    "other": "wrong checksum",
}


@pytest.mark.slow
@pytest.mark.parametrize("fault", FINAL)
def test_what_fails_for_good_leaves_nothing(fault: str, get: Get, server: FileServer, tmp_path: Path) -> None:
    server.fault(FILE, fault)
    done = get()
    assert done.files == []
    assert left(tmp_path / "data") == {}
    with pytest.raises(AssertionError, match=rf"^{FILE}: .*{FINAL[fault]}"):
        raise AssertionError(*done.faults)


def test_a_wrong_checksum_names_both_and_the_size(get: Get, server: FileServer) -> None:
    server.fault(FILE, "other")
    (fault,) = get().faults
    known = source_files().set_index("path").loc[FILE, "sha256"]
    assert f"expected {known} (19,639 bytes)" in fault
    assert "found SHA-256 " in fault
    assert fault.count("19,639 bytes") == 2
    assert len(server.asked) == 1


PASSING = ["500", "429", "hang_up", "stall", "cut", "half_stall", "cut_no_length"]


@pytest.mark.parametrize("fault", PASSING)
def test_what_passes_is_tried_again(fault: str, get: Get, server: FileServer, tmp_path: Path) -> None:
    server.fault(FILE, fault, times=1)
    done = get()
    assert done.faults == []
    assert left(tmp_path / "data") == {FILE: size(FILE)}


@pytest.mark.parametrize("fault", ["no_length", "gzip", "no_range"])
def test_odd_servers_are_understood(fault: str, get: Get, server: FileServer) -> None:
    server.fault(FILE, fault)
    assert get().files == [FILE]


def test_a_redirect_is_followed(get: Get, server: FileServer) -> None:
    server.fault(FILE, f"redirect /{FILE}", times=2)
    assert get().files == [FILE]
    server.fault(LINK, f"redirect {server.url}/nowhere")
    assert "HTTP 404" in get(LINK).faults[0]


def test_a_cut_file_goes_on_where_it_was_cut(get: Get, server: FileServer) -> None:
    server.fault(FILE, "cut", times=2)
    assert get().files == [FILE]
    half = size(FILE) // 2
    assert server.ranges(FILE) == ["", f"bytes={half}-", f"bytes={half + (size(FILE) - half) // 2}-"]


def test_a_file_that_is_always_cut_is_kept_as_part_only(get: Get, server: FileServer, tmp_path: Path) -> None:
    server.fault(FILE, "cut", times=3)
    (fault,) = get().faults
    assert "connection cut (3 tries)" in fault
    assert "of 19,639 bytes are kept in surface_WU.csv.part" in fault
    assert list(left(tmp_path / "data")) == [f"{FILE}.part"]
    assert get().files == [FILE]
    assert server.ranges(FILE)[-1].startswith("bytes=")
    assert left(tmp_path / "data") == {FILE: size(FILE)}


def part(folder: Path, content: bytes) -> None:
    path = folder / "data" / f"{FILE}.part"
    path.parent.mkdir(parents=True)
    path.write_bytes(content)


def test_a_server_without_ranges_starts_anew(get: Get, server: FileServer, tmp_path: Path) -> None:
    part(tmp_path, (DATA / FILE).read_bytes()[:5000])
    server.fault(FILE, "no_range")
    assert get().files == [FILE]
    assert server.ranges(FILE) == ["bytes=5000-"]


@pytest.mark.parametrize("fault", ["wrong_range", "416"])
def test_a_server_that_goes_on_elsewhere_starts_anew(
    fault: str, get: Get, server: FileServer, tmp_path: Path
) -> None:
    part(tmp_path, (DATA / FILE).read_bytes()[:5000])
    server.fault(FILE, fault, times=1)
    assert get().files == [FILE]
    assert server.ranges(FILE) == ["bytes=5000-", ""]


@pytest.mark.parametrize("content", [b"x" * 5000, b"x" * 19639, b"x" * 20000], ids=["part", "whole", "more"])
def test_a_part_of_another_version_does_not_spoil_the_file(
    content: bytes, get: Get, server: FileServer, tmp_path: Path
) -> None:
    part(tmp_path, content)
    assert get(settings=FAST.model_copy(update={"retries": 0})).files == [FILE]
    assert left(tmp_path / "data") == {FILE: size(FILE)}


def test_a_whole_part_only_needs_its_name(get: Get, server: FileServer, tmp_path: Path) -> None:
    part(tmp_path, (DATA / FILE).read_bytes())
    assert get().files == [FILE]
    assert server.asked == []


def test_a_false_length_that_is_too_short_is_told(get: Get, server: FileServer, tmp_path: Path) -> None:
    server.fault(FILE, "short_length")
    assert "wrong checksum" in get().faults[0]
    assert left(tmp_path / "data") == {}


def test_another_version_stays_unless_forced(get: Get, server: FileServer, tmp_path: Path) -> None:
    path = tmp_path / "data" / FILE
    path.parent.mkdir(parents=True)
    path.write_text("mine", encoding="utf-8")
    ordered = order([FILE], tmp_path / "data", server.url)
    assert ordered.files.empty
    assert ordered.kept == [
        f"{FILE}: truncated is there (4 bytes, known are 19,639 bytes); --force replaces it"
    ]
    server.fault(FILE, "other", times=1)
    assert get(force=True).files == []
    assert path.read_text(encoding="utf-8") == "mine"
    assert get(force=True).files == [FILE]


def test_no_room_is_told_before_anything_is_got(
    get: Get, server: FileServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    usage = shutil.disk_usage(tmp_path)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage._replace(free=1000))
    with pytest.raises(TableError, match=r"19,639 bytes are needed, 1,000 are free"):
        get()
    assert server.asked == []


def test_a_disk_that_fills_up_stops_the_run(
    get: Get, server: FileServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_out: object, _chunk: bytes) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(download, "_append", full)
    done = get(SOURCE)
    assert done.files == []
    assert "no space left on the disk; nothing was kept" in done.faults[0]
    assert done.faults[1] == f"{OTHERS} more files were not tried: no space left on the disk"
    assert len(server.asked) == 1
    assert left(tmp_path / "data") == {}


def test_a_write_error_is_told(get: Get, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(_out: object, _chunk: bytes) -> None:
        raise OSError(errno.EIO, "Input/output error")

    monkeypatch.setattr(download, "_append", broken)
    assert "cannot be written (Input/output error)" in get().faults[0]


def test_an_interrupt_leaves_no_half_file(
    get: Get, server: FileServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stop(out: object, chunk: bytes) -> None:
        out.write(chunk[:3000])  # type: ignore[attr-defined]
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(download, "_append", stop)
        with pytest.raises(KeyboardInterrupt):
            get()
    assert left(tmp_path / "data") == {f"{FILE}.part": 3000}
    assert get().files == [FILE]
    assert server.ranges(FILE) == ["", "bytes=3000-"]


def test_a_folder_that_cannot_be_made(server: FileServer, tmp_path: Path) -> None:
    (tmp_path / "data").write_text("a file", encoding="utf-8")
    with pytest.raises(TableError, match="data: the folder cannot be made"):
        fetch(order([FILE], tmp_path / "data", server.url), FAST)
    (tmp_path / "data").unlink()
    (tmp_path / "data").mkdir()
    (tmp_path / "data/water").write_text("a file", encoding="utf-8")
    (fault,) = fetch(order([FILE], tmp_path / "data", server.url), FAST).faults
    assert "the folder cannot be made" in fault


def test_a_folder_that_cannot_be_written(get: Get, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(errno.EACCES, "Permission denied")

    monkeypatch.setattr("pooch.core.make_local_storage", refuse)
    assert "cannot be written (Permission denied)" in get().faults[0]


def test_a_host_that_does_not_answer_is_tried_for_one_file(tmp_path: Path) -> None:
    with serve(DATA) as gone:
        url = gone.url
    done = fetch(order([SOURCE], tmp_path / "data", url), FAST)
    assert len(done.faults) == 2
    assert "no connection (3 tries)" in done.faults[0]
    assert done.faults[1] == f"{OTHERS} more files were not tried: {url[7:]} does not answer"


def test_a_file_beyond_the_limit_is_refused(get: Get, tmp_path: Path) -> None:
    (fault,) = get(settings=FAST.model_copy(update={"max_bytes": 1000})).faults
    assert "1,000" in fault
    assert left(tmp_path / "data") == {}


def test_back_off_doubles(get: Get, server: FileServer, monkeypatch: pytest.MonkeyPatch) -> None:
    slept: list[float] = []
    monkeypatch.setattr(download.time, "sleep", slept.append)
    server.fault(FILE, "500")
    get(settings=Settings(retries=3, backoff_s=0.5))
    assert slept == [0.5, 1.0, 2.0]


def test_an_encrypted_address_is_not_left_for_an_open_one() -> None:
    wanted = http_replies.Wanted("https://a.example/x", Path("x"))
    answer = http_replies.requests.Response()
    answer.status_code, answer.url = 200, "http://b.example/x"
    with pytest.raises(http_replies.DownloadError, match="not encrypted"):
        http_replies.check_reply(answer, wanted, 0)


@pytest.mark.slow
def test_the_whole_catalogue_comes_from_a_mirror(server: FileServer, tmp_path: Path) -> None:
    done = fetch(order([], tmp_path, server.url + "/"), FAST.model_copy(update={"read_timeout_s": 5}))
    assert done.faults == []
    assert set(verified(tmp_path)["state"]) == {OK}
    assert sorted(left(tmp_path)) == sorted(source_files()["path"])
    assert all(filecmp.cmp(tmp_path / path, DATA / path, shallow=False) for path in source_files()["path"])


def zipped(folder: Path, *names: str) -> Path:
    path = folder / "mirror/water/aqueduct-4-0.zip"
    path.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(path, "w") as archive:
        for name in names:
            archive.writestr(name, f"content of {name}")
    return path


def test_an_archive_is_unpacked_and_goes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    zipped(tmp_path, "a.csv", "deep/b.csv")
    told: list[str] = []
    with serve(tmp_path / "mirror") as server:
        done = fetch(order(["aqueduct 4.0"], tmp_path / "data", server.url), FAST, told.append)
        assert done.faults == []
        assert sorted(left(tmp_path / "data/water/aqueduct-4-0")) == ["a.csv", "deep/b.csv"]
        assert len(left(tmp_path / "data")) == 2
        assert "no checksum is known" in told[1]
        again = order(["water/aqueduct-4-0"], tmp_path / "data", server.url)
        assert again.there == ["water/aqueduct-4-0.zip"]
        zipped(tmp_path, "c.csv")
        server.fault("water/aqueduct-4-0.zip", "cut", times=1)
        fetch(order(["Aqueduct 4.0"], tmp_path / "data", server.url, force=True), FAST)
        assert server.ranges("water/aqueduct-4-0.zip") == ["", "", ""]
        assert list(left(tmp_path / "data")) == ["water/aqueduct-4-0/c.csv"]


def test_a_bad_archive_leaves_what_was_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    zipped(tmp_path, "../escaped.csv")
    mine = tmp_path / "data/water/aqueduct-4-0/mine.csv"
    mine.parent.mkdir(parents=True)
    mine.write_text("mine", encoding="utf-8")
    with serve(tmp_path / "mirror") as server:
        ordered = order(["Aqueduct 4.0"], tmp_path / "data", server.url, force=True)
        assert "leads out of the folder" in fetch(ordered, FAST).faults[0]
    assert list(left(tmp_path / "data")) == ["water/aqueduct-4-0/mine.csv"]


def test_files_without_an_address_are_told(tmp_path: Path) -> None:
    ordered = order([], tmp_path)
    assert ordered.faults == []
    assert len(ordered.files) + len(ordered.without) == len(source_files())
    assert ordered.files["url"].str.startswith("https://raw.githubusercontent.com/").all()
    named = order(["Substations"], tmp_path)
    assert named.files.empty
    assert "made from OpenQGIS/OMap-GeoDB" in named.faults[1]
    assert "official page: https://download.geofabrik.de" in named.faults[1]
    assert order(["water"], tmp_path).faults == []


def test_what_only_the_user_can_get_is_told(tmp_path: Path) -> None:
    (fault,) = order(["protected areas"], tmp_path).faults
    assert "yours to bring from https://www.protectedplanet.net" in fault


def test_names_are_sources_themes_and_paths(tmp_path: Path) -> None:
    url = "http://127.0.0.1:1/x"
    assert set(order(["Climate ".strip().lower()], tmp_path, url).files["theme"]) == {"climate"}
    both = order(["topology zoo", "network/topology_zoo_cn/Cernet.gml"], tmp_path, url)
    assert len(both.files) == 6
    with pytest.raises(TableError, match=r"'Substation' is no source.*did you mean Substations.*'x' is no"):
        order(["Substation", "x"], tmp_path)


@pytest.mark.parametrize("mirror", ["file:///data", "../shared/data", "ftp://host/x", "http://", "http://["])
def test_a_mirror_is_an_address(mirror: str, tmp_path: Path) -> None:
    with pytest.raises(TableError, match="found no http or https address"):
        order([], tmp_path, mirror)


def test_nothing_asked_for_makes_no_folder(tmp_path: Path) -> None:
    ordered = order(["Substations"], tmp_path / "data")
    assert fetch(ordered).files == []
    assert not (tmp_path / "data").exists()
    assert set(verified(tmp_path / "data")["state"]) == {MISSING}
