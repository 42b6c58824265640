"""Prepared samples of every recording, in one file; windows for training and for answering.

Features of a training window are computed when it is drawn, by the front end's own feature, so that
a network is trained on what it will be asked about.
"""

import json
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from auscult.audio import read_recording
from auscult.config import digest
from auscult.errors import ConfigError
from auscult.files import undamaged, write_atomically
from auscult.frontend import Frontend
from auscult.preprocess import Sliding
from auscult.progress import Progress
from auscult.silence import SILENCE_RULE
from auscult.types import Entry, FloatArray, Samples


@dataclass(frozen=True, slots=True, eq=False)
class Sounds:
    """Prepared samples of some recordings, end to end; ``starts`` ends with the number of all.

    A training window is up to e^``pace`` times faster or slower than it was heard.
    """

    frontend: Frontend
    samples: Samples
    starts: NDArray[np.int64]
    pace: float = 0.0

    def of(self, index: int) -> Samples:
        """Return the samples of one recording."""
        return self.samples[self.starts[index] : self.starts[index + 1]]

    def windows(self, index: int) -> FloatArray:
        """Return what a network is asked about: float32, shape (n_windows, n_bands, n_frames)."""
        return self.frontend.describe(self.of(index))

    def draw(self, indices: Iterable[int], rng: np.random.Generator) -> FloatArray:
        """Return a random window of each recording: float32, shape (n, n_bands, n_frames).

        A recording shorter than the window goes round. Frames are picked so that the heart beats
        up to e^``pace`` faster or slower at the same pitch.
        """
        length, describe = window_length(self.frontend), self.frontend.feature
        n_frames = describe(np.zeros(length, np.float32), self.frontend.rate_hz).shape[1]
        windows = []
        for index in indices:
            speed = float(np.exp(rng.uniform(-self.pace, self.pace)))
            heard = _stretch(self.of(index), round(length * speed), rng)
            frames = describe(heard, self.frontend.rate_hz)
            picked = np.minimum((np.arange(n_frames) * speed).astype(int), frames.shape[1] - 1)
            windows.append(frames[:, picked])
        return np.stack(windows)


def window_length(frontend: Frontend) -> int:
    """Return the samples of one window.

    Raises
    ------
    ConfigError
        If the front end does not slide: there is no window to train on.
    """
    if not isinstance(frontend.windowing, Sliding):
        raise ConfigError("a network trained on windows needs a front end that slides")
    return round(frontend.windowing.length_s * frontend.rate_hz)


def read_sounds(
    entries: Sequence[Entry], frontend: Frontend, cache: Path, progress: Progress
) -> Sounds:
    """Prepare every recording, or take them from ``cache`` (two files) if they are the same.

    Raises
    ------
    AudioError
        If a recording cannot be opened.
    RunError
        If the cache is damaged or cannot be written.
    """
    window_length(frontend)
    ids = [entry.recording_id for entry in entries]
    key = digest([frontend.rate_hz, frontend.preprocess, SILENCE_RULE, ids])
    about = cache.with_suffix(".json")
    if not about.is_file() or _told(about)[0] != key:
        _prepare(entries, frontend, cache, progress, key=key)
    _, starts = _told(about)
    with undamaged(cache):
        samples = np.load(cache, mmap_mode="r", allow_pickle=False)
        if samples.shape != (starts[-1],):
            raise ValueError(f"holds {samples.size} samples, not {starts[-1]}")
    return Sounds(frontend, samples, starts)


def _told(about: Path) -> tuple[str, NDArray[np.int64]]:
    """Return whose sounds are stored, and where each starts."""
    with undamaged(about):
        told = json.loads(about.read_text(encoding="utf-8"))
        starts = np.array(told["starts"], np.int64)
        if starts.shape != (len(starts),) or not starts.size:
            raise ValueError("tells no starts")
        return told["key"], starts


def _prepare(
    entries: Sequence[Entry],
    frontend: Frontend,
    cache: Path,
    progress: Progress,
    *,
    key: str,
) -> None:
    about = cache.with_suffix(".json")
    about.unlink(missing_ok=True)
    with ThreadPoolExecutor(max_workers=2) as pool:
        sounds = pool.map(lambda e: frontend.prepare(read_recording(e.path)), entries)
        parts = list(progress.track(sounds, "reading sounds", len(entries)))
    write_atomically(cache, lambda file: np.save(file, np.concatenate(parts)))
    starts = [0, *np.cumsum([part.size for part in parts]).tolist()]
    write_atomically(about, json.dumps({"key": key, "starts": starts}))


def _stretch(samples: Samples, n_samples: int, rng: np.random.Generator) -> Samples:
    """Return ``n_samples`` in a row from a random place; a shorter recording goes round."""
    if samples.size < n_samples:
        return np.resize(np.roll(samples, -int(rng.integers(samples.size))), n_samples)
    start = int(rng.integers(samples.size - n_samples + 1))
    return samples[start : start + n_samples]
