"""Plot: one file, one kind of picture → an image."""

from pathlib import Path

from auscult.audio import read_recording
from auscult.datasets import DATASETS
from auscult.reports import PLOTS, save
from auscult.types import Mark


def plot(kind: str, path: str | Path, out: str | Path) -> Path:
    """Draw ``kind`` of the sound at ``path`` and return the image's path.

    S1 and S2 are marked where the dataset around the file publishes them.

    Raises
    ------
    ConfigError
        If the kind or the image's suffix is unknown.
    AudioError
        If the sound cannot be opened.
    """
    draw = PLOTS[kind]
    recording = read_recording(path)
    marks = published_marks(Path(path)) if kind in ("waveform", "spectrogram") else ()
    figure = draw(recording, marks) if marks else draw(recording)
    return save(figure, out)


def published_marks(path: Path) -> tuple[Mark, ...]:
    """Return the published S1/S2 positions of a dataset's file; none for other files."""
    root = path.resolve().parent.parent
    for dataset in DATASETS.values():
        if dataset.recognises(root):
            return dataset().truth(root).get(path.stem, ())
    return ()
