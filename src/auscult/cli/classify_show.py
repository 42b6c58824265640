"""What ``classify`` prints: a table of a few files; of many, counts and who got no answer."""

from collections import Counter
from collections.abc import Mapping, Sequence

import typer

from auscult.cli.show import console, table
from auscult.inference.forms import json_line
from auscult.inference.table import called_in_words
from auscult.inference.tally import UNREADABLE
from auscult.names import said_of, short_names
from auscult.types import Prediction

MAX_ROWS = 50
MAX_FAULTS = 20
LONGEST_KIND = 20
"""Letters of what a note is about, before its colon; a longer beginning is a sentence."""


class Shown:
    """Keeps what will be printed: some rows and some faults, however many files there are."""

    def __init__(self) -> None:
        self._rows: list[Prediction] = []
        self._noted: list[Prediction] = []
        self._faults: list[Prediction] = []
        self._n_faults = 0
        self._kinds: Counter[str] = Counter()

    def add(self, prediction: Prediction) -> None:
        """Take one answer."""
        if len(self._rows) <= MAX_ROWS:
            self._rows.append(prediction)
            self._noted += [prediction] * bool(prediction.reason or prediction.notes)
        if prediction.reason:
            self._n_faults += 1
            self._faults += [prediction] * (len(self._faults) < MAX_FAULTS)
        kinds = (note.partition(":")[0] for note in prediction.notes)
        self._kinds.update(kind if len(kind) <= LONGEST_KIND else "other" for kind in kinds)

    @property
    def _few(self) -> bool:
        return len(self._rows) <= MAX_ROWS

    def print(self, classes: Sequence[str], counts: Mapping[str, int], n_before: int) -> None:
        """Print the table if the files are few, the counts if they are many."""
        told = self._noted if self._few else self._faults
        names = short_names([each.source for each in (*self._rows, *told)])
        if self._few and self._rows:
            print_answers(self._rows, classes, names)
        if not self._few or n_before:
            said = ", ".join(f"{name} {n:,}" for name, n in counts.items() if n)
            console.print(f"{sum(counts.values()):,} recordings: {said}", soft_wrap=True)
        for prediction in told:
            print_reasons(prediction, names[prediction.source])
        if not self._few and self._n_faults > len(self._faults):
            console.print(f"… and {self._n_faults - len(self._faults):,} more; --out has them all")
        if not self._few and self._kinds:
            said = ", ".join(f"{kind} {n:,}" for kind, n in self._kinds.most_common())
            console.print(f"noted: {said}; --out says of which", soft_wrap=True)
        console.print("Not a medical device: an answer is no diagnosis.", style="dim")


def print_answers(
    rows: Sequence[Prediction], classes: Sequence[str], names: Mapping[str, str]
) -> None:
    """Print one row a recording; what is called, where anything was looked for."""
    called = ["called"] if any(p.called for p in rows) else []
    table(
        "",
        ["recording", "answer", *called, *classes, "length"],
        (
            [
                names[p.source],
                _answer(p),
                *(called_in_words(p) or "–" for _ in called),
                *(f"{p.probabilities[c]:.2f}" if p.status == "ok" else "–" for c in classes),
                "–" if p.duration_s is None else f"{p.duration_s:.1f} s",
            ]
            for p in rows
        ),
        left=2 + len(called),
    )


def _answer(prediction: Prediction) -> str:
    if prediction.label is None:
        return "refused" if prediction.status == "refused" else UNREADABLE
    return f"{prediction.label} (unsure)" if prediction.sure is False else prediction.label


def print_reasons(prediction: Prediction, name: str) -> None:
    """Print why there is no answer, and what was noticed."""
    for said in (prediction.reason, *prediction.notes):
        if said:
            told = said_of(name, prediction.source, said)
            console.print(told, markup=False, soft_wrap=True)


def print_json(prediction: Prediction, model: str) -> None:
    """Print one answer as a line of JSON."""
    typer.echo(json_line(prediction, model))
