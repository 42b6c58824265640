"""Yaseen et al. (2018): 1,000 clips of about three beats, five diagnoses, 200 of each.

One folder a diagnosis, called by its letters and more (``N_…``, ``AS_…``, ``MR_…``, ``MS_…``,
``MVP_…``), holds ``New_AS_001.wav`` and so on, at 8,000 Hz.

Subjects
--------
Not published. The clips were gathered from books and web pages, several from one recording, so
neighbours in number may come from one person; each clip is a group of its own all the same, and
``card.caution`` says so.

Labels
------
Aortic stenosis, mitral regurgitation and mitral stenosis were chosen for their murmur; mitral valve
prolapse may be a click alone, and says nothing about a murmur.

Source
------
Yaseen, Son, Kwon, Applied Sciences 8(12):2344, 2018, doi:10.3390/app8122344.
"""

import re
from pathlib import Path

from auscult.datasets.dataset import Card, Dataset
from auscult.datasets.listing import by_stem, folders_in, sounds_in
from auscult.errors import DatasetError
from auscult.types import Entry

_FOLDER = re.compile(r"(?P<label>N|AS|MR|MS|MVP)(?:_.*)?")
_CLIP = re.compile(r"New_(?P<label>N|AS|MR|MS|MVP)_\d{3}")


class Yaseen(Dataset):
    """Reader of the published folders."""

    card = Card(
        name="yaseen",
        title="Heart sounds of Yaseen, Son and Kwon (2018)",
        size="1,000 clips, 200 of each class",
        rates_hz=(8_000,),
        classes=("AS", "MR", "MS", "MVP", "N"),
        questions={
            "murmur": {"AS": "present", "MR": "present", "MS": "present", "N": "absent"},
            "refer": {"N": "normal"} | dict.fromkeys(("AS", "MR", "MS", "MVP"), "abnormal"),
        },
        subjects="unknown",
        subject_key="not published; each clip is a group of its own",
        licence="none stated; published with the article for research",
        citation=(
            "Yaseen, Son, Kwon: Classification of Heart Sound Signal Using Multiple Features, "
            "Applied Sciences 8(12):2344, 2018"
        ),
        address=(
            "https://github.com/yaseen21khan/"
            "Classification-of-Heart-Sound-Signal-Using-Multiple-Features-"
        ),
    )

    @staticmethod
    def recognises(path: Path) -> bool:
        """Say whether a folder called after a diagnosis holds a clip ``New_AS_001``."""
        return any(
            _CLIP.fullmatch(sound.stem) for folder in _folders(path) for sound in sounds_in(folder)
        )

    def scan(self, path: Path) -> tuple[Entry, ...]:
        """Return every clip, sorted by id."""
        entries = []
        for sound in by_stem(s for folder in _folders(path) for s in sounds_in(folder)):
            if not (named := _CLIP.fullmatch(sound.stem)):
                raise DatasetError(
                    f"{sound}: is not named like a clip of Yaseen (New_AS_001); "
                    "move it out of the dataset's folders"
                )
            entries.append(
                Entry(
                    recording_id=sound.stem,
                    path=sound,
                    dataset="yaseen",
                    subset="all",
                    label=named["label"],
                    group=sound.stem,
                )
            )
        return tuple(entries)

    def misnamed(self, path: Path) -> list[tuple[tuple[str, ...], str]]:
        """Return clips whose folder and name disagree; the name is followed."""
        return [
            ((entry.recording_id,), f"lies in folder {name}, but its name says {entry.label}")
            for entry in self.scan(path)
            if (folder := _FOLDER.fullmatch(name := entry.path.parent.name))
            and folder["label"] != entry.label
        ]


def _folders(path: Path) -> list[Path]:
    return [folder for folder in folders_in(path) if _FOLDER.fullmatch(folder.name)]
