"""What phones and browsers write: read as it was, refused where it is not whole."""

import io
import sys
from pathlib import Path

import av
import numpy as np
import pytest

from auscult.audio import codecs, read_header, read_recording
from auscult.errors import AudioError, MissingExtraError

# Rate, container, codec, and the largest error its coding may leave on a plain tone.
FORMATS = [
    (44_100, "ipod", "aac", 0.05),
    (8_000, "3gp", "aac", 0.05),
    (44_100, "mp4", "alac", 1e-4),
    (48_000, "webm", "libopus", 0.05),
    (48_000, "matroska", "libopus", 0.05),
    (48_000, "ogg", "libopus", 0.05),
]


def tone(rate_hz: int, duration_s: float = 2.0) -> np.ndarray:
    times_s = np.arange(round(rate_hz * duration_s)) / rate_hz
    return (0.5 * np.sin(2 * np.pi * 200 * times_s)).astype(np.float32)


@pytest.mark.parametrize("written", FORMATS, ids=lambda f: f"{f[1]}-{f[2]}-{f[0]}")
@pytest.mark.parametrize("n_channels", [1, 2])
def test_reads_the_tone_of_every_format(encoded, written, n_channels: int) -> None:
    rate_hz, container, codec, tolerance = written
    sound = tone(rate_hz)
    channels = np.stack([sound, 0.5 * sound], axis=1)[:, :n_channels]
    data = encoded(channels, rate_hz, container, codec)
    recording = read_recording(data)
    assert (recording.rate_hz, recording.n_channels) == (rate_hz, n_channels)
    assert recording.samples.size == sound.size
    inner = slice(rate_hz // 4, -rate_hz // 4)  # lossy coders ring at both ends
    wanted = channels.mean(axis=1)  # the plain mean: ffmpeg's own mix is 3 dB louder
    np.testing.assert_allclose(recording.samples[inner], wanted[inner], rtol=0, atol=tolerance)
    assert read_header(data).duration_s == pytest.approx(2.0, abs=0.01)


@pytest.mark.parametrize("codec", ["amr", "adts"])
def test_a_bare_stream_is_read_though_it_tells_no_length(encoded, codec: str) -> None:
    coder = {"amr": "libopencore_amrnb", "adts": "aac"}[codec]
    recording = read_recording(encoded(tone(8_000), 8_000, codec, coder))
    spectrum = np.abs(np.fft.rfft(recording.samples))
    assert np.argmax(spectrum) * 8_000 / recording.samples.size == pytest.approx(200, abs=1)
    assert recording.duration_s == pytest.approx(2.0, abs=0.3)


class Pipe(io.RawIOBase):
    """What a browser's recorder writes to: it can never go back to put the length in."""

    def __init__(self) -> None:
        super().__init__()
        self.written = b""

    def writable(self) -> bool:
        return True

    def write(self, data) -> int:
        self.written += bytes(data)
        return len(data)


@pytest.fixture(scope="module")
def live(encoded) -> bytes:
    """Two seconds of WebM that do not tell how long they are."""
    pipe = Pipe()
    whole = io.BytesIO(encoded(tone(48_000), 48_000, "webm", "libopus"))
    with av.open(whole) as given, av.open(pipe, "w", format="webm") as out:
        stream = out.add_stream_from_template(given.streams.audio[0])
        for packet in given.demux():
            if packet.dts is not None:
                packet.stream = stream
                out.mux(packet)
    return pipe.written


def test_a_browsers_recording_without_a_length_is_counted(live: bytes) -> None:
    with av.open(io.BytesIO(live)) as container:
        assert container.duration is None
        assert container.streams.audio[0].duration is None
    assert read_header(live).duration_s == pytest.approx(2.0, abs=0.02)
    assert read_recording(live).samples.size == read_header(live).n_frames


def test_a_bomb_that_tells_no_length_is_stopped_on_its_way(
    live: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("auscult.audio.header.MAX_SAMPLES", 48_000)
    frames = []
    real = codecs._channels
    monkeypatch.setattr(codecs, "_channels", lambda *a: frames.append(0) or real(*a))
    with pytest.raises(AudioError, match=r"^x: holds 48,\d+ samples .* at most 48,000"):
        read_recording(live, name="x")
    assert len(frames) < 60  # of a hundred


def test_a_declared_length_over_the_limit_is_refused_before_decoding(
    encoded, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("auscult.audio.header.MAX_DURATION_S", 1.0)
    monkeypatch.setattr(codecs, "_pieces", None)
    data = encoded(tone(44_100), 44_100, "ipod", "aac")
    for read in (read_header, read_recording):
        with pytest.raises(AudioError, match=r"^x: lasts 0\.0 hours; at most"):
            read(data, name="x")


@pytest.mark.parametrize(
    ("container", "codec", "share", "options"),
    [
        ("ipod", "aac", 0.9, {}),
        ("ipod", "aac", 0.5, {"movflags": "faststart"}),
        ("webm", "libopus", 0.9, {}),
        ("webm", "libopus", 0.5, {}),
        ("webm", "libopus", 0.005, {}),
        ("ogg", "libopus", 0.5, {}),
    ],
)
def test_a_cut_file_is_refused(encoded, container: str, codec: str, share: float, options) -> None:
    noise = 0.1 * np.random.default_rng(0).standard_normal(96_000)
    whole = encoded(noise, 48_000, container, codec, muxer=options)
    with pytest.raises(AudioError, match=r"^visit 7\.snd: is (truncated|damaged|not a sound)"):
        read_recording(whole[: int(share * len(whole))], name="visit 7.snd")


def test_a_coding_that_nobody_knows_is_refused(encoded) -> None:
    data = encoded(tone(48_000), 48_000, "matroska", "libopus")
    assert data.count(b"A_OPUS") == 1
    with pytest.raises(AudioError, match=r"^x: .*unknown coding"):
        read_recording(data.replace(b"A_OPUS", b"A_NONE"), name="x")


def test_a_film_without_sound_is_refused() -> None:
    buffer = io.BytesIO()
    with av.open(buffer, "w", format="mp4") as out:
        stream = out.add_stream("mpeg4", rate=10)
        stream.width = stream.height = 32
        stream.pix_fmt = "yuv420p"
        frame = av.VideoFrame.from_ndarray(np.zeros((32, 32, 3), np.uint8))
        out.mux(stream.encode(frame))
        out.mux(stream.encode(None))
    with pytest.raises(AudioError, match=r"^x: holds no sound; export"):
        read_recording(buffer.getvalue(), name="x")


def test_no_other_file_is_opened_from_inside_one(
    encoded, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "secret.wav").write_bytes(encoded(tone(8_000), 8_000, "wav", "pcm_s16le"))
    lists = [
        "ffconcat version 1.0\nfile secret.wav\n",
        f"#EXTM3U\n#EXT-X-TARGETDURATION:9\n#EXTINF:9,\n{tmp_path}/secret.wav\n",
    ]
    for text in lists:
        with pytest.raises(AudioError, match=r"^x: is damaged"):
            codecs.decoded(text.encode(), "x")
        with pytest.raises(AudioError, match=r"^x: is not a sound file"):
            read_recording(text.encode(), name="x")


def test_speech_coding_is_told(encoded) -> None:
    sound = tone(16_000)
    spoken = encoded(sound, 16_000, "webm", "libopus", application="voip", b="12000")
    (note,) = read_recording(spoken).notes
    assert note.startswith("coded for speech (Opus, voice mode)")
    assert read_recording(encoded(sound, 16_000, "webm", "libopus", b="96000")).notes == ()


def test_without_pyav_the_extra_is_named(encoded, monkeypatch: pytest.MonkeyPatch) -> None:
    data = encoded(tone(48_000), 48_000, "webm", "libopus")
    monkeypatch.setitem(sys.modules, "av", None)
    with pytest.raises(MissingExtraError, match=r"needs PyAV.*pip install 'auscult\[codecs\]'"):
        read_recording(data)


def test_any_bytes_after_a_known_head_are_refused_in_a_sentence() -> None:
    rng = np.random.default_rng(0)
    for head in (b"\x1a\x45\xdf\xa3", b"\0\0\0\x20ftypM4A ", b"#!AMR\n", b"\xff\xf1\x50\x80"):
        for length in (0, 20, 2_000):
            with pytest.raises(AudioError, match=r"^x: "):
                read_recording(head + rng.bytes(length), name="x")
