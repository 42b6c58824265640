"""Names, labels and groups, on small made trees and on the real one."""

import importlib.util
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
import soundfile

from auscult.audio import read_header
from auscult.datasets import DATASETS, Pascal, find_dataset
from auscult.errors import DatasetError
from auscult.types import Entry

A_0900, A_0910, A_0921 = (f"murmur__2011022309{minute}" for minute in ("00", "10", "21"))
B_101 = "normal__101_1305030823364_A"
B_103 = "normal_noisynormal_103_1305031931979_C"
B_146 = "extrastole__146_1306778707532_D1"
B_134 = "murmur_noisymurmur_134_1306428161797_C"
TEACHING = ("murmur__201108011114", "normal__201108222240")
UNLABELLED = ("Aunlabelledtest__201102230930", "Bunlabelledtest__134_1306428161797_D")
NAMES = (A_0900, A_0910, A_0921, B_101, B_103, B_146, B_134, *TEACHING, *UNLABELLED)


def put(path: Path) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    soundfile.write(path, np.zeros(8), 4_000)
    return path


def kaggle(folder: Path, *names: str, suffix: str = ".wav") -> Path:
    for name in names:
        in_set_b = name.startswith("B") or len(name.split("_")) > 3
        put(folder / ("set_b" if in_set_b else "set_a") / f"{name}{suffix}")
    return folder


def class_folders(folder: Path, *names: str) -> Path:
    for name in names:
        unlabelled = "unlabelledtest" in name
        put(folder / ("unlabel" if unlabelled else name.split("_")[0]) / f"{name}.wav")
    return folder


def scanned(folder: Path) -> dict[str, Entry]:
    return {entry.recording_id: entry for entry in Pascal().scan(folder)}


def test_both_layouts_and_both_formats_give_the_same_entries(tmp_path: Path) -> None:
    def facts(folder: Path) -> list[tuple[object, ...]]:
        entries = find_dataset(folder, DATASETS.values()).scan(folder)
        return [(e.recording_id, e.label, e.group, e.subset, e.taken_at_s) for e in entries]

    wav = facts(kaggle(tmp_path / "wav", *NAMES))
    assert len(wav) == len(NAMES)
    assert facts(kaggle(tmp_path / "flac", *NAMES, suffix=".flac")) == wav
    assert facts(class_folders(tmp_path / "classes", *NAMES)) == wav


def test_names_are_understood(tmp_path: Path) -> None:
    entries = scanned(kaggle(tmp_path, *NAMES))
    a, b = entries[A_0900], entries[B_134]
    assert (a.subset, a.label, a.patient, a.site, a.sublabel) == ("A", "murmur", None, None, None)
    assert a.taken_at_s == 1_298_451_600  # 2011-02-23 09:00 UTC
    assert (b.subset, b.label, b.patient, b.site) == ("B", "murmur", "134", "C")
    assert b.sublabel == "noisymurmur"
    assert b.taken_at_s == 1_306_428_161.797
    assert entries[B_146].site == "D"
    assert all(entries[name].label is None for name in UNLABELLED)


def test_a_patient_is_one_group_and_three_that_share_audio_are_one(tmp_path: Path) -> None:
    groups = {name: entry.group for name, entry in scanned(kaggle(tmp_path, *NAMES)).items()}
    assert groups[B_101] == groups[B_103] == groups[B_146] != groups[B_134]
    assert groups[B_134] == groups[UNLABELLED[1]]


def test_sessions_are_chains_of_at_most_ten_minutes(tmp_path: Path) -> None:
    groups = {name: entry.group for name, entry in scanned(kaggle(tmp_path, *NAMES)).items()}
    assert groups[A_0900] == groups[A_0910]
    assert groups[A_0910] != groups[A_0921]  # eleven minutes
    assert groups[A_0921] == groups[UNLABELLED[0]]  # nine: the unlabelled one lengthens the chain
    assert groups[TEACHING[0]] == groups[TEACHING[1]] == "A-teaching"


