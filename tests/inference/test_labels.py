"""Label files of a batch: where they stand, what they hold, and that none overwrites another."""

from pathlib import Path

import pytest

from auscult.errors import RunError
from auscult.inference.labels import AUDACITY, TEXT_GRID, Labels
from auscult.types import Prediction, StateSpan

SPANS = (StateSpan("S1", 0.25, 0.375), StateSpan("systole", 0.375, 0.5))


def heard(sound: str, spans: tuple[StateSpan, ...] = SPANS) -> Prediction:
    return Prediction(sound, "ok", "", "a", {"a": 1.0}, 2.0, 4_000, n_beats=0, spans=spans)


def names(folder: Path) -> list[str]:
    return sorted(str(p.relative_to(folder)) for p in folder.rglob("*") if p.is_file())


def test_each_sound_gets_a_file_of_each_format(tmp_path: Path) -> None:
    labels = Labels({TEXT_GRID: tmp_path / "t", AUDACITY: tmp_path / "a"}, ["in/1.wav"])
    assert not labels.are_there("in/1.wav")
    labels.add(heard("in/1.wav"))
    assert labels.are_there("in/1.wav")
    assert (tmp_path / "a" / "1.txt").read_text() == (
        "0.2500\t0.3750\tS1\n0.3750\t0.5000\tsystole\n"
    )
    grid = (tmp_path / "t" / "1.TextGrid").read_text()
    assert "xmax = 2.0000" in grid
    assert grid.count("text = ") == 4  # two states, and the time before and after them


def test_folders_are_kept_and_no_file_overwrites_another(tmp_path: Path) -> None:
    sounds = ["w/a/1.wav", "w/b/1.wav", "w/b/2.wav", "w/b/2.flac", "w/b/2.3.wav"]
    labels = Labels({AUDACITY: tmp_path}, sounds)
    for sound in sounds:
        labels.add(heard(sound))
    assert names(tmp_path) == ["a/1.txt", "b/1.txt", "b/2.3.txt", "b/2.flac.txt", "b/2.wav.txt"]


@pytest.mark.parametrize("other", ["../elsewhere/2.wav", "/elsewhere/2.wav", "in/../2.wav"])
def test_nothing_is_written_outside_the_folder(tmp_path: Path, other: str) -> None:
    labels = Labels({AUDACITY: tmp_path / "labels"}, ["in/1.wav", other])
    for sound in ("in/1.wav", other):
        for path in labels.paths(sound):
            assert ".." not in path.relative_to(tmp_path / "labels").parts


def test_a_folder_of_links_stays_a_folder(tmp_path: Path) -> None:
    for name in ("1.wav", "2.wav"):
        (tmp_path / name[0]).mkdir()
        (tmp_path / name[0] / name).touch()
        (tmp_path / "links").mkdir(exist_ok=True)
        (tmp_path / "links" / name).symlink_to(tmp_path / name[0] / name)
    sounds = [str(path) for path in sorted((tmp_path / "links").iterdir())]
    (path,) = Labels({AUDACITY: tmp_path / "out"}, sounds).paths(sounds[0])
    assert path == tmp_path / "out" / "1.txt"


def test_no_beat_is_an_empty_file_and_no_sound_is_none(tmp_path: Path) -> None:
    labels = Labels({AUDACITY: tmp_path}, ["1.wav", "2.wav"])
    labels.add(heard("1.wav", ()))
    labels.add(Prediction("2.wav", "error", "gone"))
    assert names(tmp_path) == ["1.txt"]
    assert (tmp_path / "1.txt").read_text() == ""


def test_a_folder_that_is_a_file_is_told(tmp_path: Path) -> None:
    (tmp_path / "labels").touch()
    with pytest.raises(RunError, match="cannot be written"):
        Labels({AUDACITY: tmp_path / "labels"}, ["1.wav"]).add(heard("1.wav"))


def test_without_a_folder_nothing_is_missing() -> None:
    labels = Labels({}, [])
    labels.add(heard("1.wav"))
    assert labels.are_there("1.wav")
