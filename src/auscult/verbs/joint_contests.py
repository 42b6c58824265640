"""A joint run entered in the datasets' own challenges: CirCor by patient, CinC 2016 by record.

What turns scores into a challenge's answers is fitted, fold by fold, on the validation recordings,
which train neither listener (:mod:`auscult.verbs.contests` fits it on training groups heard by
models of their own; here every fold has one network).
"""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from auscult.aggregate import Calibration
from auscult.audio import read_header
from auscult.errors import RunError
from auscult.evaluation.contest import ContestResult, Decision, score_contest
from auscult.evaluation.table import PredictionsTable
from auscult.models.audio_free import AUDIO_FREE, Known
from auscult.progress import Progress
from auscult.training.joint.corpus import ASKED, Corpus
from auscult.training.joint.run import LISTENERS, blended_answers
from auscult.training.out_of_fold import Unseen
from auscult.training.run_folder import RunFolder
from auscult.types import QUESTIONS, FloatArray, Split
from auscult.verbs.contests import CONTESTS, Contested, FoldHeard, Heard

SYSTEMS = {"blend": LISTENERS, "network": LISTENERS[:1]}
"""System → who is heard: what `default` answers, and what `tiny` does."""
LISTENED_FOR = {
    "circor": ("murmur", "quality"),
    "cinc2016": ("refer",),
}
"""Dataset → the questions whose answers describe a row of its challenge."""
RULES = {
    "circor": (
        "highest and mean log-odds of a murmur and of a poor recording over a patient's "
        "recordings, put through a multinomial logistic regression that is fitted in every fold "
        "on the patients of the validation part, weighted 5, 3, 1 as the challenge does; the most "
        "probable class is the answer"
    ),
    "cinc2016": (
        "one threshold on the probability of abnormal, fitted in every fold on the validation part "
        "for the best mean of Se and Sp"
    ),
}


def enter_contests(
    corpus: Corpus,
    splits: Sequence[Split],
    folder: RunFolder,
    tables: Mapping[str, PredictionsTable],
    progress: Progress,
) -> dict[str, ContestResult]:
    """Return dataset → the figures of its challenge, for those that can be entered.

    ``tables`` maps ``<dataset>-<question>`` to the predictions. A dataset is left out that no fold
    tests, that one tests without having trained and validated on others of it, whose validation
    part is of one class, or whose patients are divided; the last two are said.
    """
    found = {}
    for (dataset, question), contest in CONTESTS.items():
        table = tables.get(f"{dataset}-{question}")
        if table is None:
            continue
        known = _known(corpus, dataset, question)
        own = [_within(split, known) for split in splits if not known.keys().isdisjoint(split.test)]
        if not own or None in own:
            continue
        divided = [split for split in own if split]
        try:
            contest.check(divided, [one.entry for one in known.values()])
            entered = {
                system: contest.enter(_heard(system, dataset, known, divided, table, folder))
                for system in SYSTEMS
            }
        except RunError as error:
            progress.say(f"warning: {dataset} is not entered in {contest.challenge}: {error}")
            continue
        found[dataset] = score_contest(
            contest.challenge,
            _together(entered),
            rule=RULES[dataset],
            remarks=next(iter(entered.values())).remarks,
        )
    return found


def _together(entered: Mapping[str, Contested]) -> list[Decision]:
    """Return what every system decided, then what the guessers did beside the first."""
    own = [d for system, one in entered.items() for d in one.decisions if d.system == system]
    guessed = next(iter(entered.values())).decisions
    return own + [decision for decision in guessed if decision.system in AUDIO_FREE]


def _heard(  # noqa: PLR0917 - a challenge may look at all of this
    system: str,
    dataset: str,
    known: Mapping[str, Known],
    splits: Sequence[Split],
    table: PredictionsTable,
    folder: RunFolder,
) -> Heard:
    shown = tuple(row for row in table.rows if row.system in {system, *AUDIO_FREE})
    return Heard(
        system=system,
        classes=tuple(name for q in LISTENED_FOR[dataset] for name in QUESTIONS[q]),
        known=known,
        folds=tuple(_heard_in(split, dataset, known, SYSTEMS[system], folder) for split in splits),
        table=PredictionsTable(table.classes, shown, table.split_hash),
    )


def _known(corpus: Corpus, dataset: str, question: str) -> dict[str, Known]:
    """Return every recording of the dataset; one that does not answer counts as the first class."""
    known = {}
    for entry, answers in zip(corpus.entries, corpus.answers, strict=True):
        if entry.dataset == dataset:
            header = read_header(entry.path)
            label = max(int(answers[ASKED.index(question)]), 0)
            known[entry.recording_id] = Known(entry, header.rate_hz, header.duration_s, label)
    return known


def _within(split: Split, known: Mapping[str, Known]) -> Split | None:
    """Return the split of the dataset's own recordings; None where a part has none of them."""
    train, validation, test = (
        tuple(recording for recording in part if recording in known)
        for part in (split.train, split.validation, split.test)
    )
    if not train or not validation:
        return None
    return Split(split.protocol, split.fold, split.repeat, train, validation, test)


def _heard_in(
    split: Split,
    dataset: str,
    known: Mapping[str, Known],
    heard_by: Sequence[str],
    folder: RunFolder,
) -> FoldHeard:
    fold = folder.read_json(f"{folder.fold(split).name}/answers.json")
    kept = _said(fold["validation"], dataset, known, heard_by)
    unseen = Unseen(tuple(kept), np.stack(list(kept.values())), frozenset({"validation"}))
    test = _said(fold["test"], dataset, known, heard_by)
    return FoldHeard(split, test, unseen, fold["model_hashes"]["network"])


def _said(
    part: Mapping[str, Any], dataset: str, known: Mapping[str, Known], heard_by: Sequence[str]
) -> dict[str, FloatArray]:
    """Return recording → what listeners answer to the dataset's questions, side by side."""
    mine = [place for place, recording in enumerate(part["ids"]) if recording in known]
    columns = []
    for question in LISTENED_FOR[dataset]:
        logs = blended_answers(part["answers"], question, heard_by)[mine]
        columns.append(Calibration(1.0, (0.0,) * logs.shape[1])(logs))
    together = np.concatenate(columns, axis=1)
    return {part["ids"][place]: scores for place, scores in zip(mine, together, strict=True)}
