"""How the program ends where nobody reads what it says."""

import errno
import os
import subprocess
import sys

import pytest

from auscult.cli import app as program


@pytest.mark.parametrize("closed", [("stdout",), ("stderr",), ("stdout", "stderr")])
@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["models"], 0),
        (["models", "tiny"], 0),
        (["models", "no-such-model"], 5),
        (["models", "--no-such-option"], 2),
    ],
)
def test_who_stops_reading_ends_it_quietly_and_a_failure_keeps_its_code(
    arguments: list[str], code: int, closed: tuple[str, ...]
) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    quiet = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    command = [sys.executable, "-m", "auscult", *arguments]
    streams = {**quiet, **dict.fromkeys(closed, writing)}
    done = subprocess.run(command, **streams, text=True, check=False)
    os.close(writing)
    assert done.returncode == code
    assert "BrokenPipe" not in (done.stderr or "")


def pressed(**_: bool) -> int:
    raise KeyboardInterrupt


@pytest.mark.parametrize("app", [lambda **_: 130, pressed])
def test_ctrl_c_ends_with_a_sentence_however_it_comes(
    app: object, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(program, "app", app)
    code, tell = program._run()
    tell()
    assert code == 130
    assert "interrupted; what was finished is kept" in capsys.readouterr().err


def test_what_may_not_be_looked_at_ends_with_a_sentence(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def closed(**_: bool) -> int:
        raise PermissionError(errno.EACCES, "Permission denied", "ward/a.wav")

    monkeypatch.setattr(program, "app", closed)
    code, tell = program._run()
    tell()
    assert code == 2
    assert "ward/a.wav: cannot be opened (Permission denied); check" in capsys.readouterr().err
