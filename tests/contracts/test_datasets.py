"""What every dataset in the table must offer; a new line there is tested without a new test."""

from pathlib import Path
from types import ModuleType

import pytest

from auscult.datasets import DATASETS, Card, Dataset, find_dataset
from auscult.errors import DatasetError

# A manifest is written by indexing another dataset; its own tests make one and read it back.
every_dataset = pytest.mark.parametrize("name", sorted(DATASETS))
every_layout = pytest.mark.parametrize("name", sorted({*DATASETS} - {"manifest"}))
published = pytest.mark.parametrize("name", sorted({*DATASETS} - {"manifest", "own"}))
KINDS = {"duplicate", "label-conflict", "silent", "truth"}
CARDS = Path(__file__).resolve().parents[2] / "docs" / "data"


def made_dataset(made: ModuleType, name: str, folder: Path) -> Dataset:
    return find_dataset(made.MADE[name](folder), DATASETS.values())


@published
def test_has_a_card_that_says_what_may_be_done_with_it(name: str) -> None:
    card = DATASETS[name].card
    assert isinstance(card, Card)
    assert card.name == name
    for text in (card.title, card.size, card.subject_key, card.licence, card.citation):
        assert text.strip()
    assert card.address.startswith("http")
    assert len(card.classes) == len(set(card.classes)) >= 2
    assert card.rates_hz
    assert card.questions


@every_layout
def test_has_a_page(name: str) -> None:
    page = (CARDS / f"{name}.md").read_text(encoding="utf-8")
    assert page.startswith("# Data card: ")
    for row in ("recordings", "subject key", "licence", "cite"):
        assert f"\n| {row} |" in page
    if name != "own":
        assert DATASETS[name].card.citation.partition(":")[0] in page


@every_dataset
def test_defects_are_of_known_kinds_and_say_what_is_known(name: str) -> None:
    for defect in DATASETS[name].defects:
        assert defect.kind in KINDS
        assert defect.recording_ids
        assert defect.note


@every_dataset
def test_an_empty_folder_is_not_recognised(name: str, tmp_path: Path) -> None:
    assert not DATASETS[name].recognises(tmp_path)
    assert not DATASETS[name].recognises(tmp_path / "gone")
    with pytest.raises(DatasetError, match="holds no dataset"):
        find_dataset(tmp_path, [DATASETS[name]])


@every_dataset
def test_an_empty_folder_has_no_truth(name: str, tmp_path: Path) -> None:
    assert dict(DATASETS[name]().truth(tmp_path)) == {}
    assert dict(DATASETS[name]().states(tmp_path)) == {}


@every_layout
def test_is_recognised_by_its_own_reader_alone(name: str, made: ModuleType, tmp_path: Path) -> None:
    folder = made.MADE[name](tmp_path)
    assert find_dataset(folder, DATASETS.values()).card.name == name
    others = [other for other in DATASETS if other not in (name, "own")]
    assert [other for other in others if DATASETS[other].recognises(folder)] == []


@every_layout
def test_scans_of_made_trees_keep_the_contract(name: str, made: ModuleType, tmp_path: Path) -> None:
    assert_contract(made_dataset(made, name, tmp_path), tmp_path)


@every_layout
def test_a_scan_opens_no_sound(name: str, made: ModuleType, tmp_path: Path) -> None:
    dataset = made_dataset(made, name, tmp_path)
    before = dataset.scan(tmp_path)
    for entry in before:
        entry.path.write_bytes(b"no sound")
    assert dataset.scan(tmp_path) == before


@pytest.mark.data
@pytest.mark.parametrize("fixture", ["pascal_dir", "circor_dir", "cinc2016_dir"])
def test_scans_of_real_folders_keep_the_contract(
    fixture: str, request: pytest.FixtureRequest
) -> None:
    folder: Path = request.getfixturevalue(fixture)
    dataset = find_dataset(folder, DATASETS.values())
    assert dataset.card.name == fixture.removesuffix("_dir")
    assert_contract(dataset, folder)
    present = {entry.recording_id for entry in dataset.scan(folder)}
    for defect in dataset.defects:
        assert present.issuperset(defect.recording_ids)


def assert_contract(dataset: Dataset, folder: Path) -> None:
    """Ids unique and sorted, labels of the card, groups that hold whole patients, lower facts."""
    entries = dataset.scan(folder)
    assert dataset.scan(folder) == entries
    ids = [entry.recording_id for entry in entries]
    assert ids == sorted(set(ids))
    group_of: dict[str, str] = {}
    for entry in entries:
        assert entry.dataset == dataset.card.name
        assert entry.label is None or entry.label in dataset.card.classes
        assert entry.group
        assert entry.subset
        assert entry.path.is_file()
        if entry.patient is not None:
            assert group_of.setdefault(entry.patient, entry.group) == entry.group
        for fact, value in entry.facts.items():
            assert fact == fact.lower().replace(" ", "_")
            assert value
    for recordings, said in dataset.misnamed(folder):
        assert recordings
        assert said
    if all(entry.patient is None for entry in entries):
        assert dataset.card.subjects in ("unknown", "inferred")
    if dataset.card.subjects in ("unknown", "partly known"):
        assert dataset.card.caution
