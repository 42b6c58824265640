"""What is written is read again, within 16 bits."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from auscult.audio import read_recording, wav_bytes, write_wav
from auscult.errors import AudioError
from auscult.types import Recording

SAMPLES = arrays(np.float32, st.integers(1, 300), elements=st.floats(-1, 1, width=32))


@given(SAMPLES, st.sampled_from([1_000, 4_000, 44_100, 384_000]))
def test_round_trip_is_within_one_step_of_16_bits(samples: np.ndarray, rate_hz: int) -> None:
    read = read_recording(wav_bytes(Recording(samples, rate_hz)))
    assert read.rate_hz == rate_hz
    np.testing.assert_allclose(read.samples, samples, atol=1.01 / 2**15)


def test_samples_beyond_full_scale_are_clipped_not_wrapped() -> None:
    loud = Recording(np.array([-3.0, -1.0, 0.0, 1.0, 3.0], np.float32), 4_000)
    read = read_recording(wav_bytes(loud))
    np.testing.assert_allclose(read.samples, [-1, -1, 0, 1, 1], atol=1e-4)


def test_folders_are_made_and_the_path_returned(tmp_path: Path) -> None:
    path = tmp_path / "new" / "deep" / "a.wav"
    assert write_wav(path, Recording(np.zeros(4, np.float32), 4_000)) == path
    assert read_recording(path).duration_s == 0.001


def test_a_path_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(AudioError, match=r"a\.wav: cannot be written"):
        write_wav(tmp_path / "file" / "a.wav", Recording(np.zeros(4, np.float32), 4_000))
