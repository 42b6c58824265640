"""The client and the curl lines in examples/, as they stand, against a running service."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"
TOKEN = "a-token-of-our-own"  # noqa: S105 - guards nothing


@pytest.fixture
def sounds(tmp_path: Path, heart: bytes) -> list[str]:
    (tmp_path / "heart one.wav").write_bytes(heart)
    (tmp_path / "words.wav").write_text("words")
    return [str(tmp_path / name) for name in ("heart one.wav", "words.wav")]


def run(*command: object, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [str(part) for part in command],
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
    )


def client(url: str, *sounds: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return run(sys.executable, EXAMPLES / "rest_client.py", url, *sounds, **environment)


def test_the_client_prints_a_line_a_file(running, sounds: list[str]) -> None:
    done = client(running.url, *sounds)
    assert done.returncode == 0, done.stderr
    first, second = done.stdout.splitlines()
    assert first.startswith("heart one.wav: normal (")
    assert first.endswith("beats a minute")
    assert second.startswith("words.wav: words.wav: is not a sound file")


def test_the_client_says_why_nothing_could_be_opened(running, sounds: list[str]) -> None:
    done = client(running.url, sounds[1])
    assert "is not a sound file" in done.stdout


def test_the_stream_client_prints_a_line_a_second(running, sounds: list[str]) -> None:
    done = run(sys.executable, EXAMPLES / "stream_client.py", running.url, sounds[0], "--fast")
    assert done.returncode == 0, done.stderr
    lines = done.stdout.splitlines()
    assert [line.split()[0] for line in lines] == ["1.0", "2.0", "3.0", "4.0", "5.0", "5.0"]
    assert "normal (" in lines[-1]
    assert lines[-1].endswith("a minute")


def test_the_curl_lines_answer(running, sounds: list[str]) -> None:
    if not shutil.which("curl"):
        pytest.skip("curl is not installed")
    done = run("sh", EXAMPLES / "rest_curl.sh", running.url, sounds[0])
    assert done.returncode == 0, done.stderr
    classified, segmented, models, health, *counts = done.stdout.splitlines()
    assert json.loads(classified)["results"][0]["label"] == "normal"
    assert len(json.loads(segmented)["results"][0]["beats"]) > 3
    assert len(json.loads(models)["models"]) == 2
    assert json.loads(health)["status"] == "ok"
    assert any("/v1/classify" in line for line in counts)


def test_a_token_is_asked_for_and_taken(serve, sounds: list[str], tmp_path: Path) -> None:
    (tmp_path / "token").write_text(f"{TOKEN}\n")
    with serve("--workers", 1, "--token-file", tmp_path / "token") as guarded:
        assert "TokenError" in client(guarded.url, sounds[0]).stderr
        live = (sys.executable, EXAMPLES / "stream_client.py", guarded.url, sounds[0], "--fast")
        assert "TokenError" in run(*live).stderr
        assert "normal (" in run(*live, AUSCULT_TOKEN=TOKEN).stdout
        done = client(guarded.url, sounds[0], AUSCULT_TOKEN=TOKEN)
        assert done.stdout.startswith("heart one.wav: normal ("), done.stderr
