"""What every network that listens to windows promises; then what each refuses."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import torch

from auscult.config import from_config, to_config
from auscult.errors import ConfigError
from auscult.models import NETWORKS
from auscult.models.crnn import Crnn
from auscult.models.recorder import RECORDER_WIDTH, hide_recorder
from auscult.models.residual import Residual
from auscult.models.transformer import Transformer
from auscult.models.windows import WindowModel, attended, level

SMALL: dict[str, WindowModel] = {
    "crnn": Crnn(channels=(4, 4, 6, 6), n_units=5),
    "residual": Residual(channels=(4, 6, 8), width=8),
    "transformer": Transformer(channels=(4, 4, 6), width=8, n_heads=2, n_blocks=2),
}
every = pytest.mark.parametrize("name", list(NETWORKS))


def windows(n: int = 3, n_frames: int = 60) -> torch.Tensor:
    generator = torch.Generator().manual_seed(0)
    return 10 * torch.randn(n, 40, n_frames, generator=generator) - 40


@every
@pytest.mark.parametrize("n_frames", [31, 60, 251])
def test_answers_for_any_number_of_frames(name: str, n_frames: int) -> None:
    network = SMALL[name].build(40, 9, seed=0).eval()
    assert network(windows(2, n_frames)).shape == (2, 9)


@every
def test_gain_tells_nothing(name: str) -> None:
    network = SMALL[name].build(40, 9, seed=0).eval()
    torch.testing.assert_close(network(windows() + 20.0), network(windows()))


@every
def test_a_response_tells_only_the_recorder_where_bands_are_levelled_by_themselves(
    name: str,
) -> None:
    response = torch.linspace(-12.0, 9.0, 40)[:, None]
    for by_band in (True, False):
        network = replace(SMALL[name], by_band=by_band).build(40, 9, seed=0).eval()
        if by_band:
            hide_recorder(network.answer, slice(2, 5))
        moved = (network(windows() + response) - network(windows())).abs().amax(0) > 1e-5
        assert [*moved.nonzero().flatten()] == [i for i in range(9) if not (by_band and 2 <= i < 5)]


@every
def test_who_is_deaf_to_the_recorder_stays_so(name: str) -> None:
    network = replace(SMALL[name], by_band=True).build(40, 9, seed=0)
    hide_recorder(network.answer, slice(2, 5))
    before = network.answer.weight.detach().clone()
    optimizer = torch.optim.AdamW(network.parameters(), 0.1, weight_decay=0.5)
    for _ in range(2):
        optimizer.zero_grad()
        network(windows()).square().sum().backward()
        optimizer.step()
    moved = network.answer.weight.detach() != before
    assert not moved[2:5, -RECORDER_WIDTH:].any()
    assert moved[2:5, :-RECORDER_WIDTH].any()
    assert moved[:2, -RECORDER_WIDTH:].any()


@every
def test_windows_are_heard_one_by_one(name: str) -> None:
    network = SMALL[name].build(40, 9, seed=0).eval()
    together = network(windows())
    for index, window in enumerate(windows()):
        torch.testing.assert_close(network(window.unsqueeze(0))[0], together[index])


@every
@pytest.mark.parametrize("by_band", [True, False])
def test_every_parameter_learns(name: str, by_band: bool) -> None:
    network = replace(SMALL[name], by_band=by_band).build(40, 9, seed=0)
    network(windows()).square().sum().backward()
    for parameter_name, parameter in network.named_parameters():
        assert parameter.grad is not None, parameter_name
        # the last bias of the attention moves every weight alike, so it moves none
        still = parameter_name.endswith("attention.2.bias")
        assert parameter.grad.abs().sum() > 0 or still, parameter_name


@every
def test_the_seed_gives_the_start(name: str) -> None:
    first, again, other = (SMALL[name].build(40, 9, seed=seed) for seed in (1, 1, 2))
    weights = [np.asarray(network.answer.weight.detach()) for network in (first, again, other)]
    assert np.array_equal(weights[0], weights[1])
    assert not np.array_equal(weights[0], weights[2])


@every
def test_its_options_survive_being_written_down(name: str) -> None:
    types = {made.__name__: made for made in NETWORKS.values()}
    assert from_config(to_config(SMALL[name]), types) == SMALL[name]
    assert type(SMALL[name]) is NETWORKS[name]


@every
def test_bands_must_divide(name: str) -> None:
    with pytest.raises(ConfigError, match="multiple of 8"):
        SMALL[name].build(30, 9, seed=0)


def test_a_flat_window_is_not_blown_up() -> None:
    flat = torch.full((1, 40, 20), -60.0)
    for by_band in (True, False):
        assert level(flat, by_band=by_band).abs().max() == 0
        assert level(flat + 0.1 * torch.randn(1, 40, 20), by_band=by_band).abs().max() < 1


def test_equal_scores_give_mean_and_deviation() -> None:
    steps = torch.tensor([[[1.0], [3.0]]])
    torch.testing.assert_close(attended(steps, torch.zeros(1, 2, 1)), torch.tensor([[2.0, 1.0]]))
    one_sided = torch.tensor([[[0.0], [50.0]]])
    assert attended(steps, one_sided)[0, 0] == pytest.approx(3.0)


@pytest.mark.parametrize(
    ("made", "options", "match"),
    [
        (Crnn, {"channels": (4, 4, 4)}, "four positive"),
        (Crnn, {"channels": (4, 4, 4, 0)}, "four positive"),
        (Crnn, {"n_units": 0}, "n_units=0"),
        (Crnn, {"dropout": 1.0}, "less than 1"),
        (Residual, {"channels": (4, 4)}, "three positive"),
        (Residual, {"width": 0}, "width=0"),
        (Residual, {"dropout": -0.1}, "less than 1"),
        (Transformer, {"channels": (4, 4)}, "three positive"),
        (Transformer, {"n_blocks": 0}, "n_blocks=0"),
        (Transformer, {"width": 10, "n_heads": 4}, "multiple of n_heads=4"),
        (Transformer, {"dropout": 1.0}, "less than 1"),
    ],
)
def test_options_out_of_range_are_refused(made: type, options: dict[str, Any], match: str) -> None:
    with pytest.raises(ConfigError, match=match):
        made(**options)
