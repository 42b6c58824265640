"""A run's folder continues its own run and refuses another's."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from auscult.errors import RunError
from auscult.models.crnn import Crnn
from auscult.training.joint.run import JointOptions
from auscult.training.options import TrainOptions
from auscult.training.run_folder import FoldScores, RunFolder, describe_data
from auscult.types import Entry, Split

OPTIONS = TrainOptions("svm", n_folds=2)
DATA = {"dataset": "pascal", "n_recordings": 4, "hash": "abc"}
SPLIT = Split("grouped", 1, 0, train=("a",), validation=("b",), test=("c", "d"))


@pytest.fixture
def folder(tmp_path: Path) -> RunFolder:
    made = RunFolder(tmp_path / "run")
    made.start(OPTIONS, DATA)
    return made


def test_the_same_run_may_start_again(folder: RunFolder) -> None:
    folder.start(OPTIONS, DATA)
    assert folder.options() == OPTIONS
    assert folder.read_json("environment.json")["packages"]["numpy"] == np.__version__


def test_other_options_or_data_are_refused_and_nothing_is_overwritten(folder: RunFolder) -> None:
    with pytest.raises(
        RunError, match=r"holds another run \(seed is 0, wanted 1\); choose another"
    ):
        folder.start(replace(OPTIONS, seed=1), DATA)
    with pytest.raises(RunError, match=r"holds another run \(hash is 'abc', wanted 'xyz'\)"):
        folder.start(OPTIONS, {**DATA, "hash": "xyz"})
    assert folder.options() == OPTIONS
    assert folder.read_json("data.json") == DATA


def test_options_of_before_an_option_are_those_with_its_default(folder: RunFolder) -> None:
    stored = folder.read_json("config.json")
    folder.write_json("config.json", {k: v for k, v in stored.items() if k != "n_repeats"})
    folder.start(OPTIONS, DATA)
    assert folder.options() == OPTIONS
    joint = RunFolder(folder.path / "joint")
    options = JointOptions(network=Crnn())
    joint.start(options, DATA)
    stored = joint.read_json("config.json")
    del stored["network"]["by_band"]
    joint.write_json("config.json", stored)
    joint.start(options, DATA)
    with pytest.raises(RunError, match="holds another run"):
        joint.start(replace(options, network=Crnn(by_band=True)), DATA)


def test_options_that_are_not_known_are_another_run(folder: RunFolder) -> None:
    folder.write_json("config.json", {**folder.read_json("config.json"), "colour": "blue"})
    with pytest.raises(RunError, match=r"holds another run \(colour is 'blue'"):
        folder.start(OPTIONS, DATA)


def test_where_a_run_went_on_is_told_beside_where_it_was_begun(folder: RunFolder) -> None:
    begun = folder.read_json("environment.json")
    folder.write_json("environment.json", {**begun, "python": "3.0"})
    for _ in range(2):
        folder.start(OPTIONS, DATA)
        told = folder.read_json("environment.json")
        assert told == {**begun, "python": "3.0", "went_on_in": [begun]}


def test_a_joint_run_names_the_command_that_exports_it(folder: RunFolder) -> None:
    joint = RunFolder(folder.path / "joint")
    joint.start(JointOptions(), DATA)
    with pytest.raises(RunError, match=r"auscult train-joint.*auscult export-joint"):
        joint.options()


def test_other_splits_are_refused(folder: RunFolder) -> None:
    split_hash = folder.write_splits([SPLIT], ["it leaks"])
    assert folder.write_splits([SPLIT], ["it leaks"]) == split_hash
    assert folder.read_json("splits.json")["warnings"] == ["it leaks"]
    with pytest.raises(RunError, match="its folds were divided otherwise"):
        folder.write_splits([replace(SPLIT, test=("d", "c"))], [])


def test_copies_leave_the_hash_of_the_division_alone(tmp_path: Path) -> None:
    copies = replace(SPLIT, train=(*SPLIT.train, f"{SPLIT.train[0]}@stretch=0.8"))
    plain, copied, other = (
        RunFolder(tmp_path / name).write_splits([split], [])
        for name, split in (
            ("plain", SPLIT),
            ("copied", copies),
            ("other", replace(SPLIT, train=(*SPLIT.train, "more@home"))),
        )
    )
    assert plain == copied != other


def test_a_folds_scores_come_back(folder: RunFolder) -> None:
    assert folder.read_fold(SPLIT) is None
    raw = np.array([[0.25, 0.75], [0.5, 0.5]], np.float32)
    folder.write_fold(SPLIT, FoldScores(("c", "d"), raw, 1.5, "beef"))
    back = folder.read_fold(SPLIT)
    assert back is not None
    assert (back.row_ids, back.temperature, back.model_hash) == (("c", "d"), 1.5, "beef")
    np.testing.assert_array_equal(back.raw, raw)
    assert folder.fold(SPLIT).name == "r0-f1"


def test_a_damaged_file_is_named(folder: RunFolder) -> None:
    (folder.path / "config.json").write_text('{"model": ')
    with pytest.raises(RunError, match=r"config\.json: is damaged"):
        folder.options()


def test_a_folder_without_a_run_is_named(tmp_path: Path) -> None:
    with pytest.raises(RunError, match=r"holds no training run \(no config\.json\)"):
        RunFolder(tmp_path).options()


def test_the_data_are_known_by_their_bytes_labels_and_groups(tmp_path: Path) -> None:
    path = tmp_path / "a.wav"
    path.write_bytes(b"sound")
    entry = Entry("a", path, "pascal", "B", "normal", group="g")
    described = describe_data([entry], ["normal"])
    assert described["n_of_class"] == {"normal": 1}
    assert described["dataset"] == "pascal"
    assert (described["n_recordings"], described["n_groups"]) == (1, 1)
    hashes = {
        described["hash"],
        describe_data([entry], ["murmur"])["hash"],
        describe_data([replace(entry, group="h")], ["normal"])["hash"],
    }
    path.write_bytes(b"souND")
    hashes.add(describe_data([entry], ["normal"])["hash"])
    assert len(hashes) == 4
    both = [entry, replace(entry, dataset="circor"), replace(entry, recording_id="b")]
    assert describe_data(both, ["normal"] * 3)["dataset"] == "pascal + circor"


def test_scores_are_read_back_to_the_last_bit(tmp_path: Path) -> None:
    split = Split("grouped", 0, 0, train=("a",), validation=("b",), test=("c",))
    raw = np.array([[3e-9, 1 / 3, 1 - 1 / 3 - 3e-9]], np.float32)
    folder = RunFolder(tmp_path)
    folder.write_fold(split, FoldScores(("c",), raw, 1.0, "hash"))
    read = folder.read_fold(split)
    assert read is not None
    np.testing.assert_array_equal(read.raw, raw)
