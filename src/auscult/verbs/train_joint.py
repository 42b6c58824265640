"""Train on several datasets at once: one network, several questions, honest figures for each.

Each dataset that answers a question is scored on it by itself, in a folder ``<dataset>-<question>``
of the run: predictions, evaluation, page. Systems:

blend             both listeners, calibrated; shares of the classes as in the training part
blend, balanced   the same, as if every class were equally frequent: what balanced accuracy asks for
network, ensemble each listener alone, calibrated
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from auscult.audio import read_header
from auscult.config import digest
from auscult.errors import RunError
from auscult.evaluation import Evaluation, evaluate
from auscult.evaluation.contest import ContestResult
from auscult.evaluation.table import PredictionRow, PredictionsTable
from auscult.models.audio_free import AUDIO_FREE, Known
from auscult.progress import Progress, Silent
from auscult.reports import evaluation_page, save_page
from auscult.splits import PROTOCOLS, Ask, read_published
from auscult.training.joint.blend import fit_calibration
from auscult.training.joint.corpus import ASKED, Corpus, read_corpus
from auscult.training.joint.cycle import StateFinders, find_state_finders
from auscult.training.joint.members import indices_of
from auscult.training.joint.run import LISTENERS, JointOptions, blended_answers, run_folds
from auscult.training.run_folder import RunFolder, describe_data
from auscult.types import CLASSES_3, CLASSES_3_OF_5, CLASSES_5, QUESTIONS, FloatArray, Split
from auscult.verbs.joint_contests import enter_contests
from auscult.verbs.predictions import AUDIO_FREE_HASH
from auscult.verbs.train import leak_warnings


@dataclass(frozen=True, slots=True)
class JointFindings:
    """``<dataset>-<question>`` → evaluation, and dataset → the figures of its challenge."""

    evaluations: Mapping[str, Evaluation]
    contests: Mapping[str, ContestResult]


BLEND, BALANCED = "blend", "blend, balanced"
SYSTEMS = (BLEND, BALANCED, *LISTENERS, *AUDIO_FREE)
TO_THREE = np.array([[CLASSES_3_OF_5[five] == three for three in CLASSES_3] for five in CLASSES_5])


def train_joint(
    paths: Sequence[str | Path],
    options: JointOptions,
    out: str | Path,
    progress: Progress | None = None,
    *,
    also: Sequence[str | Path] = (),
    published: str | Path | None = None,
) -> JointFindings:
    """Cross-validate both listeners; return what was found of every dataset and question.

    The datasets at ``also`` train in every fold and are never tested. Everything found stands in
    ``out``; giving the same call again continues a broken run.

    Raises
    ------
    AuscultError
        If the datasets, the options or the folder do not allow it.
    """
    progress = progress or Silent()
    corpus = read_corpus(paths, also)
    finders = find_state_finders(options.segmenter)
    finders.check(corpus.entries)
    rows = corpus.rows()
    table = None if published is None else read_published(published)
    ask = Ask(options.n_folds, options.n_repeats, options.seed, table)
    splits = PROTOCOLS[options.protocol](rows, ask)
    folder = RunFolder(Path(out))
    folder.start(options, describe_corpus(corpus, finders))
    warnings = [*corpus.cautions, *leak_warnings(rows, splits)]
    split_hash = folder.write_splits(splits, warnings)
    for sentence in warnings:
        progress.say(f"warning: {sentence}")
    run_folds(options, corpus, finders, splits, folder=folder, progress=progress)
    tables = {}
    for dataset in sorted({row.dataset for row in rows}):
        for question in ("heard", *ASKED):
            if answers := _answers(dataset, question, corpus, splits, folder):
                told = PredictionsTable(QUESTIONS[question], tuple(answers), split_hash)
                tables[f"{dataset}-{question}"] = told
    contests = enter_contests(corpus, splits, folder, tables, progress)
    for dataset, contest in contests.items():
        folder.write_json(f"{dataset}-contest.json", asdict(contest))
    return JointFindings(
        {name: _write(name, told, folder, options.protocol) for name, told in tables.items()},
        contests,
    )


def describe_corpus(corpus: Corpus, finders: StateFinders) -> dict[str, Any]:
    """Return names, counts and hashes of recordings, their answers, and who tells states."""
    labels = [str(entry.label) for entry in corpus.entries]
    answers = digest([list(corpus.columns), corpus.answers.tolist()])
    return {
        **describe_data(corpus.entries, labels),
        "answers": answers,
        "states": finders.digest,
    }


def _write(name: str, table: PredictionsTable, folder: RunFolder, protocol: str) -> Evaluation:
    """Write predictions, evaluation and page into a folder of this name."""
    place = folder.path / name
    place.mkdir(exist_ok=True)
    table.write(place / "predictions.csv")
    evaluation = evaluate(
        table,
        title=f"joint training, {name}",
        protocol=PROTOCOLS[protocol].words,
        warnings=folder.warnings(),
    )
    folder.write_json(f"{name}/evaluation.json", evaluation.to_json())
    save_page(evaluation_page(evaluation, None), place / "report.html")
    return evaluation


def _answers(
    dataset: str, question: str, corpus: Corpus, splits: Sequence[Split], folder: RunFolder
) -> list[PredictionRow]:
    """Return what every system says of the recordings of ``dataset`` that answer ``question``."""
    known = _known(question, corpus)
    rows: list[PredictionRow] = []
    # subtle: where all recordings answer alike there is nothing to be right about
    if len({k.label for k in known.values() if k.entry.dataset == dataset}) == 1:
        return rows
    for split in splits:
        test = [i for i in split.test if i in known and known[i].entry.dataset == dataset]
        if not test:
            continue
        fold = folder.read_json(f"{folder.fold(split).name}/answers.json")
        if fold is None:
            raise RunError(f"{folder.fold(split)}: is not finished; give the command again")
        hashes = _hashes(fold["model_hashes"], _learned(question))
        learned_from = (*split.train, *split.validation, *sorted(corpus.always_trains))
        told = [known[i] for i in learned_from if i in known]
        # subtle: a question that only the dataset left out answers was never taught
        if not told:
            continue
        told = [k for k in told if k.entry.dataset == dataset] or told
        unheard = [known[i] for i in test]
        answers = calibrated(question, corpus, fold, test)
        shares = np.bincount([k.label for k in told], minlength=len(QUESTIONS[question]))
        answers[BALANCED] = balanced(answers[BLEND], shares)
        answers |= {
            name: guess(told, unheard, len(QUESTIONS[question]))
            for name, guess in AUDIO_FREE.items()
        }
        rows += [
            _row(question, system, split, known[recording], tuple(answer), hashes.get(system))
            for system, probabilities in answers.items()
            for recording, answer in zip(test, probabilities, strict=True)
        ]
    return sorted(rows, key=lambda row: (SYSTEMS.index(row.system), row.repeat, row.fold))


def calibrated(
    question: str, corpus: Corpus, fold: Mapping[str, Any], test: Sequence[str]
) -> dict[str, FloatArray]:
    """Return system → probabilities of the test recordings, calibrated on the validation part."""
    learned = _learned(question)
    kept, ids = fold["validation"], fold["test"]["ids"]
    places = indices_of(corpus, kept["ids"])
    told = np.flatnonzero(corpus.told(learned)[places])
    truth = corpus.answers[places[told], ASKED.index(learned)]
    wanted = [ids.index(recording) for recording in test]
    listeners = [name for name in LISTENERS if learned in kept["answers"][name]]
    answers = {}
    for system, heard_by in ((BLEND, listeners), *((name, [name]) for name in listeners)):
        seen, unseen = (
            blended_answers(part["answers"], learned, heard_by)[chosen]
            for part, chosen in ((kept, told), (fold["test"], wanted))
        )
        probabilities = fit_calibration(seen, truth)(unseen)
        answers[system] = probabilities @ TO_THREE if question == "heard" else probabilities
    return answers


def balanced(probabilities: FloatArray, counts: NDArray[np.int64]) -> FloatArray:
    """Return the probabilities as if classes, of which ``counts`` were seen, were as frequent."""
    shifted = probabilities / np.maximum(counts, 1)
    out: FloatArray = (shifted / shifted.sum(axis=1, keepdims=True)).astype(np.float32)
    return out


def _hashes(graphs: Mapping[str, str], learned: str) -> dict[str, str]:
    """Return system → the hash of who answered: a graph's own, or that of both listeners'."""
    own = {"network": graphs["network"], "ensemble": graphs.get(f"ensemble-{learned}", "")}
    both = digest([name for name in own.values() if name])
    return {**own, BLEND: both, BALANCED: both}


def _row(  # noqa: PLR0917 - a row is all of this
    question: str,
    system: str,
    split: Split,
    known: Known,
    answer: tuple[float, ...],
    model_hash: str | None,
) -> PredictionRow:
    return PredictionRow(
        system=system,
        recording=known.entry.recording_id,
        group=known.entry.group,
        subset=known.entry.subset,
        repeat=split.repeat,
        fold=split.fold,
        truth=QUESTIONS[question][known.label],
        probabilities=tuple(round(float(p), 6) for p in answer),
        model_hash=model_hash or AUDIO_FREE_HASH,
    )


def _known(question: str, corpus: Corpus) -> dict[str, Known]:
    """Return recording → what is known without hearing it, for those that answer ``question``."""
    learned = _learned(question)
    known = {}
    for entry, told, answers in zip(
        corpus.entries, corpus.told(learned), corpus.answers, strict=True
    ):
        if told:
            header = read_header(entry.path)
            label = int(answers[ASKED.index(learned)])
            if question == "heard":
                label = int(TO_THREE[label].argmax())
            known[entry.recording_id] = Known(entry, header.rate_hz, header.duration_s, label)
    return known


def _learned(question: str) -> str:
    """Return the question the network is trained on: the three-class view is sums of five."""
    return "heard5" if question == "heard" else question
