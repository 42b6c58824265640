"""Finding the reader of a folder, or saying what is there instead."""

from pathlib import Path

import pytest

from auscult.datasets import DATASETS, Pascal, find_dataset
from auscult.errors import DatasetError


@pytest.mark.parametrize("inside", ["set_a", "set_b", "unlabel", "murmur"])
def test_pascal_is_recognised_by_its_folders(tmp_path: Path, inside: str) -> None:
    (tmp_path / inside).mkdir()
    assert isinstance(find_dataset(tmp_path, DATASETS.values()), Pascal)


def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    with pytest.raises(DatasetError, match="gone: no such folder"):
        find_dataset(tmp_path / "gone", DATASETS.values())


def test_an_unknown_layout_is_told_with_what_it_holds(tmp_path: Path) -> None:
    with pytest.raises(DatasetError, match=r"it holds nothing\. Wanted set_a/ and set_b/"):
        find_dataset(tmp_path, DATASETS.values())
    (tmp_path / "holiday.jpg").touch()
    (tmp_path / "set_a").touch()  # a file is no layout
    with pytest.raises(DatasetError, match=r"knows \(.*pascal.*\); it holds holiday\.jpg, set_a"):
        find_dataset(tmp_path, DATASETS.values())
