"""What every dataset in the table must offer; a new line there is tested without a new test."""

from pathlib import Path

import pytest

from auscult.datasets import DATASETS, Card, find_dataset
from auscult.errors import DatasetError

every_dataset = pytest.mark.parametrize("name", sorted(DATASETS))
KINDS = {"duplicate", "label-conflict", "silent", "truth"}


@every_dataset
def test_has_a_card_that_says_what_may_be_done_with_it(name: str) -> None:
    card = DATASETS[name].card
    assert isinstance(card, Card)
    assert card.name == name
    for text in (card.title, card.subject_key, card.licence, card.citation):
        assert text.strip()
    assert card.address.startswith("http")
    assert len(card.classes) == len(set(card.classes)) >= 2


@every_dataset
def test_defects_are_of_known_kinds_and_say_what_is_known(name: str) -> None:
    for defect in DATASETS[name].defects:
        assert defect.kind in KINDS
        assert defect.recording_ids
        assert defect.note


@every_dataset
def test_an_empty_folder_is_not_recognised(name: str, tmp_path: Path) -> None:
    assert not DATASETS[name].recognises(tmp_path)
    with pytest.raises(DatasetError, match="holds no dataset"):
        find_dataset(tmp_path, [DATASETS[name]])


@every_dataset
def test_an_empty_folder_has_no_truth(name: str, tmp_path: Path) -> None:
    assert dict(DATASETS[name]().truth(tmp_path)) == {}


@pytest.mark.data
def test_scans_of_real_folders_are_unique_stable_and_of_the_card(pascal_dir: Path) -> None:
    dataset = find_dataset(pascal_dir, DATASETS.values())
    entries = dataset.scan(pascal_dir)
    assert dataset.scan(pascal_dir) == entries
    ids = [entry.recording_id for entry in entries]
    assert ids == sorted(set(ids))
    for entry in entries:
        assert entry.dataset == dataset.card.name
        assert entry.label is None or entry.label in dataset.card.classes
        assert entry.group
        assert entry.path.is_file()
