"""Lines drawn where they were promised to be."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from auscult.errors import RunError
from auscult.training.joint.lines import SENSITIVITIES, draw_lines, looked_for_both
from auscult.types import QUESTIONS


def answers(seed: int, n: int = 200) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    truth = rng.integers(2, size=n)
    present = 1 / (1 + np.exp(-rng.normal(2.0 * truth - 1, 1.0)))
    return np.stack([1 - present, present], axis=1).astype(np.float32), truth


@given(st.integers(0, 1000))
def test_each_point_finds_as_many_as_wanted_and_spares_the_more_the_less(seed: int) -> None:
    said, truth = answers(seed)
    lines = draw_lines("murmur", QUESTIONS["murmur"], said, truth)
    assert lines.looked_for == "present"
    for point, wanted in zip(lines.points, SENSITIVITIES, strict=True):
        called = said[:, 1] >= point.threshold
        assert called[truth == 1].mean() == pytest.approx(point.sensitivity)
        assert (~called)[truth == 0].mean() == pytest.approx(point.specificity)
        assert wanted <= point.sensitivity < wanted + 0.05
    assert sorted(lines.points, key=lambda p: -p.specificity) == [*lines.points]


def test_nine_tenths_are_sure() -> None:
    said, truth = answers(0, 1000)
    lines = draw_lines("murmur", QUESTIONS["murmur"], said, truth)
    assert (said.max(axis=1) >= lines.sure_from).mean() == pytest.approx(0.9, abs=0.002)


@pytest.mark.parametrize("only", [0, 1])
def test_with_one_answer_no_line_is_drawn(only: int) -> None:
    said, truth = answers(0)
    assert not looked_for_both("murmur", QUESTIONS["murmur"], np.full_like(truth, only))
    with pytest.raises(RunError, match="with and without"):
        draw_lines("murmur", QUESTIONS["murmur"], said, np.full_like(truth, only))
