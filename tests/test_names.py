"""A name can always be written, and two are never the same."""

import pytest

from auscult.names import encodable, said_of, short_names

ODD = b"visit \xff.wav".decode(errors="surrogateescape")


@pytest.mark.parametrize("text", ["plain", "schön", ODD])
def test_what_is_no_utf8_is_escaped_and_nothing_else(text: str) -> None:
    assert encodable(text).encode().decode() == encodable(text)
    assert (encodable(text) == text) == (text != ODD)


def test_the_last_part_is_enough_until_two_are_called_the_same() -> None:
    assert short_names(["a/x.wav", "b\\y.wav", "stream"]) == {
        "a/x.wav": "x.wav",
        "b\\y.wav": "y.wav",
        "stream": "stream",
    }
    same = ("x.wav", "a/x.wav", "c/a/x.wav", "c/b/x.wav", "c/b/y.wav")
    ends = ("x.wav", "a/x.wav", "c/a/x.wav", "b/x.wav", "y.wav")
    assert short_names(same) == dict(zip(same, ends, strict=True))
    assert short_names([ODD]) == {ODD: "visit \\udcff.wav"}


def test_a_sentence_says_its_source_once() -> None:
    assert said_of("x.wav", "a/x.wav", "a/x.wav: is empty") == "x.wav: is empty"
    assert said_of("x.wav", "a/x.wav", "no heartbeat") == "x.wav: no heartbeat"
    assert said_of("x.wav", "a/x.wav", ODD) == f"x.wav: {encodable(ODD)}"
