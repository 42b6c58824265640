"""The worst cases are kept, however long the batch."""

import numpy as np
import pytest

from auscult.inference.tally import Tally
from auscult.types import Prediction


def ok(name: str, p: float) -> Prediction:
    return Prediction(name, "ok", "", "normal", {"murmur": 1 - p, "normal": p})


@pytest.mark.parametrize("seed", range(5))
def test_refused_first_then_unreadable_then_the_least_sure(seed: int) -> None:
    answers = [ok(f"{i}", 0.5 + i / 4_000) for i in range(2_000)]
    answers += [Prediction("silent", "refused", "silent"), Prediction("gone", "error", "gone")]
    order = np.random.default_rng(seed).permutation(len(answers))
    tally = Tally(5)
    for index in order:
        tally.add(answers[index])
        assert len(tally._kept) <= 10
    assert [p.source for p in tally.worst] == ["silent", "gone", "0", "1", "2"]
    assert tally.counts == {"normal": 2_000, "refused": 1, "unreadable": 1}
    assert tally.counts.total() == 2_002
