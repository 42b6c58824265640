"""A sound heard as it comes: what a second of it costs, and how near the answers are to a file's.

- CPU and wall time of an update, by rate and hop; one thread.
- On real recordings, fed in pieces of 50 ms: the last answer beside ``classify`` of the last
  window; the onsets told on the way beside those that the segmenter finds in the whole recording,
  and the last heart rate beside that of the same seconds of the whole.
- How much a resampler that works piece by piece holds back: why there is none.
- Memory of a stream after a minute and after an hour of sound.

Prints a table and writes ``stream.json`` and ``stream.md``.

Run: python benchmarks/stream.py PATH_TO_PASCAL PATH_TO_CIRCOR
"""

import os

for _name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
    os.environ[_name] = "1"  # before NumPy loads

import argparse
import gc
import json
import platform
import time
import tracemalloc
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import soxr

from auscult.audio import read_recording
from auscult.cli.show import Bars
from auscult.datasets import Circor, Pascal
from auscult.errors import AudioError
from auscult.inference import Classifier, NetworkSegmenter, load_model, load_segmenter
from auscult.inference.stream import SETTLE_S, Stream
from auscult.inference.updates import Update
from auscult.metrics.beats import OnsetCounts, onset_counts
from auscult.segment import beats_of, rhythm_of
from auscult.synth import PRESETS, synthesise
from auscult.training.card import markdown_table
from auscult.types import Recording
from auscult.verbs.listen import listen, played

SOUNDS = ("S1", "S2")
TOLERANCES_S = (0.02, 0.06)
RATES_HZ = (4_000, 8_000, 44_100, 48_000)
HOPS_S = (1.0, 0.5, 0.25)
GOAL_MS = 100.0


class Ears:
    """The shipped models, loaded once."""

    def __init__(self) -> None:
        self.classifier: Classifier = load_model()
        self.segmenter: NetworkSegmenter = load_segmenter()

    def stream(self, rate_hz: int, hop_s: float = HOPS_S[0]) -> Stream:
        """Open a stream."""
        return Stream(rate_hz, model=self.classifier, segmenter=self.segmenter, hop_s=hop_s)


def speed(ears: Ears, duration_s: float) -> dict[str, dict[str, float]]:
    """Return milliseconds for a second of sound, and for the slowest updates; window full."""
    result = {}
    for rate_hz in RATES_HZ:
        sound = synthesise(replace(PRESETS["normal"], duration_s=20.0), rate_hz, 1).recording
        for hop_s in HOPS_S if rate_hz == RATES_HZ[-1] else HOPS_S[:1]:
            stream = ears.stream(rate_hz, hop_s=hop_s)
            stream.feed(sound.samples)
            spent = [_fed(stream, sound.samples, rate_hz) for _ in range(round(duration_s / 20))]
            cpu_s, waits_ms = sum(cpu for cpu, _ in spent), [w for _, each in spent for w in each]
            result[f"{rate_hz} Hz, hop {hop_s:g} s"] = {
                "cpu_ms_a_second": 1000 * cpu_s / (20 * len(spent)),
                "update_p50_ms": float(np.percentile(waits_ms, 50)),
                "update_p99_ms": float(np.percentile(waits_ms, 99)),
            }
    return result


