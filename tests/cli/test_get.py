"""``auscult data get``, as far as it goes without a network."""

import zipfile
from pathlib import Path

from auscult.audio import write_wav
from auscult.synth import PRESETS, synthesise

KAGGLE = "set_a/normal__201102081321.wav"


def test_the_list_says_what_there_is(auscult) -> None:
    done = auscult("data", "get", "--list")
    for said in ("pascal", "ODC-By 1.0", "inferred", "by hand", "450 MB", "physionet.org/content"):
        assert said in done.stdout


def test_a_wrong_name_gets_a_sentence(auscult) -> None:
    done = auscult("data", "get", "circo")
    assert (done.returncode, "did you mean 'circor'?" in done.stderr) == (2, True)


def test_where_an_account_is_needed_it_says_what_to_do(auscult, tmp_path: Path) -> None:
    done = auscult("data", "get", "pascal-kaggle", "--out", tmp_path / "pascal")
    assert done.returncode == 4
    for said in ("1. make a free account", "kaggle.com/datasets/kinguistics", "--archive"):
        assert said in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_an_archive_fetched_by_hand_is_put_in_place(auscult, tmp_path: Path) -> None:
    made = synthesise(PRESETS["normal"], 4_000, 1).recording
    sound = write_wav(tmp_path / "sound.wav", made)
    with zipfile.ZipFile(tmp_path / "archive.zip", "w") as file:
        file.write(sound, KAGGLE)
    out = tmp_path / "pascal"
    arguments = ("data", "get", "pascal-kaggle", "--archive", tmp_path / "archive.zip")
    done = auscult(*arguments, "--out", out)
    assert (done.returncode, done.stdout.strip()) == (0, str(out))
    assert (out / KAGGLE).is_file()
    assert "written down" in done.stderr
    (out / KAGGLE).write_bytes(b"")
    done = auscult(*arguments, "--out", out)
    assert done.returncode == 4
    assert f"{KAGGLE} is changed since it came" in done.stderr
