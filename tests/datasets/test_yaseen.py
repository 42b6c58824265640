"""Diagnoses from the names, on a small made tree."""

from pathlib import Path
from types import ModuleType

import pytest

from auscult.datasets import DATASETS, Yaseen, find_dataset
from auscult.errors import DatasetError


def test_clips_are_labelled_by_name_and_stand_alone(tmp_path: Path, made: ModuleType) -> None:
    entries = Yaseen().scan(made.yaseen(tmp_path))
    assert len(entries) == 10
    assert {entry.label for entry in entries} == {*Yaseen.card.classes}
    assert len({entry.group for entry in entries}) == 10
    assert all(entry.patient is None for entry in entries)
    assert "not known which recordings come from one person" in Yaseen.card.caution


def test_prolapse_says_nothing_about_a_murmur() -> None:
    assert "MVP" not in Yaseen.card.questions["murmur"]
    assert Yaseen.card.questions["refer"]["MVP"] == "abnormal"


def test_bare_letters_are_folders_too(tmp_path: Path, made: ModuleType) -> None:
    made.put(tmp_path / "AS" / "New_AS_001.wav")
    made.put(tmp_path / "N" / "New_N_001.wav")
    assert isinstance(find_dataset(tmp_path, DATASETS.values()), Yaseen)


def test_a_clip_in_another_folder_is_told(tmp_path: Path, made: ModuleType) -> None:
    made.put(made.yaseen(tmp_path) / "MR_New" / "New_AS_003.wav")
    said = "lies in folder MR_New, but its name says AS"
    assert Yaseen().misnamed(tmp_path) == [(("New_AS_003",), said)]


def test_an_alien_name_is_refused(tmp_path: Path, made: ModuleType) -> None:
    made.put(made.yaseen(tmp_path) / "MR_New" / "monday.wav")
    with pytest.raises(DatasetError, match=r"monday\.wav: is not named like a clip of Yaseen"):
        Yaseen().scan(tmp_path)
