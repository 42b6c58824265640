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


def test_the_first_point_that_finds_enough_is_taken() -> None:
    points = (OperatingPoint(0.5, 0.801, 0.9), OperatingPoint(0.2, 0.902, 0.7))
    lines = replace(LINES, points=points)
    assert lines.at_sensitivity(0.8) == points[0]
    assert lines.at_sensitivity(0.85) == lines.at_sensitivity(0.9) == points[1]
    with pytest.raises(ConfigError, match="no operating point finds 95% of murmur; there are: 80%"):
        lines.at_sensitivity(0.95)


def test_what_is_looked_for_is_called_from_the_operating_point_on(sound: Samples) -> None:
    bundle = read_bundle(find_bundle("default"))
    plain = Classifier(bundle).classify(sound, rate_hz=4_000)
    assert not plain.called
    scores = {"heard": plain.probabilities, **plain.answers}
    for wanted in (0.8, 0.95):
        answer = Classifier(bundle, sensitivity=wanted).classify(sound, rate_hz=4_000)
        assert answer.called == {
            question: scores[question][lines.looked_for] >= lines.at_sensitivity(wanted).threshold
            for question, lines in bundle.thresholds.items()
            if question != "heard5"
        }
    never = OperatingPoint(1.0, 1.0, 0.0)
    strict = {q: replace(own, points=(never,)) for q, own in bundle.thresholds.items()}
    model = Classifier(replace(bundle, thresholds=strict), sensitivity=0.9)
    assert not any(model.classify(sound, rate_hz=4_000).called.values())
    assert not model.classify(sound[:100], rate_hz=4_000).called


def test_a_bundle_without_points_calls_nothing() -> None:
    with pytest.raises(ConfigError, match="has no operating points"):
        Classifier(replace(read_bundle(find_bundle("tiny")), thresholds={}), sensitivity=0.9)
