"""A dataset as one page: how much of what, how long, and what each class looks and sounds like.

Everything comes in as values; whoever calls has read the folder and opened the sounds.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import median

from auscult.datasets import Card, Defect
from auscult.reports import plots
from auscult.reports.classes import SOUNDS_LIKE, TITLES
from auscult.reports.looking import look
from auscult.reports.markup import (
    Html,
    audio,
    chip,
    element,
    grid,
    join,
    table,
    text,
    tiles,
    warning,
)
from auscult.reports.page import Page, listen
from auscult.reports.style import PAGE_IN, class_roles
from auscult.types import Entry, Mark, Recording

UNLABELLED = "unlabelled"
_SECONDS_A_MINUTE = 60


@dataclass(frozen=True, slots=True)
class RecordingFacts:
    """What the head of a sound file says: length in seconds and samples per second."""

    duration_s: float
    rate_hz: int


@dataclass(frozen=True, slots=True, eq=False)
class ExampleRecording:
    """One recording that stands for its class.

    Parameters
    ----------
    name
        What to call it.
    recording
        What is drawn.
    marks
        Its S1 and S2, where they are known.
    found
        Whether ``marks`` were found by a segmenter; otherwise they were published.
    reason
        Why some or all S1 and S2 were not found, as a sentence without its stop.
    listening
        What is played, when it is not ``recording`` itself (louder, or at a common rate); it must
        be as long.
    """

    name: str
    recording: Recording
    marks: tuple[Mark, ...] = ()
    found: bool = False
    reason: str = ""
    listening: Recording | None = None

    @property
    def known(self) -> str:
        """What is known of its S1 and S2, in a sentence or two."""
        if self.marks and not self.found:
            return "S1 and S2 marked as published."
        said = ["S1 and S2 marked as found." if self.marks else "Its S1 and S2 are not published."]
        if self.reason:
            said.append(f"{self.reason[0].upper()}{self.reason[1:]}.")
        return " ".join(said)


def explore_page(
    entries: Sequence[Entry],
    facts: Mapping[str, RecordingFacts],
    examples: Mapping[str, ExampleRecording],
    *,
    card: Card,
    defects: Sequence[Defect] = (),
) -> str:
    """Return the page as HTML.

    Parameters
    ----------
    entries
        Every recording of the dataset; at least one has a label.
    facts
        Recording id → length and rate. Recordings that could not be opened are left out, and the
        page says how many.
    examples
        Class → the recording shown for it, in the order to be shown.
    card
        Name, licence and citation of the dataset.
    defects
        Known faults to list.

    Raises
    ------
    MissingExtraError
        If matplotlib is not installed.
    """
    page = Page(card.title, "What is in the dataset, and what each class looks and sounds like.")
    if card.caution:
        page.add(warning("Whose recordings these are", [card.caution]))
    page.add(_counts(entries, facts))
    page.section("Classes", *_classes(page, entries))
    page.section("Durations and sampling rates", *_lengths(page, entries, facts))
    roles = class_roles(tuple(examples))
    for label, example in examples.items():
        page.section(TITLES.get(label, label), *_example(page, label, example, roles[label]))
    if defects:
        page.section("Known faults", _faults(defects))
    page.section("Source", *_source(card))
    return page.html()


def _counts(entries: Sequence[Entry], facts: Mapping[str, RecordingFacts]) -> Html:
    labelled = [entry for entry in entries if entry.label is not None]
    minutes = sum(fact.duration_s for fact in facts.values()) / _SECONDS_A_MINUTE
    counts = [
        ("Recordings", f"{len(entries):,}"),
        ("With a label", f"{len(labelled):,}"),
        ("Without a label", f"{len(entries) - len(labelled):,}"),
        ("Classes", len({entry.label for entry in labelled})),
        ("Groups", f"{len({entry.group for entry in entries}):,}"),
        ("Sound", f"{minutes:,.0f} min"),
    ]
    if unread := len(entries) - len(facts):
        counts.append(("Could not be opened", f"{unread:,}"))
    return tiles(counts)


def _by_subset(entries: Sequence[Entry]) -> dict[str, Counter[str]]:
    counts: dict[str, Counter[str]] = {}
    for entry in sorted(entries, key=lambda entry: entry.subset):
        counts.setdefault(entry.subset, Counter())[entry.label or UNLABELLED] += 1
    return counts


def _classes(page: Page, entries: Sequence[Entry]) -> list[Html]:
    total = Counter(entry.label for entry in entries if entry.label is not None).most_common()
    of_subset = _by_subset(entries)
    said = ", ".join(f"{name} {count}" for name, count in total)
    names = [name for name, _ in total]
    if any(UNLABELLED in counts for counts in of_subset.values()):
        names.append(UNLABELLED)
    bars = {s: {name: counts[name] for name in names} for s, counts in of_subset.items()}
    roles = class_roles(tuple(names))
    rows = (
        [chip(name, roles[name]), *(f"{c[name]:,}" for c in bars.values()),
         f"{sum(c[name] for c in bars.values()):,}"]
        for name in names
    )  # fmt: skip
    return [
        grid(
            page.figure(
                plots.class_balance_pie(dict(total), size_in=PAGE_IN),
                "Share of each class among the labelled recordings.",
                f"Ring chart of labelled recordings: {said}.",
            ),
            page.figure(
                plots.class_balance_bars(bars, size_in=PAGE_IN),
                "Recordings of each class in each subset.",
                f"Bar charts for {', '.join(bars)}; the table below has the numbers.",
            ),
        ),
        table("Recordings by class and subset", ["Class", *bars, "All"], rows),
    ]


def _lengths(
    page: Page, entries: Sequence[Entry], facts: Mapping[str, RecordingFacts]
) -> list[Html]:
    opened = [
        (entry, facts[entry.recording_id]) for entry in entries if entry.recording_id in facts
    ]
    of_class: dict[str, list[float]] = {}
    of_rate: dict[tuple[str, int], list[float]] = {}
    for entry, fact in sorted(opened, key=lambda pair: pair[0].label or "~"):
        of_class.setdefault(entry.label or UNLABELLED, []).append(fact.duration_s)
        of_rate.setdefault((entry.subset, fact.rate_hz), []).append(fact.duration_s)
    if not opened:
        return [text("No recording could be opened.")]
    said = ", ".join(f"{name} {median(values):.1f} s" for name, values in of_class.items())
    rows = (
        [subset, f"{rate_hz:,}", f"{len(values):,}", *map("{:.1f}".format, _spread(values))]
        for (subset, rate_hz), values in sorted(of_rate.items())
    )
    size_in = (PAGE_IN[0], max(PAGE_IN[1], 0.7 * len(of_class) + 0.6))
    header = ["Subset", "Rate (Hz)", "Recordings", "Shortest (s)", "Median (s)", "Longest (s)"]
    return [
        grid(
            page.figure(
                plots.durations(of_class, size_in=size_in),
                "Duration of the recordings of each class. Where classes differ in length or rate, "
                "a model can learn that instead of the heart.",
                f"Histograms of duration a class, with medians: {said}.",
            ),
            table("Sampling rates and durations", header, rows),
        )
    ]


def _spread(values: Sequence[float]) -> tuple[float, float, float]:
    return min(values), median(values), max(values)


def _example(page: Page, label: str, example: ExampleRecording, role: str) -> list[Html]:
    recording, marks = example.recording, example.marks
    meta = element(
        "p",
        chip(label, role),
        element("span", example.name),
        element("span", f"{recording.duration_s:.1f} s"),
        element("span", f"{recording.rate_hz:,} Hz"),
        element("span", example.known),
        class_="meta",
    )
    pictures = look(page, recording, example.name, tuple(plots.PLOTS), marks)
    player = audio(example.listening or recording, example.name)
    described = [text(SOUNDS_LIKE[label])] if label in SOUNDS_LIKE else []
    return [*described, meta, listen(player, pictures)]


def _faults(defects: Sequence[Defect]) -> Html:
    rows = ([d.kind, ", ".join(d.recording_ids), d.note] for d in defects)
    header = ["Kind", "Recordings", "What is known"]
    return table("Faults of the published data, known and handled", header, rows, numeric=False)


def _source(card: Card) -> list[Html]:
    pairs = (
        ("Cite", card.citation),
        ("Published at", card.address),
        ("Terms", card.licence),
        ("What a group is", card.subject_key),
    )
    return [text(element("strong", name), ": ", value) for name, value in pairs] or [join()]
