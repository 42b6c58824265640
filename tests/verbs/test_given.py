"""Files, folders, patterns and tables → the files that are meant, each once, in a stable order."""

import errno
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from auscult.errors import AudioError, DatasetError
from auscult.verbs.given import expanded, patients_in


@pytest.fixture
def ward(tmp_path: Path) -> Path:
    names = ("b/2.wav", "b/1.FLAC", "a.m4a", "c/x.webm", "notes.txt", "._a.wav", "d.raw", "e.pcm")
    for name in (*names, "f.hea", "f.dat", "g.hea", "g.wav"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()
    return tmp_path


def names(folder: Path, *paths: Path | str, **options: bool) -> list[str]:
    return [str(path.relative_to(folder)) for path in expanded(paths, **options)]


def test_a_folder_stands_for_its_sounds_in_order(ward: Path) -> None:
    wanted = ["a.m4a", "b/1.FLAC", "b/2.wav", "c/x.webm", "f.hea", "g.wav"]
    assert names(ward, ward) == wanted
    assert names(ward, ward, raw_pcm=True) == ["d.raw", "e.pcm"]


def test_a_file_is_meant_once_however_often_it_is_named(ward: Path) -> None:
    assert names(ward, ward / "g.wav", ward / "gone.wav", ward, ward / "gone.wav")[:3] == [
        "g.wav",
        "gone.wav",
        "a.m4a",
    ]


def test_a_pattern_is_matched_where_no_such_file_is(ward: Path) -> None:
    assert names(ward, f"{ward}/**/*.w*") == ["b/2.wav", "c/x.webm", "g.wav"]
    odd = ward / "[ab].wav"
    odd.touch()
    assert names(ward, odd) == ["[ab].wav"]
    with pytest.raises(AudioError, match=r"\*\.xyz: matches no file"):
        names(ward, f"{ward}/*.xyz")


def test_an_empty_folder_is_told(tmp_path: Path) -> None:
    with pytest.raises(AudioError, match=r"holds no sound files \(\.wav, "):
        names(tmp_path, tmp_path)


def test_a_table_of_your_own_is_read_as_a_dataset(ward: Path) -> None:
    table = ward / "mine.csv"
    table.write_text("path,label,patient\nb/2.wav,normal,1\nb/1.FLAC,murmur,2\n")
    assert sorted(names(ward, table)) == ["b/1.FLAC", "b/2.wav"]


def test_a_table_of_your_own_is_read_though_a_file_of_it_is_gone(ward: Path) -> None:
    table = ward / "mine.csv"
    table.write_text("path,label,patient\nb/2.wav,normal,1\ngone.wav,murmur,2\n")
    assert names(ward, table) == ["b/2.wav", "gone.wav"]
    assert sorted(patients_in([table]).values()) == ["1", "2"]


def test_a_manifest_is_read_though_a_file_of_it_is_gone(ward: Path) -> None:
    table = ward / "manifest.csv"
    table.write_text(
        "path,sha256,dataset,recording,group,label\n"
        "b/2.wav,00,own,2,1,normal\ngone.wav,01,own,3,2,murmur\n"
    )
    assert names(ward, table) == ["b/2.wav", "gone.wav"]


def test_a_table_of_anything_else_is_refused(ward: Path) -> None:
    (ward / "x.csv").write_text("a,b\n1,2\n")
    with pytest.raises(DatasetError):
        names(ward, ward / "x.csv")


def test_a_patient_is_one_person_within_one_dataset(ward: Path) -> None:
    table = ward / "mine.csv"
    table.write_text("path,label,patient,dataset\nb/2.wav,normal,1,x\nb/1.FLAC,murmur,2,x\n")
    assert sorted(patients_in([table, ward / "g.wav"]).values()) == ["1", "2"]
    table.write_text("path,label,patient,dataset\nb/2.wav,normal,1,x\nb/1.FLAC,murmur,1,y\n")
    assert sorted(patients_in([table]).values()) == ["x/1", "y/1"]


def test_two_spellings_of_a_path_are_one_file(ward: Path) -> None:
    assert names(ward, ward / "g.wav", ward / "b" / ".." / "g.wav") == ["g.wav"]
    (ward / "elsewhere" / "deep").mkdir(parents=True)
    (ward / "elsewhere" / "g.wav").touch()
    (ward / "link").symlink_to(ward / "elsewhere" / "deep")
    assert len(names(ward, ward / "g.wav", ward / "link" / ".." / "g.wav")) == 2


def test_a_folder_that_may_not_be_opened_is_told(
    ward: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def closed(path: str) -> Iterator[os.DirEntry[str]]:
        if str(path).endswith("c"):
            raise PermissionError(errno.EACCES, "Permission denied", str(path))
        return listed(path)

    listed = os.scandir
    monkeypatch.setattr(os, "scandir", closed)
    with pytest.raises(AudioError, match=r"c: cannot be opened \(Permission denied\)"):
        names(ward, ward)
