"""Explain: one file → its answer, its beats, its average beat, and what the answer rests on."""

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Self

from auscult.audio import Channel, read_recording
from auscult.cycle import AverageBeat, MurmurInCycle, average_beat, murmur_in_cycle
from auscult.errors import ConfigError
from auscult.files import PAGES, check_page, write_atomically
from auscult.inference import Classifier, load_model
from auscult.inference.explain import explain as explain_answer
from auscult.inference.explanation import Explanation
from auscult.segment import Segmentation, Segmenter
from auscult.segment.tables import rounded
from auscult.types import Prediction, Recording
from auscult.verbs.segment import Heard, listen, make_segmenter

PICTURES = (".png", ".svg", ".pdf")


@dataclass(frozen=True, slots=True, eq=False)
class Explained:
    """Everything that can be said of one recording.

    ``murmur`` tells where in the cycle the murmur is, and is None where none is heard; ``model`` is
    the name of who answered.
    """

    prediction: Prediction
    heard: Heard
    beat: AverageBeat
    murmur: MurmurInCycle | None
    explanation: Explanation
    model: str

    @classmethod
    def unopened(cls, name: str, reason: str, model: str) -> Self:
        """Return what is said of a sound that could not be opened."""
        return cls(
            Prediction(name, "error", reason=reason),
            Heard(Segmentation(name, 0.0, reason=reason), readable=False),
            AverageBeat(reason=reason),
            None,
            Explanation(name, "", reason=reason),
            model,
        )


class Explainer:
    """A model and a segmenter, ready to explain.

    Parameters
    ----------
    classifier, find_states
        Both loaded.
    """

    def __init__(self, classifier: Classifier, find_states: Segmenter) -> None:
        self.bundle = classifier.bundle
        self._classifier = classifier
        self._find_states = find_states

    def __call__(self, recording: Recording, question: str | None = None) -> Explained:
        """Explain the answer to ``question``, by default the one that gives the label.

        Raises
        ------
        ConfigError
            If the model does not answer ``question``.
        """
        prediction = self._classifier.classify(recording)
        heard = listen(self._find_states, recording)
        spans = heard.segmentation.spans
        explanation = explain_answer(self._classifier, recording, spans, question)
        beat = average_beat(recording, spans)
        murmur = murmur_in_cycle(beat) if hears_murmur(prediction) else None
        return Explained(prediction, heard, beat, murmur, explanation, self.bundle.name)


def hears_murmur(prediction: Prediction) -> bool:
    """Say whether the label is a murmur, or one is more likely audible than not."""
    audible = prediction.answers.get("murmur", {}).get("present", 0.0)
    likely = audible > 0.5  # noqa: PLR2004 - a half
    return prediction.status == "ok" and (prediction.label == "murmur" or likely)


def explain(
    path: str | Path,
    *,
    out: str | Path | None = None,
    model: str = "default",
    segmenter: str = "network",
    question: str | None = None,
    channel: Channel = "auto",
) -> Explained:
    """Explain the answer for the sound at ``path``.

    Parameters
    ----------
    path
        A sound file.
    out
        Where to write it: a page (.html), a picture (.png, .svg, .pdf) or data (.json).
    model, segmenter
        A bundle's name or folder; a name of ``SEGMENTERS`` or a segmenter's bundle.
    question
        ``heard``, ``heard5``, ``murmur`` or ``refer``; by default what gives the label.
    channel
        As in :func:`auscult.audio.read_recording`.

    Raises
    ------
    ConfigError
        If ``out`` ends otherwise or the model does not answer ``question``.
    AudioError
        If the sound cannot be opened.
    BundleError, MissingExtraError
        If a model cannot be loaded, or a picture is asked for without matplotlib.
    """
    if out is not None:
        _check_ending(out)
    explainer = Explainer(load_model(model), make_segmenter(segmenter))
    recording = read_recording(path, channel=channel)
    told = explainer(recording, question)
    if out is not None:
        _write(told, recording, explainer.bundle.card, Path(out))
    return told


def report(
    path: str | Path,
    out: str | Path,
    *,
    model: str = "default",
    segmenter: str = "network",
    channel: Channel = "auto",
) -> Explained:
    """Write the report on one recording: everything on one page to print, sign and file.

    Parameters
    ----------
    path, model, segmenter, channel
        As in :func:`explain`.
    out
        A page, ``.html``.

    Raises
    ------
    ConfigError, AudioError, BundleError, MissingExtraError
        As in :func:`explain`.
    """
    check_page(out)
    return explain(path, out=out, model=model, segmenter=segmenter, channel=channel)


def as_data(told: Explained) -> dict[str, Any]:
    """Return what is said of one recording as JSON-ready data."""
    beat, prediction = told.beat, told.prediction
    data = {
        "path": prediction.source,
        "status": prediction.status,
        "reason": prediction.reason,
        "label": prediction.label,
        "model": told.model,
        "explanation": {k: v for k, v in told.explanation.as_data().items() if k != "path"},
        "murmur": None if told.murmur is None else told.murmur.as_data(),
        "average_beat": {
            "reason": beat.reason,
            "n_beats": beat.n_beats,
            "edges_s": beat.edges_s.tolist(),
            "envelope_db": beat.envelope_db.tolist(),
        },
        "rhythm": asdict(told.heard.rhythm),
    }
    plain: dict[str, Any] = rounded(data)
    return plain


def _check_ending(out: str | Path) -> None:
    if Path(out).suffix.lower() not in (*PAGES, *PICTURES, ".json"):
        raise ConfigError(f"{out}: ends in none of .html, .png, .svg, .pdf, .json")


def _write(told: Explained, recording: Recording, card: str, out: Path) -> None:
    """Write ``told`` in the form that the ending of ``out`` names."""
    if out.suffix.lower() == ".json":
        text = json.dumps(as_data(told), indent=1, ensure_ascii=False)
        write_atomically(out, f"{text}\n")
        return
    from auscult.reports import recording_page, save, save_page  # noqa: PLC0415 - optional
    from auscult.reports.plots import explanation_sheet  # noqa: PLC0415

    marks, tiles = told.heard.segmentation.marks, told.explanation.tiles
    if out.suffix.lower() in PICTURES:
        save(explanation_sheet(recording, tiles, marks, told.beat), out)
        return
    page = recording_page(
        recording,
        told.prediction,
        segmentation=told.heard.segmentation,
        rhythm=told.heard.rhythm,
        beat=told.beat,
        murmur=told.murmur,
        explanation=told.explanation,
        model_name=told.model,
        model_card=card,
    )
    save_page(page, out)
