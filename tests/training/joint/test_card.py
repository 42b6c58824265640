"""A card says what was done for it, and not what other runs did."""

from types import SimpleNamespace

import pytest

from auscult.models.crnn import Crnn
from auscult.training.joint.card import (
    BY_BAND,
    CHOICES,
    DRAWN_AGAIN,
    PUBLISHED,
    _about,
    _limits,
    _method,
)
from auscult.training.joint.run import JointOptions


@pytest.mark.parametrize(("n_repeats", "again"), [(1, False), (3, True)])
def test_further_drawings_are_told_of_where_there_are_any(n_repeats: int, again: bool) -> None:
    evaluation = SimpleNamespace(protocol="grouped", split_hash="abc")
    options = JointOptions(n_repeats=n_repeats)
    _, settled = _method(options, evaluation, ["pascal"])  # type: ignore[arg-type]
    assert settled.startswith(CHOICES)
    assert (DRAWN_AGAIN in settled) == again


@pytest.mark.parametrize("n_missing", [0, 1])
def test_a_dataset_of_which_a_part_was_heard_is_told(n_missing: int) -> None:
    support = {"normal": PUBLISHED["cinc2016"] - 600 - n_missing, "abnormal": 600}
    shipped = {
        "cinc2016-refer": SimpleNamespace(support=support, per_class={}),
        "cinc2016-beats": SimpleNamespace(support={"clear": 9, "unclear": 9}, per_class={}),
    }
    told = _limits({"dataset": "cinc2016"}, shipped)  # type: ignore[arg-type]
    assert any("3,239 were at hand" in sentence for sentence in told) == bool(n_missing)


@pytest.mark.parametrize(("recall", "is_told"), [(0.0, True), (None, False), (0.2, False)])
def test_a_class_that_is_never_called_is_told(recall: float | None, is_told: bool) -> None:
    per_class = {"extrastole": {"recall": SimpleNamespace(value=recall)}}
    shipped = {"pascal-heard5": SimpleNamespace(support={"extrastole": 90}, per_class=per_class)}
    told = _limits({"dataset": "pascal"}, shipped)  # type: ignore[arg-type]
    assert any("extrastole (`heard5`)" in sentence for sentence in told) == is_told


@pytest.mark.parametrize("by_band", [True, False])
def test_a_card_says_whether_the_heart_is_heard_past_the_device(by_band: bool) -> None:
    options = JointOptions(network=Crnn(by_band=by_band))
    about = _about(options, ["heard5", "refer"], ["pascal"], None)
    assert (BY_BAND in about) is by_band
    assert "by_band" not in about
