"""Export a joint run: both listeners fitted on everything, in one bundle with its card."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from auscult.aggregate import Calibration
from auscult.bundle import Bundle
from auscult.config import to_config
from auscult.errors import RunError
from auscult.evaluation import Evaluation
from auscult.frontend import CYCLE, FRONTENDS
from auscult.listener import Listener
from auscult.patient_rule import PatientRule
from auscult.progress import Progress, Silent
from auscult.splits import PROTOCOLS
from auscult.thresholds import Thresholds
from auscult.training.card import KEPT
from auscult.training.checkpoint import trained_weights
from auscult.training.joint.blend import fit_calibration
from auscult.training.joint.card import joint_card
from auscult.training.joint.corpus import ASKED, Corpus, read_corpus
from auscult.training.joint.cycle import StateFinders, find_state_finders
from auscult.training.joint.lines import draw_lines, looked_for_both
from auscult.training.joint.members import indices_of
from auscult.training.joint.run import (
    CHECKPOINT,
    HISTORY,
    LISTENERS,
    SOUNDS,
    WINDOWS,
    JointOptions,
    blended_answers,
    read_material,
    read_options,
    train_listeners,
)
from auscult.training.patients import fit_patient_stage
from auscult.training.run_folder import RunFolder
from auscult.types import CLASSES_3, QUESTIONS, FloatArray
from auscult.verbs.contests import WORTH
from auscult.verbs.export_small import in_eight_bits
from auscult.verbs.learned import listing_own
from auscult.verbs.train_joint import BLEND, TO_THREE, describe_corpus, train_joint
from auscult.weights import Weights

FINAL = "final"
CIRCOR = "circor"
OF_PATIENTS = (("murmur", "present"), ("quality", "poor"))
"""What CirCor's patients are told by."""


def export_joint(
    run: str | Path,
    paths: Sequence[str | Path],
    out: str | Path,
    *,
    name: str,
    tiny: bool = False,
    progress: Progress | None = None,
) -> Path:
    """Fit both listeners on every recording at ``paths``; write a bundle to ``out``.

    A ``tiny`` bundle holds the network alone, its weights in eight bits; any other carries what
    ``auscult train --from`` needs too. Calibrations and thresholds come from the run's out-of-fold
    answers, the card's figures from its evaluations. A broken fit goes on where it stopped.

    Raises
    ------
    RunError
        If the run is of other data, leaks, did not test everything it learned from, or was never
        taught what is heard.
    """
    progress = progress or Silent()
    folder, options, corpus = _opened(run, paths)
    findings = train_joint(paths, options, run, progress)
    finders = find_state_finders(options.segmenter)
    graphs = _fitted(options, corpus, finders, folder=folder, progress=progress)
    data = listing_own(describe_corpus(corpus, finders), corpus.entries)
    heard_by = LISTENERS[:1] if tiny else LISTENERS
    taught = tuple(question for question in ASKED if corpus.told(question).any())
    told = {question: _out_of_fold(question, corpus, folder, heard_by) for question in taught}
    calibrations = {question: fit_calibration(*of_it) for question, of_it in told.items()}
    thresholds = _lines(told, calibrations)
    rule = _patient_rule(corpus, folder, heard_by, calibrations)
    weights = None if tiny else _weights(options, folder, taught)
    listeners, rounding = _listeners(graphs, taught, weights), None
    if tiny:
        cache = folder.path / SOUNDS
        listeners, rounding = in_eight_bits(listeners[0], calibrations, corpus, cache, progress)
    bundle = Bundle(
        name=name,
        listeners=listeners,
        question="heard",
        classes=CLASSES_3,
        calibrations=calibrations,
        thresholds=thresholds,
        states=None if tiny else replace(finders.shipped.listener, name="states"),
        patients=rule,
        provenance=_provenance(options, data, findings.evaluations, "network" if tiny else BLEND),
        card=joint_card(
            name,
            options,
            data,
            findings.evaluations,
            thresholds,
            taught=taught,
            patients=rule,
            of_patients=findings.contests.get(CIRCOR),
            rounding=rounding,
        ),
    )
    return bundle.write(out)


def _opened(run: str | Path, paths: Sequence[str | Path]) -> tuple[RunFolder, JointOptions, Corpus]:
    """Open a run and its recordings; refuse one from which no honest bundle can be made."""
    folder, corpus = RunFolder(Path(run)), read_corpus(paths)
    options = read_options(folder)
    if PROTOCOLS[options.protocol].leaks or set(folder.warnings()) - {*corpus.cautions}:
        raise RunError(
            f"{folder.path}: people stand on both sides of its split; export a grouped run"
        )
    tested = {recording for split in folder.splits() for recording in split.test}
    if tested != {entry.recording_id for entry in corpus.entries}:
        raise RunError(
            f"{folder.path}: tested other recordings than those given here, so nothing tells how "
            "sure to be of these; export a grouped run of the same datasets, made without --also"
        )
    if not corpus.told("heard5").any():
        raise RunError(
            f"{folder.path}: no recording says what is heard (normal, murmur, artifact), which is "
            "what a bundle answers first; train with PASCAL, or recordings of your own so labelled"
        )
    return folder, options, corpus


