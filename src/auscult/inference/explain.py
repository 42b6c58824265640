"""What an answer rests on: which part of the cardiac cycle, and which frequencies.

::

    sound ─ parts: four states × six bands ─ each taken out ─ model ─ drop of the log-odds
                                                │
            the part that lowers the answer most, then the next beside it … ─ marked ─ sentence

The model that ships is asked, as it ships; nothing is said of its inside. Taking out means lowering
to the background (:mod:`auscult.inference.occlusion`). Where no beat is known, the parts are slices
of time × three bands.

Conventions
-----------
drop   : log p/(1-p) of the answer with the sound whole, less that without a part
marked : parts that lower the answer most *together*, chosen one after another, four at most; none
         is marked that adds less than 0.1, nor any once the answer has fallen below one half

Of a sound longer than ``MOST_S`` only the stretch of that length is looked at in which the answer
to the whole is most probable, since the model is asked some sixty times.

A drop is not a cause in the body. Removing the marked parts lowers the answer more than removing as
much elsewhere: docs/results/explain.md measures by how much.

Source
------
Occlusion: Zeiler and Fergus, ECCV 2014, doi:10.1007/978-3-319-10590-1_53. Test by deletion: Petsiuk
et al., BMVC 2018.
"""

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

import numpy as np

from auscult.audio import resample
from auscult.errors import ConfigError
from auscult.inference.classifier import ARTIFACT, Classifier
from auscult.inference.explanation import Explanation, Part, log_odds
from auscult.inference.occlusion import Eraser
from auscult.types import STATES, Recording, Samples, StateSpan

MOST_S = 60.0
BANDS_HZ = (20.0, 60.0, 110.0, 180.0, 280.0, 420.0, 950.0)
WIDE_BANDS_HZ = (20.0, 110.0, 280.0, 950.0)
"""Bands where there is no rhythm."""
MOST_SLICES, SLICE_S = 8, 1.0
MOST_MARKED = 4
_CANDIDATES = 12
"""Parts tried beside those marked already: the ones that lowered the answer most by themselves."""
_LEAST_GAIN = 0.1
_LEAST_DROP = 0.5
"""Below this drop nothing is said to carry the answer: odds fall by less than two fifths."""


def explain(
    classifier: Classifier,
    recording: Recording,
    spans: Sequence[StateSpan] = (),
    question: str | None = None,
) -> Explanation:
    """Say what the most probable answer to ``question`` rests on.

    Parameters
    ----------
    classifier
        Whom to ask; some sixty times.
    recording
        The sound. One that is refused is not explained.
    spans
        Its states; without any, slices of time take their place.
    question
        One that the bundle answers; the one that gives the label by default.

    Raises
    ------
    ConfigError
        If the bundle does not answer ``question``.
    """
    question = question or classifier.bundle.question
    answers = classifier.answers(recording)
    if question not in answers:
        raise ConfigError(f"question={question!r} must be one of {', '.join(answers)}")
    gate, heard = classifier.bundle.gate, answers[classifier.bundle.question]
    is_artifact = max(heard, key=heard.__getitem__) == ARTIFACT
    if refused := gate.unheard(recording) if is_artifact else gate.reason(recording):
        return Explanation(recording.source, question, reason=str(refused))
    shares = answers[question]
    answer = max(shares, key=shares.__getitem__)
    whole = Explanation(recording.source, question, answer, shares[answer])
    if recording.duration_s <= MOST_S:
        return _Asker(classifier, recording, whole).explained(_parts(recording, spans))
    start_s, excerpt, share = _clearest(classifier, recording, whole)
    own = [
        replace(span, start_s=span.start_s - start_s, end_s=span.end_s - start_s)
        for span in spans
        if start_s <= span.start_s and span.end_s <= start_s + MOST_S
    ]
    whole = replace(whole, probability=share, excerpt_s=(start_s, start_s + MOST_S))
    return _Asker(classifier, excerpt, whole).explained(_parts(excerpt, own)).later(start_s)


