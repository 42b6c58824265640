"""The report on one recording: what was heard, what the answer rests on, the beats, the limits.

Made to be read beside the sound, printed (the browser's "save as PDF") and filed. Who was heard,
when and where is left blank: it is typed on the page by whoever prints it, and never leaves it.
"""

from collections.abc import Mapping
from itertools import groupby
from types import MappingProxyType

from auscult.cycle import AverageBeat, MurmurInCycle
from auscult.inference.explanation import Explanation, Part
from auscult.reports import plots
from auscult.reports.about import limits_of, points
from auscult.reports.classes import SOUNDS_LIKE, TITLES
from auscult.reports.markup import (
    Html,
    audio,
    chip,
    element,
    grid,
    join,
    note,
    percent,
    share_bar,
    table,
    text,
    tiles,
)
from auscult.reports.page import Page, listen
from auscult.reports.style import PAGE_IN, SizeIn, class_roles
from auscult.segment import Rhythm, Segmentation
from auscult.segment.rhythm import NOT_TOLD
from auscult.types import Prediction, Recording

WIDE_IN: SizeIn = (2 * PAGE_IN[0] + 0.3, PAGE_IN[1])
_BLANKS = ("Name", "Date of birth", "Number", "Heard on", "Heard where", "Heard by")
_DASH = "—"
_ASKED: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "murmur": ("Murmur audible", "present"),
        "refer": ("Heart to be examined further", "abnormal"),
        "quality": ("Recording of poor quality", "poor"),
        "beats": ("Beats too unclear to be found", "unclear"),
    }
)
"""Further question → what it is called, and the answer whose probability is shown."""
_LIMITS = """\
One recording from one site is a moment of a heart. A murmur may be audible elsewhere only, and a \
normal sound excludes no disease.
Probabilities are those of recordings like the ones the model was trained and calibrated on; \
another stethoscope, another room or another age group can make them wrong.
What the answer rests on is measured by lowering parts of the sound to the background and asking \
again. It says what the model hears, not what the heart does.
Timing, shape and pitch are described as one expert described the murmurs of children in CirCor; \
of diastolic murmurs there were five, so their timing and shape are left open.""".splitlines()


def recording_page(
    recording: Recording,
    prediction: Prediction,
    *,
    segmentation: Segmentation,
    rhythm: Rhythm,
    beat: AverageBeat,
    murmur: MurmurInCycle | None,
    explanation: Explanation,
    model_name: str,
    model_card: str = "",
) -> str:
    """Return the page as HTML.

    Parameters
    ----------
    recording, prediction
        The sound and the answer.
    segmentation, rhythm, beat
        Its states, the rhythm they make, and the average of its beats.
    murmur
        Where in the cycle the murmur is; None where none is heard.
    explanation
        What the answer rests on.
    model_name, model_card
        Who answered, and its card; the sections on data and limits are shown.

    Raises
    ------
    MissingExtraError
        If matplotlib is not installed.
    """
    name = prediction.source.replace("\\", "/").rpartition("/")[2] or prediction.source
    page = Page("Heart sound report", f"{name} · judged by the model “{model_name}”.")
    page.add(_identity(), _facts(prediction, recording, rhythm))
    page.section("Answer", *_answer(prediction))
    page.section("Sound", _sound(page, recording, segmentation, explanation, name))
    page.section("What the answer rests on", *_explained(explanation))
    page.section("Average beat", *_beat(page, beat, murmur))
    page.section("Rhythm", *_rhythm(rhythm, segmentation))
    if told := limits_of(model_card):
        page.section("About the model", points(told))
    page.section("Limits", points(_LIMITS))
    return page.html()


def _identity() -> Html:
    """Return lines to be filled in; nothing typed is stored or sent."""
    fields = (
        element(
            "label",
            element("span", blank),
            element("input", type="text", autocomplete="off", spellcheck="false"),
        )
        for blank in _BLANKS
    )
    return element("form", *fields, class_="identity", aria_label="Who was heard")


def _facts(prediction: Prediction, recording: Recording, rhythm: Rhythm) -> Html:
    rate = _DASH if rhythm.rate_bpm is None else f"{rhythm.rate_bpm:.0f} /min"
    label = prediction.label
    answer = _DASH if label is None else TITLES.get(label, label)
    return tiles(
        [
            ("Answer", "Refused" if prediction.status == "refused" else answer),
            ("Probability", _DASH if label is None else percent(prediction.probabilities[label])),
            ("Heart rate", rate),
            ("Beats", rhythm.n_beats),
            ("Length", f"{recording.duration_s:.1f} s"),
            ("Sampling rate", f"{recording.rate_hz:,} Hz"),
        ]
    )


def _answer(prediction: Prediction) -> list[Html]:
    roles = class_roles(tuple(prediction.probabilities))
    bars = [
        share_bar(name, share, roles[name], strong=name == prediction.label)
        for name, share in prediction.probabilities.items()
    ]
    shown = element("div", *bars, class_="bars")
    notes = [note(said) for said in prediction.notes]
    if prediction.label is None:
        verdict = join(chip("refused", "warn"), element("div", prediction.reason, class_="reason"))
        return [verdict, *notes, shown, element("small", "scores only, not taken as a verdict")]
    meaning = SOUNDS_LIKE.get(prediction.label, "")
    said = chip(TITLES.get(prediction.label, prediction.label), roles[prediction.label])
    parts = [element("p", said), *([text(meaning)] if meaning else []), shown, *notes]
    further = [
        [title, percent(prediction.answers[question][name])]
        for question, (title, name) in _ASKED.items()
        if name in prediction.answers.get(question, {})
    ]
    if further:
        parts.append(table("Further questions", ["Asked", "Probability"], further))
    return parts


