"""The shipped bundles answer as they did: every question, on three made sounds."""

import importlib.util
import json
from pathlib import Path
from typing import Any

import pytest

from auscult.bundle import read_bundle, shipped_bundles

spec = importlib.util.spec_from_file_location("make", Path(__file__).with_name("make.py"))
assert spec is not None
assert spec.loader is not None
make = importlib.util.module_from_spec(spec)
spec.loader.exec_module(make)

GOLDEN: dict[str, Any] = json.loads(make.STORED.read_text(encoding="utf-8"))


def by_name(answers: dict[str, Any]) -> dict[str, float]:
    return {
        f"{sound}: {question} {kind}": probability
        for sound, asked in answers.items()
        for question, classes in asked.items()
        for kind, probability in classes.items()
    }


@pytest.mark.parametrize("name", make.BUNDLES)
def test_a_shipped_bundle_answers_as_stored(name: str) -> None:
    assert make.digest_of(name) == GOLDEN[name]["digest"], (
        f"the bundle {name!r} has been exported anew since its answers were stored; "
        f"make {make.STORED.name} again with `{make.COMMAND}`, and look at what changed"
    )
    answers = by_name(make.answers_of(name))
    assert answers == pytest.approx(by_name(GOLDEN[name]["answers"]), abs=2e-3, rel=0)


def test_the_answers_of_every_bundle_that_classifies_are_stored() -> None:
    classify = {n for n, where in shipped_bundles().items() if read_bundle(where).decoder is None}
    assert GOLDEN.keys() == classify
