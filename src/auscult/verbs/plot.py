"""Plot: one file, one kind of picture → an image."""

from pathlib import Path

from auscult.audio import read_recording
from auscult.datasets import DATASETS, find_dataset
from auscult.errors import ConfigError, DatasetError
from auscult.inference import load_segmenter
from auscult.reports import MARKED, PLOTS, save
from auscult.types import Mark


def plot(kind: str, path: str | Path, out: str | Path, *, beats: bool = False) -> Path:
    """Draw ``kind`` of the sound at ``path`` and return the image's path.

    S1 and S2 are marked where the dataset around the file publishes them; with ``beats``, where
    they are found.

    Raises
    ------
    ConfigError
        If the kind or the image's suffix is unknown, or beats cannot be marked in such a picture.
    AudioError
        If the sound cannot be opened.
    """
    draw = PLOTS[kind]
    if beats and kind not in MARKED:
        raise ConfigError(f"beats can be marked in {', '.join(MARKED)} only, not in {kind!r}")
    recording = read_recording(path)
    marks: tuple[Mark, ...] = ()
    if beats:
        marks = load_segmenter()(recording).marks
    elif kind in MARKED:
        marks = published_marks(Path(path))
    figure = draw(recording, marks) if marks else draw(recording)
    return save(figure, out)


def published_marks(path: Path) -> tuple[Mark, ...]:
    """Return the published S1/S2 positions of a dataset's file; none for other files."""
    root = path.resolve().parent.parent
    try:
        around = find_dataset(root, DATASETS.values())
    except DatasetError:  # no dataset, or one that may not be read
        return ()
    return around.truth(root).get(path.stem, ())
