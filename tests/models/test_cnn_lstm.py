"""The notebook's network: its size, its steps, its start, and a gradient for every parameter."""

import pytest
import torch
from torch import nn

from auscult.models.cnn_lstm import CnnLstm

KERAS_PARAMETERS = 14_130_371  # as the notebook's summary prints them
SMALL = CnnLstm(filters=(6, 5, 4), lstm_units=(4, 3), dense_units=(5, 4), dropout=0.0)


@pytest.fixture(scope="module")
def full() -> nn.Module:
    with torch.device("meta"):  # shapes without 56 MB of numbers
        return CnnLstm().build(52, 3, seed=0)


def test_counts_as_many_parameters_as_keras_but_for_those_explained(full: nn.Module) -> None:
    torch_parameters = sum(p.numel() for p in full.parameters())
    running = sum(b.numel() for name, b in full.named_buffers() if "running" in name)
    second_biases = sum(p.numel() for name, p in full.named_parameters() if "bias_hh" in name)
    assert torch_parameters == 14_124_739
    assert (running, second_biases) == (7_168, 1_536)
    assert torch_parameters + running - second_biases == KERAS_PARAMETERS


def test_52_coefficients_become_26_13_and_7_steps() -> None:
    steps = torch.zeros(2, 1, 52)
    lengths = []
    network = SMALL.build(52, 3, seed=0)
    for layer in network.convolutions:
        steps = layer(steps)
        if isinstance(layer, nn.MaxPool1d):
            lengths.append(steps.shape[2])
    assert lengths == [26, 13, 7]


def test_every_parameter_gets_a_gradient() -> None:
    network = SMALL.build(52, 3, seed=0)
    logits = network(torch.randn(8, 52, generator=torch.Generator().manual_seed(0)))
    assert logits.shape == (8, 3)
    nn.functional.cross_entropy(logits, torch.arange(8) % 3).backward()
    for name, parameter in network.named_parameters():
        assert parameter.grad is not None, name
        assert parameter.grad.abs().sum() > 0, name


def test_starts_as_keras_does() -> None:
    network = SMALL.build(52, 3, seed=0)
    for lstm in (network.lstm_1, network.lstm_2):
        n = lstm.hidden_size
        forget = lstm.bias_ih_l0[n : 2 * n]
        assert torch.equal(forget, torch.ones(n))
        assert lstm.bias_ih_l0.sum() == n
        assert not lstm.bias_hh_l0.any()
        product = lstm.weight_hh_l0.T @ lstm.weight_hh_l0
        torch.testing.assert_close(product, torch.eye(n), atol=1e-5, rtol=0)
    for layer in (*network.convolutions, *network.dense):
        if isinstance(layer, nn.Linear | nn.Conv1d):
            assert not layer.bias.any()
        if isinstance(layer, nn.BatchNorm1d):
            assert (layer.eps, layer.momentum) == (1e-3, 0.01)


def test_the_seed_decides_the_start() -> None:
    first, again, other = (SMALL.build(52, 3, seed).state_dict() for seed in (1, 1, 2))
    assert all(torch.equal(first[name], again[name]) for name in first)
    assert not torch.equal(first["lstm_1.weight_ih_l0"], other["lstm_1.weight_ih_l0"])


def test_a_single_recording_can_be_judged() -> None:
    network = SMALL.build(52, 3, seed=0).eval()
    assert network(torch.zeros(1, 52)).shape == (1, 3)
