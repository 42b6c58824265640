"""A manifest is a dataset: what was written is read, and what contradicts itself is refused."""

import csv
import io
import json
import sys
import tracemalloc
from dataclasses import replace
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auscult.datasets import DATASETS, Card, Manifest, Pascal, answered, find_dataset
from auscult.datasets.manifest_cards import Together
from auscult.datasets.manifest_file import (
    ROWS_AT_ONCE,
    About,
    check_suffix,
    is_manifest,
    read_manifest,
    write_manifest,
)
from auscult.datasets.manifest_row import (
    COLUMNS,
    REQUIRED,
    Heard,
    entry_of,
    heard_of,
    parsed,
    portable,
    row_of,
    written,
)
from auscult.errors import ConfigError, DatasetError, MissingExtraError
from auscult.types import QUESTIONS, Entry

HEARD = Heard(60, 7, "ab", "cd", 4_000, 0.002, 1, {"too short": "lasts 0.002 s; wanted 1 s"})
both_forms = pytest.mark.parametrize("suffix", [".csv", ".parquet"])


def write(out: Path, *places: Path) -> Path:
    """Write a manifest of the datasets at ``places``."""
    entries, cards, sources = [], {}, []
    for place in places:
        reader = find_dataset(place, DATASETS.values())
        entries += reader.scan(place)
        cards[reader.card.name] = reader.card
        sources.append((reader.card.name, portable(place, out.parent)))
    rows = (row_of(entry, cards[entry.dataset], HEARD, out.parent) for entry in entries)
    return write_manifest(out, rows, About(cards, tuple(sources), rules=1))


def opened(path: Path) -> Manifest:
    reader = find_dataset(path, DATASETS.values())
    assert isinstance(reader, Manifest)
    return reader


def edit(path: Path, row: int, **cells: str) -> Path:
    """Change cells of one row of a CSV; the header is row 1."""
    with path.open(newline="", encoding="utf-8") as file:
        table = [*csv.DictReader(file)]
    table[row - 2].update(cells)
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, table[0])
        writer.writeheader()
        writer.writerows(table)
    return path


@pytest.fixture
def tree(tmp_path: Path, made: ModuleType) -> Path:
    """PASCAL, CirCor and CinC 2016, small."""
    for name in ("pascal", "circor", "cinc2016"):
        made.MADE[name](tmp_path / name)
    return tmp_path


@both_forms
@pytest.mark.parametrize("name", ["pascal", "circor", "cinc2016"])
def test_one_dataset_reads_as_itself(tree: Path, suffix: str, name: str) -> None:
    out = write(tree / f"m{suffix}", tree / name)
    published = find_dataset(tree / name, DATASETS.values())
    manifest = opened(out)
    assert manifest.scan(out) == published.scan(tree / name)
    assert manifest.card == published.card
    assert manifest.defects == published.defects
    assert dict(manifest.truth(out)) == dict(published.truth(tree / name))
    assert dict(manifest.states(out)) == dict(published.states(tree / name))
    assert manifest.misnamed(out) == published.misnamed(tree / name)
    assert set(manifest.heard().values()) == {HEARD}


@both_forms
def test_several_datasets_get_names_of_their_own(tree: Path, suffix: str) -> None:
    out = write(tree / f"m{suffix}", tree / "pascal", tree / "circor", tree / "cinc2016")
    manifest = opened(out)
    entries = {entry.recording_id: entry for entry in manifest.scan(out)}
    assert len(entries) == 2 + 6 + 4
    circor = entries["circor/101_MV_1"]
    assert (circor.dataset, circor.subset) == ("circor", "circor/CC2014")
    assert circor.patient == "circor/101"
    assert circor.group == entries["circor/303_AV"].group
    assert circor.facts["age"] == "Child"
    assert circor.label == "Present"
    assert "circor/101_MV_1" in manifest.truth(out)
    assert manifest.card.subjects == "unknown"
    assert "cinc2016: not published" in manifest.card.caution


