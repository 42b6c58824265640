"""Labels, subjects and the validation copies, on a small made tree and on the real one."""

import time
from collections import Counter
from pathlib import Path
from types import ModuleType

import pytest

from auscult.datasets import DATASETS, Cinc2016, find_dataset
from auscult.errors import DatasetError
from auscult.types import Entry


def scanned(folder: Path) -> dict[str, Entry]:
    return {entry.recording_id: entry for entry in Cinc2016().scan(folder)}


def test_labels_and_databases_are_read(tmp_path: Path, made: ModuleType) -> None:
    entries = scanned(made.cinc2016(tmp_path))
    assert {name: (e.label, e.subset) for name, e in entries.items()} == {
        "a0001": ("abnormal", "a"),
        "a0002": ("normal", "a"),
        "a0003": ("abnormal", "a"),
        "e00001": ("normal", "e"),
    }


def test_without_a_table_each_recording_is_a_group_and_the_card_warns(
    tmp_path: Path, made: ModuleType
) -> None:
    dataset = find_dataset(made.cinc2016(tmp_path), DATASETS.values())
    assert all(entry.group == entry.recording_id for entry in dataset.scan(tmp_path))
    assert all(entry.patient is None for entry in dataset.scan(tmp_path))
    assert dataset.card.subjects == "unknown"
    assert "not known which recordings come from one person" in dataset.card.caution


def test_a_table_tells_subjects_and_facts(tmp_path: Path, made: ModuleType) -> None:
    made.write(
        made.cinc2016(tmp_path) / "subjects.csv",
        "record,subject,diagnosis,n_beats",
        "a0001,a-C1,MVP,27",
        "a0002,a-C1,,",
        "e00001,,Normal,3",
    )
    entries = scanned(tmp_path)
    assert entries["a0001"].group == entries["a0002"].group == "a-C1"
    assert (entries["a0003"].group, entries["e00001"].group) == ("a0003", "e00001")
    assert (entries["a0001"].patient, entries["e00001"].patient) == ("a-C1", None)
    assert entries["a0001"].facts == {"diagnosis": "MVP", "n_beats": "27"}
    assert entries["a0002"].facts == {}
    card = find_dataset(tmp_path, DATASETS.values()).card
    assert card.subjects == "partly known"
    assert "unknown for 1 of 3 recordings" in card.caution


@pytest.mark.parametrize(
    ("n_beats", "n_corrected", "told"),
    [
        ("27", "0", "clear"),
        ("27", "13", None),
        ("27", "14", "unclear"),
        ("2", "1", "unclear"),
        ("0", "0", None),
        ("0", "3", None),
        ("2", "3", None),
        ("27", "", None),
        ("", "", None),
        ("many", "0", None),
    ],
)
def test_beats_corrected_by_hand_tell_how_clear_they_are(
    tmp_path: Path, made: ModuleType, n_beats: str, n_corrected: str, told: str | None
) -> None:
    row = f"a0001,a-C1,{n_beats},{n_corrected}"
    made.write(
        made.cinc2016(tmp_path) / "subjects.csv",
        "record,subject,n_beats,n_beats_hand_corrected",
        row,
    )
    entries = scanned(tmp_path)
    assert Cinc2016.card.answer(entries["a0001"], "beats") == told
    assert Cinc2016.card.answer(entries["a0002"], "beats") is None


def test_a_table_that_names_every_subject_needs_no_warning(
    tmp_path: Path, made: ModuleType
) -> None:
    made.write(made.cinc2016(tmp_path) / "subjects.csv", "record,subject", "a0001,a-C1")
    card = find_dataset(tmp_path, DATASETS.values()).card
    assert (card.subjects, card.caution) == ("known", "")
    made.write(tmp_path / "subjects.csv", "record,who", "a0001,a-C1")
    with pytest.raises(DatasetError, match=r"subjects\.csv: has no column 'subject'"):
        find_dataset(tmp_path, DATASETS.values())


def test_a_validation_copy_is_not_listed_twice(tmp_path: Path, made: ModuleType) -> None:
    made.cinc2016(tmp_path)
    made.put(tmp_path / "validation" / "a0001.wav")
    made.put(tmp_path / "validation" / "b0009.wav")  # its original is not here
    made.write(tmp_path / "validation" / "REFERENCE.csv", "a0001,1", "b0009,-1")
    entries = scanned(tmp_path)
    assert len(entries) == 5
    assert entries["a0001"].path.parent.name == "training-a"
    assert (entries["b0009"].label, entries["b0009"].subset) == ("normal", "b")
    assert Cinc2016().misnamed(tmp_path) == []
    made.write(tmp_path / "validation" / "REFERENCE.csv", "a0001,-1", "b0009,-1")
    said = "validation/REFERENCE.csv gives the copy another label"
    assert Cinc2016().misnamed(tmp_path) == [(("a0001",), said)]