def _clearest(
    classifier: Classifier, recording: Recording, whole: Explanation
) -> tuple[float, Recording, float]:
    """Return when the clearest stretch begins, the stretch, and the answer's probability there."""
    rate_hz = recording.rate_hz
    length = round(MOST_S * rate_hz)
    last = recording.samples.size - length
    starts = [*range(0, last, length // 2), last]
    stretches = [
        Recording(recording.samples[start : start + length], rate_hz, recording.source)
        for start in starts
    ]
    shares = [classifier.answers(each)[whole.question][whole.answer] for each in stretches]
    best = int(np.argmax(shares))
    return starts[best] / rate_hz, stretches[best], shares[best]


class _Asker:
    """Asks the model about one sound with parts of it taken out."""

    def __init__(self, classifier: Classifier, recording: Recording, whole: Explanation) -> None:
        self._classifier = classifier
        self._whole = whole
        self._rate_hz = max(each.frontend.rate_hz for each in classifier.bundle.listeners)
        samples = resample(recording.samples, recording.rate_hz, self._rate_hz)
        self._eraser = Eraser(samples, self._rate_hz)

    def explained(self, parts: Sequence[Part]) -> Explanation:
        """Return the explanation by ``parts``."""
        taken = [self._eraser.above(part.intervals, part.low_hz, part.high_hz) for part in parts]
        before = log_odds(self._whole.probability)
        drops = [before - self._odds_without(one) for one in taken]
        dropped = tuple(replace(p, drop=drop) for p, drop in zip(parts, drops, strict=True))
        marked, odds = self._together(taken, drops)
        if before - odds < _LEAST_DROP:
            return replace(self._whole, parts=dropped, without=self._whole.probability)
        chosen = tuple(dropped[at] for at in marked)
        return replace(
            self._whole, parts=dropped, marked=chosen, without=float(1 / (1 + np.exp(-odds)))
        )

    def _together(
        self, taken: Sequence[Samples], drops: Sequence[float]
    ) -> tuple[list[int], float]:
        """Return which parts lower the answer most together, and the log-odds left."""
        odds = log_odds(self._whole.probability)
        likely = [int(at) for at in np.argsort(drops)[::-1][:_CANDIDATES]]
        marked: list[int] = []
        gone = np.zeros_like(self._eraser.samples)
        known = {at: odds - drops[at] for at in likely}
        while likely and len(marked) < MOST_MARKED:
            left = known if not marked else {a: self._odds_without(gone + taken[a]) for a in likely}
            best = min(left, key=left.__getitem__)
            if odds - left[best] < _LEAST_GAIN:
                break
            odds, gone = left[best], gone + taken[best]
            marked.append(best)
            likely.remove(best)
            if odds < 0:
                break
        return marked, odds

    def _odds_without(self, taken: Samples) -> float:
        recording = Recording(self._eraser.samples - taken, self._rate_hz)
        shares = self._classifier.answers(recording)[self._whole.question]
        return log_odds(shares[self._whole.answer])


def _parts(recording: Recording, spans: Sequence[StateSpan]) -> list[Part]:
    """Return what is to be taken out, piece by piece."""
    if spans:
        phases = {state: [s for s in spans if s.state == state] for state in STATES}
        return [
            Part(state, low_hz, high_hz, tuple((s.start_s, s.end_s) for s in own))
            for state, own in phases.items()
            for low_hz, high_hz in pairwise(BANDS_HZ)
            if own
        ]
    n_slices = min(MOST_SLICES, max(1, int(recording.duration_s / SLICE_S)))
    edges_s = [float(t) for t in np.linspace(0, recording.duration_s, n_slices + 1)]
    return [
        Part("", low_hz, high_hz, (interval,))
        for interval in pairwise(edges_s)
        for low_hz, high_hz in pairwise(WIDE_BANDS_HZ)
    ]
