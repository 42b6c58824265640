import csv
from pathlib import Path

import numpy as np
import pytest

from auscult.audio import write_wav
from auscult.errors import AudioError, BundleError, ConfigError
from auscult.synth import PRESETS, synthesise
from auscult.training.segmenter_options import fold_of
from auscult.types import Recording
from auscult.verbs.segment import make_segmenter, segment
from auscult.verbs.train_segmenter import annotated


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("sounds")
    write_wav(root / "heart.wav", synthesise(PRESETS["normal"], 4_000, 1).recording)
    write_wav(root / "silence.wav", Recording(np.zeros(8_000, np.float32), 4_000))
    (root / "words.wav").write_text("no sound at all")
    return root


def test_every_file_gets_beats_or_a_reason(folder: Path, tmp_path: Path) -> None:
    heard = segment([folder], out=tmp_path / "beats.csv")
    names = [Path(each.segmentation.source).name for each in heard]
    assert names == ["heart.wav", "silence.wav", "words.wav"]
    assert [each.readable for each in heard] == [True, True, False]
    assert heard[0].rhythm.rate_bpm == pytest.approx(72, abs=4)
    assert all(each.segmentation.reason for each in heard[1:])
    rows = list(csv.DictReader((tmp_path / "beats.csv").read_text().splitlines()))
    assert {Path(row["path"]).name for row in rows} == {"heart.wav"}
    assert {row["state"] for row in rows} == {"S1", "systole", "S2", "diastole"}


def test_the_envelope_answers_through_the_same_door(folder: Path) -> None:
    (heard,) = segment([folder / "heart.wav"], segmenter="envelope")
    assert heard.rhythm.n_beats > 5


def test_a_format_that_cannot_hold_them_is_refused_before_the_work(folder: Path) -> None:
    with pytest.raises(ConfigError, match="holds one recording, not 3"):
        segment([folder], out=folder / "x.TextGrid")
    assert not (folder / "x.TextGrid").exists()


def test_an_unknown_segmenter_is_refused() -> None:
    with pytest.raises(BundleError, match="no-such: is no bundle"):
        make_segmenter("no-such")


def test_an_empty_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(AudioError, match="holds no sound files"):
        segment([tmp_path])


@pytest.mark.data
def test_a_person_of_two_ids_has_one_fold(circor_dir: Path) -> None:
    entries, states = annotated(circor_dir)
    assert len(entries) == 3_162
    assert {e.recording_id for e in entries} == set(states)
    folds = {}
    for entry in entries:
        folds.setdefault(entry.group, set()).add(fold_of(entry.group, 5))
    assert {len(each) for each in folds.values()} == {1}
    assert len({e.patient for e in entries}) > len(folds)
