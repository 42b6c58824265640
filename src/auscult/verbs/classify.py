"""Classify: files → one prediction each, a table, and a page if asked."""

from collections.abc import Iterable, Sequence
from pathlib import Path

from auscult.audio import read_recording
from auscult.datasets.listing import AUDIO_SUFFIXES
from auscult.errors import AudioError
from auscult.files import write_atomically
from auscult.inference import Classifier, load_model
from auscult.inference.table import as_csv
from auscult.progress import Progress, Silent
from auscult.types import Prediction

MAX_PAGE_RECORDINGS = 40


def classify(
    paths: Sequence[str | Path],
    *,
    model: str = "default",
    out: str | Path | None = None,
    report: str | Path | None = None,
    progress: Progress | None = None,
) -> tuple[list[Prediction], Classifier]:
    """Judge every file; folders stand for the sound files in them.

    Parameters
    ----------
    paths
        Files and folders.
    model
        A shipped bundle's name or a bundle's folder.
    out
        Where to write a CSV of all predictions.
    report
        Where to write a page with players and pictures.

    Raises
    ------
    BundleError
        If the model cannot be loaded.
    AudioError
        If a folder holds no sound file.
    """
    progress = progress or Silent()
    classifier = load_model(model)
    files = list(expanded(paths))
    judged = progress.track(map(classifier.classify, files), "classify", len(files))
    predictions = list(judged)
    if out is not None:
        bundle = classifier.bundle
        write_atomically(out, as_csv(predictions, bundle.classes, bundle.name))
    if report is not None:
        write_page(predictions, classifier, report)
    return predictions, classifier


def write_page(predictions: Sequence[Prediction], classifier: Classifier, path: str | Path) -> None:
    """Write the page; players and pictures for the first ``MAX_PAGE_RECORDINGS`` that opened."""
    from auscult.reports import classification_page, save_page  # noqa: PLC0415 - optional

    opened = [p for p in predictions if p.status != "error"][:MAX_PAGE_RECORDINGS]
    page = classification_page(
        predictions,
        {p.source: read_recording(p.source) for p in opened},
        model_name=f"the model “{classifier.bundle.name}”",
        model_card_excerpt=_limits(classifier.bundle.card),
    )
    save_page(page, path)


def expanded(paths: Iterable[str | Path]) -> Iterable[Path]:
    """Yield the files; a folder stands for the sound files in it, in order of their names.

    Raises
    ------
    AudioError
        If a folder holds none.
    """
    for path in map(Path, paths):
        if not path.is_dir():
            yield path
            continue
        inside = sorted(p for p in path.rglob("*") if p.suffix.lower() in AUDIO_SUFFIXES)
        if not inside:
            raise AudioError(f"{path}: holds no sound files ({', '.join(AUDIO_SUFFIXES)})")
        yield from inside


def _limits(card: str) -> str:
    """Return the card's section on limits."""
    _, _, after = card.partition("## Limits")
    return after.partition("\n## ")[0].strip()
