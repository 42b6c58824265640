"""Unpacking stays inside its folder, whatever the archive says."""

import io
import stat
import tarfile
import zipfile
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from auscult.download import Limits, unpack
from auscult.download import part as part_module
from auscult.download.published import PUBLISHED
from auscult.errors import ConfigError, DownloadError

NOISE = np.random.default_rng(0).bytes(5_000)


def zipped(path: Path, members: dict[str, bytes], mode: int = 0) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as file:
        for name, data in members.items():
            info = zipfile.ZipInfo(name)
            info.filename = name  # ZipInfo itself would mend some names
            info.external_attr = mode << 16
            info.compress_type = zipfile.ZIP_DEFLATED
            file.writestr(info, data)
    return path


def tarred(path: Path, members: dict[str, bytes], kind: bytes = tarfile.REGTYPE) -> Path:
    with tarfile.open(path, "w:gz") as file:
        for name, data in members.items():
            info = tarfile.TarInfo(name)
            info.type, info.linkname = kind, "/etc/passwd"
            info.size = len(data) if kind == tarfile.REGTYPE else 0
            file.addfile(info, io.BytesIO(data))
    return path


PACKERS = {"a.zip": zipped, "a.tar.gz": tarred}


@pytest.fixture
def inside(tmp_path: Path) -> Path:
    """The folder to unpack into, with a neighbour that must not change."""
    (tmp_path / "neighbour").write_text("mine")
    (tmp_path / "inside").mkdir()
    return tmp_path / "inside"


