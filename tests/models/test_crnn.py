import numpy as np
import pytest
import torch

from auscult.errors import ConfigError
from auscult.models.crnn import Crnn, level

SMALL = Crnn(channels=(4, 4, 6, 6), n_units=5)


def windows(n: int = 3, n_frames: int = 60) -> torch.Tensor:
    generator = torch.Generator().manual_seed(0)
    return 10 * torch.randn(n, 40, n_frames, generator=generator) - 40


@pytest.mark.parametrize("n_frames", [31, 60, 251])
def test_answers_for_any_number_of_frames(n_frames: int) -> None:
    network = SMALL.build(40, 9, seed=0).eval()
    assert network(windows(2, n_frames)).shape == (2, 9)


def test_gain_tells_it_nothing() -> None:
    network = SMALL.build(40, 9, seed=0).eval()
    torch.testing.assert_close(network(windows() + 20.0), network(windows()))


def test_a_flat_window_is_not_blown_up() -> None:
    flat = torch.full((1, 40, 20), -60.0)
    assert level(flat).abs().max() == 0
    assert level(flat + 0.1 * torch.randn(1, 40, 20)).abs().max() < 1


def test_every_parameter_learns() -> None:
    network = SMALL.build(40, 9, seed=0)
    network(windows()).square().sum().backward()
    for name, parameter in network.named_parameters():
        assert parameter.grad is not None, name
        # the last bias of the attention moves every weight alike, so it moves none
        assert parameter.grad.abs().sum() > 0 or name == "attention.2.bias", name


def test_the_seed_gives_the_start() -> None:
    first, again, other = (SMALL.build(40, 9, seed=seed) for seed in (1, 1, 2))
    weights = [np.asarray(network.dense.weight.detach()) for network in (first, again, other)]
    assert np.array_equal(weights[0], weights[1])
    assert not np.array_equal(weights[0], weights[2])


@pytest.mark.parametrize(
    ("options", "match"),
    [
        ({"channels": (4, 4, 4)}, "four positive"),
        ({"channels": (4, 4, 4, 0)}, "four positive"),
        ({"n_units": 0}, "n_units=0"),
        ({"dropout": 1.0}, "less than 1"),
    ],
)
def test_options_out_of_range_are_refused(options: dict[str, object], match: str) -> None:
    with pytest.raises(ConfigError, match=match):
        Crnn(**options)  # type: ignore[arg-type]


def test_bands_must_divide() -> None:
    with pytest.raises(ConfigError, match="multiple of 8"):
        SMALL.build(30, 9, seed=0)
