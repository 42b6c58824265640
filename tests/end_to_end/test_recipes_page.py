"""docs/recipes.md as it stands: the port answers as auscult does, the commands and files exist."""

import re
import shlex
from pathlib import Path

import numpy as np
import pytest

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "recipes.md").read_text(encoding="utf-8")
PORT, NOTEBOOK = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)


def test_the_port_by_hand_answers_as_auscult_does(capsys: pytest.CaptureFixture[str]) -> None:
    exec(compile(PORT, "recipes.md", "exec"), {})  # noqa: S102 - the project's own text
    by_hand, ours = re.findall(r"[01]\.\d{3}", capsys.readouterr().out)
    assert by_hand == ours


@pytest.mark.parametrize("preset", ["continuous", "murmur-diastolic"])
@pytest.mark.parametrize("duration_s", [2.0, 4.0, 9.3])
@pytest.mark.parametrize("silence_s", [0, 3])
def test_it_does_so_for_other_sounds(preset: str, duration_s: float, silence_s: int) -> None:
    from dataclasses import replace

    from auscult import PRESETS, load_model, synthesise

    names: dict[str, object] = {}
    exec(compile(PORT, "recipes.md", "exec"), names)  # noqa: S102 - the project's own text
    heart = replace(PRESETS[preset], duration_s=duration_s)
    sound = synthesise(heart, rate_hz=2_000, seed=3).recording
    samples = np.pad(sound.samples, silence_s * 2_000)
    ours = load_model("tiny").classify(samples, rate_hz=2_000).answers["murmur"]["present"]
    assert names["murmur"](samples) == pytest.approx(ours, abs=1e-4)  # type: ignore[operator]


def test_the_notebook_runs_where_there_is_one() -> None:
    body = "\n".join(line for line in NOTEBOOK.splitlines() if "display" not in line)
    exec(compile(body, "recipes.md", "exec"), {})  # noqa: S102 - the project's own text


def test_the_service_starts_with_options_that_there_are() -> None:
    from typer.main import get_command

    from auscult.cli.app import app

    (line,) = re.findall(r"^ExecStart=\S+ (.*)$", PAGE, re.MULTILINE)
    serve = get_command(app).commands["serve"]  # type: ignore[attr-defined]
    assert serve.make_context("serve", shlex.split(line)[1:]).params["max_memory_mb"] == 512


@pytest.mark.parametrize("link", re.findall(r"\]\(([^)#:]+)\)", PAGE))
def test_its_links_lead_somewhere(link: str) -> None:
    assert (ROOT / "docs" / link).exists()
