"""Weights travel with a bundle, and nobody who classifies needs them."""

import json
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

import pytest

from auscult.bundle import Bundle, find_bundle, read_bundle
from auscult.errors import BundleError
from auscult.frontend import FRONTENDS
from auscult.inference import load_model
from auscult.listener import Listener
from auscult.synth import PRESETS, synthesise
from auscult.weights import Head, Weights

WEIGHTS = Weights.of(b"tensors", {"type": "Crnn"}, {"murmur": ["absent", "present"], "own": "abc"})
LISTENER = Listener("network", b"a graph", FRONTENDS["log-mel"], ("murmur",), WEIGHTS)
BUNDLE = Bundle("small", (LISTENER,), "murmur", ("absent", "present"), card="# Card\n")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return BUNDLE.write(tmp_path / "small")


def weights_in(folder: Path) -> Weights:
    weights = read_bundle(folder).listeners[0].weights
    assert weights is not None
    return weights


def test_what_was_written_comes_back(folder: Path) -> None:
    assert read_bundle(folder) == BUNDLE
    assert read_bundle(folder).describe() == BUNDLE.describe()
    weights = weights_in(folder)
    assert weights.read() == (folder / "network.safetensors").read_bytes() == b"tensors"
    assert weights.heads == (Head("murmur", ("absent", "present")), Head("own", ("a", "b", "c")))
    assert weights.n_logits == 5


def test_a_bundle_without_weights_is_written_as_before(tmp_path: Path) -> None:
    old = replace(BUNDLE, listeners=(replace(LISTENER, weights=None),))
    folder = old.write(tmp_path)
    assert sorted(path.name for path in folder.iterdir()) == [
        "MODEL_CARD.md",
        "bundle.json",
        "network.onnx",
    ]
    (told,) = json.loads((folder / "bundle.json").read_text())["listeners"]
    assert sorted(told) == ["frontend", "name", "questions"]
    assert read_bundle(folder) == old


def test_they_are_read_when_training_asks_and_checked_then(folder: Path) -> None:
    file = folder / "network.safetensors"
    file.write_bytes(b"tensorS")
    assert read_bundle(folder).listeners == BUNDLE.listeners
    with pytest.raises(BundleError, match=r"network\.safetensors: has changed"):
        weights_in(folder).read()
    file.unlink()
    with pytest.raises(BundleError, match=r"network\.safetensors: cannot be read"):
        weights_in(folder).read()


def test_a_bundle_made_of_another_carries_them_on(folder: Path, tmp_path: Path) -> None:
    copy = replace(read_bundle(folder), name="other").write(tmp_path / "copy")
    assert weights_in(copy).read() == b"tensors"


def test_what_the_logits_mean_cannot_be_changed_unnoticed(folder: Path) -> None:
    path = folder / "bundle.json"
    description = json.loads(path.read_text())
    description["listeners"][0]["weights"]["heads"].reverse()
    path.write_text(json.dumps(description))
    with pytest.raises(BundleError, match=r"bundle\.json: has changed"):
        read_bundle(folder)


def test_the_shipped_model_answers_without_them(tmp_path: Path) -> None:
    shipped = find_bundle("default")
    bare = tmp_path / "bare"
    bare.mkdir()
    for file in shipped.iterdir():
        if file.suffix != ".safetensors":
            (bare / file.name).write_bytes(file.read_bytes())
    sound = synthesise(PRESETS["aortic-stenosis"], 2_000, seed=1).recording
    told = load_model(bare).classify(sound).probabilities
    assert told == load_model("default").classify(sound).probabilities


def test_the_shipped_model_fits_into_ten_megabytes_and_says_its_hashes() -> None:
    shipped = find_bundle("default")
    hashes = json.loads((shipped / "bundle.json").read_text())["sha256"]
    files = {path.name: path.read_bytes() for path in shipped.iterdir()}
    assert sum(map(len, files.values())) < 10_000_000
    del files["bundle.json"]
    assert hashes == {name: sha256(data).hexdigest() for name, data in files.items()}
    assert "network.safetensors" in hashes
