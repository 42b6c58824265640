"""Export a joint run: both listeners fitted on everything, in one bundle with its card."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from auscult.aggregate import Calibration, blended
from auscult.bundle import Bundle, Listener
from auscult.errors import RunError
from auscult.evaluation import Evaluation
from auscult.frontend import FRONTENDS
from auscult.progress import Progress, Silent
from auscult.training.joint.blend import fit_calibration
from auscult.training.joint.card import HEADLINE, joint_card
from auscult.training.joint.corpus import ASKED, Corpus, read_corpus
from auscult.training.joint.members import indices_of
from auscult.training.joint.run import (
    LISTENERS,
    WHOLE,
    WINDOWS,
    JointOptions,
    read_material,
    read_options,
    train_listeners,
)
from auscult.training.run_folder import RunFolder
from auscult.types import CLASSES_3, Split
from auscult.verbs.train_joint import describe_corpus, train_joint

FINAL = "final"


def export_joint(
    run: str | Path,
    paths: Sequence[str | Path],
    out: str | Path,
    *,
    name: str,
    progress: Progress | None = None,
) -> Path:
    """Fit both listeners on every recording at ``paths``; write a bundle to ``out``.

    Calibrations come from the run's out-of-fold answers, the card's figures from its evaluations.
    A broken fit goes on where it stopped.

    Raises
    ------
    RunError
        If the run is of other data, or leaks.
    """
    progress = progress or Silent()
    folder, corpus = RunFolder(Path(run)), read_corpus(paths)
    options = read_options(folder)
    found = train_joint(paths, options, run, progress)
    if any("both sides" in sentence for sentence in set(folder.warnings()) - {*corpus.cautions}):
        raise RunError(f"{run}: people stand on both sides of its split; export a grouped run")
    graphs = _fitted(options, corpus, folder, progress)
    windows, whole = FRONTENDS[WINDOWS], FRONTENDS[WHOLE]
    listeners = [Listener("network", graphs["network"], windows, ASKED)]
    listeners += [
        Listener(f"ensemble-{question}", graphs[f"ensemble-{question}"], whole, (question,))
        for question in ASKED
        if f"ensemble-{question}" in graphs
    ]
    data = describe_corpus(corpus)
    bundle = Bundle(
        name=name,
        listeners=tuple(listeners),
        question="heard",
        classes=CLASSES_3,
        calibrations={
            question: out_of_fold_calibration(question, corpus, folder.splits(), folder)
            for question in ASKED
            if corpus.told(question).any()
        },
        provenance=_provenance(options, data, found),
        card=joint_card(name, options, data, found),
    )
    return bundle.write(out)


def out_of_fold_calibration(
    question: str, corpus: Corpus, splits: Sequence[Split], folder: RunFolder
) -> Calibration:
    """Return the calibration that fits what the blend says of recordings it was not trained on."""
    seen, truth = [], []
    for split in splits:
        test = folder.read_json(f"{folder.fold(split).name}/answers.json")["test"]
        places = indices_of(corpus, test["ids"])
        told = np.flatnonzero(corpus.told(question)[places])
        heard_by = [n for n in LISTENERS if question in test["answers"][n]]
        seen.append(blended([np.array(test["answers"][n][question])[told] for n in heard_by]))
        truth.append(corpus.answers[places[told], ASKED.index(question)])
    return fit_calibration(np.concatenate(seen), np.concatenate(truth))


def _fitted(
    options: JointOptions, corpus: Corpus, folder: RunFolder, progress: Progress
) -> dict[str, bytes]:
    """Return the graphs fitted on every recording, from the run's folder if they are there."""
    kept = sorted((folder.path / FINAL).glob("*.onnx"))
    if (folder.path / FINAL / "history.json").is_file() and len(kept) == 1 + len(ASKED):
        return {path.stem: path.read_bytes() for path in kept}
    return train_listeners(
        options,
        corpus,
        read_material(corpus, folder, progress),
        list(range(len(corpus.entries))),
        seed=options.seed,
        folder=folder,
        name=FINAL,
        progress=progress,
    )


def _provenance(
    options: JointOptions, data: dict[str, Any], found: dict[str, Evaluation]
) -> dict[str, Any]:
    figures = {
        name: {
            metric: {"value": f.value, "low": f.low, "high": f.high}
            for metric in HEADLINE
            if (f := evaluation.model.metrics[metric])
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