def test_a_label_of_two_meanings_is_told_apart(tree: Path) -> None:
    out = write(tree / "m.csv", tree / "pascal", tree / "cinc2016")
    manifest = opened(out)
    entries = manifest.scan(out)
    assert {entry.label for entry in entries} == {
        "artifact",
        "pascal/normal",
        "cinc2016/normal",
        "abnormal",
    }
    for question, dataset in (("heard", "pascal"), ("refer", "cinc2016")):
        asked, answers = answered(entries, manifest.card, question)
        assert {entry.dataset for entry in asked} == {dataset}
        assert set(answers) <= set(QUESTIONS[question])
    assert set(answered(entries, manifest.card, "murmur")[1]) == {"absent"}
    assert "pascal/Aunlabelledtest__201106120928" in {
        one for defect in manifest.defects for one in defect.recording_ids
    }


def test_columns_are_named_in_order_and_answers_stand_in_them(tree: Path) -> None:
    out = write(tree / "m.csv", tree / "circor")
    header, *rows = csv.reader(io.StringIO(out.read_text(encoding="utf-8")))
    assert header == [*COLUMNS]
    first = dict(zip(header, rows[1], strict=True))
    assert first["path"] == "circor/training_data/101_MV_1.wav"
    assert (first["heard"], first["murmur"], first["refer"]) == ("", "present", "")
    assert json.loads(first["facts"])["systolic_murmur_timing"] == "Holosystolic"
    assert json.loads(first["findings"]) == HEARD.findings


@both_forms
@pytest.mark.parametrize("keeps_cards", [True, False])
def test_what_facts_answer_is_kept_and_may_not_be_contradicted(
    tree: Path, made: ModuleType, suffix: str, keeps_cards: bool
) -> None:
    header, row = "record,subject,n_beats,n_beats_hand_corrected", "a0001,a-C1,10,7"
    made.write(tree / "cinc2016" / "subjects.csv", header, row)
    out = write(tree / f"m{suffix}", tree / "pascal", tree / "cinc2016")
    if not keeps_cards:
        rows, _ = read_manifest(out)
        write_manifest(
            out, [row | {"dataset": f"my-{row['dataset']}"} for _, row in rows], About({})
        )
    manifest = opened(out)
    asked, answers = answered(manifest.scan(out), manifest.card, "beats")
    assert [entry.recording_id.partition("/")[2] for entry in asked] == ["a0001"]
    assert answers == ["unclear"]
    if keeps_cards:
        rows, about = read_manifest(out)
        changed = [row | {"beats": "clear"} if row["beats"] else row for _, row in rows]
        with pytest.raises(DatasetError, match=r"beats is clear, but its fact of .* unclear"):
            opened(write_manifest(out, changed, about))


def test_a_fact_that_is_no_answer_stays_a_fact(tmp_path: Path, made: ModuleType) -> None:
    for name in ("a", "b"):
        made.put(tmp_path / f"{name}.wav")
    table = "path,label,patient,quality\na.wav,well,p,good\nb.wav,ill,q,poor\n"
    (tmp_path / "own.csv").write_text(table)
    out = write(tmp_path / "m.csv", tmp_path / "own.csv")
    (tmp_path / "m.csv.cards.json").unlink()
    manifest = opened(out)
    assert manifest.card.asked == ()
    assert [entry.facts["quality"] for entry in manifest.scan(out)] == ["good", "poor"]


def test_an_answer_in_its_column_alone_is_read(tree: Path, made: ModuleType) -> None:
    header, row = "record,subject,n_beats,n_beats_hand_corrected", "a0001,a-C1,10,7"
    made.write(tree / "cinc2016" / "subjects.csv", header, row)
    out = write(tree / "m.csv", tree / "cinc2016")
    for number in range(2, 6):
        edit(out, number, facts="")
    manifest = opened(out)
    assert answered(manifest.scan(out), manifest.card, "beats")[1] == ["unclear"]


