"""The page of a benchmark run: what must be read first, the challenge, patients, recordings."""

from collections.abc import Callable
from typing import Any

import numpy as np

from auscult.evaluation import Interval, PredictionRow, PredictionsTable, evaluate
from auscult.evaluation.benchmark import Benchmark
from auscult.evaluation.contest import ContestResult
from auscult.reports import benchmark_page

CLASSES = ("absent", "present")
NAMES = {"score": "weighted <score>", "cost": "cost"}
CONTEST = ContestResult(
    challenge="cinc2022-murmur",
    title="The challenge",
    row="a patient",
    rule="the highest wins",
    n_rows=12,
    n_groups=11,
    labels=NAMES,
    better={"score": "higher", "cost": "lower"},
    systems={
        name: {
            "score": Interval(0.75, 0.5, 0.875),
            "cost": Interval(None, None, None, "no outcome"),
        }
        for name in ("model", "majority")
    },
    confusion={
        "model": {"Present": {"Present": 7, "Absent": 1}, "Absent": {"Present": 2, "Absent": 2}}
    },
    remarks=("it is no hidden test",),
)


def table() -> PredictionsTable:
    rng = np.random.default_rng(0)
    rows = []
    for system in ("model", "majority"):
        for index in range(24):
            p = float(rng.uniform(0.01, 0.99))
            rows.append(
                PredictionRow(
                    system, f"r{index}", f"g{index // 2}", "all", 0, 0, CLASSES[index % 2],
                    (1 - p, p), "hash",
                )
            )  # fmt: skip
    return PredictionsTable(CLASSES, tuple(rows), "split hash")


def made(**changes: Any) -> Benchmark:
    site = {"site": {f"r{index}": "AV" if index < 12 else "<MV>" for index in range(24)}}
    recordings = evaluate(table(), title="t", protocol="p", n_bootstrap=40, facets=site)
    patients = evaluate(table(), title="t by patient", protocol="p", n_bootstrap=40)
    given: dict[str, Any] = {
        "dataset": "circor",
        "question": "murmur",
        "model": "model",
        "cautions": ("some leak",),
        "recordings": recordings,
        "patients": patients,
        "contest": CONTEST,
        "hashes": {"data": "abc123", "published table": "def456"},
    }
    return Benchmark(**{**given, **changes})


def test_everything_stands_on_the_page(check_page: Callable[[str], Any]) -> None:
    page = check_page(benchmark_page(made()))
    text = page.text
    order = [
        "some leak",
        "The challenge",
        "weighted <score>",
        "Patients: figures",
        "Recordings: figures",
        "Recordings: site by site",
        "abc123",
    ]
    places = [text.rindex(words) for words in order]
    assert places == sorted(places)
    for words in ("the highest wins", "0.750", "no outcome", "it is no hidden test", "def456"):
        assert words in text
    assert "12 rows (a row is a patient) of 11 groups" in text


def test_a_set_without_challenge_has_a_plain_page(check_page: Callable[[str], Any]) -> None:
    text = check_page(benchmark_page(made(contest=None, patients=None, cautions=()))).text
    assert "Read this before" not in text
    assert "Patients" not in text
    assert "Figures" in text
    assert "Site by site" in text