def test_a_name_that_lost_digits_tells_no_time(tmp_path: Path) -> None:
    names = ("Aunlabelledtest__20110501548", "normal__201105010548")
    entries = scanned(kaggle(tmp_path, *names))
    assert entries[names[0]].taken_at_s is None
    assert entries[names[0]].group != entries[names[1]].group


def test_the_folder_of_a_class_outranks_the_name(tmp_path: Path) -> None:
    put(tmp_path / "artifact" / f"{A_0900}.wav")
    assert scanned(tmp_path)[A_0900].label == "artifact"
    assert Pascal().misnamed(tmp_path) == [
        ((A_0900,), "lies in folder artifact, but its name says murmur")
    ]


def test_names_that_a_table_lists_and_no_file_has_are_told(tmp_path: Path) -> None:
    kaggle(tmp_path, A_0900, B_101)
    (tmp_path / "set_b.csv").write_text(
        "dataset,fname,label,sublabel\n"
        "b,set_b/Btraining_normal_101_1305030823364_A.aif,normal,\n"
        "b,set_b/Btraining_murmur_999_1305030823364_A.aif,murmur,\n"
    )
    ((names, said),) = Pascal().misnamed(tmp_path)
    assert names == ("Btraining_murmur_999_1305030823364_A",)
    assert said == "1 of 2 names in set_b.csv match no file"


def test_hidden_and_other_files_are_passed_over(tmp_path: Path) -> None:
    kaggle(tmp_path, A_0900)
    (tmp_path / "set_a" / f"._{A_0900}.wav").write_bytes(b"resource fork")
    (tmp_path / "set_a" / "notes.txt").write_text("x")
    assert list(scanned(tmp_path)) == [A_0900]


def test_an_alien_name_is_refused(tmp_path: Path) -> None:
    kaggle(tmp_path, A_0900)
    put(tmp_path / "set_a" / "New Recording 3.wav")
    with pytest.raises(DatasetError, match=r"New Recording 3\.wav: is not named like a PASCAL"):
        Pascal().scan(tmp_path)


def test_an_unknown_label_is_refused(tmp_path: Path) -> None:
    kaggle(tmp_path, "stenosis__201102230900")
    with pytest.raises(DatasetError, match=r"label 'stenosis' is unknown; PASCAL has artifact, "):
        Pascal().scan(tmp_path)


def test_one_recording_in_two_places_is_refused(tmp_path: Path) -> None:
    kaggle(tmp_path, A_0900)
    kaggle(tmp_path, A_0900, suffix=".flac")
    with pytest.raises(DatasetError, match=r"are the same recording twice"):
        Pascal().scan(tmp_path)


def test_folders_without_sounds_are_refused(tmp_path: Path) -> None:
    (tmp_path / "set_a").mkdir()
    with pytest.raises(DatasetError, match=r"hold no \.wav, \.flac"):
        Pascal().scan(tmp_path)


def test_truth_is_in_seconds_and_for_plain_normals_alone(tmp_path: Path) -> None:
    plain, noisy = "normal__101_1305030823364_A", "normal_noisynormal_101_1305030823364_A"
    kaggle(tmp_path, plain, noisy, "normal__201105011626")
    (tmp_path / "Btraining_normal_seg.csv").write_bytes(
        b",S1,S2,S1\r101_1305030823364_A.aiff,400,1200,\r999_1305030823364_A.aiff,1,2,3\r"
    )
    (tmp_path / "Atraining_normal_seg.csv").write_text(",S2,S1\n201105011626.aif,44100,22050\n")
    truth = Pascal().truth(tmp_path)
    assert list(truth) == [plain]  # the noisy twin has no row, the other's row is not trusted
    assert [(mark.sound, mark.at_s) for mark in truth[plain]] == [("S1", 0.1), ("S2", 0.3)]


