"""The heart sounds of many recordings as label files, for Praat and for Audacity.

Formats
-------
``.TextGrid``  Praat's interval tier "state"
``.txt``       Audacity's label track

Every sound that was opened gets one file a format, also where no beat was found. Folders are kept:
``ward/a/1.wav`` and ``ward/b/1.wav`` become ``a/1.TextGrid`` and ``b/1.TextGrid``. Where sounds of
one folder share a name, their endings are kept: ``1.wav.TextGrid`` and ``1.flac.TextGrid``.
"""

import os
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from auscult.files import write_atomically
from auscult.segment import Rhythm, Segmentation
from auscult.segment.tables import as_text
from auscult.types import Prediction

TEXT_GRID, AUDACITY = ".TextGrid", ".txt"


class Labels:
    """Writes the label files of a batch.

    Parameters
    ----------
    folders
        Ending (:data:`TEXT_GRID`, :data:`AUDACITY`) → the folder that its files go to.
    sounds
        Every sound of the batch; those of their folders that all lie in are left out of the names.
    """

    def __init__(self, folders: Mapping[str, Path], sounds: Sequence[str]) -> None:
        self._folders = dict(folders)
        self._root = _common_folder(sounds) if folders else ""
        self._uses = Counter(_stem(sound) for sound in sounds) if folders else Counter()

    def paths(self, sound: str) -> Iterator[Path]:
        """Yield where the labels of a sound stand."""
        name = sound if self._uses[_stem(sound)] > 1 else _stem(sound)
        for ending, folder in self._folders.items():
            yield folder / f"{os.path.relpath(name, self._root)}{ending}"

    def are_there(self, sound: str) -> bool:
        """Say whether each of its files has been written, by this batch or an earlier one."""
        return all(path.is_file() for path in self.paths(sound))

    def add(self, prediction: Prediction) -> None:
        """Write the labels of one sound; one that was not opened has none.

        Raises
        ------
        RunError
            If they cannot be written.
        """
        if prediction.duration_s is None:
            return
        found = Segmentation(prediction.source, prediction.duration_s, prediction.spans)
        for path in self.paths(prediction.source):
            write_atomically(path, as_text([(found, (), Rhythm())], path))


def _common_folder(sounds: Sequence[str]) -> str:
    # subtle: Path.resolve would follow links, and a folder of links would fall apart.
    places = {os.path.abspath(Path(sound).parent) for sound in sounds}  # noqa: PTH100
    return os.path.commonpath(places)


def _stem(sound: str) -> str:
    return str(Path(sound).with_suffix(""))
