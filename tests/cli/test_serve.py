"""``auscult serve``: what it refuses before it listens. What it answers: tests/serve."""

import socket
from pathlib import Path

import pytest

from auscult.cli.serve_commands import TOKEN_VARIABLE, serve
from auscult.errors import BundleError, ConfigError, MissingExtraError


def test_a_port_in_use_is_a_sentence_and_exit_code_2(auscult) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        done = auscult("serve", "--port", taken.getsockname()[1])
    assert done.returncode == 2
    assert "choose another --port" in done.stderr


@pytest.mark.parametrize(
    ("options", "error", "sentence"),
    [
        ({"workers": 0}, ConfigError, "n_workers=0 must be 1 or more"),
        ({"model": "no-such"}, BundleError, "no-such: is no bundle"),
        ({"segmenter": "default"}, BundleError, "finds no beats"),
        ({"host": "256.0.0.1"}, ConfigError, "cannot listen on 256.0.0.1:8000"),
    ],
)
def test_what_cannot_be_served_is_said(
    options: dict[str, object], error: type[Exception], sentence: str
) -> None:
    with pytest.raises(error, match=sentence):
        serve(**options)


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (None, "holds no token"),
        (b"", "is empty"),
        (b"short", "visible ASCII"),
        (b"\xff", "no token"),
    ],
)
def test_a_token_file_without_a_good_token_is_refused(
    tmp_path: Path, content: bytes | None, sentence: str
) -> None:
    if content is not None:
        (tmp_path / "token").write_bytes(content)
    with pytest.raises(ConfigError, match=sentence):
        serve(token_file=tmp_path / "token")


def test_a_token_of_the_environment_is_checked_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(TOKEN_VARIABLE, "short")
    with pytest.raises(ConfigError, match="visible ASCII"):
        serve()


def test_without_the_extra_the_command_that_installs_it_is_named(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(__import__("sys").modules, "auscult.serve.running", None)
    with pytest.raises(MissingExtraError, match=r"auscult\[web\]"):
        serve()
