"""Every format is read, every fault is refused with the file's name."""

import io
from contextlib import suppress
from pathlib import Path

import librosa
import numpy as np
import pytest
import soundfile
from hypothesis import given
from hypothesis import strategies as st

from auscult.audio import read_header, read_recording
from auscult.audio.reading import MAX_SAMPLES
from auscult.errors import AudioError
from auscult.types import Recording

# Format, subtype, and the largest error its quantisation or coding may leave on a plain TONE.
FORMATS = [
    ("WAV", "PCM_U8", 1 / 100),
    ("WAV", "PCM_16", 1e-4),
    ("WAV", "PCM_24", 1e-6),
    ("WAV", "PCM_32", 1e-7),
    ("WAV", "FLOAT", 0.0),
    ("WAV", "DOUBLE", 0.0),
    ("FLAC", "PCM_16", 1e-4),
    ("FLAC", "PCM_24", 1e-6),
    ("AIFF", "PCM_16", 1e-4),
    ("OGG", "VORBIS", 0.1),
    ("MP3", "MPEG_LAYER_III", 0.1),
]
RATE_HZ = 8_000
TONE = (0.5 * np.sin(2 * np.pi * 200 * np.arange(2 * RATE_HZ) / RATE_HZ)).astype(np.float32)
every_format = pytest.mark.parametrize(("format_", "subtype", "tolerance"), FORMATS)


def encode(
    samples: np.ndarray, format_: str = "WAV", subtype: str | None = None, rate_hz: int = RATE_HZ
) -> bytes:
    buffer = io.BytesIO()
    soundfile.write(buffer, samples, rate_hz, format=format_, subtype=subtype)
    return buffer.getvalue()


def with_data_size(wav: bytes, size: int) -> bytes:
    at = wav.index(b"data") + 4
    return wav[:at] + size.to_bytes(4, "little") + wav[at + 4 :]


@every_format
def test_reads_the_tone_of_every_format(format_: str, subtype: str, tolerance: float) -> None:
    recording = read_recording(encode(TONE, format_, subtype))
    assert recording.rate_hz == 8_000
    assert recording.n_channels == 1
    assert recording.samples.dtype == np.float32
    assert recording.samples.size == TONE.size
    inner = slice(2_000, -2_000)  # lossy coders ring at both ends
    np.testing.assert_allclose(recording.samples[inner], TONE[inner], rtol=0, atol=tolerance)


@every_format
def test_a_cut_file_of_every_format_is_refused(
    format_: str, subtype: str, tolerance: float
) -> None:
    del tolerance
    noise = 0.1 * np.random.default_rng(0).standard_normal(16_000)
    whole = encode(noise, format_, subtype)
    for share in (0.9, 0.5):
        with pytest.raises(AudioError, match=r"^visit 7\.snd: is (truncated|damaged)"):
            read_recording(whole[: int(share * len(whole))], name="visit 7.snd")


def test_path_bytes_and_file_object_are_the_same_recording(tmp_path: Path) -> None:
    data = encode(TONE)
    path = tmp_path / "TONE.wav"
    path.write_bytes(data)
    with path.open("rb") as file:
        read = [read_recording(s) for s in (path, str(path), data, io.BytesIO(data), file)]
    for recording in read:
        np.testing.assert_array_equal(recording.samples, read[0].samples)
    assert [r.source for r in read] == [str(path), str(path), "bytes", "stream", str(path)]
    assert read_recording(data, name="upload").source == "upload"


def test_channels_are_averaged_and_counted() -> None:
    stereo = np.stack([TONE, 0.5 * TONE], axis=1)
    recording = read_recording(encode(stereo, "WAV", "FLOAT"))
    assert recording.n_channels == 2
    np.testing.assert_allclose(recording.samples, 0.75 * TONE, atol=1e-7)


def test_the_header_agrees_with_the_recording() -> None:
    header = read_header(encode(np.stack([TONE, TONE], 1), "FLAC"))
    assert (header.n_frames, header.rate_hz, header.n_channels) == (16_000, 8_000, 2)
    assert (header.format, header.duration_s) == ("FLAC", 2.0)


def test_silence_and_a_single_sample_can_be_read() -> None:
    assert not read_recording(encode(np.zeros(100, np.float32))).samples.any()
    assert read_recording(encode(np.ones(1, np.float32))).samples.size == 1


def test_384_khz_can_be_read() -> None:
    assert read_recording(encode(TONE, rate_hz=384_000)).rate_hz == 384_000


@pytest.mark.parametrize("size", [0x7FFF_F000, 0x7FFF_FFFF, 0xFFFF_FFFF])
def test_a_wav_written_to_a_pipe_does_not_know_its_size(size: int) -> None:
    piped = with_data_size(encode(TONE), size)
    assert read_recording(piped).samples.size == TONE.size


