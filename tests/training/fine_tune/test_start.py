"""The shipped network in torch is the shipped network; what a fine-tuning does to it at first."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import onnxruntime
import pytest
import torch
from safetensors.torch import load, save
from sklearn.metrics import balanced_accuracy_score

from auscult.bundle import Bundle, find_bundle, read_bundle
from auscult.config import to_config
from auscult.errors import BundleError
from auscult.features import LogMel
from auscult.frontend import FRONTENDS
from auscult.models import NETWORKS
from auscult.models.crnn import Crnn
from auscult.network import Network
from auscult.synth import PRESETS, synthesise
from auscult.training.export import export_network
from auscult.training.fine_tune.start import Tuned, find_start, open_network, taken_head, with_head
from auscult.training.joint.corpus import ASKED
from auscult.training.joint.fit import joint_answers
from auscult.training.joint.members import build_network
from auscult.training.joint.sounds import Sounds
from auscult.types import CLASSES_3, CLASSES_5, QUESTIONS, FloatArray
from auscult.weights import Head, Weights

START = find_start("default")
FRONTEND = FRONTENDS["log-mel"]
HEADS = (Head("heard5", CLASSES_5), Head("murmur", QUESTIONS["murmur"]))


@pytest.fixture(scope="module")
def sounds() -> Sounds:
    """Twelve hearts, every second with a murmur."""
    presets = [PRESETS["aortic-stenosis" if i % 2 else "normal"] for i in range(12)]
    parts = [
        FRONTEND.prepare(synthesise(replace(p, duration_s=6.0), 2_000, seed=i).recording)
        for i, p in enumerate(presets)
    ]
    starts = np.array([0, *np.cumsum([part.size for part in parts])])
    return Sounds(FRONTEND, np.concatenate(parts), starts)


@pytest.fixture(scope="module")
def windows(sounds: Sounds) -> FloatArray:
    return np.concatenate([sounds.windows(i) for i in range(4)])


def tuned(sounds: Sounds, question: str, classes: tuple[str, ...], answers: list[int]) -> Tuned:
    train = list(range(len(answers)))
    return with_head(
        START.weights, question, classes, sounds=sounds, train=train, answers=np.array(answers)
    )


def test_the_bundle_in_torch_answers_as_its_graph(windows: FloatArray) -> None:
    network = open_network(START.weights, FRONTEND.feature.n_bands)  # type: ignore[attr-defined]
    questions = tuple(head.question for head in START.weights.heads)
    assert questions == START.listener.questions
    told = Network(START.listener.network).answers(windows, questions)
    ours = joint_answers(network, windows)
    for question in questions:
        np.testing.assert_allclose(ours[question], told[question], atol=2e-5)
        assert told[question].std() > 1e-3


@pytest.mark.parametrize("question", ASKED)
def test_a_question_it_knows_keeps_its_head(
    question: str, sounds: Sounds, windows: FloatArray
) -> None:
    network = tuned(sounds, question, QUESTIONS[question], [0, 1, 0, 1]).eval()
    graph = Network(export_network(network, *windows.shape[1:]))
    told = Network(START.listener.network).answers(windows, (question,))[question]
    np.testing.assert_allclose(graph.probabilities(windows), told, atol=2e-5)


def test_three_classes_are_sums_of_five(sounds: Sounds, windows: FloatArray) -> None:
    network = tuned(sounds, "heard", CLASSES_3, [2, 1, 2, 1])
    graph = Network(export_network(network, *windows.shape[1:])).probabilities(windows)
    five = Network(START.listener.network).answers(windows, ("heard5",))["heard5"]
    wanted = np.stack([five[:, 0], five[:, 3], five[:, [1, 2, 4]].sum(1)], axis=1)
    np.testing.assert_allclose(graph, wanted, atol=2e-5)


def test_a_head_is_found_where_its_logits_stand() -> None:
    murmur = taken_head(HEADS, "murmur", ("absent", "present"))
    assert murmur is not None
    assert (murmur.columns, murmur.sums) == (slice(5, 7), ((0,), (1,)))
    three = taken_head(HEADS, "heard", CLASSES_3)
    assert three is not None
    assert (three.columns, three.sums) == (slice(0, 5), ((0,), (3,), (1, 2, 4)))
    assert taken_head(HEADS, "murmur", ("present", "absent")) is None
    assert taken_head(HEADS, "label", ("blue", "green")) is None


@pytest.mark.parametrize("n_classes", [2, 3])
def test_a_new_head_knows_its_classes_before_anything_moves(n_classes: int, sounds: Sounds) -> None:
    answers = [i % 2 + (n_classes - 2) * (i // 6) * (i % 2) for i in range(12)]
    names = ("well", "ill", "very ill")[:n_classes]
    network = tuned(sounds, "label", names, answers).eval()
    with torch.no_grad():
        said = [network(torch.from_numpy(sounds.windows(i))).mean(0).argmax() for i in range(12)]
    assert balanced_accuracy_score(np.array(answers) > 0, np.array(said) > 0) == 1
    before = load(START.weights.read())
    after = network.network.state_dict()
    assert all(torch.equal(after[k], v) for k, v in before.items() if not k.startswith("answer."))


@pytest.mark.parametrize("question", ["murmur", "label"])
def test_batch_statistics_stay_while_weights_move(question: str, sounds: Sounds) -> None:
    network = tuned(sounds, question, ("absent", "present"), [0, 1, 0, 1]).train()
    before = {k: v.clone() for k, v in network.state_dict().items()}
    optimizer = torch.optim.SGD(network.parameters(), lr=0.1)
    features = torch.from_numpy(np.concatenate([sounds.windows(i) for i in range(4)]))
    torch.nn.functional.cross_entropy(
        network(features), torch.zeros(len(features), dtype=torch.long)
    ).backward()  # type: ignore[no-untyped-call]
    optimizer.step()
    moved = {k for k, v in network.state_dict().items() if not torch.equal(v, before[k])}
    assert not any("running" in k or "num_batches" in k for k in moved)
    assert len(moved) > 15
    assert network.network.dropout.training  # type: ignore[union-attr]


@pytest.mark.parametrize("name", list(NETWORKS))
def test_every_network_can_be_gone_on_from(name: str, sounds: Sounds) -> None:
    made = NETWORKS[name]()
    fresh = made.build(40, 2, seed=3)
    weights = Weights.of(save(fresh.state_dict()), to_config(made), {"murmur": ("a", "p")})
    for question, classes in (("murmur", ("a", "p")), ("label", ("x", "y", "z"))):
        answers = np.arange(6) % len(classes)
        network = with_head(
            weights, question, classes, sounds=sounds, train=range(6), answers=answers
        )
        graph = export_network(network, *sounds.windows(0).shape[1:])
        session = onnxruntime.InferenceSession(graph)
        (said,) = session.run(None, {"features": sounds.windows(0)})
        assert said.shape[1] == len(classes)


@pytest.mark.parametrize("question", ["heard", "murmur", "refer", "label"])
def test_of_the_heart_goes_on_being_answered_past_the_device(question: str, sounds: Sounds) -> None:
    options = Crnn(channels=(4, 4, 6, 6), n_units=5, by_band=True)
    heads = {asked: QUESTIONS[asked] for asked in ASKED}
    start = build_network(options, 40, seed=3)
    weights = Weights.of(save(start.state_dict()), to_config(options), heads)
    classes = {**QUESTIONS, "label": ("x", "y")}[question]
    answers = np.arange(6) % len(classes)
    network = with_head(weights, question, classes, sounds=sounds, train=range(6), answers=answers)
    features = torch.from_numpy(sounds.windows(0))
    optimizer = torch.optim.AdamW(network.parameters(), 0.01)
    torch.nn.functional.cross_entropy(
        network(features), torch.zeros(len(features), dtype=torch.long)
    ).backward()  # type: ignore[no-untyped-call]
    optimizer.step()
    response = torch.linspace(-12.0, 9.0, 40)[:, None]
    with torch.no_grad():
        moved = (network.eval()(features + response) - network(features)).abs().max() > 1e-5
    assert bool(moved) is (question == "refer")


@pytest.mark.parametrize(("name", "why"), [("tiny", "cannot be"), ("segmenter", "finds heartb")])
def test_a_bundle_that_carries_no_weights_is_no_start(name: str, why: str) -> None:
    with pytest.raises(BundleError, match=f"{name}: {why}.*start from 'default'"):
        find_start(name)


def test_neither_is_a_model_of_ones_own(tmp_path: Path) -> None:
    own = Bundle.of_one("own", b"graph", FRONTENDS["heart"], ("blue", "green"), question="label")
    with pytest.raises(BundleError, match="own: cannot be trained, for it carries no weights"):
        find_start(own.write(tmp_path))


def test_weights_of_another_network_are_refused() -> None:
    weights = START.weights
    strangers = (
        replace(weights, architecture={"type": "Unheard"}),
        replace(weights, architecture={**weights.architecture, "n_units": 8}),
        replace(weights, architecture={}),
        Weights.of(b"no tensors", weights.architecture, {"murmur": ("absent", "present")}),
    )
    for stranger in strangers:
        with pytest.raises(BundleError, match="cannot be understood"):
            open_network(stranger, 40)


def test_the_front_end_is_the_bundles() -> None:
    assert read_bundle(find_bundle("default")).listeners[0].frontend == START.listener.frontend
    assert isinstance(START.listener.frontend.feature, LogMel)
