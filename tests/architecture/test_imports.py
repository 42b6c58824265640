"""Imports point one way, and every contract that says so has been seen to bite."""

import os
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
CONTRACTS = [
    contract["name"]
    for contract in tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"][
        "importlinter"
    ]["contracts"]
]

# Contract → the file that breaks it, the line planted there, and what must be told.
VIOLATIONS = {
    "imports point one way": (
        "audio/writing.py",
        "import auscult.datasets",
        "auscult.audio.writing -> auscult.datasets",
    ),
    "what is scored is what was written: evaluation reaches no model": (
        "evaluation/show.py",
        "import auscult.models",
        "auscult.evaluation.show -> auscult.models",
    ),
    "only models and training import torch": (
        "inference/table.py",
        "import torch",
        "auscult.inference.table -> torch",
    ),
    "only audio opens audio": (
        "verbs/plot.py",
        "import soundfile",
        "auscult.verbs.plot -> soundfile",
    ),
    "only reports draw": (
        "verbs/explore.py",
        "import matplotlib",
        "auscult.verbs.explore -> matpl",
    ),
    "only models, training and the feature transformer import scikit-learn": (
        "splits/grouped.py",
        "import sklearn",
        "auscult.splits.grouped -> sklearn",
    ),
    "only the edges know the command line": (
        "reports/saving.py",
        "import rich",
        "auscult.reports.saving -> rich",
    ),
    "only the service speaks HTTP": (
        "verbs/answer.py",
        "import fastapi",
        "auscult.verbs.answer -> fastapi",
    ),
}


PROGRAM = "from importlinter.cli import lint_imports_command as main; main()"


def lint_imports(root: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", PROGRAM, "--config", str(root / "pyproject.toml"), "--no-cache"],
        cwd=root / "src",
        env={**os.environ, "PYTHONPATH": str(root / "src"), "COLUMNS": "200"},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture(scope="module")
def planted(tmp_path_factory: pytest.TempPathFactory) -> subprocess.CompletedProcess[str]:
    """What is said of a copy that breaks every contract once."""
    root = tmp_path_factory.mktemp("planted")
    ignored = shutil.ignore_patterns("__pycache__", "*.onnx")
    shutil.copytree(ROOT / "src", root / "src", ignore=ignored)
    shutil.copy(ROOT / "pyproject.toml", root)
    for file, line, _ in VIOLATIONS.values():
        with (root / "src" / "auscult" / file).open("a", encoding="utf-8") as source:
            source.write(f"\n{line}\n")
    return lint_imports(root)


def test_the_sources_keep_every_contract() -> None:
    done = lint_imports(ROOT)
    assert done.returncode == 0, done.stdout
    assert f"{len(CONTRACTS)} kept, 0 broken" in done.stdout


def test_a_violation_is_planted_for_every_contract() -> None:
    assert set(VIOLATIONS) == set(CONTRACTS)


@pytest.mark.parametrize("contract", CONTRACTS)
def test_every_contract_bites(planted: subprocess.CompletedProcess[str], contract: str) -> None:
    assert planted.returncode == 1
    assert f"{contract} BROKEN" in planted.stdout
    _, _, broken = planted.stdout.partition("Broken contracts")
    assert VIOLATIONS[contract][2] in broken
