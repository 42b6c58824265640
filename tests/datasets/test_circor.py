"""Labels by site, people with two ids, and facts, on a small made tree and on the real one."""

import time
from collections import Counter
from pathlib import Path
from types import ModuleType

import pytest

from auscult.datasets import DATASETS, Circor, find_dataset
from auscult.errors import DatasetError
from auscult.types import Entry


def scanned(folder: Path) -> dict[str, Entry]:
    return {entry.recording_id: entry for entry in Circor().scan(folder)}


def test_a_murmur_is_present_only_where_it_is_audible(tmp_path: Path, made: ModuleType) -> None:
    labels = {name: entry.label for name, entry in scanned(made.circor(tmp_path)).items()}
    assert labels == {
        "101_AV": "Elsewhere",
        "101_MV_1": "Present",
        "101_MV_2": "Present",
        "202_AV": "Absent",
        "303_AV": "Unknown",
        "303_Phc": "Unknown",
    }
    assert Circor.card.questions["murmur"].keys() == {"Absent", "Present"}


def test_a_murmur_nobody_places_gives_no_label(tmp_path: Path, made: ModuleType) -> None:
    rows = [list(row) for row in made.PATIENTS]
    rows[0][4] = "nan"
    entries = scanned(made.circor(tmp_path, rows))
    assert entries["101_AV"].label is None
    assert entries["101_AV"].facts["murmur"] == "Present"


def test_facts_have_plain_names_and_unknowns_are_absent(tmp_path: Path, made: ModuleType) -> None:
    entries = scanned(made.circor(tmp_path))
    assert entries["101_MV_1"].facts == {
        "age": "Child",
        "murmur": "Present",
        "murmur_locations": "MV",
        "systolic_murmur_timing": "Holosystolic",
        "additional_id": "303",
    }
    assert entries["202_AV"].facts == {"murmur": "Absent"}
    assert (entries["303_Phc"].site, entries["303_Phc"].subset) == ("Phc", "CC2015")


def test_two_ids_of_a_person_are_one_group(tmp_path: Path, made: ModuleType) -> None:
    entries = scanned(made.circor(tmp_path))
    assert entries["101_AV"].group == entries["303_AV"].group == "101"
    assert (entries["303_AV"].patient, entries["202_AV"].group) == ("303", "202")


def test_chains_of_ids_are_one_person(tmp_path: Path, made: ModuleType) -> None:
    rows = [list(row) for row in made.PATIENTS]
    rows[0][-1], rows[1][-1], rows[2][-1] = "999", "303", "999"  # 999 has no recordings here
    groups = {entry.group for entry in Circor().scan(made.circor(tmp_path, rows))}
    assert groups == {"101"}


def test_sheets_tell_what_the_table_tells(tmp_path: Path, made: ModuleType) -> None:
    def told(folder: Path) -> list[tuple[object, ...]]:
        return [(e.recording_id, e.label, e.group, e.facts) for e in Circor().scan(folder)]

    by_table = made.circor(tmp_path / "table")
    assert told(made.circor_sheets(tmp_path / "sheets")) == told(by_table)
    assert told(by_table / "training_data") == told(by_table)


def test_the_published_spelling_of_the_columns_is_read(tmp_path: Path, made: ModuleType) -> None:
    made.circor(tmp_path)
    table = tmp_path / "training_data.csv"
    table.write_text(table.read_text().replace("Locations,Age", "Recording locations:,Age"))
    assert "recording_locations" not in scanned(tmp_path)["101_AV"].facts


@pytest.mark.parametrize(
    ("column", "value", "said"),
    [
        (3, "Perhaps", r"training_data\.csv, row 2: murmur 'Perhaps' is none of Absent, Present"),
        (0, "202", r"training_data\.csv, row 3: patient 202 stands here a second time"),
        (0, "404", r"101_AV\.wav: patient 101 is in no table"),
    ],
)
def test_a_table_that_cannot_be_trusted_is_refused(
    tmp_path: Path, made: ModuleType, column: int, value: str, said: str
) -> None:
    rows = [list(row) for row in made.PATIENTS]
    rows[0][column] = value
    with pytest.raises(DatasetError, match=said):
        Circor().scan(made.circor(tmp_path, rows))


def test_a_table_without_murmurs_is_refused(tmp_path: Path, made: ModuleType) -> None:
    made.write(made.circor(tmp_path) / "training_data.csv", "Patient ID,Age", "101,Child")
    with pytest.raises(DatasetError, match=r"training_data\.csv: has no column 'murmur'"):
        Circor().scan(tmp_path)


def test_an_alien_name_is_refused(tmp_path: Path, made: ModuleType) -> None:
    made.put(made.circor(tmp_path) / "training_data" / "101_XX.wav")
    with pytest.raises(DatasetError, match=r"101_XX\.wav: is not named like a CirCor recording"):
        Circor().scan(tmp_path)


def test_what_is_missing_is_told(tmp_path: Path, made: ModuleType) -> None:
    made.circor(tmp_path)
    assert Circor().misnamed(tmp_path) == []
    (tmp_path / "training_data" / "202_AV.wav").unlink()
    (tmp_path / "training_data" / "303_AV.tsv").unlink()
    assert Circor().misnamed(tmp_path) == [
        (("202",), "1 of 3 patients have no recording"),
        (("303_AV",), "have no table of states"),
    ]


@pytest.mark.data
def test_the_published_counts(circor_dir: Path) -> None:
    dataset = find_dataset(circor_dir, DATASETS.values())
    began_s = time.perf_counter()
    entries = dataset.scan(circor_dir)
    assert time.perf_counter() - began_s < 1
    assert len(entries) == 3163
    assert len({entry.patient for entry in entries}) == 942
    assert len({entry.group for entry in entries}) == 942 - 70
    of_patient = {entry.patient: entry.facts["murmur"] for entry in entries}
    assert Counter(of_patient.values()) == {"Absent": 695, "Present": 179, "Unknown": 68}
    labels = Counter(entry.label for entry in entries)
    assert labels == {"Absent": 2391, "Present": 499, "Unknown": 156, "Elsewhere": 117}
    assert labels["Present"] + labels["Elsewhere"] == sum(
        entry.facts["murmur"] == "Present" for entry in entries
    )
    assert dataset.misnamed(circor_dir) == []


@pytest.mark.data
def test_table_and_sheets_agree_on_the_real_folder(circor_dir: Path, tmp_path: Path) -> None:
    link = tmp_path / "sheets_only" / "training_data"
    link.parent.mkdir()
    link.symlink_to(circor_dir / "training_data")
    by_sheets = Circor().scan(link.parent)
    by_table = Circor().scan(circor_dir)
    assert [(e.recording_id, e.label, e.group, e.facts) for e in by_sheets] == [
        (e.recording_id, e.label, e.group, e.facts) for e in by_table
    ]
