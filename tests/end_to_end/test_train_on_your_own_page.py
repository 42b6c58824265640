"""docs/train-on-your-own.md as it stands: its Python runs, its commands and links exist."""

import re
import shlex
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "train-on-your-own.md").read_text(encoding="utf-8")
SCRIPTS = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)
COMMANDS = re.findall(r"^auscult .*$", PAGE, re.MULTILINE)


@pytest.mark.slow
def test_its_python_makes_a_bundle_that_classifies(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from auscult import load_model

    monkeypatch.chdir(tmp_path)
    for script in SCRIPTS:
        exec(compile(script, "train-on-your-own.md", "exec"), {})  # noqa: S102 - our own text
    assert "default, fine-tuned" in capsys.readouterr().out
    assert load_model("my-bundle").classify("recordings/1.wav").label in {"absent", "present"}


@pytest.mark.parametrize("line", COMMANDS)
def test_its_commands_take_what_they_are_given(line: str) -> None:
    from typer.main import get_command

    from auscult.cli.app import app

    name, *given = shlex.split(line)[1:]
    command = get_command(app).commands[name]  # type: ignore[attr-defined]
    assert command.make_context(name, given)


@pytest.mark.parametrize("link", re.findall(r"\]\(([^)#:]+)\)", PAGE))
def test_its_links_lead_somewhere(link: str) -> None:
    assert (ROOT / "docs" / link).exists()
