"""What a bundle has learned from, and which recordings are among it.

The recordings of a published dataset are known by its name. Those of one's own are known by their
bytes, whatever they are called and labelled: a bundle made from any lists them in its provenance,
each as the first digits of its file's SHA-256.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeGuard

from auscult.audio.hashing import file_sha256
from auscult.bundle import Bundle
from auscult.datasets import DATASETS
from auscult.datasets.manifest import Manifest
from auscult.datasets.own import NAME as OWN
from auscult.types import Entry

RECORDINGS = "recordings"
N_DIGITS = 16
PUBLISHED = frozenset(n for n, kind in DATASETS.items() if kind is not Manifest) - {OWN}
UNLISTED = (
    "{} learned from recordings of somebody's own and does not list them: figures of any that are "
    "here again are no measure of new patients. Leave those out, or export the bundle again"
)


@dataclass(frozen=True, slots=True)
class Known:
    """Which of some recordings a bundle has learned from.

    Parameters
    ----------
    datasets
        Names of datasets that it learned from and that some of them are of.
    recordings
        Ids of those it lists.
    unlisted
        Whether it learned from recordings of somebody's own without listing them, so that some of
        these may be among them.
    """

    datasets: tuple[str, ...]
    recordings: tuple[str, ...]
    unlisted: bool

    def in_words(self, n_recordings: int) -> str:
        """Return the datasets, or how many of ``n_recordings`` and the first of them."""
        first = f"{', '.join(self.recordings[:3])}{', …' * (len(self.recordings) > 3)}"  # noqa: PLR2004
        some = f"{len(self.recordings)} of these {n_recordings} recordings ({first})"
        return ", ".join([*self.datasets, *[some] * bool(self.recordings)])


def listing_own(data: Mapping[str, Any], entries: Sequence[Entry]) -> dict[str, Any]:
    """Return ``data`` with a list of those recordings that are of no published dataset, if any.

    Raises
    ------
    AudioError
        If a file cannot be read.
    """
    own = [entry for entry in entries if entry.dataset not in PUBLISHED]
    return {**data, **({RECORDINGS: sorted({*map(_short_hash, own)})} if own else {})}


def known_to(bundle: Bundle, entries: Sequence[Entry]) -> Known:
    """Return which recordings the bundle has learned from.

    Raises
    ------
    AudioError
        If a file cannot be read.
    """
    return _among(learned_from(bundle), entries)


def calibrated_on(bundle: Bundle, entries: Sequence[Entry]) -> Known:
    """Return which recordings the bundle was calibrated on, after it had been made.

    Raises
    ------
    AudioError
        If a file cannot be read.
    """
    data = bundle.provenance.get("calibrated_on")
    return _among([data] if _tells(data) else [], entries)


def heard_before(bundle: Bundle, entries: Sequence[Entry]) -> list[str]:
    """Return what must be read before figures of the bundle on these recordings, if anything.

    Raises
    ------
    AudioError
        If a file cannot be read.
    """
    known = known_to(bundle, entries)
    found = [UNLISTED.format(bundle.name)] * known.unlisted
    if what := known.in_words(len(entries)):
        found.append(
            f"bundle {bundle.name} was made from {what}: it knows what it is scored on, and the "
            "figures are no measure of new patients"
        )
    if what := calibrated_on(bundle, entries).in_words(len(entries)):
        found.append(
            f"bundle {bundle.name} was calibrated on {what}: its probabilities fit them better "
            "than they fit those of new patients"
        )
    return found


def made_from(bundle: Bundle) -> frozenset[str]:
    """Return the names of the datasets the bundle was made from; none where it does not say.

    Those of the bundle that it was fine-tuned from are among them.
    """
    return frozenset(name for data in learned_from(bundle) for name in _names(data))


def learned_from(bundle: Bundle) -> list[Mapping[str, Any]]:
    """Return what the bundle says of the data it was made from, then its start's, and so on."""
    found: list[Mapping[str, Any]] = []
    provenance: Any = bundle.provenance
    while isinstance(provenance, Mapping):
        data = provenance.get("data")
        if _tells(data):
            found.append(data)
        provenance = provenance.get("start")
    return found


def _tells(data: object) -> TypeGuard[Mapping[str, Any]]:
    return isinstance(data, Mapping) and bool(data.get("dataset"))


def _among(told: Sequence[Mapping[str, Any]], entries: Sequence[Entry]) -> Known:
    """Return which recordings are among those that descriptions of data name or list."""
    here = {entry.dataset for entry in entries}
    named = {name for data in told for name in _names(data)}
    unlisted = {name for data in told if RECORDINGS not in data for name in _names(data)}
    listed = {recording for data in told for recording in data.get(RECORDINGS, ())}
    again = [e.recording_id for e in entries if listed and _short_hash(e) in listed]
    return Known(
        datasets=tuple(sorted(here & (unlisted | named & PUBLISHED) - {OWN})),
        recordings=tuple(again),
        unlisted=OWN in unlisted and not here <= PUBLISHED,
    )


def _names(data: Mapping[str, Any]) -> list[str]:
    names: list[str] = data["dataset"].split(" + ")
    return names


def _short_hash(entry: Entry) -> str:
    return file_sha256(entry.path)[:N_DIGITS]
