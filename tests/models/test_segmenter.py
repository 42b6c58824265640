"""The segmenter's network: what it hears, what it does not, and how it leaves torch."""

import numpy as np
import onnx
import pytest
import torch

from auscult.models.segmenter import FRAMES_MULTIPLE, Segmenter, local_mean
from auscult.network import Network
from auscult.state_finder import FRAMES_MULTIPLE as PADDED_TO
from auscult.training.export_segmenter import export_segmenter

N_BANDS = 12
SMALL = Segmenter(channels=(6, 8, 10), middle_dilations=(1, 2), coarse_dilations=(1, 2, 4))


@pytest.fixture(scope="module")
def network() -> torch.nn.Module:
    """A network that has seen some batches, so that its running means are its own."""
    built = SMALL.build(N_BANDS, seed=3)
    for seed in range(3):
        built(decibels(seed, 4, 200))
    return built.eval()


def decibels(seed: int, n: int, n_frames: int) -> torch.Tensor:
    rng = np.random.default_rng(seed)
    return torch.from_numpy(rng.normal(-30, 12, (n, N_BANDS, n_frames)).astype(np.float32))


def test_gives_four_logits_a_frame(network: torch.nn.Module) -> None:
    assert network(decibels(0, 2, 240)).shape == (2, 4, 240)


def test_every_parameter_gets_a_gradient() -> None:
    fresh = SMALL.build(N_BANDS, seed=0)
    fresh(decibels(0, 2, 400)).square().sum().backward()
    assert [n for n, p in fresh.named_parameters() if not p.grad.abs().sum() > 0] == []


def test_gain_and_response_change_nothing(network: torch.nn.Module) -> None:
    heard = decibels(1, 1, 600)
    response = torch.linspace(-20, 30, N_BANDS)[:, None]
    torch.testing.assert_close(network(heard + response), network(heard), atol=2e-3, rtol=1e-3)


def test_the_mean_is_of_what_is_near() -> None:
    frames = torch.zeros(1, 1, 1_000)
    frames[..., 500:] = 60.0
    mean = local_mean(frames)
    assert mean.shape == frames.shape
    assert mean[0, 0, 300] == 0
    assert mean[0, 0, 700] == 60
    assert 25 < mean[0, 0, 500] < 35


def test_the_same_seed_starts_alike() -> None:
    one, same, other = (SMALL.build(N_BANDS, seed).stem[0].weight for seed in (1, 1, 2))
    assert torch.equal(one, same)
    assert not torch.equal(one, other)


def test_the_frames_wanted_are_the_frames_given() -> None:
    assert PADDED_TO == FRAMES_MULTIPLE


@pytest.mark.parametrize("n", [1, 3])
@pytest.mark.parametrize("n_frames", [20, 260, 1_240])
def test_the_exported_graph_answers_alike_at_every_length(
    network: torch.nn.Module, n: int, n_frames: int
) -> None:
    graph = export_segmenter(network, N_BANDS)
    heard = decibels(n_frames, n, n_frames)
    with torch.no_grad():
        expected = torch.softmax(network(heard), dim=1).numpy()
    answer = Network(graph).probabilities(heard.numpy())
    np.testing.assert_allclose(answer, expected, atol=1e-5)
    np.testing.assert_allclose(answer.sum(axis=1), 1, atol=1e-5)


def test_batch_and_time_stay_free_in_the_graph(network: torch.nn.Module) -> None:
    graph = onnx.load_from_string(export_segmenter(network, N_BANDS)).graph
    for value in (graph.input[0], graph.output[0]):
        sizes = value.type.tensor_type.shape.dim
        assert [bool(size.dim_param) for size in sizes] == [True, False, True]
