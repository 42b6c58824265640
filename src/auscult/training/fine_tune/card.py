"""The model card of a fine-tuned bundle: what it was, what it learned from, whether that helped."""

from collections.abc import Mapping
from typing import Any

from auscult.datasets.dataset import LABEL
from auscult.evaluation import Evaluation
from auscult.thresholds import Thresholds
from auscult.training.card import class_table, lines_section, systems_table
from auscult.training.fine_tune.options import FineTuneOptions

LIMITS = """\
- Not a medical device. An answer is no diagnosis; a murmur may be innocent, a normal sound may
  hide disease.
- It answers this one question. What `{start}` answered besides was not taught here, so it is not
  answered any more; nor does an ensemble listen beside the network.
- Trained further on one collection: the figures are of new people from the same places and devices.
  Elsewhere it may well be worse than `{start}`.
- The rules of the quality gate are those of every bundle.
"""


def fine_tuned_card(
    name: str,
    options: FineTuneOptions,
    data: Mapping[str, Any],
    evaluation: Evaluation,
    thresholds: Mapping[str, Thresholds],
    *,
    new_head: bool,
) -> str:
    """Return the card as Markdown."""
    start, asked = options.start_name, options.question
    question = "the labels as they are" if asked == LABEL else f"`{asked}`"
    head = "a new head, fitted to the network before anything moved" if new_head else "its own head"
    counts = ", ".join(f"{label} {n}" for label, n in data["n_of_class"].items())
    about = (
        f"The network of bundle `{start}` alone, trained further on recordings that it had not "
        f"heard. Asked is {question}: {', '.join(options.classes)}; {head} answers. "
        "`network.safetensors` holds the weights, so that it can be trained further still."
    )
    learned = (
        f"{data['n_recordings']} labelled recordings of `{data['dataset']}` from "
        f"{data['n_groups']} patients or sessions ({counts}), after what `{start}` was made from. "
        f"Data hash `{data['hash'][:16]}`."
    )
    measured = (
        f"{evaluation.protocol}; {options.n_folds} folds × {options.n_repeats}. In each the "
        f"network started anew from `{start}`, was trained for {options.n_epochs} epochs (highest "
        f"rate {options.learning_rate:g}) and calibrated on recordings that did not train it; the "
        "shipped one was then fitted on all recordings, its calibration on the answers of all "
        f"folds. Rows named after `{start}` are that bundle as it came, and with a calibration "
        "fitted here. Intervals: 95 %, from resampling patients and sessions. "
        f"Split hash `{evaluation.split_hash[:16]}`."
    )
    parts = [
        f"# Model card: {name}",
        *(f"> {sentence}" for sentence in evaluation.warnings),
        about,
        "## Data",
        learned,
        "## How it was measured",
        measured,
        "## Figures",
        systems_table(evaluation),
        "## By class",
        class_table(evaluation.model),
        *lines_section(thresholds),
        "## Limits",
        LIMITS.format(start=start),
    ]
    return "\n\n".join(part.strip() for part in parts) + "\n"
