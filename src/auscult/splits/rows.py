"""What a split divides: one row a recording and, where copies are made, one a variant.

A variant is a fixed transformation of a recording, such as ``stretch=0.8``. Its row keeps the label
and the group of the recording it came from.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from auscult.audio.hashing import file_sha256
from auscult.errors import DatasetError
from auscult.types import Entry, Split

ORIGINAL = ""
UNLABELLED = ""


@dataclass(frozen=True, slots=True)
class Row:
    """One recording, or one augmented copy of it.

    ``label`` is the class in the view that is learned, ``kind`` the label as published; both are
    ``UNLABELLED`` where nothing was published. ``patient`` is the publisher's number, which two
    numbers of one person do not share; ``group`` is what they do.
    """

    recording_id: str
    label: str
    group: str
    subset: str
    kind: str
    variant: str = ORIGINAL
    dataset: str = ""
    patient: str | None = None

    @property
    def stratum(self) -> str:
        """Part of the dataset and published label: what folds spread evenly."""
        return f"{self.subset}-{self.kind}"

    @property
    def database(self) -> str:
        """Dataset and part ("cinc2016/a"), named so already where several datasets lie together."""
        named = self.subset.startswith(f"{self.dataset}/")
        return self.subset if named else f"{self.dataset}/{self.subset}"

    @property
    def row_id(self) -> str:
        """``recording_id`` or ``recording_id@variant``."""
        return f"{self.recording_id}@{self.variant}" if self.variant else self.recording_id


def without_copies(split: Split) -> Split:
    """Return the split of the recordings alone, of whose copies the roles are theirs."""
    there = {*split.train, *split.validation, *split.test}

    def recordings(row_ids: Sequence[str]) -> tuple[str, ...]:
        return tuple(i for i in row_ids if i.rpartition("@")[0] not in there)

    return replace(
        split,
        train=recordings(split.train),
        validation=recordings(split.validation),
        test=recordings(split.test),
    )


def make_rows(
    entries: Sequence[Entry], labels: Sequence[str], variants: Sequence[str] = ()
) -> tuple[Row, ...]:
    """Return the rows of every recording, its variants right behind it.

    Parameters
    ----------
    entries
        Recordings.
    labels
        The class of each in the view that is learned (three or five classes); ``UNLABELLED`` for
        recordings that are only tested.
    variants
        Names of the copies to add; none by default.

    Raises
    ------
    DatasetError
        If an entry without a label is given one, or two have the same id.
    """
    rows: list[Row] = []
    first: dict[str, Entry] = {}
    for entry, label in zip(entries, labels, strict=True):
        if entry.label is None and label != UNLABELLED:
            raise DatasetError(f"{entry.path}: has no label; only labelled recordings are divided")
        if first.setdefault(entry.recording_id, entry) is not entry:
            raise DatasetError(
                f"{entry.path} and {first[entry.recording_id].path} are both called "
                f"{entry.recording_id}; a division needs a name for each"
            )
        rows += [
            Row(
                recording_id=entry.recording_id,
                label=label,
                group=entry.group,
                subset=entry.subset,
                kind=entry.label or UNLABELLED,
                variant=variant,
                dataset=entry.dataset,
                patient=entry.patient,
            )
            for variant in (ORIGINAL, *variants)
        ]
    return tuple(rows)


def recording_facts(
    entries: Sequence[Entry], labels: Sequence[str]
) -> list[tuple[str, str, str, str]]:
    """Return id, label, group and SHA-256 of every recording: what binds figures to their data.

    Raises
    ------
    AudioError
        If a file cannot be read.
    """
    return [
        (entry.recording_id, label, entry.group, file_sha256(entry.path))
        for entry, label in zip(entries, labels, strict=True)
    ]
