"""One name for the bytes of a file, one for what is heard."""

import hashlib
import os
from pathlib import Path

import numpy as np
import pytest
import soundfile

from auscult.audio import read_recording
from auscult.audio.hashing import file_sha256, samples_sha256
from auscult.errors import AudioError


@pytest.fixture
def sound() -> np.ndarray:
    return np.random.default_rng(0).integers(-(2**15), 2**15, 5_000).astype(np.int16)


def test_wav_and_flac_of_one_recording_have_one_hash_of_samples(tmp_path: Path, sound) -> None:
    files = [tmp_path / "a.wav", tmp_path / "a.flac"]
    for file in files:
        soundfile.write(file, sound, 4_000)
    first, second = (samples_sha256(read_recording(file).samples) for file in files)
    assert first == second
    assert len({file_sha256(file) for file in files}) == 2


def test_one_changed_sample_changes_it(sound) -> None:
    samples = sound.astype(np.float32)
    other = samples.copy()
    other[17] += 1
    assert samples_sha256(samples) != samples_sha256(other)
    assert samples_sha256(samples) == hashlib.sha256(samples.astype("<f4").tobytes()).hexdigest()


def test_the_hash_of_a_file_is_that_of_its_bytes(tmp_path: Path) -> None:
    file = tmp_path / "a"
    file.write_bytes(b"x" * 3_000_000)
    assert file_sha256(file) == hashlib.sha256(file.read_bytes()).hexdigest()


def test_what_is_no_file_is_told_and_no_pipe_is_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    for place in (tmp_path / "gone", tmp_path, tmp_path / "pipe"):
        with pytest.raises(AudioError, match=f"{place.name}: is no file"):
            file_sha256(place)
