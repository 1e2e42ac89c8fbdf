"""Unpacking: what is in the archive comes, and nothing leaves the folder or grows without limit."""

import errno
import io
import stat
import tarfile
import zipfile
from pathlib import Path

import pytest

from geodata.readers import archives
from geodata.readers.archives import Limits, unpack
from geodata.tables import TableError

FILES = {"a.csv": b"1,2\n", "deep/b.shp": b"shape", "deep/er/c.txt": "高".encode()}


def zipped(path: Path, files: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.mkdir("deep")
        for name, content in files.items():
            archive.writestr(name, content)
    return path


def tarred(path: Path, files: dict[str, bytes], *others: tarfile.TarInfo, mode: str = "w:gz") -> Path:
    with tarfile.open(path, mode) as archive:  # type: ignore[call-overload]
        for name, content in files.items():
            member = tarfile.TarInfo(name)
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))
        for member in others:
            archive.addfile(member)
    return path


def tree(folder: Path) -> list[str]:
    return sorted(p.relative_to(folder).as_posix() for p in folder.rglob("*"))


@pytest.mark.parametrize("mode", ["zip", "w", "w:gz", "w:bz2", "w:xz"])
def test_files_come_with_their_folders(mode: str, tmp_path: Path) -> None:
    path = tmp_path / "archive"
    path = zipped(path, FILES) if mode == "zip" else tarred(path, FILES, mode=mode)
    found = unpack(path, tmp_path / "new/folder")
    assert [p.relative_to(tmp_path / "new/folder").as_posix() for p in found] == sorted(FILES)
    assert {p.read_bytes() for p in found} == set(FILES.values())
    assert tree(tmp_path / "new") == sorted(
        ["folder", "folder/deep", "folder/deep/er", *map("folder/{}".format, FILES)]
    )


def test_an_empty_folder_is_taken_and_a_full_one_refused(tmp_path: Path) -> None:
    path = zipped(tmp_path / "x.zip", FILES)
    (tmp_path / "folder").mkdir()
    assert len(unpack(path, tmp_path / "folder")) == 3
    with pytest.raises(TableError, match="is there already"):
        unpack(path, tmp_path / "folder")
    assert len(list((tmp_path / "folder").rglob("*.csv"))) == 1


OUTSIDE = ["../x", "deep/../../x", "/x", "C:\\x", "..\\x", "c:x", "\\\\host\\x", ".", ".."]


@pytest.mark.parametrize("name", OUTSIDE)
@pytest.mark.parametrize("kind", ["zip", "tar"])
def test_names_that_lead_out_are_refused(name: str, kind: str, tmp_path: Path) -> None:
    files = {"good.csv": b"1", name: b"escaped"}
    path = tmp_path / "archive"
    path = zipped(path, files) if kind == "zip" else tarred(path, files)
    with pytest.raises(TableError, match="leads out of the folder"):
        unpack(path, tmp_path / "in/folder")
    assert tree(tmp_path) == ["archive", "in"]


def member(name: str, kind: bytes, target: str = "") -> tarfile.TarInfo:
    made = tarfile.TarInfo(name)
    made.type, made.linkname = kind, target
    return made


@pytest.mark.parametrize(
    ("kind", "target"),
    [
        (tarfile.SYMTYPE, "/etc"),
        (tarfile.SYMTYPE, "good.csv"),
        (tarfile.LNKTYPE, "good.csv"),
        (tarfile.CHRTYPE, ""),
        (tarfile.BLKTYPE, ""),
        (tarfile.FIFOTYPE, ""),
    ],
)
def test_links_and_devices_in_a_tar_are_refused(kind: bytes, target: str, tmp_path: Path) -> None:
    path = tarred(tmp_path / "x.tar.gz", {"good.csv": b"1"}, member("bad", kind, target))
    with pytest.raises(TableError, match="bad is a link or device"):
        unpack(path, tmp_path / "folder")
    assert tree(tmp_path) == ["x.tar.gz"]


@pytest.mark.parametrize("kind", [stat.S_IFLNK, stat.S_IFCHR, stat.S_IFIFO])
def test_links_and_devices_in_a_zip_are_refused(kind: int, tmp_path: Path) -> None:
    path = tmp_path / "x.zip"
    with zipfile.ZipFile(path, "w") as archive:
        entry = zipfile.ZipInfo("bad")
        entry.external_attr = (kind | 0o777) << 16
        archive.writestr(entry, "/etc/passwd")
    with pytest.raises(TableError, match="bad is a link or device"):
        unpack(path, tmp_path / "folder")
    assert tree(tmp_path) == ["x.zip"]


@pytest.mark.parametrize("kind", ["zip", "tar"])
def test_a_bomb_is_stopped_while_it_unpacks(kind: str, tmp_path: Path) -> None:
    files = {f"{n}.bin": bytes(3_000_000) for n in range(3)}
    path = tmp_path / "bomb"
    path = zipped(path, files) if kind == "zip" else tarred(path, files)
    with pytest.raises(TableError, match=r"unpacks to more than .* a zip bomb\?"):
        unpack(path, tmp_path / "folder")
    assert tree(tmp_path) == ["bomb"]
    assert len(unpack(path, tmp_path / "folder", Limits(ratio=5000))) == 3


