"""Train: a dataset and a model's name → a run folder with honest figures."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

from auscult.datasets import DATASETS, answered, find_dataset
from auscult.datasets.dataset import LABEL
from auscult.errors import DatasetError, SplitError
from auscult.evaluation import Evaluation
from auscult.frontend import FRONTENDS
from auscult.progress import Progress, Silent
from auscult.splits import (
    PROTOCOLS,
    Ask,
    PublishedTable,
    Row,
    StoredSplits,
    count_leaks,
    make_rows,
    read_splits,
    recording_facts,
)
from auscult.splits.leaks import NO_MEASURE
from auscult.training.cross_validate import cross_validate
from auscult.training.examples import Examples, make_examples
from auscult.training.options import HOLD_OUT_FOLDS, Asked, TrainOptions
from auscult.training.run_folder import RunFolder, describe_data
from auscult.types import Entry, Split
from auscult.verbs.data import caution
from auscult.verbs.predictions import (
    audio_free_answers,
    known_without_hearing,
    model_answers,
    predictions_table,
)
from auscult.verbs.report import write_report
from auscult.verbs.split import to_divide
from auscult.verbs.verify import refuse_changed

Options = TypeVar("Options", bound=Asked)


def train(
    path: str | Path,
    options: TrainOptions,
    out: str | Path,
    progress: Progress | None = None,
    *,
    split: str | Path | None = None,
) -> Evaluation:
    """Cross-validate ``options.model`` on the dataset at ``path``; return its evaluation.

    Everything found stands in ``out``; giving the same call again continues a broken run. With
    ``split``, a file that `auscult data split` wrote, that file says how the data are divided, and
    ``protocol``, ``n_folds`` and ``n_repeats`` of the options are taken from it.

    Raises
    ------
    AuscultError
        If the dataset, the options or the folder do not allow it.
    """
    progress = progress or Silent()
    entries, labels = labelled(path, options)
    options = taught(options, labels)
    refuse_changed(path)
    rows = make_rows(entries, labels, options.copies)
    if split is None:
        splits = make_splits(rows, options)
    else:
        stored = stored_splits(split, path)
        splits, options = stored.divide(rows), as_stored(options, stored)
    folder = RunFolder(Path(out))
    folder.start(options, describe_data(entries, labels))
    warnings = [*filter(None, [caution(path)]), *leak_warnings(rows, splits)]
    split_hash = folder.write_splits(splits, warnings)
    for sentence in warnings:
        progress.say(f"warning: {sentence}")
    examples = examples_of(entries, rows, options, folder, progress)
    scores = cross_validate(options, examples, splits, folder, progress)
    known = known_without_hearing(entries, rows, options.classes)
    answers = model_answers(options, splits, scores)
    answers += audio_free_answers(options, splits, known)
    table = predictions_table(options, rows, answers, split_hash)
    table.write(folder.path / "predictions.csv")
    return write_report(folder.path)


def labelled(path: str | Path, options: Asked) -> tuple[list[Entry], list[str]]:
    """Return the labelled entries of the dataset at ``path`` and their class in the chosen view.

    Raises
    ------
    DatasetError
        If there is no dataset, its labels do not answer what is learned, or nothing is labelled.
    """
    dataset = find_dataset(path, DATASETS.values())
    entries = [entry for entry in dataset.scan(Path(path)) if entry.label is not None]
    if not entries:
        raise DatasetError(f"{path}: holds no labelled recording; nothing can be learned from it")
    return answered(entries, dataset.card, options.question)


def taught(options: Options, labels: Sequence[str]) -> Options:
    """Return ``options``, the classes filled in where the labels as they are are asked for.

    Raises
    ------
    DatasetError
        If no recording teaches one of the classes, or all are of one.
    """
    here = sorted(set(labels))
    if options.question == LABEL:
        options = replace(options, labels=tuple(here))  # type: ignore[type-var]
    if bare := [name for name in options.classes if name not in here]:
        raise DatasetError(
            f"{options.question!r} wants {', '.join(options.classes)}, and no recording here is "
            f"{' or '.join(bare)}; ask another question, or {LABEL!r} for the labels as they are"
        )
    if len(here) == 1:
        raise DatasetError(f"every recording here is {here[0]!r}; nothing can be told apart")
    return options


def make_splits(
    rows: Sequence[Row], options: Asked, published: PublishedTable | None = None
) -> tuple[Split, ...]:
    """Return the splits of every repeat; one fold means a fifth of the groups is held out.

    ``published`` are the roles that a protocol with a published table follows.

    Raises
    ------
    SplitError
        If the rows cannot be divided so.
    """
    _refuse_unscorable(options.protocol)
    hold_out = options.protocol == "grouped" and options.n_folds == 1
    n_folds = None if options.n_folds == 1 else options.n_folds
    n_folds = HOLD_OUT_FOLDS if hold_out else n_folds
    ask = Ask(n_folds, options.n_repeats, options.seed, published)
    splits = PROTOCOLS[options.protocol](rows, ask)
    return tuple(split for split in splits if not hold_out or split.fold == 0)


def stored_splits(file: str | Path, path: str | Path) -> StoredSplits:
    """Read splits and hold them against the recordings at ``path``.

    Raises
    ------
    SplitError
        If the file was changed, or was made of other recordings, or tests what has no label.
    """
    stored = read_splits(file)
    _refuse_unscorable(stored.protocol, f"{file}: ")
    found = recording_facts(*to_divide(path, stored.question, unlabelled=False))
    stored.check_recordings(found, path)
    return stored


def _refuse_unscorable(protocol: str, where: str = "") -> None:
    if PROTOCOLS[protocol].tests_unlabelled:
        raise SplitError(
            f"{where}{protocol} tests recordings without a label, so nothing can be scored. Train "
            "under another protocol, export, and `auscult classify` those recordings; who has "
            "their labels gives both to `auscult score`"
        )


def as_stored(options: Options, stored: StoredSplits) -> Options:
    """Return ``options`` with protocol, folds and repeats as ``stored`` has them."""
    repeats, folds = zip(*stored.numbers, strict=True)
    return replace(
        options,  # type: ignore[type-var]  # a dataclass, whichever of the two
        protocol=stored.protocol,
        n_folds=len(set(folds)),
        n_repeats=len(set(repeats)),
    )


def examples_of(
    entries: Sequence[Entry],
    rows: Sequence[Row],
    options: TrainOptions,
    folder: RunFolder,
    progress: Progress,
) -> Examples:
    """Return the features of every row, computed once and kept in the run's folder."""
    return make_examples(
        entries,
        rows,
        options.classes,
        FRONTENDS[options.frontend],
        cache=folder.path / "features.npz",
        progress=progress,
    )


def leak_warnings(rows: Sequence[Row], splits: Sequence[Split]) -> list[str]:
    """Return a sentence for each way in which a test part is known to its training part."""
    found = dict.fromkeys(s for split in splits for s in count_leaks(rows, split).sentences())
    return sorted(found, key=lambda sentence: sentence == NO_MEASURE)