def _sound(
    page: Page,
    recording: Recording,
    segmentation: Segmentation,
    explanation: Explanation,
    name: str,
) -> Html:
    marks = segmentation.marks
    waveform = plots.waveform(recording, marks, size_in=WIDE_IN, title="")
    outlined = plots.explained(recording, explanation.tiles, marks, size_in=WIDE_IN, title="")
    said = "S1 and S2 as found." if marks else "No S1 and S2 could be told."
    pictures = (
        page.figure(waveform, f"Waveform. {said}", f"Waveform of {name}. {said}", wide=True),
        page.figure(
            outlined,
            "Spectrogram; what the answer rests on is outlined, the rest dimmed."
            if explanation.tiles
            else "Spectrogram.",
            f"Spectrogram of {name}. {explanation.sentence}",
            wide=True,
        ),
    )
    return listen(audio(recording, name), grid(*pictures))


def _explained(explanation: Explanation) -> list[Html]:
    parts = [text(element("strong", explanation.sentence))]
    if not explanation.parts:
        return parts
    rows = [
        [where, *(_drop(part, explanation) for part in own)]
        for where, own in ((k, list(g)) for k, g in groupby(explanation.parts, _where))
    ]
    bands = [f"{p.low_hz:.0f}–{p.high_hz:.0f} Hz" for p in explanation.parts]
    header = ["", *dict.fromkeys(bands)]
    caption = "How far the log-odds of the answer fall when a part alone is lowered; marked in bold"
    advice = text(
        "A part that lowers the answer spoke for it; one that raises it (a negative number) spoke "
        "against. For “normal”, a marked pause is the quiet that other parts are compared with."
    )
    return [*parts, table(caption, header, rows), advice]


def _where(part: Part) -> str:
    start_s, end_s = part.intervals[0]
    return part.phase or f"{start_s:.1f}–{end_s:.1f} s"


def _drop(part: Part, explanation: Explanation) -> Html | str:
    number = f"{part.drop:+.2f}".replace("-", "\N{MINUS SIGN}")
    return element("span", number, class_="best") if part in explanation.marked else number


def _beat(page: Page, beat: AverageBeat, murmur: MurmurInCycle | None) -> list[Html]:
    if beat.reason:
        return [text(f"There is none: {beat.reason}.")]
    said = [] if murmur is None else [_murmur(murmur)]
    caption = (
        "Median of the beats, laid over each other state by state; the band holds the middle half "
        "of them. What comes only once is outvoted."
    )
    picture = page.figure(
        plots.average_beat(beat, size_in=(1.5 * PAGE_IN[0], 1.6 * PAGE_IN[1])),
        caption,
        f"Envelope and spectrogram of the average of {beat.n_beats} beats; S1 and S2 shaded.",
        wide=True,
    )
    return [*said, grid(picture)]


def _murmur(murmur: MurmurInCycle) -> Html:
    rows = [
        [question, ", ".join(f"{a} {s:.0%}" for a, s in sorted(of.items(), key=lambda x: -x[1]))]
        for question, of in (murmur.shares or {}).items()
    ]
    caption = "Shares of the answers, all having been equally likely beforehand"
    shares = table(caption, ["Asked", "Shares"], rows, numeric=False)
    return join(text(element("strong", murmur.sentence)), shares)


def _rhythm(rhythm: Rhythm, segmentation: Segmentation) -> list[Html]:
    interval = ""
    if rhythm.rate_low_bpm is not None and rhythm.rate_high_bpm is not None:
        interval = f"{rhythm.rate_low_bpm:.0f} to {rhythm.rate_high_bpm:.0f}"
    rows: list[list[object]] = [
        ["Heart rate (/min)", _number(rhythm.rate_bpm), interval],
        ["S1 to S2, median (ms)", _number(rhythm.systole_ms), ""],
        ["S2 to S1, median (ms)", _number(rhythm.diastole_ms), ""],
        ["S1 louder than S2 by (dB)", _number(rhythm.s1_to_s2_db, 1), ""],
        ["Standard deviation of the cycles (ms)", _number(rhythm.sdnn_ms), ""],
        ["Beats that came early", len(rhythm.early_at_s), _times(rhythm.early_at_s)],
        ["Beats followed by a pause", len(rhythm.pauses_at_s), _times(rhythm.pauses_at_s)],
    ]
    reason = [note(segmentation.reason)] if segmentation.reason else []
    untold = "; ".join(f"{name}: {why}" for name, why in NOT_TOLD.items())
    header = ["Measure", "Value", "95 % interval, or at (s)"]
    return [*reason, table("Rhythm of the beats found", header, rows), note(f"Not told: {untold}.")]


def _number(value: float | None, decimals: int = 0) -> str:
    return _DASH if value is None else f"{value:.{decimals}f}"


def _times(times_s: tuple[float, ...]) -> str:
    return ", ".join(f"{time_s:.1f}" for time_s in times_s)