def test_a_fact_answers_in_the_datasets_that_say_so(tree: Path, made: ModuleType) -> None:
    header, row = "record,subject,n_beats,n_beats_hand_corrected", "a0001,a-C1,10,7"
    made.write(tree / "cinc2016" / "subjects.csv", header, row)
    made.put(tree / "x.wav")
    (tree / "own.csv").write_text("path,label,beats\nx.wav,well,clear\n")
    out = write(tree / "m.csv", tree / "cinc2016", tree / "own.csv")
    manifest = opened(out)
    asked, answers = answered(manifest.scan(out), manifest.card, "beats")
    assert ([entry.dataset for entry in asked], answers) == (["cinc2016"], ["unclear"])


@both_forms
def test_the_folder_may_move_with_everything_in_it(tree: Path, suffix: str, made) -> None:
    root = tree / "one"
    made.circor(root / "circor")
    out = write(root / f"m{suffix}", root / "circor")
    moved = root.rename(tree / "two") / out.name
    manifest = opened(moved)
    assert all(entry.path.is_relative_to(tree / "two") for entry in manifest.scan(moved))
    assert len(manifest.truth(moved)) == 6


def test_a_table_without_its_cards_is_still_read(tree: Path, made: ModuleType) -> None:
    made.own(tree / "own")
    out = write(tree / "m.csv", tree / "own", tree / "pascal")
    kept = opened(out).card
    (tree / "m.csv.cards.json").unlink()
    manifest = opened(out)
    assert manifest.card.classes == kept.classes
    assert manifest.card.questions == kept.questions
    assert manifest.card.subjects == "unknown"
    assert dict(manifest.truth(out)) == {}


@pytest.mark.parametrize(
    ("encoding", "end", "delimiter"),
    [("utf-8-sig", "\r\n", ";"), ("utf-16", "\r\n", "\t"), ("utf-8", "\r", ",")],
)
def test_a_spreadsheet_may_have_saved_it(
    tree: Path, encoding: str, end: str, delimiter: str
) -> None:
    out = write(tree / "m.csv", tree / "circor")
    before = opened(out).scan(out)
    rows = [*csv.reader(io.StringIO(out.read_text(encoding="utf-8")))]
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=delimiter, lineterminator=end).writerows(rows)
    out.write_bytes(text.getvalue().replace("4000", "4000.0").encode(encoding))
    assert opened(out).scan(out) == before
    assert {heard.rate_hz for heard in opened(out).heard().values()} == {4_000}


def test_only_the_required_columns_are_needed(tree: Path) -> None:
    out = write(tree / "m.csv", tree / "pascal")
    numbered, about = read_manifest(out)
    rows = [*numbered]
    with out.open("w", newline="") as file:
        writer = csv.DictWriter(file, [*REQUIRED, "sha256"], extrasaction="ignore")
        writer.writeheader()
        writer.writerows(row for _, row in rows)
    assert [e.recording_id for e in opened(out).scan(out)] == [row["recording"] for _, row in rows]
    assert about.rules == 1


@pytest.mark.parametrize(
    ("row", "cells", "said"),
    [
        (
            3,
            {"label": "Presnt"},
            r"row 3: label 'Presnt' is none of circor; did you mean 'Present'",
        ),
        (3, {"murmur": "absent"}, r"row 3: murmur is absent, but label 'Present' of circor means"),
        (3, {"murmur": "loud"}, r"row 3: murmur is 'loud'; wanted absent or present, or nothing"),
        (4, {"group": "x"}, r"row 4: patient 101 is in group x, but in 101 in row 2"),
        (4, {"group": ""}, r"row 4: group is empty"),
        (5, {"recording": "101_AV"}, r"row 5: 101_AV of circor stands in row 2 already"),
        (2, {"rate_hz": "fast"}, r"row 2: rate_hz 'fast' is no number"),
        (2, {"n_channels": "1.5"}, r"row 2: n_channels '1.5' is no whole number"),
        (2, {"duration_s": "inf"}, r"row 2: duration_s 'inf' is no finite number"),
        (2, {"facts": "old"}, r"row 2: facts 'old' is no JSON object of texts"),
        (2, {"facts": '{"age": 3}'}, r"row 2: facts .* is no JSON object of texts"),
    ],
)
def test_a_row_that_contradicts_itself_is_named(
    tree: Path, row: int, cells: dict[str, str], said: str
) -> None:
    out = edit(write(tree / "m.csv", tree / "circor"), row, **cells)
    with pytest.raises(DatasetError, match=rf"m\.csv, {said}"):
        opened(out)


