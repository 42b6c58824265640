"""What a network takes and answers is known before it hears a heart."""

from dataclasses import replace

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper

from auscult.bundle import find_bundle, read_bundle
from auscult.errors import BundleError
from auscult.inference import Classifier
from auscult.network import Network

TINY = read_bundle(find_bundle("tiny"))


def graph(*shape: int | str, takes: str = "features", answers: str = "probabilities") -> bytes:
    """Return a network that answers with what it is given."""
    given, told = (
        helper.make_tensor_value_info(name, TensorProto.FLOAT, shape) for name in (takes, answers)
    )
    nodes = [helper.make_node("Identity", [takes], [answers])]
    made = helper.make_graph(nodes, "echo", [given], [told])
    opsets = [helper.make_opsetid("", 18)]
    return helper.make_model(made, opset_imports=opsets, ir_version=9).SerializeToString()


def test_any_number_of_windows_is_answered() -> None:
    network = Network(graph("n", 3), n_classes={"probabilities": 3})
    for n_windows in (1, 7):
        windows = np.random.default_rng(n_windows).random((n_windows, 3), np.float32)
        np.testing.assert_array_equal(network.probabilities(windows), windows)


def test_an_axis_without_a_number_may_have_any_length() -> None:
    Network(graph("n", "n_classes"), n_classes={"probabilities": 4})
    network = Network(graph("n", 4, "n_frames"), n_classes={"probabilities": 4})
    assert network.probabilities(np.ones((1, 4, 9), np.float32)).shape == (1, 4, 9)


@pytest.mark.parametrize("shape", [(2, 4), (2, 3, 1), (3,)])
def test_features_of_another_shape_are_refused(shape: tuple[int, ...]) -> None:
    with pytest.raises(BundleError, match=r"takes windows of 3 numbers and its front end gives "):
        Network(graph("n", 3)).probabilities(np.ones(shape, np.float32))


@pytest.mark.parametrize(
    ("network", "said"),
    [
        (graph("n", 3, takes="sound"), r"takes 'sound', wanted is 'features'"),
        (graph("n", 3, answers="scores"), r"answers 'scores', wanted is 'probabilities'"),
        (graph("n", 4), r"answers 'probabilities' in 4 classes, wanted are 3"),
        (graph("n"), r"answers 'probabilities' in no classes, wanted are 3"),
    ],
)
def test_a_graph_for_something_else_is_refused(network: bytes, said: str) -> None:
    with pytest.raises(BundleError, match=f"{said}; export or install the bundle again"):
        Network(network, n_classes={"probabilities": 3})


def test_a_classifier_is_not_made_of_a_network_that_answers_less() -> None:
    (listener,) = TINY.listeners
    one = replace(listener, network=graph("n", 40, 251, answers="heard5"))
    with pytest.raises(BundleError, match="answers 'heard5' in 40 classes, wanted are 5"):
        Classifier(replace(TINY, listeners=(one,)))


def test_weights_in_eight_bits_run_as_float32() -> None:
    small = TINY.listeners[0].network
    windows = np.random.default_rng(0).normal(size=(2, 40, 251)).astype(np.float32)
    questions = TINY.listeners[0].questions
    said, wanted = (
        Network(one).answers(windows, questions) for one in (small, multiplied_out(small))
    )
    for question in questions:
        np.testing.assert_allclose(said[question], wanted[question], rtol=0, atol=1e-6)


def multiplied_out(graph: bytes) -> bytes:
    """Return the same graph with each weight as float32."""
    model = onnx.load_from_string(graph)
    stored = {one.name: numpy_helper.to_array(one) for one in model.graph.initializer}
    small = [node for node in model.graph.node if node.op_type == "DequantizeLinear"]
    assert small
    for node in small:
        whole, scale = (stored[name] for name in node.input)
        (axis,) = (one.i for one in node.attribute if one.name == "axis")
        shape = np.where(np.arange(whole.ndim) == axis, -1, 1)
        values = whole.astype(np.float32) * scale.reshape(shape)
        model.graph.initializer.append(numpy_helper.from_array(values, node.output[0]))
        model.graph.node.remove(node)
    out: bytes = model.SerializeToString()
    return out
