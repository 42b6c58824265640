"""Small predictions tables, made to measure."""

from collections.abc import Callable
from typing import TypeAlias

import numpy as np
import pytest

from auscult.evaluation import PredictionRow, PredictionsTable

CLASSES = ("artifact", "murmur", "normal")
MakeTable: TypeAlias = Callable[..., PredictionsTable]


def make_rows(
    system: str, skill: float, *, n_groups: int, per_group: int, repeats: int, seed: int
) -> list[PredictionRow]:
    """Every group is of one class, the classes in turn; artifacts are of subset a, others of b."""
    rng = np.random.default_rng(seed)
    rows = []
    for repeat in range(repeats):
        for index in range(n_groups * per_group):
            group = index // per_group
            truth = group % 3
            scores = np.exp(rng.normal(size=3) + skill * np.eye(3)[truth])
            rows.append(
                PredictionRow(
                    system=system,
                    recording=f"recording {index}",
                    group=f"group {group}",
                    subset="b" if truth else "a",
                    repeat=repeat,
                    fold=group % 5,
                    truth=CLASSES[truth],
                    probabilities=tuple((scores / scores.sum()).tolist()),
                    model_hash=f"{system} hash",
                )
            )
    return rows


@pytest.fixture(scope="session")
def make_table() -> MakeTable:
    """Tables of a skilled model and an unskilled baseline."""

    def make(
        n_groups: int = 45, per_group: int = 2, repeats: int = 2, seed: int = 0
    ) -> PredictionsTable:
        size = {"n_groups": n_groups, "per_group": per_group, "repeats": repeats}
        rows = [
            *make_rows("model", 2.0, **size, seed=seed),
            *make_rows("baseline", 0.0, **size, seed=seed + 1),
        ]
        return PredictionsTable(CLASSES, tuple(rows), "split hash")

    return make