@both_forms
@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"recording": None, "group": None}, "row 1: lacks the columns recording, group; it has"),
        ({"patient": "pateint"}, r"row 1: unknown column 'pateint'; did you mean 'patient'\?"),
    ],
)
def test_columns_that_are_missing_or_misspelt_are_named(
    tree: Path, suffix: str, change: dict[str, str | None], said: str
) -> None:
    out = write(tree / f"m{suffix}", tree / "circor")
    names = {name: change.get(name, name) for name in COLUMNS}
    if suffix == ".parquet":
        from pyarrow import parquet

        table = parquet.read_table(out)
        table = table.drop_columns([old for old, new in names.items() if new is None])
        kept = [new for new in names.values() if new is not None]
        parquet.write_table(table.rename_columns(kept), out)
    else:
        with out.open(newline="") as file:
            _, *rows = csv.reader(file)
        with out.open("w", newline="") as file:
            keep = [i for i, new in enumerate(names.values()) if new is not None]
            header = [*names.values()]
            csv.writer(file).writerows([row[i] for i in keep] for row in [header, *rows])
    with pytest.raises(DatasetError, match=said):
        opened(out)


@both_forms
def test_files_that_are_gone_are_named_with_their_row(tree: Path, suffix: str) -> None:
    out = write(tree / f"m{suffix}", tree / "circor")
    for name in ("101_MV_2", "303_AV"):
        (tree / "circor" / "training_data" / f"{name}.wav").unlink()
    with pytest.raises(DatasetError, match=r"row 4: .*101_MV_2\.wav is not there \(nor are 1 more"):
        opened(out).scan(out)
    assert len(opened(out).entries(out)) == 6


def test_a_manifest_without_rows_or_header_is_refused(tree: Path) -> None:
    out = write(tree / "m.csv", tree / "circor")
    out.write_text(",".join(COLUMNS) + "\n")
    with pytest.raises(DatasetError, match=r"m\.csv: lists no recording"):
        opened(out)
    (tree / "m.parquet").write_bytes(b"PAR1 no more")
    with pytest.raises(DatasetError, match=r"m\.parquet: cannot be read as Parquet"):
        opened(tree / "m.parquet")


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"{", "what it says of itself is damaged"),
        (b'{"format": 1}', "what it says of itself is damaged"),
        (b'{"format": 9, "cards": {}, "sources": []}', "is of format 9, .* reads 1"),
        (b'{"format": 1, "cards": {"a": {"type": "Os"}}, "sources": []}', "type 'Os' is not one"),
    ],
)
def test_damaged_cards_are_told(tree: Path, data: bytes, said: str) -> None:
    out = write(tree / "m.csv", tree / "circor")
    (tree / "m.csv.cards.json").write_bytes(data)
    with pytest.raises(DatasetError, match=rf"m\.csv\.cards\.json: .*{said}"):
        opened(out)


