"""What ``POST /v1/explain`` answers, as schemas with an example.

The fields are those of ``auscult explain --json``.
"""

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from auscult.inference.explanation import Tile
from auscult.segment import Rhythm

_TILE = {
    "start_s": 0.531,
    "end_s": 0.74,
    "low_hz": 110.0,
    "high_hz": 180.0,
    "phase": "systole",
    "drop": 1.99,
}
_EXAMPLE: dict[str, Any] = {
    "path": "visit-3.wav",
    "status": "ok",
    "reason": "",
    "label": "murmur",
    "model": "default",
    "explanation": {
        "question": "heard",
        "answer": "murmur",
        "probability": 0.91,
        "without": 0.31,
        "drop": 3.11,
        "sentence": "The murmur was heard between S1 and S2, at 110–280 Hz: with that lowered to "
        "the background, the probability falls from 91% to 31%.",
        "reason": "",
        "excerpt_s": None,
        "tiles": [_TILE],
        "parts": [{"phase": "systole", "low_hz": 110.0, "high_hz": 180.0, "drop": 1.99}],
    },
    "murmur": {
        "phase": "systolic",
        "timing": "holosystolic",
        "shape": "plateau",
        "pitch": "low",
        "pitch_hz": 138.0,
        "reason": "",
        "shares": {"timing": {"early-systolic": 0.1, "holosystolic": 0.86, "mid-systolic": 0.04}},
        "sentence": "In the cycle the murmur is systolic (holosystolic, plateau, low pitch, "
        "138 Hz).",
    },
    "average_beat": {
        "reason": "",
        "n_beats": 11,
        "edges_s": [0.0, 0.12, 0.33, 0.44, 0.83],
        "envelope_db": [-12.1, -8.4, 0.0],
    },
    "rhythm": {
        "n_beats": 12,
        "n_whole": 11,
        "rate_bpm": 72.0,
        "rate_low_bpm": 71.2,
        "rate_high_bpm": 72.9,
        "systole_ms": 328.0,
        "diastole_ms": 505.0,
        "s1_to_s2_db": 2.3,
        "sdnn_ms": 31.0,
        "early_at_s": [],
        "pauses_at_s": [],
    },
}


class Part(BaseModel):
    """A band in every S1, systole, S2 or diastole; in a slice of time where no beat is known."""

    phase: str = Field(description="The state; empty for a slice of time.")
    low_hz: float
    high_hz: float
    drop: float = Field(description="How far the log-odds fall without this part alone.")
    interval_s: tuple[float, float] | None = Field(None, description="Of a slice: start and end.")


class Explanation(BaseModel):
    """What the answer rests on."""

    question: str = Field(description="What the answer answers.")
    answer: str = Field(description="The most probable class; empty if there is none.")
    probability: float
    without: float = Field(description="The probability without everything that is marked.")
    drop: float = Field(description="How far the log-odds fall without everything marked.")
    sentence: str
    reason: str = Field(description="Why nothing is explained; else empty.")
    excerpt_s: tuple[float, float] | None = Field(
        description="From when to when of a long sound was looked at; null for all of it."
    )
    tiles: list[Tile] = Field(description="What is marked: rectangles of time and frequency.")
    parts: list[Part] = Field(description="Everything that was tried.")


class MurmurInCycle(BaseModel):
    """Where in the cycle the murmur is, and what it is like; empty where that is left open."""

    phase: str
    timing: str
    shape: str
    pitch: str
    pitch_hz: float | None = Field(description="The centre of its power from 80 to 800 Hz.")
    reason: str
    shares: dict[str, dict[str, float]] | None
    sentence: str


class Average(BaseModel):
    """The average of the beats."""

    reason: str = Field(description="Why there is none; else empty.")
    n_beats: int
    edges_s: list[float] = Field(description="Where S1, systole, S2, diastole begin; the end.")
    envelope_db: list[float] = Field(description="Level in equal steps over the cycle.")


class Explained(BaseModel):
    """What the answer to one sound rests on, as ``auscult explain --json`` prints it."""

    model_config = ConfigDict(json_schema_extra={"examples": [_EXAMPLE]})

    path: str = Field(description="The name it was sent with, without folders.")
    status: Literal["ok", "refused", "error"]
    reason: str
    label: str | None
    model: str
    explanation: Explanation
    murmur: MurmurInCycle | None = Field(description="None where no murmur is heard.")
    average_beat: Average
    rhythm: Rhythm


class ExplainResults(BaseModel):
    """One answer a sound, in the order sent."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"results": [_EXAMPLE]}]})

    results: list[Explained]
