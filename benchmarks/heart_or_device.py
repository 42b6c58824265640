"""Heart or device: what tells the abnormal records of each database of CinC 2016.

The joint model answers further questions of every record: is a murmur audible, is the recording
poor. Their answers, which CinC 2016 never taught, are scored here as if they had been asked for an
abnormal heart. A database in which `murmur` ranks abnormal records as well as `refer` does is one
where the heart tells; one in which `refer` and `quality` do and `murmur` does not is told by how
the recording was made.

And what is a database worth that teaches? A model that has heard nothing of CinC 2016 calls the
records in which it hears a murmur, or finds the recording poor, abnormal; where to draw the line is
learned from the other five databases.

Reads the folds of three runs of ``benchmarks/joint.py``; nothing is trained. Of a run that is not
in ``--runs`` the page keeps what it told. Writes ``heart_or_device.json`` and
``heart_or_device.md``.

Run: python benchmarks/heart_or_device.py FOLDER_OF_DATASETS (holding cinc2016/)
"""

import argparse
import json
from collections.abc import Mapping
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import numpy as np
from joint import UAR, mean_over_subsets
from numpy.typing import NDArray

from auscult.aggregate import Calibration
from auscult.evaluation import Evaluation, Interval, evaluate
from auscult.evaluation.table import PredictionRow, PredictionsTable
from auscult.training.card import cell, markdown_table
from auscult.training.joint.corpus import ASKED, Corpus, read_corpus
from auscult.training.joint.run import JointOptions, blended_answers, read_options
from auscult.training.run_folder import RunFolder
from auscult.types import QUESTIONS, FloatArray, Split

DATABASES = "joint-databases"
RUNS = {
    "joint": "New people of known databases",
    DATABASES: "A database never heard before",
}
NEVER_HEARD = "joint-zero-shot"
MEAN, TRAINED = "mean", "runs"
SCORES = ("refer", "murmur", "quality")
AUDIO_FREE = "rate + duration"
CLASSES = QUESTIONS["refer"]
Told = Mapping[str, Mapping[str, Interval]]
"""Question, or guesser → database, or all, or the mean → figure."""
NOTE = (
    "ROC AUC of abnormal [95 % interval from resampling people], by what the joint model says to "
    "each question: `refer`, examine further, which CinC 2016 teaches; `murmur`, one is audible, "
    "and `quality`, the recording is poor, which PASCAL and CirCor teach alone. Network and "
    "ensemble together, without calibration. *rate + duration* hears no sound. Below 0.5, abnormal "
    "records are ranked under normal ones."
)
CALLED_NOTE = (
    "By a model that learned from PASCAL and CirCor alone: (Se + Sp) / 2 [95 % interval from "
    "resampling people] if records are called abnormal from one probability of `murmur` on, or of "
    "`quality`; for each database the one that serves the other five best, in the mean. The same "
    "of `refer`, learned from the other five: `blend, balanced` on [its page](joint_databases.md). "
    "This was looked at after that page was known to be bad. *rate + duration* learned from the "
    "other five and hears no sound."
)


def scored(corpus: Corpus, folder: RunFolder) -> Evaluation:
    """Return every question's answers as if they were the probability of an abnormal heart."""
    rows = [
        row
        for question in SCORES
        for split in folder.splits()
        for row in _rows(question, corpus, split, folder)
    ]
    unheard = guessed(folder)
    table = PredictionsTable(CLASSES, (*rows, *unheard.rows), unheard.split_hash)
    return evaluate(table, title="heart or device", protocol=folder.path.name)


def guessed(folder: RunFolder) -> PredictionsTable:
    """Return what was guessed in the run without a sound."""
    told = PredictionsTable.read(folder.path / "cinc2016-refer" / "predictions.csv")
    return replace(told, rows=tuple(row for row in told.rows if row.system == AUDIO_FREE))


def called(corpus: Corpus, folder: RunFolder) -> PredictionsTable:
    """Return what each question calls in each database, its line drawn on all the others."""
    rows = []
    for question in SCORES[1:]:
        for split in folder.splits():
            told = _rows(question, corpus, split, folder)
            for place in sorted({row.subset for row in told}):
                others = [row for row in told if row.subset != place]
                line = best_line(
                    np.array([row.probabilities[1] for row in others]),
                    np.array([row.truth == CLASSES[1] for row in others]),
                    np.array([row.subset for row in others]),
                )
                rows += [_seen_from(line, row) for row in told if row.subset == place]
    return PredictionsTable(CLASSES, tuple(rows), folder.read_json("splits.json")["hash"])


def best_line(scores: FloatArray, positive: NDArray[np.bool_], places: NDArray[np.str_]) -> float:
    """Return the score from which on to call, best in (Se + Sp) / 2, mean over the places."""
    lines = np.unique(scores)
    worth = np.zeros(len(lines))
    for place in np.unique(places):
        sought, spared = (
            np.sort(scores[(places == place) & chosen]) for chosen in (positive, ~positive)
        )
        worth -= np.searchsorted(sought, lines) / len(sought)
        worth += np.searchsorted(spared, lines) / len(spared)
    return float(lines[worth.argmax()])


