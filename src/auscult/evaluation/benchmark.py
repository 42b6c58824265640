"""A benchmark run, whole: the recordings' figures, the patients', the challenge's, and the hashes.

Plain frozen values, as :class:`auscult.evaluation.Evaluation` is; reports draw them, and they
travel as JSON.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from auscult.config import to_config
from auscult.evaluation.contest import ContestResult
from auscult.evaluation.result import Evaluation


@dataclass(frozen=True, slots=True)
class Benchmark:
    """One model on one dataset under one protocol.

    Parameters
    ----------
    dataset, question, model
        What was asked of which model on which data.
    cautions
        What the dataset's card says must be read before any figure.
    recordings
        The figures of recordings that answer the question.
    patients
        The figures of patients, where the dataset's challenge judges those; else None.
    contest
        The dataset's challenge, where it has one.
    hashes
        Of the data, the split, the model, and of a published table where one was followed.
    """

    dataset: str
    question: str
    model: str
    cautions: tuple[str, ...]
    recordings: Evaluation
    patients: Evaluation | None = None
    contest: ContestResult | None = None
    hashes: Mapping[str, str] = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        """Return plain data for ``json.dumps``."""
        plain: dict[str, Any] = to_config(self)
        return plain
