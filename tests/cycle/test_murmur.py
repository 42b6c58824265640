import json

import numpy as np
import pytest

from auscult.cycle import AverageBeat, murmur_in_cycle
from auscult.cycle.figures import EXCESS, diastole_figures, systole_figures
from auscult.cycle.murmur import QUESTIONS, Regression, murmur_model, read_model
from auscult.synth import Murmur

PHASES = {
    "systolic": (Murmur("systolic"),),
    "diastolic": (Murmur("diastolic", "early", "decrescendo"),),
    "systolic and diastolic": (
        Murmur("systolic", "mid", "diamond"),
        Murmur("diastolic", "early", "decrescendo"),
    ),
    "continuous": (Murmur("continuous", "holo", "diamond", grade=4),),
}


@pytest.mark.parametrize("phase", PHASES)
@pytest.mark.parametrize("seed", range(3))
def test_phases_are_told_apart(beat_of, phase: str, seed: int) -> None:
    assert murmur_in_cycle(beat_of(*PHASES[phase], seed=seed)).phase == phase


@pytest.mark.parametrize("grade", [3, 4])
def test_pitch_is_that_of_the_bands_not_of_the_loudness(beat_of, grade: int) -> None:
    low, high = (
        murmur_in_cycle(beat_of(Murmur("systolic", pitch=pitch, grade=grade)))
        for pitch in ("low", "high")
    )
    assert (low.pitch, high.pitch) == ("low", "high")
    assert low.pitch_hz is not None
    assert high.pitch_hz is not None
    assert 80 < low.pitch_hz < 150
    assert 200 < high.pitch_hz < 450


def test_early_is_not_holosystolic(beat_of) -> None:
    early = murmur_in_cycle(beat_of(Murmur("systolic", "early", "decrescendo")))
    whole = murmur_in_cycle(beat_of(Murmur("systolic", "holo", "plateau", "high")))
    assert early.timing == "early-systolic"
    assert whole.timing == "holosystolic"
    assert early.shape == "decrescendo"
    assert "early-systolic, decrescendo" in early.sentence


def test_of_a_diastolic_murmur_timing_and_shape_are_left_open(beat_of) -> None:
    said = murmur_in_cycle(beat_of(*PHASES["diastolic"]))
    assert (said.timing, said.shape, said.pitch, said.pitch_hz) == ("", "", "", None)
    assert said.sentence == "In the cycle the murmur is diastolic."


def test_too_few_beats_say_nothing() -> None:
    said = murmur_in_cycle(AverageBeat(reason="2 beats"))
    assert (said.phase, said.reason) == ("", "2 beats")
    assert said.sentence.endswith("cannot be told: 2 beats.")


def test_a_louder_murmur_exceeds_the_floor_by_more(beat_of) -> None:
    soft, loud = (systole_figures(beat_of(Murmur("systolic", grade=g))) for g in (2, 4))
    assert loud[EXCESS].mean() > soft[EXCESS].mean() + 6
    none, after = (diastole_figures(beat_of(*m)) for m in ((), PHASES["diastolic"]))
    assert after[5:].mean() > none[5:].mean() + 2


def test_shares_sum_to_one_and_favour_the_answer(beat_of) -> None:
    said = murmur_in_cycle(beat_of(Murmur("systolic")))
    assert said.shares is not None
    assert set(said.shares) == set(QUESTIONS)
    for question, shares in said.shares.items():
        assert sum(shares.values()) == pytest.approx(1)
        if question != "diastolic":
            assert max(shares, key=shares.__getitem__) == getattr(said, question)


def test_a_regression_is_a_softmax() -> None:
    two = Regression(("a", "b"), (1.0,), (2.0,), ((0.0,), (1.0,)), (0.0, 0.5))
    assert two(np.array([3.0]))["b"] == pytest.approx(1 / (1 + np.exp(-1.5)))


def test_the_shipped_model_says_where_it_comes_from() -> None:
    from importlib.resources import files

    text = files("auscult.cycle").joinpath("murmur.json").read_text(encoding="utf-8")
    assert json.loads(text)["about"]["dataset"] == "circor"
    assert read_model(text) == murmur_model()
