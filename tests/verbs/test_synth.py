"""Files of the verb: sound, truth and recipe agree."""

import json
from pathlib import Path

import numpy as np
import pytest

from auscult.audio import read_recording
from auscult.config import from_config
from auscult.errors import AudioError, ConfigError
from auscult.synth import SPEC_TYPES, synthesise
from auscult.verbs.synth import synth


def test_three_files_a_recording(tmp_path: Path) -> None:
    paths = synth("murmur-systolic", tmp_path, rate_hz=2000, duration_s=3, seed=7, n_recordings=2)
    assert [path.name for path in paths] == [
        f"murmur-systolic-7-{index:03d}.{end}" for index in (0, 1) for end in ("wav", "tsv", "json")
    ]
    assert sorted(paths) == sorted(tmp_path.iterdir())


def test_the_recipe_makes_the_sound_again(tmp_path: Path) -> None:
    paths = synth("extrasystole", tmp_path, rate_hz=2000, duration_s=3, seed=7, n_recordings=3)
    for wav, truth, recipe_path in zip(*[iter(paths)] * 3, strict=True):
        recipe = json.loads(recipe_path.read_text())
        spec = from_config(recipe["spec"], SPEC_TYPES)
        made = synthesise(spec, recipe["rate_hz"], recipe["seed"])
        assert recipe["label"] == made.label == "extrastole"
        written = read_recording(wav)
        assert written.rate_hz == 2000
        assert written.samples == pytest.approx(made.recording.samples, abs=2 / 2**15)
        rows = np.loadtxt(truth, delimiter="\t")
        assert rows[:, 0] == pytest.approx([span.start_s for span in made.spans], abs=1e-6)
        assert rows[0, 0] == 0
        assert rows[-1, 1] == 3
        assert (rows[1:, 0] == rows[:-1, 1]).all()
        assert ((rows[1:, 2] - rows[:-1, 2]) % 4 == 1).all()


def test_the_first_is_the_preset_and_the_next_are_variations(tmp_path: Path) -> None:
    paths = synth("normal", tmp_path, rate_hz=1000, duration_s=1, seed=0, n_recordings=3)
    recipes = [json.loads(path.read_text()) for path in paths if path.suffix == ".json"]
    rates = [recipe["spec"]["heart_rate_bpm"] for recipe in recipes]
    assert rates[0] == 72
    assert len(set(rates)) == 3


def test_a_heart_rate_takes_the_presets_place(tmp_path: Path) -> None:
    paths = synth("normal-child", tmp_path, rate_hz=1000, duration_s=30, seed=0, heart_rate_bpm=200)
    rows = np.loadtxt(paths[1], delimiter="\t")
    assert np.count_nonzero(rows[:, 2] == 1) == pytest.approx(100, abs=2)


def test_an_artifact_has_no_states(tmp_path: Path) -> None:
    paths = synth("artifact-noise", tmp_path, rate_hz=1000, duration_s=2, seed=0)
    assert paths[1].read_text() == "0.000000\t2.000000\t0\n"


@pytest.mark.parametrize(
    ("preset", "options", "message"),
    [
        ("artifact-noise", {"heart_rate_bpm": 70}, "holds no heartbeat; leave heart_rate_bpm=70"),
        ("normal", {"heart_rate_bpm": 10}, "heart_rate_bpm=10 must be between 30 and 220"),
        ("normal", {"n_recordings": 0}, "n_recordings=0 must be at least 1"),
        ("norml", {}, "unknown preset 'norml'; did you mean 'normal'"),
    ],
)
def test_what_cannot_be_is_refused(
    tmp_path: Path, preset: str, options: dict[str, float], message: str
) -> None:
    with pytest.raises(ConfigError, match=message):
        synth(preset, tmp_path, rate_hz=1000, duration_s=1, seed=0, **options)


def test_a_folder_that_is_a_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(AudioError, match="cannot be written"):
        synth("normal", tmp_path / "file", rate_hz=1000, duration_s=1, seed=0)
