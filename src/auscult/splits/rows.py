"""What a split divides: one row a recording and, where copies are made, one a variant.

A variant is a fixed transformation of a recording, such as ``stretch=0.8``. Its row keeps the label
and the group of the recording it came from.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from auscult.errors import DatasetError
from auscult.types import Entry

ORIGINAL = ""


@dataclass(frozen=True, slots=True)
class Row:
    """One recording, or one augmented copy of it.

    ``label`` is the class in the view that is learned, ``kind`` the label as published.
    """

    recording_id: str
    label: str
    group: str
    subset: str
    kind: str
    variant: str = ORIGINAL

    @property
    def stratum(self) -> str:
        """Part of the dataset and published label: what folds spread evenly."""
        return f"{self.subset}-{self.kind}"

    @property
    def row_id(self) -> str:
        """``recording_id`` or ``recording_id@variant``."""
        return f"{self.recording_id}@{self.variant}" if self.variant else self.recording_id


def make_rows(
    entries: Sequence[Entry], labels: Sequence[str], variants: Sequence[str] = ()
) -> tuple[Row, ...]:
    """Return the rows of every recording, its variants right behind it.

    Parameters
    ----------
    entries
        Labelled recordings.
    labels
        The class of each in the view that is learned (three or five classes).
    variants
        Names of the copies to add; none by default.

    Raises
    ------
    DatasetError
        If an entry has no label.
    """
    rows: list[Row] = []
    for entry, label in zip(entries, labels, strict=True):
        if entry.label is None:
            raise DatasetError(f"{entry.path}: has no label; only labelled recordings are divided")
        rows += [
            Row(entry.recording_id, label, entry.group, entry.subset, entry.label, variant)
            for variant in (ORIGINAL, *variants)
        ]
    return tuple(rows)
