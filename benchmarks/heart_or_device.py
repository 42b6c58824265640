"""Heart or device: what tells the abnormal records of each database of CinC 2016.

The joint model answers further questions of every record: is a murmur audible, is the recording
poor. Their answers, which CinC 2016 never taught, are scored here as if they had been asked for an
abnormal heart. A database in which `murmur` ranks abnormal records as well as `refer` does is one
where the heart tells; one in which `refer` and `quality` do and `murmur` does not is told by how
the recording was made.

Reads the folds of two runs of ``benchmarks/joint.py``; nothing is trained. Writes
``heart_or_device.json`` and ``heart_or_device.md``.

Run: python benchmarks/heart_or_device.py FOLDER_OF_DATASETS (holding cinc2016/)
"""

import argparse
import json
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np

from auscult.aggregate import Calibration, blended
from auscult.evaluation import Evaluation, Interval, evaluate
from auscult.evaluation.table import PredictionRow, PredictionsTable
from auscult.training.card import cell, markdown_table
from auscult.training.joint.corpus import ASKED, Corpus, read_corpus
from auscult.training.joint.run import LISTENERS, read_options
from auscult.training.run_folder import RunFolder
from auscult.types import QUESTIONS, FloatArray, Split

RUNS = {
    "joint": "New people of known databases",
    "joint-databases": "A database never heard before",
}
SCORES = ("refer", "murmur", "quality")
AUDIO_FREE = "rate + duration"
CLASSES = QUESTIONS["refer"]
NOTE = (
    "ROC AUC of abnormal [95 % interval from resampling people], by what the joint model says to "
    "each question: `refer`, examine further, which CinC 2016 teaches; `murmur`, one is audible, "
    "and `quality`, the recording is poor, which PASCAL and CirCor teach alone. Network and "
    "ensemble together, without calibration. *rate + duration* hears no sound. Below 0.5, abnormal "
    "records are ranked under normal ones."
)


def scored(corpus: Corpus, folder: RunFolder) -> Evaluation:
    """Return every question's answers as if they were the probability of an abnormal heart."""
    rows = [
        row
        for question in SCORES
        for split in folder.splits()
        for row in _rows(question, corpus, split, folder)
    ]
    guessed = PredictionsTable.read(folder.path / "cinc2016-refer" / "predictions.csv")
    rows += [row for row in guessed.rows if row.system == AUDIO_FREE]
    table = PredictionsTable(CLASSES, tuple(rows), guessed.split_hash)
    return evaluate(table, title="heart or device", protocol=folder.path.name)


def _rows(question: str, corpus: Corpus, split: Split, folder: RunFolder) -> list[PredictionRow]:
    test = folder.read_json(f"{folder.fold(split).name}/answers.json")["test"]
    positive = _probability(question, test)
    place = {entry.recording_id: i for i, entry in enumerate(corpus.entries)}
    rows = []
    for recording, probability in zip(test["ids"], positive.tolist(), strict=True):
        if (index := place.get(recording)) is None:
            continue
        entry = corpus.entries[index]
        rows.append(
            PredictionRow(
                system=question,
                recording=recording,
                group=entry.group,
                subset=entry.subset,
                repeat=split.repeat,
                fold=split.fold,
                truth=CLASSES[int(corpus.answers[index, ASKED.index("refer")])],
                probabilities=(1 - probability, probability),
                model_hash="-",
            )
        )
    return rows


def _probability(question: str, test: Mapping[str, Any]) -> FloatArray:
    """Return the probability of a question's second answer: abnormal, present, poor."""
    said = [
        np.array(test["answers"][name][question])
        for name in LISTENERS
        if question in test["answers"][name]
    ]
    together: FloatArray = Calibration(1.0, (0.0, 0.0))(blended(said))[:, 1]
    return together


def page(found: Mapping[str, Evaluation], n_epochs: Mapping[str, int]) -> str:
    """Return the results page as Markdown; ``n_epochs`` is how long each run trained."""
    blocks = ["# Heart or device: what tells abnormal in CinC 2016", NOTE]
    for run, evaluation in found.items():
        told = figures(evaluation)
        rows = [
            [part.removeprefix("cinc2016 "), *(cell(own[part]) for own in told.values())]
            for part in told[SCORES[0]]
        ]
        blocks += [
            f"## {RUNS[run]} ({n_epochs[run]} epochs)",
            markdown_table(["database", *SCORES, f"*{AUDIO_FREE}*"], rows),
        ]
    return "\n\n".join([*blocks, "Written by `python benchmarks/heart_or_device.py`.\n"])


def figures(evaluation: Evaluation) -> dict[str, dict[str, Interval]]:
    """Return question, or guesser → database, or all → ROC AUC."""
    return {
        system.name: {
            **{part: own["macro_auc"] for part, own in system.per_subset.items()},
            "all": system.metrics["macro_auc"],
        }
        for system in evaluation.systems
    }


def main() -> None:
    """Read, score, write."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("path", type=Path, help="folder that holds cinc2016/")
    parser.add_argument("--runs", type=Path, default=Path("runs"), help="folder of the run folders")
    parser.add_argument("--out", type=Path, default=Path("docs/results"), help="folder for results")
    options = parser.parse_args()
    corpus = read_corpus([options.path / "cinc2016"])
    folders = {run: RunFolder(options.runs / run) for run in RUNS}
    found = {run: scored(corpus, folder) for run, folder in folders.items()}
    n_epochs = {run: read_options(folder).schedule.n_epochs for run, folder in folders.items()}
    content = {
        run: {q: {p: asdict(f) for p, f in own.items()} for q, own in figures(one).items()}
        for run, one in found.items()
    }
    told = json.dumps(content, indent=1)
    (options.out / "heart_or_device.json").write_text(told + "\n")
    (options.out / "heart_or_device.md").write_text(page(found, n_epochs))
    print(page(found, n_epochs))


if __name__ == "__main__":
    main()
