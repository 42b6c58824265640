"""``auscult listen --from``: a file in the place of the microphone."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
import soundfile

from auscult.synth import PRESETS, synthesise


@pytest.fixture(scope="module")
def heart(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("heart") / "normal.wav"
    soundfile.write(path, synthesise(PRESETS["normal"], 4_000, 1).recording.samples, 4_000)
    return path


def test_a_line_a_second_and_a_verdict(auscult, heart: Path) -> None:
    done = auscult("listen", "--from", heart, "--fast")
    assert done.returncode == 0
    lines = done.stdout.splitlines()
    assert len(lines) == 13
    assert lines[9].startswith("  10.0 s  ")
    assert "0.0 to 10.0 s: 72 a minute, regular" in lines
    assert "0.0 to 10.0 s: normal (" in done.stdout
    assert lines[-1] == "Not a medical device: an answer is no diagnosis."


def test_json_for_programs(auscult, heart: Path, lines_of) -> None:
    done = auscult("listen", "--from", heart, "--fast", "--json", "--hop-s", 2, "--for", 5)
    updates = lines_of(done.stdout)
    assert [update["heard_s"] for update in updates] == [2, 4, 5]
    assert [update["is_last"] for update in updates] == [False, False, True]
    assert updates[-1]["prediction"]["label"] == "normal"
    assert 66 < updates[-1]["rhythm"]["rate_bpm"] < 78
    assert {mark["sound"] for update in updates for mark in update["onsets"]} == {"S1", "S2"}


def test_silence_is_refused(auscult, tmp_path: Path) -> None:
    soundfile.write(tmp_path / "silent.wav", [0.0] * 12_000, 4_000)
    done = auscult("listen", "--from", tmp_path / "silent.wav", "--fast")
    assert done.returncode == 0
    assert "silent: no sound above" in done.stdout
    assert "no heart rate" in done.stdout


def test_in_real_time_an_interruption_ends_with_the_verdict(heart: Path) -> None:
    command = [sys.executable, "-m", "auscult", "listen", "--from", str(heart), "--json"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        began_s = time.monotonic()
        first = process.stdout.readline()
        second = process.stdout.readline()
        assert time.monotonic() - began_s > 1
        process.send_signal(signal.SIGINT)
        rest = process.stdout.read().splitlines()
        assert process.wait(20) == 0
    assert '"is_last": false' in first
    assert '"is_last": false' in second
    assert '"is_last": true' in rest[-1]


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (("--fast",), "--fast plays a file; give one with --from"),
        (("--from", "x.wav", "--rate", 4_000), "--device and --rate are a microphone's"),
        (("--from", "x.wav", "--device", "x"), "--device and --rate are a microphone's"),
    ],
)
def test_options_that_do_not_go_together(auscult, options: tuple[object, ...], told: str) -> None:
    done = auscult("listen", *options)
    assert done.returncode == 2
    assert told in done.stderr


def test_a_missing_file_ends_with_three(auscult, tmp_path: Path) -> None:
    done = auscult("listen", "--from", tmp_path / "none.wav", "--fast")
    assert done.returncode == 3
    assert "none.wav" in done.stderr


def test_without_sounddevice_the_extra_is_named(tmp_path: Path) -> None:
    (tmp_path / "sounddevice.py").write_text("raise ImportError('no sounddevice')")
    done = subprocess.run(
        [sys.executable, "-m", "auscult", "listen"],
        env={**os.environ, "PYTHONPATH": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 8
    assert "needs sounddevice, which is not installed; run: pip install 'auscult[live]'" in (
        done.stderr
    )


TERMINAL = """
import sys
from rich.console import Console
from auscult.cli import listen_show
listen_show.console = Console(force_terminal=True, width=80, highlight=False)
from auscult.cli import main
main()
"""


def test_on_a_terminal_a_meter_stays_in_its_place(heart: Path) -> None:
    command = [sys.executable, "-c", TERMINAL, "listen", "--from", str(heart), "--for", "2.5"]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert "█" in done.stdout
    assert "listening …" in done.stdout
    assert "refer: normal " in done.stdout
    assert "   1.0 s  " not in done.stdout.replace("\n", " ").split("Not a medical")[1:]