def everything(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


@pytest.mark.parametrize("name", PACKERS)
def test_files_come_out_as_they_went_in(name: str, tmp_path: Path, inside: Path) -> None:
    members = {"top/a.wav": NOISE, "top/sub/b.csv": b"1,2\n", "top/empty": b""}
    junk = {"__MACOSX/top/._a.wav": b"x", "top/.DS_Store": b"x"}
    archive = PACKERS[name](tmp_path / name, members | junk)
    assert unpack(archive, inside, strip=1) == ["a.wav", "sub/b.csv", "empty"]
    assert everything(inside) == {"a.wav": NOISE, "sub/b.csv": b"1,2\n", "empty": b""}


@settings(max_examples=25, deadline=None)
@given(
    members=st.dictionaries(
        st.from_regex(r"[a-z]{1,8}(\.[a-z]{1,3})?", fullmatch=True), st.binary(max_size=300)
    ),
    packer=st.sampled_from(sorted(PACKERS)),
)
def test_packing_and_unpacking_is_the_identity(
    tmp_path_factory, members: dict[str, bytes], packer: str
) -> None:
    folder = tmp_path_factory.mktemp("round")
    archive = PACKERS[packer](folder / packer, {f"in/{n}": data for n, data in members.items()})
    (folder / "out").mkdir()
    unpack(archive, folder / "out", limits=Limits(max_ratio=1e6))
    assert everything(folder / "out") == {f"in/{n}": data for n, data in members.items()}


OUTSIDE = ["../neighbour", "a/../../neighbour", "/x", "..", "a\\..\\b", "C:x", "a\x07b"]


@pytest.mark.parametrize("packer", PACKERS)
@pytest.mark.parametrize("name", OUTSIDE)
def test_a_name_outside_is_refused_before_anything_is_written(
    packer: str, name: str, tmp_path: Path, inside: Path
) -> None:
    archive = PACKERS[packer](tmp_path / packer, {"good": b"x", name: b"evil"})
    with pytest.raises(DownloadError, match="would lie outside its folder; refused"):
        unpack(archive, inside)
    assert everything(inside) == {}
    assert (tmp_path / "neighbour").read_text() == "mine"


def test_a_name_cut_by_a_nul_is_refused(tmp_path: Path, inside: Path) -> None:
    archive = zipped(tmp_path / "a.zip", {"good_bad": b"x"})
    archive.write_bytes(archive.read_bytes().replace(b"good_bad", b"good\0bad"))
    with pytest.raises(DownloadError, match=r"would lie outside|is damaged"):
        unpack(archive, inside)


@pytest.mark.parametrize(
    "kind", [tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.CHRTYPE, tarfile.FIFOTYPE]
)
def test_a_tar_link_or_device_is_refused(kind: bytes, tmp_path: Path, inside: Path) -> None:
    archive = tarred(tmp_path / "a.tar.gz", {"good": b""}, kind)
    with pytest.raises(DownloadError, match="good is a link, a device"):
        unpack(archive, inside)
    assert list(inside.iterdir()) == []


@pytest.mark.parametrize("mode", [stat.S_IFLNK, stat.S_IFCHR, stat.S_IFIFO, stat.S_IFSOCK])
def test_a_zip_link_or_device_is_refused(mode: int, tmp_path: Path, inside: Path) -> None:
    archive = zipped(tmp_path / "a.zip", {"link": b"/etc/passwd"}, mode | 0o777)
    with pytest.raises(DownloadError, match="link is a link, a device"):
        unpack(archive, inside)


def test_permissions_of_the_archive_are_not_taken(tmp_path: Path, inside: Path) -> None:
    archive = zipped(tmp_path / "a.zip", {"run": b"x"}, stat.S_IFREG | 0o6777)
    unpack(archive, inside)
    assert stat.S_IMODE((inside / "run").stat().st_mode) & 0o7111 == 0


def test_a_locked_archive_is_refused(tmp_path: Path, inside: Path) -> None:
    archive = zipped(tmp_path / "a.zip", {"a": b"x"})
    data = bytearray(archive.read_bytes())
    data[data.index(b"PK\x01\x02") + 8] |= 1
    archive.write_bytes(data)
    with pytest.raises(DownloadError, match="locked by a password"):
        unpack(archive, inside)


@pytest.mark.parametrize("packer", PACKERS)
@pytest.mark.parametrize(
    ("limits", "sentence"),
    [
        (Limits(max_files=3, max_ratio=1e9), "holds more than 3 files"),
        (Limits(max_bytes=1_000_000, max_ratio=1e9), "unpacks to more than 1 MB"),
        (Limits(max_ratio=20), "unpacks to more than 20 times its size"),
    ],
)
def test_a_bomb_is_refused_unopened(
    packer: str, limits: Limits, sentence: str, tmp_path: Path, inside: Path
) -> None:
    archive = PACKERS[packer](tmp_path / packer, {f"{n}": bytes(500_000) for n in range(4)})
    with pytest.raises(DownloadError, match=sentence):
        unpack(archive, inside, limits=limits)
    assert list(inside.iterdir()) == []


def test_a_bomb_that_lies_about_its_size_is_damaged(tmp_path: Path, inside: Path) -> None:
    archive = zipped(tmp_path / "a.zip", {"a": bytes(500_000)})
    true, told = (500_000).to_bytes(4, "little"), (10).to_bytes(4, "little")
    archive.write_bytes(archive.read_bytes().replace(true, told))
    with pytest.raises(DownloadError, match="is damaged"):
        unpack(archive, inside)
    assert all(path.stat().st_size <= 10 for path in inside.iterdir())


@pytest.mark.parametrize("packer", PACKERS)
def test_the_same_name_twice_is_refused(packer: str, tmp_path: Path, inside: Path) -> None:
    archive = PACKERS[packer](tmp_path / packer, {"a/x": b"1", "b/x": b"2"})
    with pytest.raises(DownloadError, match="names x twice"):
        unpack(archive, inside, strip=1)


@pytest.mark.parametrize("packer", PACKERS)
def test_a_file_where_a_folder_should_be_is_refused(
    packer: str, tmp_path: Path, inside: Path
) -> None:
    archive = PACKERS[packer](tmp_path / packer, {"x": b"1", "x/y": b"2"})
    with pytest.raises(DownloadError, match="names x/y twice"):
        unpack(archive, inside)


@pytest.mark.parametrize("packer", PACKERS)
@pytest.mark.parametrize("share", [0.1, 0.5, 0.9, 0.99])
def test_a_truncated_archive_is_damaged(
    packer: str, share: float, tmp_path: Path, inside: Path
) -> None:
    archive = PACKERS[packer](tmp_path / packer, {f"{n}": NOISE for n in range(5)})
    data = archive.read_bytes()
    archive.write_bytes(data[: int(len(data) * share)])
    with pytest.raises(DownloadError, match=r"is damaged|is neither a zip nor a tar"):
        unpack(archive, inside)


@pytest.mark.parametrize("packer", PACKERS)
@pytest.mark.parametrize("at", [0.2, 0.4, 0.6])
def test_a_flipped_byte_is_damage(packer: str, at: float, tmp_path: Path, inside: Path) -> None:
    archive = PACKERS[packer](tmp_path / packer, {"a": NOISE * 4})
    data = bytearray(archive.read_bytes())
    data[int(len(data) * at)] ^= 0x55
    archive.write_bytes(data)
    with pytest.raises(DownloadError, match="is damaged"):
        unpack(archive, inside)


def test_a_tar_with_more_after_its_end_is_refused(tmp_path: Path, inside: Path) -> None:
    import gzip

    packed = tarred(tmp_path / "a.tar.gz", {"a": b"x"}).read_bytes()
    long = gzip.compress(gzip.decompress(packed) + bytes(3_000_000))
    (tmp_path / "a.tar.gz").write_bytes(long)
    with pytest.raises(DownloadError, match="holds data after its end"):
        unpack(tmp_path / "a.tar.gz", inside)


@pytest.mark.parametrize("data", [b"", b"<html>no</html>", b"Rar!\x1a\x07\x00" + NOISE])
def test_another_format_gets_a_sentence(data: bytes, tmp_path: Path, inside: Path) -> None:
    (tmp_path / "a.zip").write_bytes(data)
    with pytest.raises(DownloadError, match="is neither a zip nor a tar archive"):
        unpack(tmp_path / "a.zip", inside)


def test_a_disk_that_is_too_small_gets_a_sentence(
    tmp_path: Path, inside: Path, monkeypatch
) -> None:
    from types import SimpleNamespace

    small = SimpleNamespace(free=1_000)
    monkeypatch.setattr(part_module, "disk_usage", lambda _: small)
    archive = zipped(tmp_path / "a.zip", {"a": NOISE})
    with pytest.raises(DownloadError, match="5 kB are still to come, and 1 kB are free"):
        unpack(archive, inside)


def test_impossible_limits_are_refused() -> None:
    with pytest.raises(ConfigError, match="every limit must be positive"):
        Limits(max_files=0)


def test_renamed_files_cannot_leave_the_folder(tmp_path: Path, inside: Path) -> None:
    archive = zipped(tmp_path / "a.zip", {"up/x": b"1"})
    with pytest.raises(DownloadError, match="would lie outside"):
        unpack(archive, inside, renames=[(r"up/(.*)", r"../\1")])


@pytest.mark.parametrize(
    ("theirs", "ours"),
    [
        ("Atraining_normal/201102081321.wav", "set_a/normal__201102081321.wav"),
        ("Atraining_extrahls/201101070953.wav", "set_a/extrahls__201101070953.wav"),
        ("Atraining_artifact/201012172012.wav", "set_a/artifact__201012172012.wav"),
        ("Aunlabelledtest/201101241434.wav", "set_a/Aunlabelledtest__201101241434.wav"),
        ("Training B Normal/103_1305031931979_D1.wav", "set_b/normal__103_1305031931979_D1.wav"),
        (
            "Training B Normal/Btraining_noisynormal/125_1306332456645_C.wav",
            "set_b/normal_noisynormal_125_1306332456645_C.wav",
        ),
        (
            "Btraining_murmur/Btraining_noisymurmur/162_1307101835989_B.wav",
            "set_b/murmur_noisymurmur_162_1307101835989_B.wav",
        ),
        ("Btraining_murmur/112_1306243000964_A.wav", "set_b/murmur__112_1306243000964_A.wav"),
        (
            "Btraining_extrastole/163_1307104470471_C.wav",
            "set_b/extrastole__163_1307104470471_C.wav",
        ),
        (
            "Bunlabelledtest/101_1305030823364_D.wav",
            "set_b/Bunlabelledtest__101_1305030823364_D.wav",
        ),
        ("set_a/normal__201102081321.wav", "set_a/normal__201102081321.wav"),
    ],
)
def test_bentleys_names_become_those_of_the_reader(
    theirs: str, ours: str, tmp_path: Path, inside: Path
) -> None:
    archive = zipped(tmp_path / "a.zip", {theirs: b"x"})
    assert unpack(archive, inside, renames=PUBLISHED["pascal"].renames) == [ours]
