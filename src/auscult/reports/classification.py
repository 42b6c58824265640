"""What was heard: one table of verdicts, then each recording to listen to and look at."""

from collections import Counter
from collections.abc import Mapping, Sequence

from auscult.cycle import AverageBeat
from auscult.inference.table import called_in_words
from auscult.names import short_names
from auscult.reports.about import limits_of, points
from auscult.reports.looking import look
from auscult.reports.markup import (
    Html,
    audio,
    chip,
    element,
    grid,
    join,
    note,
    share_bar,
    table,
    tiles,
)
from auscult.reports.page import Page, listen
from auscult.reports.plots import average_beat
from auscult.reports.style import class_roles
from auscult.segment import Segmentation
from auscult.types import Mark, Prediction, Recording

_MOST_LISTED = 12
_DASH = "—"
_ORDER = "Worst first: refused, then not readable, then the least sure."
_NO_ANSWER = {"refused": "refused", "error": "unreadable"}


def classification_page(
    predictions: Sequence[Prediction],
    recordings: Mapping[str, Recording],
    *,
    model_name: str,
    model_card: str = "",
    counts: Mapping[str, int] | None = None,
    beats: Mapping[str, tuple[Segmentation, AverageBeat]] | None = None,
) -> str:
    """Return the page as HTML.

    Parameters
    ----------
    predictions
        One for each sound, judged, refused or unreadable, the worst first: the page says so.
    recordings
        ``Prediction.source`` → sound. Those given get a player, a waveform and a spectrogram; each
        adds a few hundred kilobytes to the page.
    model_name
        Which model judged.
    model_card
        Its card; the section on limits is shown.
    counts
        How many sounds got which answer, where ``predictions`` are only some of them.
    beats
        ``Prediction.source`` → its states and its average beat, marked and shown.

    Raises
    ------
    MissingExtraError
        If matplotlib is not installed.
    """
    roles = class_roles(tuple(dict.fromkeys(name for p in predictions for name in p.probabilities)))
    names = short_names([prediction.source for prediction in predictions])
    page = Page("Heart sounds, classified", f"Judged by {model_name}.")
    counts = _counts(predictions) if counts is None else counts
    page.add(_tiles(counts))
    page.section("Verdicts", _verdicts(predictions, names, roles), _left_out(predictions, counts))
    for prediction in predictions:
        if prediction.source in recordings:
            recording, name = recordings[prediction.source], names[prediction.source]
            marks, average = _beats(page, name, (beats or {}).get(prediction.source))
            pictures = look(page, recording, name, ("waveform", "spectrogram"), marks)
            page.section(
                name,
                _summary(prediction, recording, roles),
                listen(audio(recording, name), pictures),
                average,
                listed=len(recordings) <= _MOST_LISTED,
            )
    if told := limits_of(model_card):
        page.section("About the model", points(told))
    return page.html()


def _beats(
    page: Page, name: str, heard: tuple[Segmentation, AverageBeat] | None
) -> tuple[tuple[Mark, ...], Html]:
    """Return the marks, and the picture of the average beat or the reason why there is none."""
    if heard is None:
        return (), join()
    segmentation, beat = heard
    if beat.reason:
        return segmentation.marks, element("p", f"No average beat: {beat.reason}.", class_="reason")
    caption = f"Average of {beat.n_beats} beats: envelope and spectrogram, S1 and S2 shaded."
    picture = page.figure(average_beat(beat, title=""), caption, f"{caption} {name}")
    return segmentation.marks, grid(picture)


def _counts(predictions: Sequence[Prediction]) -> Counter[str]:
    return Counter(p.label or _NO_ANSWER[p.status] for p in predictions)


def _tiles(counts: Mapping[str, int]) -> Html:
    shown: list[tuple[str, object]] = [("Sounds", f"{sum(counts.values()):,}")]
    answers = Counter({name: n for name, n in counts.items() if name not in _NO_ANSWER.values()})
    shown += [(name, f"{n:,}") for name, n in answers.most_common()]
    if n_refused := counts.get("refused", 0):
        shown.append(("Refused", f"{n_refused:,}"))
    if n_unreadable := counts.get("unreadable", 0):
        shown.append(("Not readable", f"{n_unreadable:,}"))
    return tiles(shown)


def _left_out(predictions: Sequence[Prediction], counts: Mapping[str, int]) -> Html | str:
    n_more = sum(counts.values()) - len(predictions)
    return note(f"{n_more:,} sounds with surer answers are not listed here.") if n_more else ""


def _verdicts(
    predictions: Sequence[Prediction], names: Mapping[str, str], roles: Mapping[str, str]
) -> Html:
    rows = (
        [
            names[p.source],
            _verdict(p, roles),
            _bars(p, roles),
            _DASH if p.duration_s is None else f"{p.duration_s:.1f} s",
        ]
        for p in predictions
    )
    header = ["Sound", "Verdict", "Probability of each class", "Duration"]
    return table(_ORDER, header, rows, numeric=False)


def _verdict(prediction: Prediction, roles: Mapping[str, str]) -> Html:
    words = called_in_words(prediction)
    told = (f"called: {words}", *prediction.notes) if words else prediction.notes
    noticed = [element("div", said, class_="reason") for said in told]
    if prediction.label is not None:
        unsure = element("span", " unsure", class_="reason") if prediction.sure is False else ""
        return join(chip(prediction.label, roles[prediction.label]), unsure, *noticed)
    name = "refused" if prediction.status == "refused" else "not readable"
    reason = element("div", prediction.reason, class_="reason")
    return join(chip(name, "warn"), reason, *noticed)


def _bars(prediction: Prediction, roles: Mapping[str, str]) -> Html:
    if not prediction.probabilities:
        return join(_DASH)
    bars = (
        share_bar(name, share, roles[name], strong=name == prediction.label)
        for name, share in prediction.probabilities.items()
    )
    unused = "" if prediction.label else element("small", "scores only, not taken as a verdict")
    return element("div", *bars, unused, class_="bars")


def _summary(prediction: Prediction, recording: Recording, roles: Mapping[str, str]) -> Html:
    rate_bpm = prediction.heart_rate_bpm
    meta = element(
        "p",
        element("span", f"{recording.duration_s:.1f} s"),
        element("span", f"{recording.rate_hz:,} Hz"),
        "" if rate_bpm is None else element("span", f"{rate_bpm:.0f} beats a minute"),
        class_="meta",
    )
    return join(element("div", _verdict(prediction, roles)), meta, _bars(prediction, roles))