def test_chunks_before_the_sound_are_passed_over() -> None:
    wav = encode(TONE)
    at = wav.index(b"data")
    noted = wav[:at] + b"LIST" + (5).to_bytes(4, "little") + b"hello\0" + wav[at:]
    assert read_recording(noted).samples.size == TONE.size
    with pytest.raises(AudioError, match="truncated"):
        read_recording(noted[:-1])


def refused(data: bytes, match: str) -> None:
    for read in (read_header, read_recording):
        with pytest.raises(AudioError, match=f"^ward/x: {match}"):
            read(data, name="ward/x")


def test_faults_that_the_head_shows_are_refused() -> None:
    refused(b"", r"is empty \(0 bytes\)")
    refused(
        b"\x89PNG\r\n\x1a\n" + bytes(200), "is not a sound file that can be decoded .*WAV, FLAC"
    )
    refused(encode(TONE[:0]), "holds no samples")
    refused(encode(TONE, rate_hz=1), "has a sampling rate of 1 Hz; wanted 1,000 to 768,000")
    refused(encode(np.zeros((4, 65), np.float32)), "has 65 channels; at most 64")
    refused(encode(TONE)[:30], "is not a sound file")


def test_an_eight_hour_recording_is_refused_before_it_is_decoded() -> None:
    eight_hours = with_data_size(
        encode(np.zeros(8, np.float32), "WAV", "PCM_U8", 1_000), 28_800_000
    )
    refused(eight_hours, "is truncated")
    whole = encode(np.zeros(8 * 3_600_000, np.int16), "FLAC", rate_hz=1_000)
    refused(whole, r"lasts 8\.0 hours; at most 1 hour is read at once")


def test_a_header_that_asks_for_all_memory_is_refused() -> None:
    n_frames = MAX_SAMPLES // 8 + 1
    flac = bytearray(encode(np.zeros((4_096, 8), np.int16), "FLAC", rate_hz=96_000))
    # STREAMINFO: the low 32 bits of the 36-bit length lie 14 bytes into the block, 8 into the file
    flac[8 + 14 : 8 + 18] = n_frames.to_bytes(4, "big")
    assert soundfile.SoundFile(io.BytesIO(flac)).frames == n_frames
    refused(bytes(flac), r"holds 400,000,008 samples over all channels; at most 400,000,000")


@pytest.mark.parametrize("bad", [np.nan, np.inf])
def test_samples_that_are_no_numbers_are_refused(bad: float) -> None:
    broken = TONE.copy()
    broken[[3, 5]] = bad
    with pytest.raises(AudioError, match=r"^ward/x: 2 of 16000 samples are NaN or infinite"):
        read_recording(encode(broken, "WAV", "FLOAT"), name="ward/x")


def test_paths_that_hold_no_file_are_refused(tmp_path: Path) -> None:
    missing = tmp_path / "gone.wav"
    with pytest.raises(AudioError, match=r"gone\.wav: no such file"):
        read_recording(missing)
    with pytest.raises(AudioError, match=f"{tmp_path.name}: is a folder"):
        read_recording(tmp_path)
    with pytest.raises(AudioError, match="is no path"):
        read_recording("a\0b.wav")
    with pytest.raises(AudioError, match="cannot be opened"):
        read_recording("n" * 5_000 + ".wav")


def test_a_file_open_as_text_is_refused() -> None:
    with pytest.raises(AudioError, match="open it with mode 'rb'"):
        read_recording(io.StringIO("RIFF"))  # type: ignore[arg-type]


@given(
    st.binary(max_size=200),
    st.sampled_from([b"", b"RIFF....WAVE", b"FORM....AIFF", b"OggS", b"fLaC"]),
)
def test_any_bytes_are_a_recording_or_an_audio_error(data: bytes, head: bytes) -> None:
    with suppress(AudioError):
        assert isinstance(read_recording(head + data), Recording)


@pytest.mark.data
@pytest.mark.filterwarnings("ignore:.* is deprecated and slated for removal:DeprecationWarning")
def test_agrees_with_librosa_on_real_recordings(pascal_dir: Path) -> None:
    for path in sorted(pascal_dir.glob("set_[ab]/normal*"))[::100]:
        samples, rate_hz = librosa.load(path, sr=None)
        recording = read_recording(path)
        assert recording.rate_hz == rate_hz
        np.testing.assert_array_equal(recording.samples, samples)


@pytest.mark.parametrize("subtype", ["GSM610", "G721_32"])
def test_codings_that_cannot_be_wound_back_are_read(subtype: str) -> None:
    recording = read_recording(encode(TONE, "WAV", subtype))
    assert abs(recording.samples.size - TONE.size) < 400
    assert np.corrcoef(recording.samples[: TONE.size], TONE[: recording.samples.size])[0, 1] > 0.9
