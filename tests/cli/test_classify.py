"""``auscult classify`` on good, bad and hostile files."""

import csv
import io
import json
import shutil
import struct
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import soundfile

from auscult.bundle import find_bundle, read_bundle
from auscult.synth import PRESETS, synthesise

COLUMNS = (
    "path,status,reason,label,p_artifact,p_murmur,p_normal,p_abnormal,p_murmur_audible,"
    "p_poor_quality,p_unclear_beats,p5_artifact,p5_extrahls,p5_extrastole,p5_murmur,p5_normal,sure,duration_s,rate_hz,model,notes"
)


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder to be in."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture(scope="module")
def heart(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("heart") / "normal.wav"
    made = synthesise(PRESETS["normal"], 4_000, 1).recording
    soundfile.write(path, made.samples, 4_000, subtype="PCM_16")
    return path


def _wav_bytes(samples: np.ndarray, rate_hz: int, **options: str) -> bytes:
    buffer = io.BytesIO()
    soundfile.write(buffer, samples, rate_hz, format="WAV", **options)
    return buffer.getvalue()


def _long_flac() -> bytes:
    buffer = io.BytesIO()
    with soundfile.SoundFile(buffer, "w", 1_000, 1, "PCM_16", format="FLAC") as sound:
        for _ in range(8):
            sound.write(np.zeros(3_600_000, np.int16))
    return buffer.getvalue()


SECOND = np.sin(np.arange(8_000) / 5).astype(np.float32) / 2
BAD = {
    "empty.wav": (b"", "is empty"),
    "words.wav": (b"these are words, not sound" * 20, "not a sound file"),
    "cut.wav": (_wav_bytes(SECOND, 4_000)[:-3_000], "is truncated"),
    "zero_length.wav": (_wav_bytes(SECOND[:0], 4_000), "holds no samples"),
    "nan.wav": (_wav_bytes(SECOND * np.nan, 4_000, subtype="FLOAT"), "NaN or infinite"),
    "slow.wav": (_wav_bytes(SECOND, 1), "sampling rate of 1 Hz"),
    "eight_hours.flac": (_long_flac(), "lasts 8.0 hours"),
}


@pytest.mark.parametrize("name", BAD)
def test_a_bad_file_gets_a_sentence_and_exit_code_3(auscult, tmp_path: Path, name: str) -> None:
    content, reason = BAD[name]
    path = tmp_path / name
    path.write_bytes(content)
    done = auscult("classify", path)
    assert done.returncode == 3
    assert name in done.stdout
    assert reason in done.stdout
    assert "1 of 1 files could not be opened" in done.stderr


def test_a_missing_file_gets_a_sentence(auscult, tmp_path: Path) -> None:
    done = auscult("classify", tmp_path / "nowhere.wav")
    assert done.returncode == 3
    assert "\nnowhere.wav: no such file; check the path\n" in done.stdout


@pytest.mark.parametrize(
    ("samples", "reason"),
    [
        (np.zeros(20_000, np.float32), "silent"),
        (SECOND[:1], "too short"),
        (SECOND[:3_000], "short"),
    ],
)
def test_what_cannot_be_judged_is_refused_and_not_an_error(
    auscult, lines_of, tmp_path: Path, samples: np.ndarray, reason: str
) -> None:
    path = tmp_path / "odd.wav"
    path.write_bytes(_wav_bytes(samples, 4_000))
    done = auscult("classify", "--json", path)
    assert done.returncode == 0
    (answer,) = lines_of(done.stdout)
    assert answer["status"] == "refused"
    assert reason in answer["reason"]
    assert answer["label"] is None
    assert sum(answer["probabilities"].values()) == pytest.approx(1, abs=1e-5)


def test_384_khz_is_heard_like_4_khz(auscult, lines_of, heart: Path, tmp_path: Path) -> None:
    from auscult.audio import read_recording, resample

    recording = read_recording(heart)
    fast = tmp_path / "fast.wav"
    soundfile.write(fast, resample(recording.samples, 4_000, 384_000), 384_000, subtype="FLOAT")
    first, second = lines_of(auscult("classify", "--json", heart, fast).stdout)
    assert second["rate_hz"] == 384_000
    for label, p in first["probabilities"].items():
        assert second["probabilities"][label] == pytest.approx(p, abs=0.02)


def test_a_bad_file_does_not_stop_the_batch(auscult, heart: Path, tmp_path: Path) -> None:
    bad, out = tmp_path / "bad.wav", tmp_path / "table.csv"
    bad.write_bytes(b"RIFF")
    done = auscult("classify", bad, heart, "--out", out)
    assert done.returncode == 3
    assert out.read_text().splitlines()[0] == COLUMNS
    rows = list(csv.DictReader(out.read_text().splitlines()))
    assert [row["status"] for row in rows] == ["error", "ok"]
    assert rows[0]["p_normal"] == ""
    assert rows[1]["label"] in ("artifact", "murmur", "normal")
    assert sum(float(rows[1][f"p_{c}"]) for c in ("artifact", "murmur", "normal")) == (
        pytest.approx(1, abs=1e-4)
    )


def test_a_folder_stands_for_its_sounds(auscult, lines_of, heart: Path) -> None:
    answers = lines_of(auscult("classify", "--json", heart.parent).stdout)
    assert [answer["path"] for answer in answers] == [str(heart)]


def test_a_page_is_written(auscult, heart: Path, tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    assert auscult("classify", heart, "--report", page).returncode == 0
    assert "normal.wav" in page.read_text()


def test_a_changed_byte_in_a_bundle_ends_with_5(auscult, heart: Path, tmp_path: Path) -> None:
    from auscult.bundle import find_bundle

    folder = tmp_path / "changed"
    shutil.copytree(find_bundle("default"), folder)
    network = bytearray((folder / "network.onnx").read_bytes())
    network[len(network) // 2] ^= 1
    (folder / "network.onnx").write_bytes(network)
    done = auscult("classify", heart, "--model", folder)
    assert done.returncode == 5
    assert "network.onnx: has changed" in done.stderr


@pytest.mark.parametrize(
    ("key", "value"), [("questions", ["no-such-question"]), ("calibrations", [0.0] * 5)]
)
def test_a_faulty_model_ends_with_5_and_no_file_is_blamed(
    auscult, heart: Path, tmp_path: Path, key: str, value: list[object]
) -> None:
    from auscult.bundle import find_bundle
    from auscult.config import digest

    folder, out = tmp_path / "faulty", tmp_path / "t.csv"
    shutil.copytree(find_bundle("tiny"), folder)
    told = json.loads((folder / "bundle.json").read_text())
    del told["digest"]
    if key == "questions":
        told["listeners"][0]["questions"] = value
    else:
        told["calibrations"]["murmur"]["offsets"] = value
    (folder / "bundle.json").write_text(json.dumps({**told, "digest": digest(told)}))
    for more in ((), ("--sensitivity", "90")):
        done = auscult("classify", heart, "--model", folder, "--out", out, *more)
        assert done.returncode == 5
        assert done.stderr.count("\n") == 1
        assert not out.exists()


def test_an_unknown_model_names_those_there_are(auscult, heart: Path) -> None:
    done = auscult("classify", heart, "--model", "nothing")
    assert done.returncode == 5
    assert "default" in done.stderr


def test_hostile_names_are_shown_as_they_are(auscult, heart: Path, tmp_path: Path) -> None:
    odd = tmp_path / "[red]beat[bold].wav"
    odd.write_bytes(heart.read_bytes())
    assert "[red]beat[bold].wav" in auscult("classify", odd).stdout


def test_a_wav_header_that_lies_about_its_length_is_refused(auscult, tmp_path: Path) -> None:
    data = bytearray(_wav_bytes(SECOND, 4_000))
    struct.pack_into("<I", data, 40, 1 << 30)
    path = tmp_path / "liar.wav"
    path.write_bytes(data)
    assert auscult("classify", path).returncode == 3


@pytest.fixture(scope="module")
def cohort(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A table of two patients at two sites, one of whom has a murmur at one, and a third's hiss."""
    root = tmp_path_factory.mktemp("cohort")
    lines = ["path,label,patient"]
    for patient, presets in (("anna", ("normal", "aortic-stenosis")), ("bo", ("normal", "normal"))):
        for site, preset in enumerate(presets):
            name = f"{patient}{site}.wav"
            made = synthesise(PRESETS[preset], 4_000, site).recording
            soundfile.write(root / name, made.samples / 4, 4_000)
            lines.append(f"{name},,{patient}")
    soundfile.write(root / "short.wav", np.ones(40), 4_000)
    table = root / "cohort.csv"
    table.write_text("\n".join([*lines, "short.wav,,cy"]) + "\n")
    return table


def test_patients_are_answered_from_all_their_sites(auscult, cohort: Path, tmp_path: Path) -> None:
    table, out = tmp_path / "patients.csv", tmp_path / "t.csv"
    done = auscult("classify", cohort, "--out", out, "--patients", table)
    assert done.returncode == 0, done.stderr
    rows = {row["patient"]: row for row in csv.DictReader(table.read_text().splitlines())}
    assert {name: row["answer"] for name, row in rows.items()} == {
        "anna": "Present",
        "bo": "Absent",
        "cy": "",
    }
    assert rows["anna"]["n_judged"] == "2"
    first = table.read_bytes()
    done = auscult("classify", cohort, "--out", out, "--resume", "--patients", table)
    assert done.returncode == 0
    assert table.read_bytes() == first


def test_a_file_that_a_table_lists_and_that_is_gone_costs_one_row(
    auscult, heart: Path, tmp_path: Path
) -> None:
    table, out = tmp_path / "mine.csv", tmp_path / "t.csv"
    table.write_text(f"path,label\ngone.wav,\n{heart},\n")
    done = auscult("classify", table, "--out", out)
    assert done.returncode == 3
    rows = {Path(r["path"]).name: r for r in csv.DictReader(out.read_text().splitlines())}
    assert {name: row["status"] for name, row in rows.items()} == {
        "gone.wav": "error",
        heart.name: "ok",
    }
    assert "no such file" in rows["gone.wav"]["reason"]
    done = auscult("train", table, "--out", tmp_path / "run")
    assert done.returncode == 4
    assert "mine.csv, row 2: " in done.stderr


def test_patients_need_who_is_whose_and_a_csv(auscult, heart: Path, tmp_path: Path) -> None:
    done = auscult("classify", heart, "--patients", tmp_path / "p.csv")
    assert done.returncode == 2
    assert "nothing tells whose the recordings are" in done.stderr
    done = auscult("classify", heart, "--patients", tmp_path / "p.txt")
    assert done.returncode == 2
    assert "a table of patients is called *.csv" in done.stderr


@pytest.mark.parametrize(
    ("provenance", "use"),
    [({}, "use default"), ({"calibrated_on": {}}, "use the bundle it was calibrated from")],
)
def test_a_bundle_without_a_rule_for_patients_says_which_has_one(
    auscult, provenance: dict[str, object], use: str, cohort: Path, tmp_path: Path
) -> None:
    bundle = replace(read_bundle(find_bundle("tiny")), patients=None, provenance=provenance)
    place = bundle.write(tmp_path / "mine")
    done = auscult("classify", cohort, "--model", place, "--patients", tmp_path / "p.csv")
    assert done.returncode == 2
    assert f"tiny: carries no rule for patients; {use}" in done.stderr


def test_what_is_looked_for_is_called_at_a_sensitivity(
    auscult, lines_of, cohort: Path, tmp_path: Path
) -> None:
    out = tmp_path / "t.csv"
    sound = cohort.parent / "anna1.wav"
    assert auscult("classify", sound, "--out", out, "--sensitivity", "90").returncode == 0
    (row,) = csv.DictReader(out.read_text().splitlines())
    assert row["called_murmur_audible"] == "yes"
    (answer,) = lines_of(auscult("classify", "--json", sound, "--sensitivity", "90").stdout)
    assert answer["called"]["murmur"] is True
    assert "called" in auscult("classify", sound, "--sensitivity", "80").stdout
    done = auscult("classify", sound, "--sensitivity", "99")
    assert done.returncode == 2
    assert "no operating point finds 99%" in done.stderr


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--report", "0.wav"), "0.wav: is what is to be read"),
        (("--report", "other.wav"), "other.wav: a report ends in .html"),
        (("--out", "a.csv", "--patients", "a.csv"), "a.csv: is to be written already"),
        (("--patients", "table.csv"), "table.csv: is what is to be read"),
    ],
)
def test_nothing_that_is_read_or_written_is_written_over(
    auscult, heart: Path, here: Path, options, said: str
) -> None:
    shutil.copy(heart, here / "0.wav")
    table = "path,label,patient\n0.wav,normal,1\n"
    Path("table.csv").write_text(table)
    done = auscult("classify", "0.wav", "table.csv", *options)
    assert done.returncode == 2
    assert said in done.stderr
    assert Path("0.wav").read_bytes() == heart.read_bytes()
    assert Path("table.csv").read_text() == table


def test_files_of_one_name_are_told_apart(auscult, heart: Path, tmp_path: Path) -> None:
    places = [tmp_path / name / "same.wav" for name in "AB"]
    for place in places:
        place.parent.mkdir()
        shutil.copy(heart, place)
    done = auscult("classify", *places)
    assert "A/same.wav" in done.stdout
    assert "B/same.wav" in done.stdout