def _fed(stream: Stream, samples: np.ndarray, rate_hz: int) -> tuple[float, list[float]]:
    """Feed in pieces of 50 ms; return CPU seconds, and the wall time of each update in ms."""
    waits_ms, began_s = [], time.process_time()
    for piece in np.split(samples, range(rate_hz // 20, samples.size, rate_hz // 20)):
        start_s = time.perf_counter()
        if stream.feed(piece):
            waits_ms.append(1000 * (time.perf_counter() - start_s))
    return time.process_time() - began_s, waits_ms


def agreement(ears: Ears, recordings: Sequence[Recording], bars: Bars, name: str) -> dict[str, Any]:
    """Compare what is told on the way with what is told when all is known."""
    short: list[float] = []
    long: list[float] = []
    rates, n_label = [], 0
    counts = {(sound, tol): OnsetCounts() for sound in SOUNDS for tol in TOLERANCES_S}
    for recording in bars.track(recordings, name, len(recordings)):
        stream = ears.stream(recording.rate_hz)
        updates = list(listen(played(recording, fast=True), stream))
        last = updates[-1]
        whole = recording.duration_s <= stream.window_s
        window = recording.samples[-round(stream.window_s * recording.rate_hz) :]
        offline = ears.classifier.classify(window, recording.rate_hz)
        (short if whole else long).append(_apart(last, offline.probabilities))
        n_label += last.prediction.label == ears.classifier.classify(recording).label
        found = ears.segmenter(recording)
        for sound, tol in counts:
            told_s = np.array([m.at_s for u in updates for m in u.onsets if m.sound == sound])
            counts[sound, tol] += onset_counts(found.onsets_s(sound), told_s, tol)
        beats = [b for b in beats_of(found.spans, recording) if b.s1_s >= last.from_s]
        told_bpm, found_bpm = last.rhythm.rate_bpm, rhythm_of(beats).rate_bpm
        if told_bpm is not None and found_bpm is not None:
            rates.append(abs(told_bpm - found_bpm))
    return {
        "n": len(recordings),
        "n_long": len(long),
        "seconds": sum(r.duration_s for r in recordings),
        "apart_short": max(short, default=None),
        "apart_long": max(long, default=None),
        "same_label_as_the_whole": n_label / len(recordings),
        "f1": {f"{s} within {1000 * t:.0f} ms": c.f1 for (s, t), c in counts.items()},
        "rate_within_1_bpm": float(np.mean(np.array(rates) <= 1.0)),
    }


def _apart(update: Update, offline: Mapping[str, float]) -> float:
    return max(abs(update.prediction.probabilities[c] - p) for c, p in offline.items())


def held_back() -> dict[str, float]:
    """Return the most seconds that soxr's resampler to 2,000 Hz holds back, by rate."""
    result = {}
    for rate_hz in (1_000, *RATES_HZ):
        by_piece = soxr.ResampleStream(rate_hz, 2_000, 1, dtype="float32", quality="HQ")
        fed_s = out_s = most_s = 0.0
        for _ in range(400):
            out_s += by_piece.resample_chunk(np.zeros(rate_hz // 20, np.float32)).size / 2_000
            fed_s += (rate_hz // 20) / rate_hz
            most_s = max(most_s, fed_s - out_s)
        result[f"{rate_hz} Hz"] = most_s
    return result


def memory(ears: Ears) -> dict[str, float]:
    """Return the megabytes that a stream of 48,000 Hz has taken after a minute, and an hour."""
    second = np.tile(synthesise(PRESETS["normal"], 48_000, 1).recording.samples, 6)
    ears.stream(48_000).feed(second)  # what loads only once is loaded
    tracemalloc.start()
    stream, result = ears.stream(48_000, hop_s=9.0), {}
    for minute in range(60):
        stream.feed(second)
        if minute in {0, 59}:
            gc.collect()
            result[f"after {minute + 1} min"] = tracemalloc.get_traced_memory()[0] / 1e6
    tracemalloc.stop()
    return result


def opened(paths: Sequence[Path]) -> list[Recording]:
    """Read what can be read."""
    recordings = []
    for path in paths:
        try:
            recordings.append(read_recording(path))
        except AudioError as error:
            print(error)
    return recordings


def page(result: dict[str, Any]) -> str:
    """Return the results page as Markdown."""
    speeds = [[name, *(f"{ms:.1f}" for ms in by.values())] for name, by in result["speed"].items()]
    sets = result["agreement"]
    rows = [
        [
            "recordings (longer than the window)",
            *(f"{a['n']} ({a['n_long']})" for a in sets.values()),
        ],
        [
            "no longer: probabilities apart from the file's, at most",
            *(_number(a["apart_short"]) for a in sets.values()),
        ],
        [
            "longer: apart from the last window's, at most",
            *(_number(a["apart_long"]) for a in sets.values()),
        ],
        [
            "last label is that of the whole recording",
            *(f"{a['same_label_as_the_whole']:.1%}" for a in sets.values()),
        ],
        *(
            [
                f"onsets beside the whole's: F1, {name}",
                *(f"{a['f1'][name]:.3f}" for a in sets.values()),
            ]
            for name in next(iter(sets.values()))["f1"]
        ),
        [
            "last heart rate within 1 a minute of the whole's there",
            *(f"{a['rate_within_1_bpm']:.1%}" for a in sets.values()),
        ],
    ]
    back = [[rate, f"{seconds:.2f}"] for rate, seconds in result["held_back_s"].items()]
    kept = ", ".join(f"{mb:.2f} MB {when}" for when, mb in result["memory_mb"].items())
    blocks = [
        "# Live sound",
        f"Goal: under {GOAL_MS:g} ms for a second of sound on one core. {result['machine']}.",
        markdown_table(
            ["window 10 s", "CPU ms a second of sound", "update p50, ms", "update p99, ms"], speeds
        ),
        _SPEED_NOTES.format(**result),
        "## Beside the same sound as a file",
        markdown_table(["", *sets], rows),
        _AGREEMENT_NOTES,
        "## Why the window is resampled anew: what soxr's piecewise resampler holds back",
        markdown_table(["to 2,000 Hz from", "seconds, at most"], back),
        f"A stream at 48,000 Hz has taken {kept}.",
        "Written by `python benchmarks/stream.py`.",
    ]
    return "\n\n".join(blocks) + "\n"


_SPEED_NOTES = """\
Wall time of an update, from the piece that made it due. Load average of the machine: {load:.1f};
above 0, others had their share of the cores, and an idle machine answers sooner."""
_AGREEMENT_NOTES = f"""\
Fed in pieces of 50 ms. An onset is told {SETTLE_S:g} s after it was heard, or at the end. The label
of a whole recording is about all of it, the stream's about the last 10 s: the two may differ."""


def _number(value: float | None) -> str:
    return "–" if value is None else f"{value:.1g}"


def main() -> None:
    """Measure, print and write."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("pascal", type=Path)
    parser.add_argument("circor", type=Path)
    parser.add_argument("--out", type=Path, default=Path("docs/results"), help="folder for results")
    parser.add_argument("--every", type=int, default=40, help="take one in so many recordings")
    parser.add_argument("--seconds", type=float, default=100.0, help="sound a speed is taken over")
    options = parser.parse_args()
    ears, bars = Ears(), Bars()
    scans = {"PASCAL": Pascal().scan(options.pascal), "CirCor": Circor().scan(options.circor)}
    result = {
        "machine": f"{platform.machine()}, Python {platform.python_version()}, one thread",
        "load": os.getloadavg()[0],
        "speed": speed(ears, options.seconds),
        "agreement": {
            name: agreement(ears, opened([e.path for e in entries[:: options.every]]), bars, name)
            for name, entries in scans.items()
        },
        "held_back_s": held_back(),
        "memory_mb": memory(ears),
    }
    options.out.mkdir(parents=True, exist_ok=True)
    (options.out / "stream.json").write_text(json.dumps(result, indent=2) + "\n")
    (options.out / "stream.md").write_text(page(result))
    print(page(result))


if __name__ == "__main__":
    main()