def test_a_size_that_is_declared_too_small_is_found_out(tmp_path: Path) -> None:
    """The directory of the archive says 10 bytes; the file has 3 million."""
    path = zipped(tmp_path / "x.zip", {"x.bin": bytes(3_000_000)})
    raw = path.read_bytes()
    path.write_bytes(raw.replace((3_000_000).to_bytes(4, "little"), (10).to_bytes(4, "little")))
    with pytest.raises(TableError, match=r"damaged archive|zip bomb"):
        unpack(path, tmp_path / "folder")
    assert tree(tmp_path) == ["x.zip"]


def test_limits_of_size_and_number(tmp_path: Path) -> None:
    path = zipped(tmp_path / "x.zip", FILES)
    with pytest.raises(TableError, match="more than 2 files"):
        unpack(path, tmp_path / "folder", Limits(files=2))
    with pytest.raises(TableError, match="unpacks to more than 5 bytes"):
        unpack(path, tmp_path / "folder", Limits(total_bytes=5))
    assert tree(tmp_path) == ["x.zip"]


@pytest.mark.parametrize("content", [b"", b"a,b\n1,2\n", b"\x1f\x8b\x08 nonsense", b"PK\x03\x04 nonsense"])
def test_what_is_no_archive_is_refused(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "x.zip"
    path.write_bytes(content)
    with pytest.raises(TableError, match=r"found no zip or tar archive|damaged archive"):
        unpack(path, tmp_path / "folder")
    assert tree(tmp_path) == ["x.zip"]


@pytest.mark.parametrize("kind", ["zip", "tar.gz", "tar.bz2", "tar.xz", "tar"])
@pytest.mark.parametrize("share", [0.3, 0.6, 0.9])
def test_a_cut_archive_is_refused(kind: str, share: float, tmp_path: Path) -> None:
    noise = {f"{n}.bin": bytes((i * i + n) % 251 for i in range(20_000)) for n in range(4)}
    path = tmp_path / f"x.{kind}"
    modes = {"tar.gz": "w:gz", "tar.bz2": "w:bz2", "tar.xz": "w:xz", "tar": "w"}
    path = zipped(path, noise) if kind == "zip" else tarred(path, noise, mode=modes[kind])
    path.write_bytes(path.read_bytes()[: int(path.stat().st_size * share)])
    with pytest.raises(TableError, match=r"found no zip or tar archive|damaged archive"):
        unpack(path, tmp_path / "folder")
    assert tree(tmp_path) == [path.name]


def test_a_damaged_file_is_refused(tmp_path: Path) -> None:
    path = zipped(tmp_path / "x.zip", {"x.bin": bytes(i % 251 for i in range(10_000))})
    raw = bytearray(path.read_bytes())
    raw[120] ^= 255
    path.write_bytes(bytes(raw))
    with pytest.raises(TableError, match="damaged archive"):
        unpack(path, tmp_path / "folder")


def test_an_encrypted_archive_is_refused(tmp_path: Path) -> None:
    path = zipped(tmp_path / "x.zip", {"x.bin": b"1"})
    raw = bytearray(path.read_bytes())
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        raw[raw.rindex(mark) + offset] |= 1
    path.write_bytes(bytes(raw))
    with pytest.raises(TableError, match="is encrypted"):
        unpack(path, tmp_path / "folder")


def test_odd_content_is_refused(tmp_path: Path) -> None:
    with pytest.raises(TableError, match="holds no file"):
        unpack(zipped(tmp_path / "none.zip", {}), tmp_path / "folder")
    with pytest.raises(TableError, match="there is no such file"):
        unpack(tmp_path / "x.zip", tmp_path / "folder")
    path = tarred(tmp_path / "twice.tar.gz", {"a": b"1", "./a": b"2"})
    with pytest.raises(TableError, match="a stands twice"):
        unpack(path, tmp_path / "folder")
    path = tarred(tmp_path / "both.tar.gz", {"a": b"1", "a/b": b"2"})
    with pytest.raises(TableError, match="cannot be unpacked"):
        unpack(path, tmp_path / "folder")
    assert not (tmp_path / "folder").exists()


def test_a_full_disk_or_an_interrupt_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = zipped(tmp_path / "x.zip", FILES)

    def fail(error: BaseException) -> None:
        def copy(*_: object) -> int:
            raise error

        monkeypatch.setattr(archives, "_copy", copy)

    fail(OSError(errno.ENOSPC, "No space left on device"))
    with pytest.raises(TableError, match="No space left on device"):
        unpack(path, tmp_path / "folder")
    fail(KeyboardInterrupt())
    with pytest.raises(KeyboardInterrupt):
        unpack(path, tmp_path / "folder")
    assert tree(tmp_path) == ["x.zip"]
