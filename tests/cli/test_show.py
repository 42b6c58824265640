"""Whoever reads a log is told now and then how far the work is."""

import re

import pytest

from auscult.cli import show


def test_a_log_is_told_rate_and_time_left(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    clock = iter(range(0, 10_000, 8))
    monkeypatch.setattr(show, "monotonic", lambda: next(clock))
    said = []
    bars = show.Bars()
    monkeypatch.setattr(bars, "say", said.append)
    assert list(bars.track(range(9), "classify", 1_009)) == list(range(9))
    assert said == [
        "classify: 4 of 1,009, 0.125 a second, 2:14:00 left",
        "classify: 8 of 1,009, 0.125 a second, 2:13:28 left",
    ]
    assert re.sub(r"\s", "", capsys.readouterr().out) == ""
