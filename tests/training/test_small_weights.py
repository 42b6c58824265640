"""Weights in eight bits: how much smaller, how much other."""

import numpy as np
import onnx
import onnxruntime
import pytest
from hypothesis import given
from hypothesis import strategies as st

from auscult.bundle import find_bundle, read_bundle
from auscult.frontend import FRONTENDS
from auscult.network import Network
from auscult.synth import PRESETS, synthesise
from auscult.training.joint.corpus import ASKED
from auscult.training.small_weights import (
    LARGEST,
    Answers,
    Rounding,
    quantised,
    rounding_of,
    with_int8_weights,
)


@pytest.fixture(scope="module")
def graphs() -> tuple[bytes, bytes]:
    """The shipped network, and the same in eight bits."""
    whole = read_bundle(find_bundle("default")).listeners[0].network
    return whole, with_int8_weights(whole)


def mean_of(*questions: str) -> Answers:
    """Answers to these questions: the mean over the windows."""
    return lambda network, windows: {
        question: said.mean(axis=0)
        for question, said in network.answers(windows, questions).items()
    }


def test_it_is_a_quarter_of_the_size(graphs: tuple[bytes, bytes]) -> None:
    whole, small = graphs
    assert len(small) < 0.3 * len(whole)
    assert len(small) < 1_000_000
    assert onnx.TensorProto.INT8 in {
        constant.data_type for constant in onnx.load_from_string(small).graph.initializer
    }


def test_it_answers_as_the_whole_one(graphs: tuple[bytes, bytes]) -> None:
    frontend = FRONTENDS["log-mel"]
    for seed, preset in enumerate(("normal", "aortic-stenosis")):
        heard = frontend(synthesise(PRESETS[preset], 2_000, seed).recording)
        said = [Network(graph).answers(heard, ASKED) for graph in graphs]
        for question in ASKED:
            np.testing.assert_allclose(said[0][question], said[1][question], atol=0.01)
            assert not np.array_equal(said[0][question], said[1][question])


def test_what_rounding_does_is_measured(graphs: tuple[bytes, bytes]) -> None:
    frontend = FRONTENDS["log-mel"]
    heard = [
        frontend(synthesise(PRESETS[preset], 2_000, seed).recording)
        for seed, preset in enumerate(("normal", "aortic-stenosis", "artifact-noise"))
    ]
    same = rounding_of(graphs[0], graphs[0], heard, mean_of(*ASKED))
    assert same == Rounding(len(heard) * len(ASKED), 0, 0.0)
    told = rounding_of(*graphs, heard, mean_of("murmur", "heard5"))
    by_hand = [
        [Network(graph).answers(windows, ("murmur",))["murmur"].mean(axis=0) for graph in graphs]
        for windows in heard
    ]
    assert (told.n_answers, told.n_turned) == (6, 0)
    assert max(abs(one[1] - other[1]) for one, other in by_hand) <= told.largest < 0.01


def test_an_answer_that_rounding_turns_is_counted(graphs: tuple[bytes, bytes]) -> None:
    model = onnx.load_from_string(graphs[0])
    model.graph.output[1].name, model.graph.output[2].name = "refer", "murmur"
    for node in model.graph.node:
        node.output[:] = [
            {"murmur": "refer", "refer": "murmur"}.get(name, name) for name in node.output
        ]
    frontend = FRONTENDS["log-mel"]
    heard = [frontend(synthesise(preset, 2_000, 1).recording) for preset in PRESETS.values()]
    told = rounding_of(graphs[0], model.SerializeToString(), heard, mean_of("murmur", "refer"))
    said = [Network(graphs[0]).answers(windows, ("murmur", "refer")) for windows in heard]
    murmur, refer = (np.array([one[q].mean(axis=0)[1] for one in said]) for q in said[0])
    turned = 2 * int(((murmur > 0.5) != (refer > 0.5)).sum())
    assert 0 < turned < 2 * len(heard)
    assert (told.n_answers, told.n_turned) == (2 * len(heard), turned)
    assert told.largest == pytest.approx(np.abs(murmur - refer).max(), abs=1e-6)


def test_it_takes_the_same_input(graphs: tuple[bytes, bytes]) -> None:
    shapes = [onnxruntime.InferenceSession(graph).get_inputs()[0].shape for graph in graphs]
    assert shapes[0] == shapes[1]


@given(st.integers(0, 2**16), st.sampled_from([0, 1, 2]))
def test_no_value_moves_by_more_than_half_a_step(seed: int, axis: int) -> None:
    rng = np.random.default_rng(seed)
    values = (rng.normal(size=(3, 4, 5)) * 10 ** rng.uniform(-6, 3)).astype(np.float32)
    values[0] = 0
    whole, scale = quantised(values, axis)
    steps = np.moveaxis(np.broadcast_to(scale, np.moveaxis(values, axis, -1).shape), -1, axis)
    assert np.abs(whole).max() <= LARGEST
    assert (np.abs(whole * steps - values) <= 0.501 * steps).all()