def test_signal_quality_is_a_fact_where_it_is_published(tmp_path: Path, made: ModuleType) -> None:
    made.cinc2016(tmp_path)
    made.write(tmp_path / "training-a" / "REFERENCE-SQI.csv", "a0001,1,0", "a0002,-1,1")
    facts = {name: entry.facts for name, entry in scanned(tmp_path).items()}
    assert facts == {"a0001": {"sqi": "0"}, "a0002": {"sqi": "1"}, "a0003": {}, "e00001": {}}


def test_the_updated_quality_is_read_where_the_other_is_not(
    tmp_path: Path, made: ModuleType
) -> None:
    folder = tmp_path / "annotations" / "updated" / "training-a"
    made.write(made.cinc2016(tmp_path) and folder / "REFERENCE_withSQI.csv", "a0001,1,0")
    assert scanned(tmp_path)["a0001"].facts == {"sqi": "0"}
    made.write(tmp_path / "training-a" / "REFERENCE-SQI.csv", "a0001,1,1")
    assert scanned(tmp_path)["a0001"].facts == {"sqi": "1"}


@pytest.mark.parametrize("encoding", ["utf-8-sig", "latin-1"])
def test_the_appendix_tells_what_the_table_of_subjects_does_not(
    tmp_path: Path, made: ModuleType, encoding: str
) -> None:
    appendix = made.cinc2016(tmp_path) / "annotations" / "Online_Appendix_training_set.csv"
    appendix.parent.mkdir()
    header = '"Challenge\nrecord name",Database,Diagnosis,Age (year),Gender,,\r\n'
    rows = "a0001,training-a,Ménière,61,Male,,\r\na0002,training-a,,,\r\n\r\n"
    appendix.write_text(header + rows, encoding=encoding, newline="")
    entries = scanned(tmp_path)
    assert entries["a0001"].facts == {"diagnosis": "Ménière", "age": "61", "sex": "Male"}
    assert entries["a0002"].facts == entries["a0003"].facts == {}
    made.write(tmp_path / "subjects.csv", "record,subject,diagnosis", "a0001,a-C1,MVP")
    assert scanned(tmp_path)["a0001"].facts["diagnosis"] == "MVP"
    appendix.write_text("record,diagnosis\na0001,MVP\n")
    with pytest.raises(DatasetError, match="has no column 'challenge record name'"):
        scanned(tmp_path)


def test_rows_and_sounds_that_do_not_meet_are_told(tmp_path: Path, made: ModuleType) -> None:
    made.cinc2016(tmp_path)
    (tmp_path / "training-a" / "a0001.wav").unlink()
    made.put(tmp_path / "training-e" / "e00002.wav")
    assert scanned(tmp_path)["e00002"].label is None
    assert Cinc2016().misnamed(tmp_path) == [
        (("a0001",), "1 of 3 names in training-a/REFERENCE.csv match no file"),
        (("e00002",), "have no row in training-e/REFERENCE.csv, so no label"),
    ]


def test_what_cannot_be_understood_is_refused(tmp_path: Path, made: ModuleType) -> None:
    alien = made.put(made.cinc2016(tmp_path) / "training-a" / "monday.wav")
    with pytest.raises(DatasetError, match=r"monday\.wav: is not named like a record of CinC"):
        Cinc2016().scan(tmp_path)
    alien.unlink()
    table = made.write(tmp_path / "training-a" / "REFERENCE.csv", "", "a0001,0")
    with pytest.raises(DatasetError, match=r"REFERENCE\.csv, row 2: label '0' of a0001 is unknown"):
        Cinc2016().scan(tmp_path)
    table.unlink()
    with pytest.raises(DatasetError, match=r"REFERENCE\.csv: cannot be read \(No such file"):
        Cinc2016().scan(tmp_path)


def test_one_record_in_two_formats_and_empty_folders_are_refused(
    tmp_path: Path, made: ModuleType
) -> None:
    (tmp_path / "empty" / "training-a").mkdir(parents=True)
    with pytest.raises(DatasetError, match="hold no sounds"):
        Cinc2016().scan(tmp_path / "empty")
    made.put(made.cinc2016(tmp_path) / "training-a" / "a0001.flac")
    with pytest.raises(DatasetError, match="are the same recording twice"):
        Cinc2016().scan(tmp_path)


@pytest.mark.data
def test_the_real_folder(cinc2016_dir: Path) -> None:
    dataset = find_dataset(cinc2016_dir, DATASETS.values())
    began_s = time.perf_counter()
    entries = dataset.scan(cinc2016_dir)
    assert time.perf_counter() - began_s < 1
    assert Counter(entry.label for entry in entries) == {"normal": 1934, "abnormal": 493}
    counts = {"a": 307, "b": 366, "c": 23, "d": 41, "e": 1605, "f": 85}
    assert Counter(entry.subset for entry in entries) == counts
    assert sum(entry.patient is None for entry in entries) == 56
    assert {entry.subset for entry in entries if entry.patient is None} == {"e"}
    assert len({entry.group for entry in entries}) == 568 + 56
    assert all("n_beats" in entry.facts for entry in entries if entry.patient)
    assert dataset.misnamed(cinc2016_dir) == []
    assert "unknown for 56 of 2427 recordings" in dataset.card.caution
