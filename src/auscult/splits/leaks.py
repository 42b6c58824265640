"""How much of a split's test part is known to its training part."""

from collections.abc import Sequence
from dataclasses import dataclass

from auscult.splits.rows import Row
from auscult.types import Split

NO_MEASURE = "the figures below are no measure of new patients"


@dataclass(frozen=True, slots=True)
class Leaks:
    """Test rows with a copy of the same recording, or with a group mate, in training.

    ``n_watched_group`` counts those whose only group mates stop the training.
    """

    n_test: int
    n_same_recording: int
    n_same_group: int
    stops_on_test: bool
    n_watched_group: int = 0

    @property
    def is_clean(self) -> bool:
        """No test row is known to the training in any of these ways."""
        found = self.n_same_recording or self.n_same_group or self.n_watched_group
        return not (found or self.stops_on_test)

    def sentences(self) -> tuple[str, ...]:
        """Say what leaks; nothing when nothing does."""
        if self.is_clean:
            return ()
        of_test = f"of {self.n_test} test rows"
        counted = (
            (self.n_same_recording, "have a copy of the same recording in training"),
            (self.n_same_group, "share a patient or session with the training part"),
            (self.n_watched_group, "share a patient or session with what stops the training"),
        )
        said = tuple(f"{n} {of_test} {words}" for n, words in counted if n)
        stops = ("early stopping looks at rows that are scored",) if self.stops_on_test else ()
        return (*said, *stops, NO_MEASURE)


def count_leaks(rows: Sequence[Row], split: Split) -> Leaks:
    """Compare the test rows of ``split`` with its training rows."""
    by_id = {row.row_id: row for row in rows}
    recordings = {by_id[i].recording_id for i in split.train}
    groups = {by_id[i].group for i in split.train}
    watched = {by_id[i].group for i in split.validation if not split.stops_on_test} - groups
    test = [by_id[i] for i in split.test]
    return Leaks(
        n_test=len(test),
        n_same_recording=sum(row.recording_id in recordings for row in test),
        n_same_group=sum(row.group in groups for row in test),
        stops_on_test=split.stops_on_test,
        n_watched_group=sum(row.group in watched for row in test),
    )