def _weights(options: JointOptions, folder: RunFolder, taught: tuple[str, ...]) -> Weights:
    """Return the weights of the network that was fitted on every recording.

    Logits that nobody taught keep their place under a name that no question has.
    """
    tensors = trained_weights(folder.path / FINAL / CHECKPOINT)
    heads = {q if q in taught else f"untaught {q}": QUESTIONS[q] for q in ASKED}
    return Weights.of(tensors, to_config(options.network), heads)


def _listeners(
    graphs: Mapping[str, bytes], taught: tuple[str, ...], weights: Weights | None
) -> tuple[Listener, ...]:
    network = Listener("network", graphs["network"], FRONTENDS[WINDOWS], taught, weights)
    ensembles = (
        Listener(f"ensemble-{question}", graphs[f"ensemble-{question}"], CYCLE, (question,))
        for question in ASKED
        if f"ensemble-{question}" in graphs
    )
    return (network, *ensembles)


def _out_of_fold(
    question: str, corpus: Corpus, folder: RunFolder, listeners: Sequence[str]
) -> tuple[FloatArray, NDArray[np.int64]]:
    """Return what listeners say, uncalibrated, of recordings that trained nothing; the truth."""
    seen, truth = [], []
    for split in folder.splits():
        test = folder.read_json(f"{folder.fold(split).name}/answers.json")["test"]
        places = indices_of(corpus, test["ids"])
        told = np.flatnonzero(corpus.told(question)[places])
        seen.append(blended_answers(test["answers"], question, listeners)[told])
        truth.append(corpus.answers[places[told], ASKED.index(question)])
    return np.concatenate(seen), np.concatenate(truth)


def _lines(
    told: Mapping[str, tuple[FloatArray, NDArray[np.int64]]],
    calibrations: Mapping[str, Calibration],
) -> dict[str, Thresholds]:
    """Return the thresholds of every question that some answer one way and some another."""
    answers = {q: (calibrations[q](said), truth) for q, (said, truth) in told.items()}
    if "heard5" in answers:
        five, truth = answers["heard5"]
        answers["heard"] = five @ TO_THREE, TO_THREE[truth].argmax(axis=1)
    return {
        question: draw_lines(question, QUESTIONS[question], said, truth)
        for question, (said, truth) in answers.items()
        if looked_for_both(question, QUESTIONS[question], truth)
    }


def _patient_rule(
    corpus: Corpus,
    folder: RunFolder,
    listeners: Sequence[str],
    calibrations: Mapping[str, Calibration],
) -> PatientRule | None:
    """Return how CirCor's patients are told by their recordings; None where they are all alike.

    Each patient counts once: of a run drawn several times the first drawing is taken.
    """
    entries = {e.recording_id: e for e in corpus.entries if e.dataset == CIRCOR}
    if not entries:
        return None
    patients: dict[str, list[FloatArray]] = {}
    grades: dict[str, str] = {}
    for split in folder.splits():
        if split.repeat:
            continue
        test = folder.read_json(f"{folder.fold(split).name}/answers.json")["test"]
        said = {}
        for question, looked_for in OF_PATIENTS:
            plain = blended_answers(test["answers"], question, listeners)
            column = QUESTIONS[question].index(looked_for)
            said[question] = calibrations[question](plain)[:, column]
        for place, recording in enumerate(test["ids"]):
            if (entry := entries.get(recording)) is not None:
                patient = entry.patient or recording
                scores = np.array([said[question][place] for question, _ in OF_PATIENTS])
                patients.setdefault(patient, []).append(scores)
                grades[patient] = entry.facts["murmur"]
    if len({*grades.values()}) == 1:
        return None
    stage = fit_patient_stage(
        [np.stack(scores) for scores in patients.values()],
        list(grades.values()),
        WORTH,
        frozenset({"train"}),
    )
    return stage.as_rule(OF_PATIENTS, WORTH)


def _fitted(
    options: JointOptions,
    corpus: Corpus,
    finders: StateFinders,
    *,
    folder: RunFolder,
    progress: Progress,
) -> dict[str, bytes]:
    """Return the graphs fitted on every recording, from the run's folder if they are there."""
    place = folder.path / FINAL
    if (place / HISTORY).is_file():
        return {path.stem: path.read_bytes() for path in sorted(place.glob("*.onnx"))}
    return train_listeners(
        options,
        corpus,
        read_material(corpus, finders, folder, progress),
        list(range(len(corpus.entries))),
        seed=options.seed,
        folder=folder,
        name=FINAL,
        progress=progress,
    )


def _provenance(
    options: JointOptions, data: dict[str, Any], found: Mapping[str, Evaluation], system: str
) -> dict[str, Any]:
    figures = {
        name: {
            metric: {"value": f.value, "low": f.low, "high": f.high}
            for own in evaluation.systems
            if own.name == system
            for metric, f in own.metrics.items()
            if metric in KEPT
        }
        for name, evaluation in found.items()
    }
    of_label = next((figures[name] for name in figures if name.endswith("-heard")), {})
    return {
        "options": options,
        "data": data,
        "split_hash": next(iter(found.values())).split_hash,
        "figures": of_label,
        "figures_of_each": figures,
    }
