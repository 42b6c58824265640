"""What a stream says each time: of which seconds, what is heard, which beats are new.

Conventions
-----------
times  : seconds from the start of the stream
levels : root mean square about the mean, in dB relative to full scale (dBFS)
"""

from dataclasses import asdict, dataclass, fields, replace
from typing import Any

from auscult.inference.table import as_data as prediction_data
from auscult.segment import Rhythm
from auscult.segment.tables import rounded
from auscult.types import Mark, Prediction


@dataclass(frozen=True, slots=True)
class Update:
    """The state of a stream after so many seconds.

    Parameters
    ----------
    heard_s
        How much sound has come.
    from_s
        Where the window begins that prediction and rhythm are about; it ends at ``heard_s``.
    level_dbfs, clipped
        Of the last hop: its level, and the share of its samples that are at full scale.
    prediction
        What ``classify`` says of the window: class, probabilities, answers to further questions,
        or why it cannot be judged.
    onsets
        S1 and S2 that are settled now and have not been told before, in order of time.
    rhythm, rhythm_reason
        Rate and durations in the window; why part or all of it could not be told.
    is_last
        Whether the stream has ended.
    """

    heard_s: float
    from_s: float
    level_dbfs: float
    clipped: float
    prediction: Prediction
    onsets: tuple[Mark, ...]
    rhythm: Rhythm
    rhythm_reason: str = ""
    is_last: bool = False


def later(rhythm: Rhythm, by_s: float) -> Rhythm:
    """Return ``rhythm`` with its times counted from ``by_s`` earlier."""
    return replace(
        rhythm,
        early_at_s=tuple(by_s + at_s for at_s in rhythm.early_at_s),
        pauses_at_s=tuple(by_s + at_s for at_s in rhythm.pauses_at_s),
    )


def as_data(update: Update, model: str) -> dict[str, Any]:
    """Return ``update`` as JSON-ready data; the prediction as ``classify --json`` writes it."""
    told = {f.name: getattr(update, f.name) for f in fields(update) if f.name != "prediction"}
    onsets = [asdict(mark) for mark in update.onsets]
    data: dict[str, Any] = rounded({**told, "onsets": onsets, "rhythm": asdict(update.rhythm)})
    return {**data, "prediction": prediction_data(update.prediction, model)}
