"""docs/stream.md as it stands: its Python runs, and what it names is there."""

import re
from pathlib import Path

import pytest

from auscult.inference.updates import Update
from auscult.serve.settings import Settings
from auscult.serve.streaming import MOST_S, Opening

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "stream.md").read_text(encoding="utf-8")


def test_the_python_runs(capsys: pytest.CaptureFixture[str]) -> None:
    (block,) = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)
    exec(compile(block, "stream.md", "exec"), {})  # noqa: S102 - the project's own text
    *updates, verdict = capsys.readouterr().out.splitlines()
    assert len(updates) == 10
    assert verdict == "normal"


def test_fields_and_limits_are_those_of_the_code() -> None:
    assert all(f"`{name}`" in PAGE for name in Update.__dataclass_fields__)
    assert all(f'"{name}"' in PAGE for name in Opening.model_fields)
    usual = Settings()
    for limit in (
        f"at most {MOST_S:g} s and `--max-frame-kb` ({usual.max_frame_kb:,.0f})",
        f"`--max-duration-s` ({usual.max_duration_s:g})",
        f"`--idle-s` ({usual.idle_s:g})",
        f"`--max-streams` ({usual.max_streams})",
    ):
        assert limit in PAGE
