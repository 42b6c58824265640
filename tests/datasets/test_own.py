"""Class folders and tables of any origin: what is read, and the sentence for what is not."""

from pathlib import Path
from types import ModuleType

import pytest

from auscult.datasets import DATASETS, Card, Own, find_dataset
from auscult.errors import DatasetError
from auscult.types import Entry

ROWS = ("path,label,patient", "a.wav,normal,p1", "b.wav,murmur,p2", "sub/c.wav,murmur,p1")


def scanned(path: Path) -> dict[str, Entry]:
    return {e.recording_id: e for e in find_dataset(path, DATASETS.values()).scan(path)}


def card_of(path: Path) -> Card:
    return find_dataset(path, DATASETS.values()).card


@pytest.fixture
def table(tmp_path: Path, made: ModuleType) -> Path:
    """A table of three recordings of two patients."""
    for name in ("a.wav", "b.wav", "sub/c.wav"):
        made.put(tmp_path / name)
    return made.write(tmp_path / "mine.csv", *ROWS)


def rewritten(table: Path, *rows: str) -> Path:
    table.write_text("\n".join(rows) + "\n", encoding="utf-8")
    return table


def test_class_folders_give_classes_and_no_subjects(tmp_path: Path, made: ModuleType) -> None:
    made.put(made.own(tmp_path) / "unlabelled" / "third.flac")
    entries = scanned(tmp_path)
    assert {name: entry.label for name, entry in entries.items()} == {
        "Normal/first": "Normal",
        "murmur/first": "murmur",
        "murmur/second": "murmur",
        "unlabelled/third": None,
    }
    assert len({entry.group for entry in entries.values()}) == 4
    card = card_of(tmp_path)
    assert (card.subjects, card.classes) == ("unknown", ("Normal", "murmur"))
    assert card.size == "4 recordings, 3 with a label"
    assert "table with a column patient" in card.caution


def test_what_lies_astray_is_refused(tmp_path: Path, made: ModuleType) -> None:
    made.own(tmp_path)
    astray = made.put(tmp_path / "astray.wav")
    with pytest.raises(DatasetError, match=r"astray\.wav: lies beside the class folders; move it"):
        Own().scan(tmp_path)
    astray.unlink()
    made.put(tmp_path / "murmur" / "monday" / "x.wav")
    with pytest.raises(DatasetError, match=r"x\.wav: lies in a folder inside murmur/; put sounds"):
        Own().scan(tmp_path)


def test_one_folder_of_sounds_is_no_dataset(tmp_path: Path, made: ModuleType) -> None:
    made.put(tmp_path / "recordings" / "a.wav")
    made.write(tmp_path / "notes" / "readme.md")
    with pytest.raises(DatasetError, match=r"your own recordings: two or more folders"):
        find_dataset(tmp_path, DATASETS.values())


def test_a_table_tells_whose_a_recording_is(table: Path) -> None:
    entries = scanned(table)
    assert {name: (e.label, e.patient, e.group) for name, e in entries.items()} == {
        "a": ("normal", "p1", "patient-p1"),
        "b": ("murmur", "p2", "patient-p2"),
        "sub/c": ("murmur", "p1", "patient-p1"),
    }
    card = card_of(table)
    assert (card.subjects, card.caution) == ("known", "")
    assert card.size == "3 recordings of 2 patients, 3 with a label"
    assert card.title == "Your own recordings (mine.csv)"


def test_further_columns_are_kept(table: Path) -> None:
    rewritten(
        table,
        "PATH,Label,patient,session,site,dataset,subset,age",
        "a.wav,normal,1,s1,AV,clinic,x,40",
        "b.wav,,1,s2,,home,,",
        "sub/c.wav,murmur,,s2,,,,",
    )
    a, b, c = scanned(table).values()
    assert (a.session, a.site, a.dataset, a.subset) == ("s1", "AV", "clinic", "x")
    assert (a.facts, b.facts) == ({"age": "40"}, {})
    assert (b.label, b.site, b.dataset, b.subset) == (None, None, "home", "home")
    assert a.group != b.group  # patient 1 of two datasets
    assert (c.group, c.dataset, c.subset) == ("session-s2", "own", "own")
    assert "1 of 3 rows name no patient" in card_of(table).caution


def test_without_patients_each_recording_stands_alone_and_the_card_warns(table: Path) -> None:
    rewritten(table, "path;label", "a.wav;normal", "b.wav;murmur")
    assert {entry.group for entry in scanned(table).values()} == {"recording-a", "recording-b"}
    assert card_of(table).caution.startswith("It is not known which recordings")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_any_program_may_have_saved_the_table(
    table: Path, made: ModuleType, encoding: str, end: str, delimiter: str
) -> None:
    made.put(table.parent / "größe.wav")
    rows = [*ROWS, "größe.wav,normal,Zoë"]
    text = end.join(row.replace(",", delimiter) for row in rows) + end
    table.write_bytes(text.encode(encoding))
    entries = scanned(table)
    assert [*entries] == ["a", "b", "größe", "sub/c"]
    assert entries["größe"].patient == "Zoë"


