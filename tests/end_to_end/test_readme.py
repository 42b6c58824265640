"""What the README shows is run: its Python as it stands, its commands as far as their names go."""

import re
import shlex
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"```(\w+)\n(.*?)```", README, flags=re.DOTALL)
COMMANDS = [
    line.partition("  #")[0]
    for kind, block in BLOCKS
    if kind == "console"
    for line in block.splitlines()
    if line.startswith("auscult ")
]


@pytest.mark.parametrize("block", [block for kind, block in BLOCKS if kind == "python"])
def test_its_python_runs(block: str) -> None:
    exec(compile(block, "README.md", "exec"), {})  # noqa: S102 - the project's own text


@pytest.mark.parametrize("command", COMMANDS)
def test_its_commands_are_understood(command: str) -> None:
    from typer.main import get_command

    from auscult.cli.app import app

    group, words = get_command(app), shlex.split(command)[1:]
    while hasattr(group, "commands"):
        group = group.commands[words.pop(0)]
    group.make_context(group.name, words, resilient_parsing=False)


@pytest.mark.parametrize("target", re.findall(r"^make (\w+)", README, flags=re.MULTILINE))
def test_its_make_targets_exist(target: str) -> None:
    assert f"\n{target}:" in (ROOT / "Makefile").read_text()


@pytest.mark.parametrize("link", re.findall(r"\]\(([^)#]+)\)", README))
def test_its_links_lead_somewhere(link: str) -> None:
    assert (ROOT / link).exists(), link


def test_its_figures_stand_in_the_results() -> None:
    results = "".join(p.read_text() for p in (ROOT / "docs" / "results").glob("*.md"))
    figures = re.findall(r"\d\.\d{3} \[\d\.\d{3}, \d\.\d{3}\]", README)
    seconds = re.findall(r"([\d.]+) (?:ms|s and|MB)", README)
    assert len(figures) >= 7
    assert len(seconds) >= 3
    assert [figure for figure in [*figures, *seconds] if figure not in results] == []
