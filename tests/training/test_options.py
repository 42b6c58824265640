"""Options are checked once and survive being stored."""

import json

import pytest

from auscult.config import to_config
from auscult.errors import ConfigError
from auscult.models.cnn_lstm import CnnLstm
from auscult.training.options import TrainOptions


def test_options_survive_json() -> None:
    options = TrainOptions("svm", n_folds=5, question="heard5", variants=("stretch=0.8",), seed=9)
    assert TrainOptions.from_config(json.loads(json.dumps(to_config(options)))) == options
    assert TrainOptions.from_config(
        json.loads(json.dumps(to_config(TrainOptions("svm", variants=()))))
    ) == TrainOptions("svm", variants=())


def test_the_model_names_its_front_end_and_the_view_its_classes() -> None:
    assert TrainOptions("cnn-lstm").frontend == "notebook"
    assert TrainOptions("svm").classes == ("artifact", "murmur", "normal")
    assert TrainOptions("svm", question="refer").classes == ("normal", "abnormal")


def test_epochs_replace_those_of_the_schedule() -> None:
    assert TrainOptions("cnn-lstm").schedule() == CnnLstm.schedule
    shorter = TrainOptions("cnn-lstm", n_epochs=3).schedule()
    assert (shorter.n_epochs, shorter.batch_size) == (3, CnnLstm.schedule.batch_size)


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"model": "cnnlstm"}, "unknown model 'cnnlstm'; did you mean 'cnn-lstm'"),
        ({"protocol": "random"}, "unknown protocol 'random'"),
        ({"frontend": "x"}, "unknown front end 'x'"),
        ({"variants": ("stretch=0.9",)}, "unknown variant 'stretch=0.9'; did you mean 'stretch=0"),
        ({"question": "hear"}, "question='hear' must be one of heard, heard5, murmur, refer"),
        ({"n_folds": 0}, "n_folds=0 must be at least 1"),
        ({"n_repeats": 0}, "n_repeats=0 must be at least 1"),
        ({"n_epochs": 0}, "n_epochs=0 must be at least 1"),
    ],
)
def test_what_cannot_be_is_refused(wrong: dict[str, object], message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        TrainOptions(**{"model": "svm", **wrong})


def test_a_misspelt_stored_option_is_refused() -> None:
    with pytest.raises(ConfigError, match="has no option n_fold"):
        TrainOptions.from_config({"model": "svm", "n_fold": 3})
