"""Thresholds travel in a bundle and decide whether an answer is sure."""

from dataclasses import replace
from pathlib import Path

import pytest

from auscult.bundle import find_bundle, read_bundle
from auscult.errors import ConfigError
from auscult.inference import Classifier
from auscult.synth import PRESETS, synthesise
from auscult.thresholds import OperatingPoint, Thresholds
from auscult.types import Samples

LINES = Thresholds(0.6, "murmur", (OperatingPoint(0.2, 0.9, 0.8),))


@pytest.fixture
def sound() -> Samples:
    return synthesise(PRESETS["normal"], 4_000, 1).recording.samples


def test_they_survive_writing_and_reading(tmp_path: Path) -> None:
    bundle = replace(read_bundle(find_bundle("default")), thresholds={"heard": LINES})
    assert read_bundle(bundle.write(tmp_path)).thresholds == {"heard": LINES}


@pytest.mark.parametrize(("sure_from", "sure"), [(0.0, True), (1.0, False)])
def test_an_answer_is_sure_from_the_line_on(sound: Samples, sure_from: float, sure: bool) -> None:
    lines = {"heard": replace(LINES, sure_from=sure_from)}
    model = Classifier(replace(read_bundle(find_bundle("default")), thresholds=lines))
    assert model.classify(sound, rate_hz=4_000).sure is sure


def test_without_a_line_nobody_says(sound: Samples) -> None:
    model = Classifier(replace(read_bundle(find_bundle("default")), thresholds={}))
    assert model.classify(sound, rate_hz=4_000).sure is None


def test_what_is_refused_is_neither(sound: Samples) -> None:
    model = Classifier(replace(read_bundle(find_bundle("default")), thresholds={"heard": LINES}))
    assert model.classify(sound[:100], rate_hz=4_000).sure is None


@pytest.mark.parametrize("value", [-0.1, 1.1])
def test_no_share_lies_outside_0_and_1(value: float) -> None:
    with pytest.raises(ConfigError, match=r"sure_from=.* must be from 0 to 1"):
        replace(LINES, sure_from=value)
    with pytest.raises(ConfigError, match=r"sensitivity=.* must be from 0 to 1"):
        replace(LINES.points[0], sensitivity=value)