@pytest.fixture(scope="module")
def real(pascal_dir: Path) -> tuple[Entry, ...]:
    return Pascal().scan(pascal_dir)


@pytest.mark.data
def test_the_published_counts(real: tuple[Entry, ...]) -> None:
    labelled = [entry for entry in real if entry.label]
    assert (len(real), len(labelled)) == (832, 585)
    assert Counter(entry.label for entry in labelled) == {
        "artifact": 40,
        "extrahls": 19,
        "extrastole": 46,
        "murmur": 129,
        "normal": 351,
    }
    assert Counter(entry.subset for entry in real) == {"A": 176, "B": 656}
    assert len({entry.patient for entry in real if entry.patient}) == 171
    assert len({entry.patient for entry in labelled if entry.patient}) == 165


@pytest.mark.data
def test_most_recordings_share_a_group(real: tuple[Entry, ...]) -> None:
    size = Counter(entry.group for entry in real if entry.label)
    assert len(size) == 250
    assert sum(n for n in size.values() if n > 1) == 473
    teaching = [entry for entry in real if entry.group == "A-teaching"]
    assert len(teaching) == 40
    assert Counter(entry.label for entry in teaching)["murmur"] == 23


@pytest.mark.data
def test_the_two_names_that_lost_digits_tell_no_time(real: tuple[Entry, ...]) -> None:
    timeless = {entry.recording_id for entry in real if entry.taken_at_s is None}
    assert timeless == {"Aunlabelledtest__2011040239", "Aunlabelledtest__20110501548"}


@pytest.mark.data
def test_truth_rises_and_lies_within_the_recordings(
    pascal_dir: Path, real: tuple[Entry, ...]
) -> None:
    truth = Pascal().truth(pascal_dir)
    assert len(truth) == 21 + 90 - 3
    path = {entry.recording_id: entry.path for entry in real}
    for recording_id, marks in truth.items():
        times_s = [mark.at_s for mark in marks]
        assert times_s == sorted(times_s), recording_id
        assert times_s[-1] <= read_header(path[recording_id]).duration_s, recording_id
        assert {mark.sound for mark in marks} == {"S1", "S2"}, recording_id


@pytest.mark.data
def test_every_defect_names_recordings_that_exist(real: tuple[Entry, ...]) -> None:
    entries = {entry.recording_id: entry for entry in real}
    for defect in Pascal.defects:
        assert set(defect.recording_ids) <= entries.keys()
        if defect.kind == "label-conflict":
            assert len({entries[name].label for name in defect.recording_ids}) == 2
        if defect.kind in {"label-conflict", "duplicate"}:
            assert len({entries[n].group for n in defect.recording_ids if entries[n].label}) == 1


@pytest.mark.data
def test_every_name_in_the_tables_is_matched(pascal_dir: Path) -> None:
    assert Pascal().misnamed(pascal_dir) == []


@pytest.mark.data
def test_both_published_layouts_give_the_same_entries(
    pascal_dir: Path, real: tuple[Entry, ...], tmp_path: Path
) -> None:
    # Names alone are read, so empty files will do, where the data folder's own script puts them.
    spec = importlib.util.spec_from_file_location("to_wav", pascal_dir / "to_wav.py")
    assert spec is not None
    assert spec.loader is not None
    to_wav = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(to_wav)
    for entry in real:
        name = f"{entry.path.stem}.wav"
        for folder in (
            tmp_path / "kaggle" / entry.path.parent.name,
            tmp_path / "classes" / to_wav.class_folder(entry.path.stem),
        ):
            folder.mkdir(parents=True, exist_ok=True)
            (folder / name).touch()
    facts = [(e.recording_id, e.label, e.group) for e in real]
    for layout in ("kaggle", "classes"):
        entries = Pascal().scan(tmp_path / layout)
        assert [(e.recording_id, e.label, e.group) for e in entries] == facts
