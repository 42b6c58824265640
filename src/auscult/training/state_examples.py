"""Frames to learn the states of the cardiac cycle from: features, and how much of each state.

Recordings lie one behind the other in two long arrays, so that a batch is one gather.

Conventions
-----------
features : float16, shape (n_frames, n_bands), in dB
shares   : uint8, shape (n_frames, 4), how much of the frame belongs to each state, in 255ths; a row
           of zeros was not annotated. Frame t stands for the time from half a frame before
           t · frame_s to half a frame after
bounds   : int, shape (n_recordings + 1,), first frame of each recording, and the end

A frame that two states meet in is shared by them: the network learns where in the frame they meet.
In a made artifact nothing can be told, and every state has a quarter.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from auscult.audio import read_recording
from auscult.frontend import Frontend
from auscult.synth import PRESETS, Artifact, HeartSound, WhiteNoise, synthesise, vary
from auscult.synth.spec import HEART_RATES_BPM
from auscult.types import STATES, Entry, FloatArray, Recording, StateSpan

Shares = NDArray[np.uint8]

FULL = 255
_SYNTHETIC_S = 12.0
_NOISE_DB = (3.0, 40.0)
_ANNOTATED = 0.99


@dataclass(frozen=True, slots=True, eq=False)
class StateExamples:
    """Recordings, one behind the other."""

    features: NDArray[np.float16]
    shares: Shares
    bounds: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.bounds) - 1

    def select(self, chosen: Sequence[int]) -> "StateExamples":
        """Return some of the recordings."""
        kept = [slice(self.bounds[i], self.bounds[i + 1]) for i in chosen]
        lengths = [s.stop - s.start for s in kept]
        return StateExamples(
            np.concatenate([self.features[s] for s in kept]),
            np.concatenate([self.shares[s] for s in kept]),
            np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64),
        )

    def write(self, stem: Path) -> None:
        """Write three arrays beside one another."""
        stem.parent.mkdir(parents=True, exist_ok=True)
        for name in ("features", "shares", "bounds"):
            np.save(stem.with_name(f"{stem.name}-{name}.npy"), getattr(self, name))

    @staticmethod
    def read(stem: Path) -> "StateExamples | None":
        """Return what :meth:`write` wrote, or None if it is not there."""
        paths = [stem.with_name(f"{stem.name}-{n}.npy") for n in ("features", "shares", "bounds")]
        if not all(path.is_file() for path in paths):
            return None
        return StateExamples(*(np.load(path) for path in paths))


def joined(parts: Sequence[StateExamples]) -> StateExamples:
    """Return all recordings of several examples."""
    lengths = np.concatenate([np.diff(part.bounds) for part in parts])
    return StateExamples(
        np.concatenate([part.features for part in parts]),
        np.concatenate([part.shares for part in parts]),
        np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64),
    )


def state_shares(spans: Iterable[StateSpan], n_frames: int, frame_s: float) -> Shares:
    """Return how much of each frame belongs to each state.

    A frame that is not annotated throughout counts as not annotated; where annotations overlap,
    their states share the frame.
    """
    shares = np.zeros((n_frames, len(STATES)))
    for span in spans:
        start, end = span.start_s / frame_s, span.end_s / frame_s
        frames = np.arange(max(0, int(start + 0.5)), min(n_frames, int(end + 0.5) + 1))
        covered = np.minimum(end, frames + 0.5) - np.maximum(start, frames - 0.5)
        shares[frames, STATES.index(span.state)] += np.clip(covered, 0, 1)
    whole = shares.sum(axis=1, keepdims=True)
    shares = np.where(whole > _ANNOTATED, shares / np.maximum(whole, _ANNOTATED), 0)
    return np.asarray(np.round(FULL * shares), np.uint8)


def recorded_examples(
    entries: Iterable[Entry],
    states_of: Callable[[str], Sequence[StateSpan]],
    frontend: Frontend,
    frame_s: float,
) -> StateExamples:
    """Return the examples of published recordings, in the order of ``entries``."""

    def both() -> Iterator[tuple[FloatArray, Shares]]:
        for entry in entries:
            features = frames_of(read_recording(entry.path), frontend)
            yield features, state_shares(states_of(entry.recording_id), len(features), frame_s)

    return _laid_out(both())


def made_examples(
    n_hearts: int, n_artifacts: int, frontend: Frontend, frame_s: float, seed: int
) -> tuple[StateExamples, StateExamples]:
    """Return synthetic hearts with their exact states, and artifacts without any."""
    rng = np.random.default_rng(seed)
    presets = list(PRESETS.values())
    hearts = [spec for spec in presets if isinstance(spec, HeartSound)]
    artifacts = [spec for spec in presets if isinstance(spec, Artifact)]

    def beating() -> Iterator[tuple[FloatArray, Shares]]:
        for index in range(n_hearts):
            spec = _any_rate(hearts[index % len(hearts)], rng)
            made = synthesise(spec, frontend.rate_hz, int(rng.integers(2**31)))
            features = frames_of(made.recording, frontend)
            yield features, state_shares(made.spans, len(features), frame_s)

    def disturbed() -> Iterator[tuple[FloatArray, Shares]]:
        for index in range(n_artifacts):
            spec = replace(artifacts[index % len(artifacts)], duration_s=_SYNTHETIC_S)
            made = synthesise(vary(spec, rng), frontend.rate_hz, int(rng.integers(2**31)))
            features = frames_of(made.recording, frontend)
            yield features, np.full((len(features), len(STATES)), FULL // 4, np.uint8)

    return _laid_out(beating()), _laid_out(disturbed())


def frames_of(recording: Recording, frontend: Frontend) -> FloatArray:
    """Return the features with a frame a row: float32, shape (n_frames, n_bands)."""
    return np.ascontiguousarray(frontend(recording)[0].T)


def _any_rate(spec: HeartSound, rng: np.random.Generator) -> HeartSound:
    """Return a relative of ``spec`` at any rate there is, half of the time in noise."""
    rate_bpm = float(np.exp(rng.uniform(*np.log(HEART_RATES_BPM))))
    varied = vary(replace(spec, duration_s=_SYNTHETIC_S).at_rate(rate_bpm), rng)
    assert isinstance(varied, HeartSound)  # noqa: S101 - a heart's relative is a heart
    if rng.random() < 0.5:  # noqa: PLR2004
        return varied
    noise = WhiteNoise(float(rng.uniform(*_NOISE_DB)))
    return replace(varied, disturbances=(*varied.disturbances, noise))


def _laid_out(both: Iterable[tuple[FloatArray, Shares]]) -> StateExamples:
    features, shares = [], []
    for frames, share in both:
        features.append(frames.astype(np.float16))
        shares.append(share)
    lengths = [len(share) for share in shares]
    return StateExamples(
        np.concatenate(features),
        np.concatenate(shares),
        np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64),
    )
