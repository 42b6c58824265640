"""A bundle of one's own recordings lists what it learned from."""

from dataclasses import replace
from pathlib import Path

import pytest

from auscult.audio import write_wav
from auscult.audio.hashing import file_sha256
from auscult.bundle import read_bundle
from auscult.models.crnn import Crnn
from auscult.synth import PRESETS, synthesise
from auscult.training.joint.fit import JointSchedule
from auscult.training.joint.run import JointOptions
from auscult.training.options import TrainOptions
from auscult.verbs.export import export
from auscult.verbs.export_joint import export_joint
from auscult.verbs.train import train
from auscult.verbs.train_joint import train_joint

SMALL = JointOptions(
    n_folds=2,
    network=Crnn(channels=(4, 4, 4, 4), n_units=4, by_band=True),
    schedule=JointSchedule(n_epochs=1, batch_size=8),
)


@pytest.fixture(scope="module")
def own(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("own")
    for label, preset in (("murmur", "aortic-stenosis"), ("normal", "normal")):
        for seed in range(8):
            made = synthesise(replace(PRESETS[preset], duration_s=2.0), rate_hz=2_000, seed=seed)
            write_wav(root / label / f"{seed}.wav", made.recording)
    return root


def test_what_was_learned_from_is_listed_and_not_in_the_run(own: Path, tmp_path: Path) -> None:
    wanted = sorted(file_sha256(path)[:16] for path in own.rglob("*.wav"))
    options = TrainOptions("random-forest", "notebook", n_folds=2, question="murmur")
    train(own, options, tmp_path / "plain")
    train_joint([own], SMALL, tmp_path / "joint")
    for written in (
        export(tmp_path / "plain", own, tmp_path / "one", name="b"),
        export_joint(tmp_path / "joint", [own], tmp_path / "two", name="b", tiny=True),
    ):
        assert read_bundle(written).provenance["data"]["recordings"] == wanted
    for run in ("plain", "joint"):
        assert '"recordings"' not in (tmp_path / run / "data.json").read_text()
