"""``auscult train-joint``: what is asked on the command line is what is trained."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from auscult.cli.app import app
from auscult.models.residual import Residual
from auscult.training.joint.fit import JointSchedule
from auscult.training.joint.run import JointOptions
from auscult.verbs.train_joint import JointFindings

FLAGS = (
    *("--protocol", "leave-one-dataset-out", "--repeats", "2"),
    *("--network", "residual", "--at-once"),
    *("--epochs", "3", "--batch-size", "256", "--trust", "0.5", "--segmenter", "runs/segmenter"),
    *("--seed", "7", "--also", "elsewhere", "--out", "runs/here"),
)
OPTIONS = JointOptions(
    protocol="leave-one-dataset-out",
    n_repeats=2,
    seed=7,
    segmenter="runs/segmenter",
    network=Residual(),
    schedule=JointSchedule(n_epochs=3, batch_size=256),
    trust=0.5,
)


@pytest.mark.parametrize(("flags", "options"), [((), JointOptions()), (FLAGS, OPTIONS)])
def test_every_flag_arrives(
    monkeypatch: pytest.MonkeyPatch, flags: tuple[str, ...], options: JointOptions
) -> None:
    asked: list[object] = []

    def verb(
        paths: object, given: object, out: object, _: object, *, also: object, published: object
    ) -> JointFindings:
        asked.extend((paths, given, out, also, published))
        return JointFindings({}, {})

    monkeypatch.setattr("auscult.verbs.train_joint.train_joint", verb)
    done = CliRunner().invoke(app, ["train-joint", "pascal", "circor", *flags])
    assert done.exit_code == 0, done.output
    paths, given, out, also, published = asked
    assert given == options
    assert paths == [Path("pascal"), Path("circor")]
    assert (out, also) == (
        (Path("runs/here"), [Path("elsewhere")]) if flags else (Path("run-joint"), ())
    )
    assert published is None
