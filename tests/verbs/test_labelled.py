"""What may be trained on: only data whose labels answer what is learned."""

from pathlib import Path
from types import ModuleType

import pytest

from auscult.errors import DatasetError
from auscult.training.options import TrainOptions
from auscult.verbs.train import labelled

HEARD = TrainOptions("svm")
HEARD5 = TrainOptions("svm", question="heard5")


def test_own_labels_named_like_pascals_are_learned(tmp_path: Path, made: ModuleType) -> None:
    entries, labels = labelled(made.own(tmp_path), HEARD)
    assert [entry.label for entry in entries] == ["Normal", "murmur", "murmur"]
    assert labels == ["normal", "murmur", "murmur"]


def test_pascal_is_seen_in_three_classes_or_five(tmp_path: Path, made: ModuleType) -> None:
    made.put(made.pascal(tmp_path) / "set_b" / "extrastole__146_1306778707532_D.wav")
    made.put(tmp_path / "set_b" / "Bunlabelledtest__134_1306428161797_D.wav")
    assert labelled(tmp_path, HEARD)[1] == ["artifact", "normal", "normal"]
    assert labelled(tmp_path, HEARD5)[1] == ["artifact", "extrastole", "normal"]


@pytest.mark.parametrize("name", ["circor", "cinc2016", "bmdhs", "yaseen"])
@pytest.mark.parametrize("options", [HEARD, HEARD5])
def test_a_dataset_that_does_not_answer_is_refused(
    tmp_path: Path, made: ModuleType, name: str, options: TrainOptions
) -> None:
    with pytest.raises(
        DatasetError, match=r"does not answer 'heard5?': its labels are .*refer|murm"
    ):
        labelled(made.MADE[name](tmp_path), options)


def test_data_without_labels_are_refused(tmp_path: Path, made: ModuleType) -> None:
    made.put(tmp_path / "set_b" / "Bunlabelledtest__134_1306428161797_D.wav")
    with pytest.raises(DatasetError, match="holds no labelled recording"):
        labelled(tmp_path, HEARD)