@pytest.mark.parametrize("name", ["labels.csv", "notes.txt", "sound.wav", "x.CSV"])
def test_other_tables_are_no_manifests(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text("path,label\na.wav,normal\n")
    assert not is_manifest(tmp_path / name)
    assert not is_manifest(tmp_path)


def test_the_name_tells_the_form_and_pyarrow_is_asked_for(monkeypatch) -> None:
    with pytest.raises(ConfigError, match=r"m\.xlsx: a manifest is called \*\.csv or \*\.parquet"):
        check_suffix(Path("m.xlsx"))
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    check_suffix(Path("m.csv"))
    with pytest.raises(MissingExtraError, match=r"needs pyarrow.*auscult\[train\]"):
        check_suffix(Path("m.parquet"))


@both_forms
def test_a_write_that_fails_leaves_the_earlier_manifest(tree: Path, suffix: str) -> None:
    out = write(tree / f"m{suffix}", tree / "circor")
    before = out.read_bytes()

    def rows() -> Any:
        yield from (row for _, row in read_manifest(out)[0])
        raise OSError(28, "No space left on device")

    with pytest.raises(DatasetError, match=r"cannot be written \(No space left"):
        write_manifest(out, rows(), About())
    assert out.read_bytes() == before
    assert [p.name for p in tree.glob(".*")] == []


@both_forms
def test_memory_does_not_grow_with_the_rows(tmp_path: Path, suffix: str) -> None:
    entry = Entry("a", tmp_path / "a.wav", "pascal", "A", "murmur", "g")
    row = row_of(entry, Pascal.card, HEARD, tmp_path)
    out = tmp_path / f"m{suffix}"
    write_manifest(out, [row], About())  # imports what it needs
    peaks = []
    for n_rows in (2 * ROWS_AT_ONCE, 8 * ROWS_AT_ONCE):
        tracemalloc.start()
        write_manifest(out, (dict(row) for _ in range(n_rows)), About())
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
        assert sum(1 for _ in read_manifest(out)[0]) == n_rows
    assert peaks[1] < 1.2 * peaks[0]


names = st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs")), min_size=1).filter(
    lambda text: text.strip() == text and text != "nan"
)


@given(
    st.builds(
        Entry,
        recording_id=names,
        path=st.just(Path("/data/x/a.wav")),
        dataset=names,
        subset=names,
        label=st.none() | names,
        group=names,
        patient=st.none() | names,
        site=st.none() | names,
        sublabel=st.none() | names,
        session=st.none() | names,
        taken_at_s=st.none() | st.floats(0, 2e9),
        facts=st.dictionaries(names, names, max_size=3),
    ),
    st.integers(1, 2**40),
    st.floats(0, 4e3),
)
def test_a_row_tells_the_entry_and_what_was_heard(entry: Entry, size: int, length: float) -> None:
    heard = replace(HEARD, size_bytes=size, mtime_ns=size * 1_000, duration_s=length)
    card = replace(Pascal.card, questions={})
    row = row_of(entry, card, heard, Path("/data/y"))
    cells = {name: written(name, value) for name, value in row.items()}
    text = {name: "" if cell is None else str(cell) for name, cell in cells.items()}
    for kept in (cells, text):
        back = {name: parsed(name, cell) for name, cell in kept.items()}
        assert entry_of(back, Path("/data/y")) == entry
        assert heard_of(back) == heard


@pytest.mark.parametrize(
    ("path", "folder", "seen"),
    [
        ("/data/a/x.wav", "/data", "a/x.wav"),
        ("/data/a/x.wav", "/data/tables", "../a/x.wav"),
        ("/data/a/x.wav", "/home/me", "/data/a/x.wav"),
        ("/data/../data/x.wav", "/data/b/..", "x.wav"),
    ],
)
def test_paths_are_relative_where_something_is_shared(path: str, folder: str, seen: str) -> None:
    assert portable(Path(path), Path(folder)) == seen


def test_the_least_sure_subjects_are_those_of_all() -> None:
    def card(name: str, subjects: Any) -> Card:
        return replace(Pascal.card, name=name, subjects=subjects)

    for subjects in ("known", "inferred", "partly known", "unknown"):
        both = Together({"a": card("a", "known"), "b": card("b", subjects)}).card(2)
        assert both.subjects == subjects


@pytest.mark.data
def test_pascal_reads_as_itself(pascal_dir: Path, tmp_path: Path) -> None:
    out = write(tmp_path / "m.csv", pascal_dir)
    manifest = opened(out)
    assert manifest.scan(out) == Pascal().scan(pascal_dir)
    assert dict(manifest.truth(out)) == dict(Pascal().truth(pascal_dir))
