"""Train on several datasets at once: one network, several questions, honest figures for each."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from auscult.aggregate import blended
from auscult.audio import read_header
from auscult.errors import RunError
from auscult.evaluation import Evaluation, evaluate
from auscult.evaluation.table import PredictionRow, PredictionsTable
from auscult.models.audio_free import AUDIO_FREE, Known
from auscult.progress import Progress, Silent
from auscult.reports import evaluation_page, save_page
from auscult.splits import PROTOCOLS, Ask, count_leaks, read_published
from auscult.training.joint.blend import fit_calibration
from auscult.training.joint.corpus import ASKED, Corpus, read_corpus
from auscult.training.joint.members import indices_of
from auscult.training.joint.run import LISTENERS, JointOptions, run_folds
from auscult.training.run_folder import RunFolder, describe_data
from auscult.types import CLASSES_3, CLASSES_3_OF_5, CLASSES_5, QUESTIONS, FloatArray, Split

BLEND = "blend"
TO_THREE = np.array([[CLASSES_3_OF_5[five] == three for three in CLASSES_3] for five in CLASSES_5])


def train_joint(
    paths: Sequence[str | Path],
    options: JointOptions,
    out: str | Path,
    progress: Progress | None = None,
    *,
    also: Sequence[str | Path] = (),
    published: str | Path | None = None,
) -> dict[str, Evaluation]:
    """Cross-validate both listeners on the datasets at ``paths``; return question → evaluation.

    The datasets at ``also`` train in every fold and are never tested. Everything found stands in
    ``out``; giving the same call again continues a broken run.

    Raises
    ------
    AuscultError
        If the datasets, the options or the folder do not allow it.
    """
    progress = progress or Silent()
    corpus = read_corpus(paths, also)
    rows = corpus.rows()
    table = None if published is None else read_published(published)
    ask = Ask(options.n_folds, options.n_repeats, options.seed, table)
    splits = PROTOCOLS[options.protocol](rows, ask)
    folder = RunFolder(Path(out))
    name = " + ".join(dict.fromkeys(entry.dataset for entry in corpus.entries))
    labels = [str(entry.label) for entry in corpus.entries]
    folder.start(options, describe_data(name, corpus.entries, labels))
    leaks = dict.fromkeys(s for split in splits for s in count_leaks(rows, split).sentences())
    warnings = [*corpus.cautions, *leaks]
    split_hash = folder.write_splits(splits, warnings)
    for sentence in warnings:
        progress.say(f"warning: {sentence}")
    run_folds(options, corpus, splits, folder, progress)
    return {
        question: write_question(question, corpus, splits, folder, options.protocol, split_hash)
        for question in ("heard", *ASKED)
        if corpus.is_tested(_learned(question))
    }


def write_question(  # noqa: PLR0917 - a question of a run is all of this
    question: str,
    corpus: Corpus,
    splits: Sequence[Split],
    folder: RunFolder,
    protocol: str,
    split_hash: str,
) -> Evaluation:
    """Write predictions, evaluation and page of one question into a folder of its name."""
    known = _known(question, corpus)
    rows: list[PredictionRow] = []
    for split in splits:
        fold = folder.read_json(f"{folder.fold(split).name}/answers.json")
        if fold is None:
            raise RunError(f"{folder.fold(split)}: is not finished; give the command again")
        test = [recording for recording in split.test if recording in known]
        if not test:
            continue
        answers = _calibrated(question, corpus, fold, test)
        train = [known[i] for i in (*split.train, *split.validation) if i in known]
        answers |= {
            name: guess(train, [known[i] for i in test], len(QUESTIONS[question]))
            for name, guess in AUDIO_FREE.items()
        }
        for system, probabilities in answers.items():
            digest = fold["model_hashes"]["network"] if system in (BLEND, *LISTENERS) else "-"
            rows += _rows(question, system, split, known, test, probabilities, digest)
    order = {name: place for place, name in enumerate((BLEND, *LISTENERS, *AUDIO_FREE))}
    rows.sort(key=lambda row: (order[row.system], row.repeat, row.fold))
    place = folder.path / question
    place.mkdir(exist_ok=True)
    table = PredictionsTable(QUESTIONS[question], tuple(rows), split_hash)
    table.write(place / "predictions.csv")
    evaluation = evaluate(
        table,
        title=f"joint training, question {question!r}",
        protocol=PROTOCOLS[protocol].words,
        warnings=folder.warnings(),
    )
    folder.write_json(f"{question}/evaluation.json", evaluation.to_json())
    save_page(evaluation_page(evaluation, None), place / "report.html")
    return evaluation


def _calibrated(
    question: str, corpus: Corpus, fold: Mapping[str, Any], test: Sequence[str]
) -> dict[str, FloatArray]:
    """Return system → calibrated probabilities of the test recordings."""
    learned = _learned(question)
    kept, ids = fold["validation"], fold["test"]["ids"]
    told = [i for i, r in enumerate(indices_of(corpus, kept["ids"])) if corpus.told(learned)[r]]
    truth = corpus.answers[indices_of(corpus, kept["ids"])[told], ASKED.index(learned)]
    wanted = [ids.index(recording) for recording in test]
    listeners = [name for name in LISTENERS if learned in kept["answers"][name]]
    answers = {}
    for system, heard_by in ((BLEND, listeners), *((name, [name]) for name in listeners)):
        seen, unseen = (
            blended([np.array(part["answers"][name][learned])[chosen] for name in heard_by])
            for part, chosen in ((kept, told), (fold["test"], wanted))
        )
        probabilities = fit_calibration(seen, truth)(unseen)
        answers[system] = probabilities @ TO_THREE if question == "heard" else probabilities
    return answers


def _rows(  # noqa: PLR0917 - a row of the table is all of this
    question: str,
    system: str,
    split: Split,
    known: Mapping[str, Known],
    test: Sequence[str],
    probabilities: FloatArray,
    model_hash: str,
) -> list[PredictionRow]:
    return [
        PredictionRow(
            system=system,
            recording=recording,
            group=known[recording].entry.group,
            subset=known[recording].entry.subset,
            repeat=split.repeat,
            fold=split.fold,
            truth=QUESTIONS[question][known[recording].label],
            probabilities=tuple(round(float(p), 6) for p in answer),
            model_hash=model_hash,
        )
        for recording, answer in zip(test, probabilities, strict=True)
    ]


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
