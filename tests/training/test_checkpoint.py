"""The checkpoint before survives whatever happens to the next; another network's is refused."""

import errno
import os
from pathlib import Path

import pytest
import torch
from safetensors.torch import save_file
from torch import nn

from auscult.errors import RunError
from auscult.training.checkpoint import Progressed, load_checkpoint, save_checkpoint


def network(width: int = 4) -> tuple[nn.Module, torch.optim.Optimizer]:
    """A layer that has taken one step of Adam."""
    layer = nn.Linear(3, width)
    optimizer = torch.optim.Adam(layer.parameters())
    layer(torch.ones(2, 3)).sum().backward()
    optimizer.step()
    return layer, optimizer


def saved(path: Path, n_epochs: int = 1) -> tuple[nn.Module, torch.optim.Optimizer]:
    layer, optimizer = network()
    progressed = Progressed(n_epochs, 1, 0.25, [{"epoch": 1, "train_loss": 0.125}])
    best = {name: tensor.clone() for name, tensor in layer.state_dict().items()}
    save_checkpoint(path, layer, optimizer, best, progressed)
    return layer, optimizer


def test_everything_comes_back(tmp_path: Path) -> None:
    layer, optimizer = saved(tmp_path / "c", n_epochs=7)
    other, other_optimizer = network()
    best, progressed = load_checkpoint(tmp_path / "c", other, other_optimizer)
    assert progressed == Progressed(7, 1, 0.25, [{"epoch": 1, "train_loss": 0.125}])
    assert torch.equal(other.weight, layer.weight)
    assert torch.equal(best["weight"], layer.weight)
    ours, theirs = (o.state_dict()["state"][0] for o in (optimizer, other_optimizer))
    assert ours.keys() == theirs.keys()
    assert all(torch.equal(ours[name], theirs[name]) for name in ours)


@pytest.mark.parametrize("failing", ["fsync", "replace"])
def test_a_full_disk_leaves_the_checkpoint_before(
    failing: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "c"
    saved(path)
    before = path.read_bytes()

    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os if failing == "fsync" else Path, failing, full)
    with pytest.raises(RunError, match=r"c: cannot be written \(No space left on device\)"):
        saved(path, n_epochs=2)
    monkeypatch.undo()
    assert path.read_bytes() == before
    assert [p.name for p in tmp_path.iterdir()] == ["c"]
    assert load_checkpoint(path, *network())[1].n_epochs == 1


def test_a_checkpoint_of_another_network_is_refused(tmp_path: Path) -> None:
    saved(tmp_path / "c")
    with pytest.raises(
        RunError, match=r"(?s)c: is damaged or of another network .*delete it to start"
    ):
        load_checkpoint(tmp_path / "c", *network(width=5))


@pytest.mark.parametrize("metadata", [None, {}, {"progressed": "{"}, {"progressed": '{"x": 1}'}])
def test_a_checkpoint_without_its_numbers_is_refused(
    metadata: dict[str, str] | None, tmp_path: Path
) -> None:
    layer, optimizer = network()
    tensors = {f"network.{k}": v.detach() for k, v in layer.state_dict().items()}
    save_file(tensors, tmp_path / "c", metadata)
    with pytest.raises(RunError, match="is damaged or of another network"):
        load_checkpoint(tmp_path / "c", layer, optimizer)
