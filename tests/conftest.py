"""Fixtures that every test may use."""

import os
from pathlib import Path

import pytest


def _data_root() -> Path:
    default = Path(__file__).resolve().parents[2] / "shared" / "data"
    return Path(os.environ.get("AUSCULT_DATA", default))


@pytest.fixture(scope="session")
def pascal_dir() -> Path:
    """The real PASCAL recordings; skips when they are not there."""
    folder = _data_root() / "pascal"
    if not folder.is_dir():
        pytest.skip(f"no PASCAL recordings at {folder}; set AUSCULT_DATA to a folder with pascal/")
    return folder