def _seen_from(line: float, row: PredictionRow) -> PredictionRow:
    """Return the row with its probabilities shifted, so that the line lies at one half."""
    normal, abnormal = row.probabilities
    shifted = np.array([normal * line, abnormal * (1 - line)]) + np.array([0.0, 1e-12])
    return replace(row, probabilities=tuple((shifted / shifted.sum()).tolist()))


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
    said = blended_answers(test["answers"], question)
    told: FloatArray = Calibration(1.0, (0.0, 0.0))(said)[:, 1]
    return told


def page(found: Mapping[str, Told], trained: Mapping[str, str]) -> str:
    """Return the results page as Markdown; ``trained`` says how each run was."""
    blocks = ["# Heart or device: what tells abnormal in CinC 2016", NOTE]
    for run, title in RUNS.items():
        told = found[run]
        rows = [
            [part.removeprefix("cinc2016 "), *(cell(own[part]) for own in told.values())]
            for part in told[SCORES[0]]
        ]
        blocks += [
            f"## {title} ({trained[run]})",
            markdown_table(["database", *SCORES, f"*{AUDIO_FREE}*"], rows),
        ]
    unheard = found[NEVER_HEARD]
    places = [part.removeprefix("cinc2016 ") for part in unheard[SCORES[1]]]
    rows = [
        [f"*{name}*" if name == AUDIO_FREE else name, *map(cell, own.values())]
        for name, own in unheard.items()
    ]
    blocks += [
        f"## No database of CinC 2016 ever heard ({trained[NEVER_HEARD]})",
        CALLED_NOTE,
        markdown_table(["called by", *places], rows),
    ]
    return "\n\n".join([*blocks, "Written by `python benchmarks/heart_or_device.py`.\n"])


def figures(evaluation: Evaluation) -> Told:
    """Return the ROC AUC."""
    return {
        system.name: {
            **{part: own["macro_auc"] for part, own in system.per_subset.items()},
            "all": system.metrics["macro_auc"],
        }
        for system in evaluation.systems
    }


def by_place(table: PredictionsTable) -> Told:
    """Return (Se + Sp) / 2."""
    evaluation = evaluate(table, title="one line on the others", protocol=NEVER_HEARD)
    means = mean_over_subsets(table)
    return {
        system.name: {
            **{part: own[UAR] for part, own in system.per_subset.items()},
            MEAN: means[system.name],
        }
        for system in evaluation.systems
    }


def read_told(path: Path) -> tuple[dict[str, Told], dict[str, str]]:
    """Return what the page tells of each run, and how that was trained; nothing without a page."""
    if not path.is_file():
        return {}, {}
    content = json.loads(path.read_text(encoding="utf-8"))
    trained = content.pop(TRAINED)
    found: dict[str, Told] = {
        run: {
            name: {part: Interval(**figure) for part, figure in own.items()}
            for name, own in told.items()
        }
        for run, told in content.items()
    }
    return found, trained


def described(options: JointOptions) -> str:
    """Say how a run was trained."""
    together = "" if options.network.by_band else ", bands at one level"
    return f"{options.schedule.n_epochs} epochs{together}"


def main() -> None:
    """Read, score, write."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("path", type=Path, help="folder that holds cinc2016/")
    parser.add_argument("--runs", type=Path, default=Path("runs"), help="folder of the run folders")
    parser.add_argument("--out", type=Path, default=Path("docs/results"), help="folder for results")
    options = parser.parse_args()
    corpus = read_corpus([options.path / "cinc2016"])
    found, trained = read_told(options.out / "heart_or_device.json")
    unheard = dict(found.get(NEVER_HEARD, {}))
    for run in (*RUNS, NEVER_HEARD):
        folder = RunFolder(options.runs / run)
        if run in found and not (folder.path / "splits.json").is_file():
            continue
        trained[run] = described(read_options(folder))
        if run == NEVER_HEARD:
            unheard |= by_place(called(corpus, folder))
        else:
            found[run] = figures(scored(corpus, folder))
        if run == DATABASES:
            unheard |= by_place(guessed(folder))
    found[NEVER_HEARD] = {name: unheard[name] for name in (*SCORES[1:], AUDIO_FREE)}
    told = {run: as_json(own) for run, own in found.items()}
    content = json.dumps({TRAINED: trained, **told}, indent=1)
    (options.out / "heart_or_device.json").write_text(content + "\n")
    written = page(found, trained)
    (options.out / "heart_or_device.md").write_text(written)
    print(written)


def as_json(told: Told) -> dict[str, Any]:
    """Return the figures as JSON writes them."""
    return {name: {part: asdict(one) for part, one in own.items()} for name, own in told.items()}


if __name__ == "__main__":
    main()
