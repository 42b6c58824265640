"""What is answered, as schemas with examples.

The fields are those of ``auscult classify --json`` and ``auscult segment --json``; the functions
that write those (``as_data``) write these answers too, and a test holds the schemas to them.
"""

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from auscult.segment import Beat, Rhythm
from auscult.types import StateSpan

_CLASSIFIED = {
    "path": "visit-3.wav",
    "status": "ok",
    "reason": "",
    "label": "murmur",
    "confidence": 0.91,
    "sure": True,
    "probabilities": {"artifact": 0.02, "murmur": 0.91, "normal": 0.07},
    "answers": {"refer": {"normal": 0.12, "abnormal": 0.88}},
    "duration_s": 12.0,
    "rate_hz": 4000,
    "model": "default",
    "notes": [],
}
_BEAT = {
    "s1_s": 0.412,
    "s2_s": 0.74,
    "systole_s": 0.328,
    "diastole_s": 0.505,
    "cycle_s": 0.833,
    "s1_to_s2_db": 2.3,
    "confidence": 0.97,
}
_RHYTHM = {
    "n_beats": 14,
    "n_whole": 13,
    "rate_bpm": 72.0,
    "rate_low_bpm": 71.2,
    "rate_high_bpm": 72.9,
    "systole_ms": 328.0,
    "diastole_ms": 505.0,
    "s1_to_s2_db": 2.3,
    "sdnn_ms": 31.0,
    "early_at_s": [],
    "pauses_at_s": [],
}
_SEGMENTED = {
    "path": "visit-3.wav",
    "duration_s": 12.0,
    "reason": "",
    "rhythm": _RHYTHM,
    "beats": [_BEAT],
    "states": [{"state": "S1", "start_s": 0.412, "end_s": 0.536, "confidence": 0.98}],
}
_MODEL = {
    "name": "default",
    "task": "classify",
    "classes": ["artifact", "murmur", "normal"],
    "questions": ["heard"],
    "figures": {"accuracy": {"value": 0.8, "low": 0.75, "high": 0.84}},
    "digest": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
    "card": "# default …",
}


def _with(example: dict[str, Any]) -> ConfigDict:
    return ConfigDict(json_schema_extra={"examples": [example]})


class Classified(BaseModel):
    """What one sound is, as ``auscult classify --json`` prints it."""

    model_config = _with(_CLASSIFIED)

    path: str = Field(description="The name it was sent with, without folders.")
    status: Literal["ok", "refused", "error"] = Field(
        description="Judged; opened but not fit to be judged; or not opened."
    )
    reason: str = Field(description="Why it was refused or not opened; empty if it was judged.")
    label: str | None = Field(description="The most probable class; none unless judged.")
    confidence: float | None = Field(description="The probability of the label.")
    sure: bool | None = Field(
        description="Whether the label is as probable as most labels of unseen recordings are; "
        "null where there is no label, or the model does not say."
    )
    probabilities: dict[str, float] = Field(description="Class → probability; they sum to 1.")
    answers: dict[str, dict[str, float]] = Field(
        description="Further question the model knows → class → probability."
    )
    duration_s: float | None = Field(description="Length in seconds.")
    rate_hz: int | None = Field(description="Samples per second, as sent.")
    model: str = Field(description="Which model judged.")
    notes: list[str] = Field(description="What was noticed or chosen when it was opened.")


class Segmented(BaseModel):
    """Where the heart sounds of one sound lie, as ``auscult segment --json`` prints it."""

    model_config = _with(_SEGMENTED)

    path: str = Field(description="The name it was sent with, without folders.")
    duration_s: float = Field(description="Length in seconds; 0 if it was not opened.")
    reason: str = Field(description="Why part or all of it could not be told; else empty.")
    rhythm: Rhythm = Field(description="Rate, durations, irregular beats.")
    beats: list[Beat] = Field(description="One a cardiac cycle, in order of time.")
    states: list[StateSpan] = Field(description="S1, systole, S2, diastole, in order of time.")


class ClassifyResults(BaseModel):
    """One answer a sound, in the order sent."""

    model_config = _with({"results": [_CLASSIFIED]})

    results: list[Classified]


class SegmentResults(BaseModel):
    """One answer a sound, in the order sent."""

    model_config = _with({"results": [_SEGMENTED]})

    results: list[Segmented]


class Model(BaseModel):
    """A model that this service answers with."""

    model_config = _with(_MODEL)

    name: str
    task: Literal["classify", "segment"] = Field(description="The route that it answers.")
    classes: list[str]
    questions: list[str] = Field(description="What it answers; the first gives the label.")
    figures: dict[str, Any] = Field(description="How well it does on new patients.")
    digest: str = Field(description="SHA-256 of everything it is made of.")
    card: str = Field(description="Its card: data, figures, limits (Markdown).")


class Models(BaseModel):
    """Every model that this service answers with."""

    model_config = _with({"models": [_MODEL]})

    models: list[Model]


class Health(BaseModel):
    """That the service runs."""

    model_config = _with({"status": "ok", "version": "0.1.0"})

    status: Literal["ok"]
    version: str