def test_paths_are_relative_to_the_table_absolute_or_from_windows(
    table: Path, tmp_path: Path, made: ModuleType
) -> None:
    elsewhere = made.put(tmp_path.parent / f"{tmp_path.name}-elsewhere" / "d.wav")
    rewritten(table, "path,label", f"{table.parent / 'a.wav'},x", r"sub\c.wav,y", f"{elsewhere},y")
    outside = elsewhere.with_suffix("").as_posix()
    assert {*scanned(table)} == {"a", "sub/c", outside}


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        (("path,class", "a.wav,x"), r"mine\.csv: has no column label; it has path, class\. Want"),
        (("file,class", "a.wav,x"), "has no column path and no column label; it has file"),
        (("path,label", "a.wav,x", ",y"), r"mine\.csv, row 3: the path is empty"),
        (("path,label", "mine.csv,x"), r"mine\.csv, row 2: mine\.csv is no sound by its suffix"),
        (
            ("path,label", "a.wav,x", "", "a.wav,x"),
            r"row 4: a is listed a second time \(first: .*2",
        ),
        (("path,label", "a.wav,x", "a.wav,y"), "row 3: a is listed a second time, as x and as y"),
        (("path,label", "a.wav,x|y"), r"row 2: label 'x\|y' names several classes; wanted one"),
        (("path,label", "a.wav,x", "b.wav,X"), r"row 3: label 'X' is spelt 'x' elsewhere \(.*2\)"),
        (("path,label", "a.wav"), "row 2: has 1 cells; the header has 2"),
        (("path,label,label", "a.wav,x,y"), "two columns are called 'label'"),
        (("path,label",), "lists no recording"),
        ((), "is empty"),
    ],
)
def test_a_row_that_cannot_be_used_is_named(table: Path, rows: tuple[str, ...], said: str) -> None:
    with pytest.raises(DatasetError, match=said):
        find_dataset(rewritten(table, *rows), DATASETS.values())


def test_a_file_that_is_gone_is_listed_and_ends_a_scan(table: Path) -> None:
    rewritten(table, *ROWS, "z.wav,normal,p1")
    reader = find_dataset(table, DATASETS.values())
    assert isinstance(reader, Own)
    assert [entry.path.name for entry in reader.entries(table)] == [
        *("a.wav", "b.wav", "c.wav", "z.wav")
    ]
    with pytest.raises(DatasetError, match=r"mine\.csv, row 5: .*z\.wav does not exist; paths"):
        reader.scan(table)


def test_an_eight_bit_table_is_refused_and_not_guessed(table: Path) -> None:
    table.write_bytes("path,label,patient\na.wav,normal,Zoë\n".encode("latin-1"))
    with pytest.raises(DatasetError, match=r"mine\.csv, row 2: byte 0xEB is no UTF-8; save"):
        find_dataset(table, DATASETS.values())


@pytest.mark.parametrize(
    ("labels", "questions"),
    [
        (("normal", "murmur", "artifact"), {"heard", "heard5", "murmur"}),
        (("Normal", "Murmur"), {"heard", "heard5", "murmur"}),
        (("present", "absent"), {"murmur"}),
        (("Good", "poor"), {"quality"}),
        (("clear", "Unclear"), {"beats"}),
        (("normal", "abnormal"), {"refer"}),
        (("normal", "gallop"), set()),
    ],
)
def test_labels_named_like_answers_answer(
    table: Path, labels: tuple[str, ...], questions: set[str]
) -> None:
    files = ("a.wav", "b.wav", "sub/c.wav")
    rows = [f"{file},{label}" for file, label in zip(files, labels, strict=False)]
    card = card_of(rewritten(table, "path,label", *rows))
    assert {*card.questions} == questions
    for answers in card.questions.values():
        assert {*answers} <= {*labels}


def test_murmur_and_normal_answer_both_ways(table: Path) -> None:
    card = card_of(rewritten(table, "path,label", "a.wav,Normal", "b.wav,murmur"))
    assert card.questions["murmur"] == {"Normal": "absent", "murmur": "present"}
    assert card.questions["heard"] == {"Normal": "normal", "murmur": "murmur"}


def test_a_sound_in_the_folder_of_another_class_is_told(table: Path, made: ModuleType) -> None:
    made.put(table.parent / "murmur" / "d.wav")
    rewritten(table, "path,label", "murmur/d.wav,normal", "a.wav,murmur")
    told = find_dataset(table, DATASETS.values()).misnamed(table)
    assert told == [(("murmur/d",), "lies in folder murmur, but is labelled normal")]
