"""``GET /v1/reference``: sounds to learn by, made on the spot with their exact truth.

Each is a preset of the synthesiser; what a textbook says of it stands in the table below. The same
name and seed give the same samples; another seed gives another take of the same heart.
"""

from collections.abc import Mapping
from functools import lru_cache
from types import MappingProxyType
from typing import Annotated, Any, Literal, NamedTuple

from fastapi import APIRouter, Path, Query
from fastapi.responses import JSONResponse, Response
from pydantic import BaseModel, ConfigDict, Field
from starlette.exceptions import HTTPException

from auscult.audio import wav_bytes
from auscult.serve.problems import described
from auscult.synth import PRESETS, HeartSound, Synthetic, synthesise
from auscult.types import Mark

RATE_HZ = 8_000
MAX_SEED = 999
_KEPT = 32


class Lesson(NamedTuple):
    """What is to be heard, and where on the chest it would be."""

    title: str
    group: Literal["normal", "extra sounds", "rhythm", "murmurs", "noise"]
    about: str
    where: str = ""


_APEX = "Apex, left side, with the bell"
_BASE = "Left breastbone, second rib space"

LESSONS: Mapping[str, Lesson] = MappingProxyType(
    {
        "normal": Lesson(
            "Normal heart",
            "normal",
            "Two sounds a beat: S1, lower and longer, then S2, higher and shorter. Systole between "
            "them is shorter than the diastole that follows, and both are silent.",
            "Anywhere; S1 is louder at the apex, S2 at the base",
        ),
        "normal-child": Lesson(
            "Normal heart of a child",
            "normal",
            "Faster, about 105 beats a minute, and quickening as the child breathes in. Diastole "
            "shortens most, so the rhythm comes closer to even steps.",
        ),
        "normal-noisy": Lesson(
            "Normal heart in a noisy room",
            "normal",
            "The same two sounds under rubbing, mains hum and somebody talking. What repeats with "
            "every beat is the heart; what does not is the room.",
        ),
        "split-s2": Lesson(
            "Widely split S2",
            "extra sounds",
            "S2 stutters: the pulmonary valve closes 55 ms after the aortic one, breathing in or "
            "out. A fixed wide split is heard with a hole between the atria.",
            _BASE,
        ),
        "s3": Lesson(
            "Third heart sound (S3)",
            "extra sounds",
            "A dull thud early in diastole, soon after S2, as the ventricle fills fast: "
            "“ken-tuc-ky”. Common in the young; in the old a sign of failure.",
            _APEX,
        ),
        "s4": Lesson(
            "Fourth heart sound (S4)",
            "extra sounds",
            "A dull thud just before S1, as the atrium pushes into a stiff ventricle: “ten-nes-"
            "see”.",
            _APEX,
        ),
        "extrasystole": Lesson(
            "Extrasystoles",
            "rhythm",
            "Every fifth beat comes too early, and a pause follows it before the rhythm goes on.",
        ),
        "bigeminy": Lesson(
            "Bigeminy",
            "rhythm",
            "Every second beat comes too early: beats in pairs, with a pause after each pair.",
        ),
        "innocent-murmur": Lesson(
            "Innocent murmur",
            "murmurs",
            "Soft, short, early in systole, rather humming than blowing. Frequent in healthy "
            "children.",
            "Left breastbone, third and fourth rib space",
        ),
        "aortic-stenosis": Lesson(
            "Aortic stenosis",
            "murmurs",
            "Harsh; swells and fades in mid-systole like a diamond, with a gap before a soft S2.",
            "Right breastbone, second rib space; carried to the neck",
        ),
        "mitral-regurgitation": Lesson(
            "Mitral regurgitation",
            "murmurs",
            "Blows evenly through the whole of systole, up to S2; an S3 may follow.",
            "Apex; carried to the armpit",
        ),
        "mitral-prolapse": Lesson(
            "Mitral valve prolapse",
            "murmurs",
            "Systole begins clean; the murmur grows in its second half, up to S2.",
            "Apex",
        ),
        "aortic-regurgitation": Lesson(
            "Aortic regurgitation",
            "murmurs",
            "A high sigh that begins with S2 and dies away in early diastole; blood rushing back "
            "out adds a soft murmur in mid-systole.",
            "Left breastbone, third rib space, leaning forward",
        ),
        "mitral-stenosis": Lesson(
            "Mitral stenosis",
            "murmurs",
            "A low rumble in mid-diastole that swells again just before a loud S1. Easily missed.",
            _APEX,
        ),
        "continuous": Lesson(
            "Open ductus (PDA)",
            "murmurs",
            "Like a machine: runs through systole and diastole without a break, loudest at S2.",
            "Below the left collarbone",
        ),
        "artifact-handling": Lesson(
            "Handling noise",
            "noise",
            "Knocks and rubbing of a stethoscope that is not held still.",
        ),
        "artifact-speech": Lesson(
            "Somebody speaks", "noise", "A voice and the room; no heart is to be heard."
        ),
        "artifact-feedback": Lesson(
            "Feedback", "noise", "A whistling loudspeaker; no heart is to be heard."
        ),
    }
)
"""Preset → what is taught with it."""

