from dataclasses import replace

import numpy as np
import pytest

from auscult.metrics.beats import OnsetCounts, onset_counts
from auscult.segment import EnvelopeSegmenter
from auscult.synth import PRESETS, synthesise
from auscult.types import Recording


@pytest.mark.parametrize("rate_bpm", [50, 72, 90])
def test_finds_the_beats_of_a_calm_clean_heart(rate_bpm: int) -> None:
    spec = replace(PRESETS["clean"], rate_variability_ms=10).at_rate(rate_bpm)
    made = synthesise(spec, 4_000, seed=3)
    found = EnvelopeSegmenter()(made.recording)
    for sound in ("S1", "S2"):
        true_s = np.array([m.at_s for m in made.marks if m.sound == sound])
        pooled: OnsetCounts = onset_counts(true_s, found.onsets_s(sound), 0.06)
        assert pooled.f1 > 0.9


def test_gain_changes_nothing() -> None:
    made = synthesise(PRESETS["normal"], 4_000, seed=1).recording
    soft = Recording(made.samples / 64, made.rate_hz)
    assert EnvelopeSegmenter()(soft).spans == EnvelopeSegmenter()(made).spans


@pytest.mark.parametrize("n_samples", [1, 10, 400, 4_000, 20_000])
def test_silence_of_any_length_gets_a_reason(n_samples: int) -> None:
    answer = EnvelopeSegmenter()(Recording(np.zeros(n_samples, np.float32), 2_000))
    assert answer.spans == ()
    assert "no heartbeat found" in answer.reason


def test_spans_are_in_order_and_do_not_overlap() -> None:
    answer = EnvelopeSegmenter()(synthesise(PRESETS["murmur-systolic"], 4_000, seed=2).recording)
    edges = [edge for span in answer.spans for edge in (span.start_s, span.end_s)]
    assert edges == sorted(edges)
