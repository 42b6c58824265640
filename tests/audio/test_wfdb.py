"""WFDB records: those of a second program, those of PhysioNet's challenges, and faulty ones."""

import shutil
from pathlib import Path

import numpy as np
import pytest
import soundfile

from auscult.audio import read_header, read_recording
from auscult.errors import AudioError

# Written by wfdb 4.3.1 (MIT licence): wrsamp("made", fs=2000, d_signal=VALUES, fmt=["16", "16"] …).
HEADER = """made 2 2000 6
made.dat 16 200(0)/mV 16 0 -5 65441 0 PCG
made.dat 16 1000(0)/NU 16 0 100 371 0 ECG
"""
DATA = bytes.fromhex("fbff64000000e0ff07002c01b00400f8ecfaff0703000400")
VALUES = np.array([[-5, 100], [0, -32], [7, 300], [1200, -2048], [-1300, 2047], [3, 4]])


def record(folder: Path, header: str = HEADER, data: bytes | None = DATA) -> Path:
    if data is not None:
        (folder / "made.dat").write_bytes(data)
    (folder / "made.hea").write_text(header)
    return folder / "made.hea"


@pytest.mark.parametrize("given", ["made.hea", "made.dat"])
def test_a_record_of_another_program_is_read(tmp_path: Path, given: str) -> None:
    record(tmp_path)
    recording = read_recording(tmp_path / given)
    np.testing.assert_array_equal(recording.samples * 2**15, VALUES[:, 0])
    assert (recording.rate_hz, recording.n_channels) == (2_000, 2)
    assert recording.notes == ("channel 1 of 2 was taken; the others are silent or no heart sound",)
    ecg = read_recording(tmp_path / given, channel=2)
    np.testing.assert_array_equal(ecg.samples * 2**15, VALUES[:, 1])


@pytest.mark.parametrize(("number", "dtype"), [("61", ">i2"), ("32", "<i4")])
def test_the_other_whole_formats(tmp_path: Path, number: str, dtype: str) -> None:
    header = HEADER.replace(" 16 200", f" {number} 200").replace(" 16 1000", f" {number} 1000")
    path = record(tmp_path, header, VALUES.astype(dtype).tobytes())
    np.testing.assert_array_equal(read_recording(path).samples * 2**15, VALUES[:, 0])


def test_a_converter_of_twelve_bits_fills_the_scale(tmp_path: Path) -> None:
    path = record(tmp_path, HEADER.replace("NU 16 0", "NU 12 -48"))
    samples = read_recording(path, channel=2).samples
    np.testing.assert_array_equal(samples * 2**11, VALUES[:, 1] + 48)


@pytest.mark.parametrize(
    "line", ["made 2 2000/360(1) 6 10:00:00 1/1/2026", "# a note\nmade 2 2000"]
)
def test_what_a_header_may_hold_besides(tmp_path: Path, line: str) -> None:
    path = record(tmp_path, HEADER.replace("made 2 2000 6", line) + "# the end\n")
    assert read_recording(path).samples.size == 6


def test_two_files_of_signals_are_one_record(tmp_path: Path) -> None:
    header = HEADER.replace("made.dat 16 1000", "ecg.dat 16+2 1000")
    path = record(tmp_path, header, VALUES[:, 0].astype("<i2").tobytes())
    (tmp_path / "ecg.dat").write_bytes(b"##" + VALUES[:, 1].astype("<i2").tobytes())
    np.testing.assert_array_equal(read_recording(path, channel=1).samples * 2**15, VALUES[:, 0])
    np.testing.assert_array_equal(read_recording(path, channel=2).samples * 2**15, VALUES[:, 1])


def test_the_sounds_own_rate_wins_and_is_told(tmp_path: Path) -> None:
    # CirCor's header and name, the sound converted since.
    path = tmp_path / "13918_AV.hea"
    path.write_text("13918_AV 1 4000 41152\n13918_AV.wav 16+44 1 16 0 0 0 0 AV\n")
    sound = np.round(1_000 * np.sin(np.arange(500)))
    soundfile.write(tmp_path / "13918_AV.flac", sound.astype(np.int16), 2_000)
    recording = read_recording(path)
    assert (recording.rate_hz, recording.samples.size) == (2_000, 500)
    assert recording.notes == (
        "13918_AV.hea says 4,000 Hz, 13918_AV.flac itself 2,000 Hz; the sound was believed",
    )
    assert read_header(path).rate_hz == 2_000


