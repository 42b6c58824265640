"""How the program ends where nobody reads what it says."""

import os
import subprocess
import sys

import pytest


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
