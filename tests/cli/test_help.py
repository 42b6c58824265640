"""The help teaches, and unknown words are refused with exit code 2."""

from pathlib import Path

import pytest

from auscult.bundle import CARD, find_bundle, shipped_bundles

COMMANDS = [
    *("classify", "segment", "explain", "report", "models", "demo", "synth"),
    *("plot", "explore", "train", "train-joint", "train-segmenter", "evaluate", "export"),
    *("export-joint", "calibrate", "score", "serve", "listen"),
]


@pytest.mark.parametrize("command", [[], *[[c] for c in COMMANDS], ["data", "summary"]])
def test_every_command_explains_itself(auscult, command: list[str]) -> None:
    done = auscult(*command, "--help")
    assert done.returncode == 0
    assert "Usage: " in done.stdout
    assert len(done.stdout.splitlines()) > 5


def test_all_commands_are_listed(auscult) -> None:
    listed = auscult("--help").stdout
    for command in [*COMMANDS, "benchmark", "data"]:
        assert f"  {command} " in listed
    assert "Exit codes" in listed


def test_models_are_listed_and_the_card_of_one_is_printed(auscult, tmp_path: Path) -> None:
    listed = [line.split()[0] for line in auscult("models").stdout.splitlines() if line.strip()]
    assert listed[2:] == [*shipped_bundles()]
    folder = find_bundle("tiny")
    for named in ("tiny", folder):
        assert auscult("models", named).stdout.strip() == (folder / CARD).read_text().strip()
    done = auscult("models", tmp_path)
    assert done.returncode == 5
    assert "is no bundle that comes with auscult (default, " in done.stderr
    assert "card" in auscult("models", "--help").stdout


def test_version(auscult) -> None:
    assert auscult("--version").stdout.startswith("auscult 0.")


def test_an_unknown_option_ends_with_two(auscult) -> None:
    done = auscult("classify", "--moddel", "x", "file.wav")
    assert done.returncode == 2
    assert "--moddel" in done.stderr


def test_an_unknown_name_is_answered_with_a_near_one(auscult, tmp_path) -> None:
    done = auscult("train", tmp_path, "--model", "cnn-lsmt", "--out", tmp_path / "run")
    assert done.returncode == 2
    assert "did you mean 'cnn-lstm'?" in done.stderr
