"""Samples without a header: read as told, refused where they have one."""

import struct
from pathlib import Path

import numpy as np
import pytest
import soundfile

from auscult.audio import RawPcm, read_header, read_recording
from auscult.audio.raw import NAMES, as_float
from auscult.errors import AudioError, ConfigError

VALUES = [0.0, 0.5, -0.5, 0.25, -1.0]
# Each encoding's bytes, written by struct and by hand.
PACKED = {
    "u8": bytes([128, 192, 64, 160, 0]),
    "s8": struct.pack("5b", 0, 64, -64, 32, -128),
    "s16le": struct.pack("<5h", 0, 2**14, -(2**14), 2**13, -(2**15)),
    "s16be": struct.pack(">5h", 0, 2**14, -(2**14), 2**13, -(2**15)),
    "s24le": bytes.fromhex("000000 000040 0000c0 000020 000080"),
    "s24be": bytes.fromhex("000000 400000 c00000 200000 800000"),
    "s32le": struct.pack("<5i", 0, 2**30, -(2**30), 2**29, -(2**31)),
    "s32be": struct.pack(">5i", 0, 2**30, -(2**30), 2**29, -(2**31)),
    "f32le": struct.pack("<5f", *VALUES),
    "f32be": struct.pack(">5f", *VALUES),
    "f64le": struct.pack("<5d", *VALUES),
    "f64be": struct.pack(">5d", *VALUES),
}


def test_every_encoding_is_tried_here() -> None:
    assert set(PACKED) == set(NAMES)


@pytest.mark.parametrize("encoding", NAMES)
def test_every_encoding_gives_the_same_sound(encoding: str) -> None:
    recording = read_recording(PACKED[encoding], raw=RawPcm(4_000, encoding))
    assert recording.rate_hz == 4_000
    np.testing.assert_array_equal(recording.samples, VALUES)


def test_24_bits_are_those_of_a_wav(tmp_path: Path) -> None:
    noise = np.random.default_rng(0).uniform(-1, 1, 500)
    soundfile.write(tmp_path / "a.raw", noise, 8_000, subtype="PCM_24", format="RAW")
    soundfile.write(tmp_path / "a.wav", noise, 8_000, subtype="PCM_24")
    ours = read_recording(tmp_path / "a.raw", raw=RawPcm(8_000, "s24le"))
    np.testing.assert_array_equal(ours.samples, read_recording(tmp_path / "a.wav").samples)


def test_channels_lie_sample_by_sample() -> None:
    pair = RawPcm.parsed(4_000, "s16le/2")
    data = struct.pack("<6h", 100, 1, 200, 2, 300, 3)
    recording = read_recording(data, raw=pair, channel=2)
    np.testing.assert_allclose(recording.samples * 2**15, [1, 2, 3])
    assert recording.n_channels == 2
    assert read_header(data, raw=pair).n_frames == 3


def test_a_file_with_a_header_is_not_raw(tmp_path: Path) -> None:
    soundfile.write(tmp_path / "a.flac", np.zeros(4_000), 8_000)
    for read in (read_recording, read_header):
        with pytest.raises(AudioError, match=r"a\.flac: is no raw PCM but FLAC, .* leave out"):
            read(tmp_path / "a.flac", raw=RawPcm(4_000))


def test_a_raw_file_without_a_rate_asks_for_it(tmp_path: Path) -> None:
    (tmp_path / "a.pcm").write_bytes(bytes(8_000))
    for read in (read_recording, read_header):
        with pytest.raises(AudioError, match=r"a\.pcm: is raw PCM.*give --rate and --format"):
            read(tmp_path / "a.pcm")


def test_half_a_frame_is_refused() -> None:
    with pytest.raises(AudioError, match=r"^x: 9 bytes are no whole number of 2-channel s16le"):
        read_recording(bytes(9), raw=RawPcm(4_000, n_channels=2), name="x")


def test_limits_hold_for_raw_files_too() -> None:
    with pytest.raises(AudioError, match=r"^x: lasts 2\.8 hours"):
        read_recording(bytes(10_000_000), raw=RawPcm(1_000, "u8"), name="x")
    with pytest.raises(AudioError, match=r"^x: has a sampling rate of 10 Hz"):
        read_recording(bytes(100), raw=RawPcm(10), name="x")


@pytest.mark.parametrize(
    ("told", "match"),
    [
        ({"encoding": "s17le"}, "encoding='s17le' is none of u8, s8, s16le"),
        ({"rate_hz": 0}, "rate_hz=0 must be positive"),
        ({"n_channels": 65}, "n_channels=65 must be between 1 and 64"),
    ],
)
def test_what_is_no_encoding_is_refused(told: dict, match: str) -> None:
    with pytest.raises(ConfigError, match=match):
        RawPcm(**{"rate_hz": 4_000, **told})


@pytest.mark.parametrize("text", ["s16le/", "s16le/x", "s16le/2/3"])
def test_a_format_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(ConfigError, match="wanted an encoding and channels, such as s16le/2"):
        RawPcm.parsed(4_000, text)


@pytest.mark.parametrize("dtype", [np.int64, np.uint64, np.bool_, np.complex64])
def test_samples_whose_full_scale_nobody_knows_are_refused(dtype: type) -> None:
    with pytest.raises(ConfigError, match="wanted floats in"):
        as_float(np.ones(4, dtype), 8 * np.dtype(dtype).itemsize)