_EXAMPLE: dict[str, Any] = {
    "name": "s3",
    "title": "Third heart sound (S3)",
    "group": "extra sounds",
    "about": "A dull thud early in diastole, soon after S2 …",
    "where": _APEX,
    "label": "extrahls",
    "heart_rate_bpm": 85.0,
}


class Sound(BaseModel):
    """A sound to learn by."""

    model_config = ConfigDict(json_schema_extra={"examples": [_EXAMPLE]})

    name: str = Field(description="Its name in the addresses, and in `auscult synth`.")
    title: str
    group: str = Field(description="normal, extra sounds, rhythm, murmurs or noise.")
    about: str = Field(description="What is to be heard.")
    where: str = Field(description="Where on the chest; empty if that does not matter.")
    label: str = Field(description="PASCAL's class of such a sound.")
    heart_rate_bpm: float | None = Field(description="Beats a minute; none without a heart.")


class Sounds(BaseModel):
    """Every sound to learn by."""

    sounds: list[Sound]


class Truth(Sound):
    """A sound to learn by, and where in this take its heart sounds lie."""

    seed: int
    duration_s: float
    rate_hz: int
    marks: list[Mark] = Field(description="Onsets of S1 to S4 in seconds, in order of time.")


router = APIRouter(prefix="/v1/reference", tags=["reference"])
_PROBLEMS = described(401, 404, 422)
Name = Annotated[str, Path(description="Which sound.", json_schema_extra={"enum": list(LESSONS)})]
Seed = Annotated[int, Query(ge=0, le=MAX_SEED, description="Which take of it.")]
_WAV = {"content": {"audio/wav": {"schema": {"type": "string", "format": "binary"}}}}


@router.get("", responses={200: {"model": Sounds}, **described(401)})
async def sounds() -> JSONResponse:
    """List the sounds to learn by."""
    return JSONResponse({"sounds": [told(name) for name in LESSONS]})


@router.get("/{name}.wav", response_class=Response, responses={200: _WAV, **_PROBLEMS})
def wav(name: Name, seed: Seed = 1) -> Response:
    """Return a sound as 16-bit WAV: ten seconds, 8,000 Hz."""
    return Response(wav_bytes(take(_known(name), seed).recording), media_type="audio/wav")


@router.get("/{name}", responses={200: {"model": Truth}, **_PROBLEMS})
def truth(name: Name, seed: Seed = 1) -> JSONResponse:
    """Tell where the heart sounds of a sound lie, exactly."""
    made = take(_known(name), seed)
    marks = [{"sound": mark.sound, "at_s": round(mark.at_s, 4)} for mark in made.marks]
    sound = {"seed": seed, "duration_s": made.recording.duration_s, "rate_hz": RATE_HZ}
    return JSONResponse({**told(name), **sound, "marks": marks})


@lru_cache(maxsize=_KEPT)
def take(name: str, seed: int) -> Synthetic:
    """Return the sound ``name`` with the draws of ``seed``."""
    return synthesise(PRESETS[name], RATE_HZ, seed)


def told(name: str) -> dict[str, Any]:
    """Return what is said of a sound, as JSON-ready data."""
    spec, lesson = PRESETS[name], LESSONS[name]
    rate_bpm = spec.heart_rate_bpm if isinstance(spec, HeartSound) else None
    return {"name": name, **lesson._asdict(), "label": spec.label, "heart_rate_bpm": rate_bpm}


def _known(name: str) -> str:
    if name not in LESSONS:
        raise HTTPException(404, f"no such sound; there are: {', '.join(LESSONS)}")
    return name