def test_an_ecg_in_another_file_is_left_out(tmp_path: Path) -> None:
    header = "a0001 2 2000 6\na0001.wav 16+44 1 16 0 -5 0 0 PCG\nmade.dat 16 1 16 0 0 0 0 ECG\n"
    path = record(tmp_path, header)
    soundfile.write(tmp_path / "a0001.wav", VALUES[:, 0].astype(np.int16), 2_000)
    recording = read_recording(path)
    np.testing.assert_array_equal(recording.samples * 2**15, VALUES[:, 0])
    assert recording.notes == ("the other signals of made.hea were left out",)


MISSING = VALUES.copy()
MISSING[2, 0] = -(2**15)


@pytest.mark.parametrize(
    ("header", "data", "match"),
    [
        ("made 1 2000 6\n/etc/passwd 16\n", DATA, r"names '/etc/passwd'; only files that lie"),
        ("made 1 2000 6\n../made.dat 16\n", DATA, r"names '\.\./made\.dat'; only"),
        ("made 1 2000 6\n..\\made.dat 16\n", DATA, r"only files that lie beside"),
        ("made/2 1 2000 6\nx 3\ny 3\n", DATA, "is a record in several segments"),
        ("made 2 2000 6\nmade.dat 16\n", DATA, "names 2 signals and describes 1"),
        ("", DATA, r"is empty \(0 bytes\)"),
        ("RIFF", DATA, "is no WFDB header that can be understood"),
        ("made two 2000\nmade.dat 16\n", DATA, "is no WFDB header"),
        ("made 1 nan 6\nmade.dat 16\n", DATA, "is no WFDB header"),
        ("made 1 2000 -6\nmade.dat 16\n", DATA, "is no WFDB header"),
        ("made 1 1e400 6\nmade.dat 16\n", DATA, "is no WFDB header"),
        ("made 1 2000 6\nmade.dat 212\n", DATA, r"format 212; wanted 16, 32 or 61; .*xform"),
        ("made 1 2000 6\nmade.dat 16x2\n", DATA, "several rates or are shifted"),
        (HEADER.replace("65441", "65440"), DATA, "is damaged: the checksum of PCG is not"),
        (HEADER, DATA[:-1], r"is truncated: the header promises 6 samples, made\.dat holds 5"),
        (HEADER, None, r"made\.dat: no such file"),
        (HEADER.replace("made.dat", "made.wav"), None, r"names made\.wav, which is not beside"),
        (HEADER.replace("2000 6", "250 6"), DATA, "sampling rate of 250 Hz"),
        (HEADER.replace("2000 6", "2000 90000000"), DATA, "lasts 12.5 hours"),
        (
            "made 2 2000\nmade.dat 16\nmade.dat 16\n",
            MISSING.astype("<i2").tobytes(),
            "1 of 6 samples are NaN",
        ),
    ],
)
def test_faults_are_refused(tmp_path: Path, header: str, data: bytes | None, match: str) -> None:
    path = record(tmp_path, header, data)
    with pytest.raises(AudioError, match=match):
        read_recording(path, channel=1)


def test_a_dat_without_a_header_is_no_record(tmp_path: Path) -> None:
    (tmp_path / "made.dat").write_bytes(DATA)
    with pytest.raises(AudioError, match="is not a sound file that can be decoded"):
        read_recording(tmp_path / "made.dat")


@pytest.mark.data
def test_circors_headers_are_read_as_their_sounds(circor_dir: Path, tmp_path: Path) -> None:
    for header in sorted((circor_dir / "training_data").glob("*.hea"))[::800]:
        sound = next(
            p
            for p in header.parent.glob(f"{header.stem}.*")
            if p.suffix != ".hea" and p.suffix in {".wav", ".flac"}
        )
        by_header, by_sound = read_recording(header), read_recording(sound)
        np.testing.assert_array_equal(by_header.samples, by_sound.samples)
        assert by_header.rate_hz == by_sound.rate_hz
        alone = shutil.copy(header, tmp_path)
        with pytest.raises(AudioError, match="which is not beside it"):
            read_recording(alone)
