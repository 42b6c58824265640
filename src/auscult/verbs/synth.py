"""Synthetic heart sounds as files: WAV, truth and recipe side by side.

For each recording three files are written: ``NAME.wav``; ``NAME.tsv``, the truth as CirCor writes
it (start, end, state: 1 S1, 2 systole, 3 S2, 4 diastole, 0 none, tab-separated, in seconds); and
``NAME.json`` with the label, the seed and the spec, from which the samples can be made again.
"""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np

from auscult.audio import write_wav
from auscult.config import to_config
from auscult.errors import AudioError, ConfigError
from auscult.synth import PRESETS, Artifact, HeartSound, Synthetic, synthesise, vary

_STATES = {"S1": 1, "systole": 2, "S2": 3, "diastole": 4}


def synth(
    preset: str,
    out: str | Path,
    *,
    rate_hz: int,
    duration_s: float,
    seed: int,
    n_recordings: int = 1,
    heart_rate_bpm: float | None = None,
) -> list[Path]:
    """Write recordings of a preset and return the paths of all files, three a recording.

    Parameters
    ----------
    preset
        A name of ``auscult.synth.PRESETS``.
    out
        Folder; made where it is missing. Files of the same preset and seed are written anew.
    rate_hz, duration_s
        1,000 to 48,000 Hz; 0.5 to 600 s.
    seed
        0 or more. The first recording is the preset itself under this seed.
    n_recordings
        How many; from the second on each is a variation (rate, grade, background).
    heart_rate_bpm
        Heart rate in place of the preset's, 30 to 220.

    Raises
    ------
    ConfigError
        If the preset is unknown, a number is out of range, or an artifact is given a heart rate.
    AudioError
        If a file cannot be written.
    """
    if n_recordings < 1:
        raise ConfigError(f"n_recordings={n_recordings} must be at least 1")
    spec = _spec(preset, duration_s, heart_rate_bpm)
    paths = []
    for index in range(n_recordings):
        made_of, made_seed = spec, seed
        if index:
            rng = np.random.default_rng([seed, index])
            made_of, made_seed = vary(spec, rng), int(rng.integers(2**31))
        made = synthesise(made_of, rate_hz, made_seed)
        recipe = {
            "preset": preset,
            "label": made.label,
            "seed": made_seed,
            "rate_hz": rate_hz,
            "spec": to_config(made_of),
        }
        paths += _write(Path(out) / f"{preset}-{seed}-{index:03d}", made, recipe)
    return paths


def _spec(preset: str, duration_s: float, heart_rate_bpm: float | None) -> HeartSound | Artifact:
    """Return the preset with the duration and the heart rate asked for."""
    spec = replace(PRESETS[preset], duration_s=duration_s)
    if heart_rate_bpm is None:
        return spec
    if isinstance(spec, Artifact):
        raise ConfigError(
            f"preset {preset!r} holds no heartbeat; leave heart_rate_bpm={heart_rate_bpm:g} out"
        )
    return spec.at_rate(heart_rate_bpm)


def _write(stem: Path, made: Synthetic, recipe: dict[str, object]) -> list[Path]:
    """Write the three files of one recording."""
    states = [(span.start_s, span.end_s, _STATES[span.state]) for span in made.spans]
    rows = states or [(0.0, made.recording.duration_s, 0)]
    table = "".join(f"{start_s:.6f}\t{end_s:.6f}\t{state}\n" for start_s, end_s, state in rows)
    wav, truth, recipe_path = (stem.with_name(stem.name + end) for end in (".wav", ".tsv", ".json"))
    write_wav(wav, made.recording)
    try:
        truth.write_text(table, encoding="utf-8")
        recipe_path.write_text(json.dumps(recipe, indent=2) + "\n", encoding="utf-8")
    except OSError as error:
        raise AudioError(f"{stem}: cannot be written ({error.strerror})") from error
    return [wav, truth, recipe_path]
