"""Does fine-tuning help? A network that has heard no PASCAL, trained further on PASCAL's folds.

Starts from the fold of ``auscult train-joint --protocol leave-one-dataset-out`` that tests PASCAL
and learned from CirCor and CinC 2016 alone, and asks whether a murmur is heard. The run of the
fine-tuning goes to ``--runs``; finished folds are read, broken ones continued.

Prints the evaluation and writes ``fine_tune.json`` and ``fine_tune.md``.

Run: python benchmarks/fine_tune.py FOLDER_OF_PASCAL
"""

import argparse
import json
from pathlib import Path

from auscult.bundle import Bundle
from auscult.cli.show import Bars
from auscult.config import to_config
from auscult.errors import RunError
from auscult.evaluation import Evaluation, as_text
from auscult.frontend import FRONTENDS
from auscult.listener import Listener
from auscult.training.card import cell, markdown_table
from auscult.training.fine_tune.options import FineTuneOptions
from auscult.training.joint.corpus import ASKED
from auscult.training.joint.run import WEIGHTS, WINDOWS, read_options
from auscult.training.run_folder import RunFolder
from auscult.types import CLASSES_3, QUESTIONS
from auscult.verbs.fine_tune import fine_tune
from auscult.weights import Weights

START = "no-pascal"
METRICS = {
    "balanced_accuracy": "UAR",
    "macro_f1": "macro F1",
    "macro_auc": "ROC AUC",
    "accuracy": "accuracy",
    "accuracy_at_90": "accuracy of the surest 90 %",
    "ece": "ECE",
    "brier": "Brier score",
}
N_HEARING = 3
"""Systems that hear the sound come first."""
NOTE = (
    "`auscult train --from` on recordings that its start has not heard. The start, `no-pascal`, is "
    "the network of the joint run that learned from CirCor and CinC 2016 and tests PASCAL; asked "
    "is whether there is a murmur. `no-pascal, fine-tuned`: that network trained further on the "
    "other folds, calibrated on recordings that did not train it. `no-pascal, calibrated here`: "
    "the start untouched, its calibration fitted to the other folds. `no-pascal`: as it came, "
    "uncalibrated. Value [95 % interval from resampling patients and sessions]. Rows in italics "
    "never hear a sound. The options are the defaults of `auscult train --from`, which were set "
    "before PASCAL was asked; one seed, one division."
)


def start_of(run: Path, out: Path) -> Path:
    """Write the network that has heard no PASCAL as a bundle and return its folder."""
    folder = RunFolder(run)
    fold = next(s for s in folder.splits() if all(i.startswith("pascal/") for i in s.test))
    place, heads = folder.fold(fold), {question: QUESTIONS[question] for question in ASKED}
    if not (place / WEIGHTS).is_file():
        raise RunError(f"{place}: holds no {WEIGHTS}; delete this fold and train it again")
    architecture = to_config(read_options(folder).network)
    weights = Weights.of((place / WEIGHTS).read_bytes(), architecture, heads)
    graph = (place / "network.onnx").read_bytes()
    listener = Listener("network", graph, FRONTENDS[WINDOWS], ASKED, weights)
    provenance = {"data": {"dataset": "circor + cinc2016"}}
    return Bundle(START, (listener,), "heard", CLASSES_3, provenance=provenance).write(out)


def page(found: Evaluation) -> str:
    """Return the page."""
    first, *others = found.systems
    rows = [
        [
            system.name if n < N_HEARING else f"*{system.name}*",
            *(cell(system.metrics[m]) for m in METRICS),
        ]
        for n, system in enumerate(found.systems)
    ]
    gains = [
        [f"{first.name} minus {name}", *(cell(difference.get(m)) for m in METRICS)]
        for name, difference in found.differences.items()
        if name in {system.name for system in others[: N_HEARING - 1]}
    ]
    subsets = [
        [system.name, part, *(cell(figures.get(m)) for m in METRICS)]
        for system in found.systems[:N_HEARING]
        for part, figures in system.per_subset.items()
    ]
    support = ", ".join(f"{label} {n}" for label, n in first.support.items())
    return "\n\n".join(
        [
            "# Does fine-tuning help?",
            NOTE,
            f"{found.protocol}, five folds; {support}; split `{found.split_hash[:16]}`.",
            markdown_table(["system", *METRICS.values()], rows),
            "## What was gained",
            markdown_table(["difference", *METRICS.values()], gains),
            "## By set",
            markdown_table(["system", "set", *METRICS.values()], subsets),
            "Command: `make results-fine-tune`.\n",
        ]
    )


def main() -> None:
    """Run, print, write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("pascal", type=Path)
    parser.add_argument("--joint", type=Path, default=Path("runs/joint-zero-shot"))
    parser.add_argument("--runs", type=Path, default=Path("runs/fine-tune"))
    parser.add_argument("--out", type=Path, default=Path("docs/results"))
    asked = parser.parse_args()
    start = start_of(asked.joint, asked.runs / START)
    options = FineTuneOptions(str(start), question="murmur")
    found = fine_tune(asked.pascal, options, asked.runs / "murmur", Bars())
    print(as_text(found))
    (asked.out / "fine_tune.json").write_text(json.dumps(found.to_json(), indent=1) + "\n")
    (asked.out / "fine_tune.md").write_text(page(found))


if __name__ == "__main__":
    main()
