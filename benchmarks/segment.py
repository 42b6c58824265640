"""S1, S2 and the heart rate: where they are found, how exactly, and how fast.

- CirCor, by person: each recording is answered by the bundle of the fold that has not met the
  person (``auscult train-segmenter``), and by the envelope segmenter.
- PASCAL's S1/S2 tables: by the shipped bundle, which never met PASCAL.
- Synthetic hearts in white noise, whose onsets are exact; and artifacts, where there is no beat.
- Time for 10 s, one thread.

Only annotated stretches count. An answer within the tolerance of a stretch's edge is no extra: the
onset it may belong to was not annotated. Intervals resample people.

Prints a table and writes ``segment.json`` and ``segment.md``.

Run: python benchmarks/segment.py PATH_TO_CIRCOR PATH_TO_PASCAL
"""

import os

for _name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
    os.environ[_name] = "1"  # before NumPy loads

import argparse
import json
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from math import isnan
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np

from auscult.audio import read_recording
from auscult.bundle import read_bundle
from auscult.cli.show import Bars
from auscult.datasets import Pascal
from auscult.inference import SEGMENTERS, NetworkSegmenter
from auscult.metrics.beats import (
    TOLERANCES_S,
    OnsetCounts,
    frame_confusion,
    heart_rate_bpm,
    onset_counts,
    stretches_of,
)
from auscult.segment import Segmentation, Segmenter, beats_of, rhythm_of
from auscult.synth import PRESETS, Artifact, HeartSound, WhiteNoise, synthesise, vary
from auscult.training.card import markdown_table
from auscult.training.segmenter_options import fold_of
from auscult.types import Entry, Recording, StateSpan
from auscult.verbs.train_segmenter import annotated

Array = np.ndarray
SOUNDS = ("S1", "S2")
GAP_S = 0.01
"""Annotated rows that lie no further apart are one stretch."""
FRAME_S = 0.02
N_RESAMPLED = 1_000
SYNTHETIC_TOLERANCE_S = 0.02


@dataclass(frozen=True, slots=True)
class Scored:
    """One recording: counts by sound and tolerance, rates (true, answered), frames, share told."""

    recording: str
    group: str
    subset: str
    counts: dict[tuple[str, float], OnsetCounts]
    rates: tuple[float, float]
    steady_rates: tuple[float, float]
    frames: tuple[int, int]
    told: float
    exchanged: bool


def score(
    entry: Entry,
    truth: dict[str, Array],
    stretches: Sequence[tuple[float, float]],
    answer: Segmentation,
    states: Sequence[StateSpan] = (),
) -> Scored:
    """Compare one answer with one truth."""
    told = {sound: answer.onsets_s(sound) for sound in SOUNDS}
    counts = {
        (sound, tolerance_s): onset_counts(
            truth[sound], told[sound], tolerance_s, shrunk(stretches, tolerance_s)
        )
        for sound in SOUNDS
        for tolerance_s in TOLERANCES_S
    }
    crosswise = [onset_counts(truth[a], told[b], 0.1) for a, b in (SOUNDS, SOUNDS[::-1])]
    straight = [onset_counts(truth[s], told[s], 0.1) for s in SOUNDS]
    confusion = frame_confusion(states, answer.spans, FRAME_S) if states else np.zeros((4, 5), int)
    return Scored(
        recording=entry.recording_id,
        group=entry.group,
        subset=entry.subset,
        counts=counts,
        rates=(heart_rate_bpm(truth["S1"], stretches), heart_rate_bpm(told["S1"], stretches)),
        steady_rates=(steady_rate(truth["S1"], stretches), steady_rate(told["S1"], stretches)),
        frames=(int(np.trace(confusion)), int(confusion.sum())),
        told=answer.told_s / answer.duration_s,
        exchanged=sum(c.hits for c in crosswise) > sum(c.hits for c in straight),
    )


def shrunk(stretches: Sequence[tuple[float, float]], by_s: float) -> list[tuple[float, float]]:
    """Return the stretches without their edges; nothing is left of a short one."""
    return [(start + by_s, end - by_s) for start, end in stretches if end - start > 2 * by_s]


def steady_rate(onsets_s: Array, stretches: Sequence[tuple[float, float]]) -> float:
    """Return 60 / mean of the cycles within a third of their median; NaN without a cycle.

    Annotations are rounded to 20 ms in part, and with them the median of a recording; the mean is
    not. Leaving out what is far from the median leaves out missed and made-up beats.
    """
    inside = [onsets_s[(onsets_s >= a - 1e-9) & (onsets_s <= b + 1e-9)] for a, b in stretches]
    cycles_s = np.concatenate([np.diff(part) for part in inside] or [np.zeros(0)])
    if not cycles_s.size:
        return float("nan")
    typical_s = np.median(cycles_s)
    steady_s = cycles_s[np.abs(cycles_s - typical_s) <= typical_s / 3]
    return float(60 / steady_s.mean()) if steady_s.size else float("nan")


def on_circor(path: Path, runs: Path, name: str, every: int, bars: Bars) -> Iterator[Scored]:
    """Yield the score of every annotated recording, answered by who has not met the person."""
    entries, states = annotated(path)
    folders = sorted(runs.glob("fold-*"))
    of_fold: list[Segmenter] = [NetworkSegmenter(read_bundle(folder)) for folder in folders]
    for entry in bars.track(entries[::every], f"circor, {name}", len(entries[::every])):
        truth = states[entry.recording_id]
        if not truth:
            continue
        asked = of_fold[fold_of(entry.group, len(folders))] if name == "network" else None
        answer = (asked or SEGMENTERS[name]())(read_recording(entry.path))
        onsets = {s: np.array([x.start_s for x in truth if x.state == s]) for s in SOUNDS}
        yield score(entry, onsets, stretches_of(truth, GAP_S), answer, truth)


def on_pascal(path: Path, find_states: Segmenter, bars: Bars) -> Iterator[Scored]:
    """Yield the score of every recording with a table; the marks span what was annotated."""
    entries = {entry.recording_id: entry for entry in Pascal().scan(path)}
    tables = Pascal().truth(path)
    for recording_id, marks in bars.track(tables.items(), "pascal", len(tables)):
        onsets = {s: np.array([m.at_s for m in marks if m.sound == s]) for s in SOUNDS}
        times_s = [mark.at_s for mark in marks]
        answer = find_states(read_recording(entries[recording_id].path))
        yield score(entries[recording_id], onsets, [(min(times_s), max(times_s))], answer)


def on_noise(find_states: Segmenter, n_each: int = 12) -> dict[str, dict[str, float]]:
    """Return F1 within 20 ms on synthetic hearts at several ratios of signal to white noise."""
    hearts = [spec for spec in PRESETS.values() if isinstance(spec, HeartSound)]
    result = {}
    for snr_db in (30.0, 20.0, 10.0, 0.0):
        pooled = dict.fromkeys(SOUNDS, OnsetCounts())
        for index in range(n_each):
            rng = np.random.default_rng([77, index])
            spec = vary(hearts[index % len(hearts)], rng)
            noisy = replace(spec, disturbances=(WhiteNoise(snr_db),))
            made = synthesise(noisy, 4_000, 10_000 + index)
            answer = find_states(made.recording)
            inside = [(0.1, made.recording.duration_s - 0.3)]
            for sound in SOUNDS:
                true_s = np.array([m.at_s for m in made.marks if m.sound == sound])
                true_s = true_s[(true_s > inside[0][0]) & (true_s < inside[0][1])]
                pooled[sound] += onset_counts(
                    true_s, answer.onsets_s(sound), SYNTHETIC_TOLERANCE_S, inside
                )
        result[f"{snr_db:g} dB"] = {sound: counts.f1 for sound, counts in pooled.items()}
    return result


def on_artifacts(path: Path, find_states: Segmenter, bars: Bars) -> dict[str, dict[str, float]]:
    """Return how much is told where there is no heart: share of the time, and of recordings."""
    specs = [spec for spec in PRESETS.values() if isinstance(spec, Artifact)]
    rng = np.random.default_rng(78)
    made = [synthesise(vary(specs[i % len(specs)], rng), 4_000, 20_000 + i) for i in range(40)]
    entries = [entry for entry in Pascal().scan(path) if entry.label == "artifact"]
    opened = (read_recording(e.path) for e in bars.track(entries, "artifacts", len(entries)))
    kinds = {"synthetic": (m.recording for m in made), "PASCAL": opened}
    result = {}
    for kind, recordings in kinds.items():
        answers = [find_states(recording) for recording in recordings]
        shares = np.array([answer.told_s / answer.duration_s for answer in answers])
        result[kind] = {
            "n": len(shares),
            "time_told": float(shares.mean()),
            "with_a_beat": float((shares > 0).mean()),
            "mostly_told": float((shares > 0.5).mean()),  # noqa: PLR2004 - a half
        }
    return result


def on_rhythm(path: Path, find_states: Segmenter, bars: Bars) -> dict[str, tuple[int, int]]:
    """Return how many rhythms are called irregular, of how many that can be judged."""

    def irregular(recordings: Iterable[Recording]) -> tuple[int, int]:
        rhythms = [rhythm_of(beats_of(find_states(r).spans, r)) for r in recordings]
        judged = [rhythm.irregular for rhythm in rhythms if rhythm.irregular is not None]
        return sum(judged), len(judged)

    def made(preset: str) -> Iterator[Recording]:
        for index in range(12):
            spec = vary(PRESETS[preset], np.random.default_rng([79, index]))
            yield synthesise(spec, 4_000, 30_000 + index).recording

    result = {f"synthetic {p}": irregular(made(p)) for p in ("normal", "extrasystole", "bigeminy")}
    for label in ("normal", "extrastole"):
        entries = [entry for entry in Pascal().scan(path) if entry.label == label]
        listened = bars.track(entries, f"rhythm, {label}", len(entries))
        result[f"PASCAL {label}"] = irregular(read_recording(e.path) for e in listened)
    return result


def speed(find_states: Segmenter, n_runs: int = 30) -> dict[str, float]:
    """Return milliseconds for 10 s at two rates: median of many calls, one thread."""
    result = {}
    for rate_hz in (4_000, 44_100):
        recording = synthesise(PRESETS["normal"], rate_hz, 1).recording
        find_states(recording)
        spent = []
        for _ in range(n_runs):
            start = time.process_time()
            find_states(recording)
            spent.append(1000 * (time.process_time() - start))
        result[f"{rate_hz} Hz"] = median(spent)
    return result


def summary(scores: Sequence[Scored]) -> dict[str, Any]:
    """Return every figure with its 95 % interval."""
    keys = [(sound, tolerance_s) for sound in SOUNDS for tolerance_s in TOLERANCES_S]
    figures = {
        f"{sound} F1 at {1000 * tol:.0f} ms": interval(scores, f1_parts(sound, tol))
        for sound, tol in keys
    }
    figures["rate MAE, bpm"] = interval(scores, lambda s: rate_error(s.steady_rates))
    figures["rate MAE of the median cycle, bpm"] = interval(scores, lambda s: rate_error(s.rates))
    if any(s.frames[1] for s in scores):
        figures["frame accuracy"] = interval(scores, lambda s: s.frames)
    return {
        "n_recordings": len(scores),
        "n_groups": len({s.group for s in scores}),
        "n_without_rate": sum(isnan(s.steady_rates[1]) for s in scores),
        "n_exchanged": sum(bool(s.exchanged) for s in scores),
        "time_told": float(np.mean([s.told for s in scores])),
        "figures": figures,
    }


def interval(
    scores: Sequence[Scored], parts: Callable[[Scored], tuple[float, float]]
) -> tuple[float, float, float]:
    """Return a ratio of sums over recordings, and its 95 % interval from resampling groups."""
    groups = {group: index for index, group in enumerate(sorted({s.group for s in scores}))}
    sums = np.zeros((len(groups), 2))
    for each in scores:
        sums[groups[each.group]] += parts(each)
    rng = np.random.default_rng(0)
    drawn = rng.multinomial(len(groups), np.full(len(groups), 1 / len(groups)), N_RESAMPLED) @ sums
    low, high = np.quantile(drawn[:, 0] / drawn[:, 1], [0.025, 0.975])
    above, below = sums.sum(axis=0)
    return float(above / below), float(low), float(high)


def f1_parts(sound: str, tolerance_s: float) -> Callable[[Scored], tuple[float, float]]:
    """Return what gives the two sums whose ratio over recordings is F1."""

    def parts(scored: Scored) -> tuple[float, float]:
        counts = scored.counts[sound, tolerance_s]
        return 2 * counts.hits, 2 * counts.hits + counts.misses + counts.extras

    return parts


def rate_error(rates: tuple[float, float]) -> tuple[float, float]:
    """Return how far the answered rate is off, and 1; twice 0 where one is unknown."""
    off = abs(rates[0] - rates[1])
    return (0.0, 0.0) if np.isnan(off) else (off, 1.0)


def sure_half(scores: Iterable[Scored]) -> list[Scored]:
    """Return the recordings of which at least nine tenths were told."""
    return [s for s in scores if s.told >= 0.9]  # noqa: PLR2004 - nine tenths


def page(result: dict[str, Any]) -> str:
    """Return the results page as Markdown."""
    columns = result["tables"]
    names = list(dict.fromkeys(name for c in columns.values() for name in c["figures"]))
    rows = [
        [name, *(_cell(c["figures"].get(name), name) for c in columns.values())] for name in names
    ]
    for key, title in (
        ("n_recordings", "recordings"),
        ("n_groups", "people or sessions"),
        ("n_without_rate", "recordings without a rate"),
        ("n_exchanged", "S1 and S2 exchanged"),
    ):
        rows.append([title, *(str(c[key]) for c in columns.values())])
    rows.append(["time told", *(f"{c['time_told']:.1%}" for c in columns.values())])
    noise = [[snr, *(f"{f1:.3f}" for f1 in by.values())] for snr, by in result["noise"].items()]
    artifacts = [
        [kind, str(a["n"]), *(f"{a[k]:.1%}" for k in ("time_told", "with_a_beat", "mostly_told"))]
        for kind, a in result["artifacts"].items()
    ]
    rhythms = [[kind, str(n), str(of)] for kind, (n, of) in result["rhythm"].items()]
    times = [[name, *(f"{ms:.1f}" for ms in by.values())] for name, by in result["speed"].items()]
    blocks = [
        "# S1, S2 and the heart rate",
        markdown_table(["", *columns], rows),
        _NOTES,
        "## Synthetic hearts in white noise: F1 within 20 ms",
        markdown_table(["signal to noise", *SOUNDS], noise),
        "## Where there is no heart",
        markdown_table(
            ["artifacts", "recordings", "time told", "with a beat", "more than half told"],
            artifacts,
        ),
        "## Rhythms called irregular: a beat early, or missing",
        markdown_table(["recordings", "irregular", "judged"], rhythms),
        _RHYTHM_NOTES,
        "## CPU milliseconds for 10 s, one thread, warm",
        markdown_table(["segmenter", "4,000 Hz", "44,100 Hz"], times),
        "Written by `python benchmarks/segment.py` from the bundles of `auscult train-segmenter`.",
    ]
    return "\n\n".join(blocks) + "\n"


_NOTES = """\
Value [95 % interval from resampling people]. CirCor: five folds by person, each recording answered
by the network that has not met the person. PASCAL: the shipped network, trained without PASCAL; its
tables mark a point about 30 ms after the onset, and nothing is corrected for that. Only annotated
stretches count; an answer within the tolerance of a stretch's edge is no extra. “Told” columns hold
the recordings of which at least nine tenths of the time were told. The rate is 60 / mean cycle,
cycles a third off the median left out, on both sides; beside it the error of the median cycle,
which CirCor's rounding to 20 ms makes coarse. “Exchanged”: recordings where more S1 lie on true S2
than on true S1; who has them exchanged in PASCAL is asked in `segment_labels.md`. Settings were
compared on one of the five folds of CirCor."""


_RHYTHM_NOTES = """\
With three whole beats or more. PASCAL's class `extrastole` names recordings with an extra heart
sound out of rhythm somewhere; by the beats found here they cannot be told from `normal`."""


def _cell(figure: tuple[float, float, float] | None, name: str) -> str:
    if figure is None:
        return "–"
    digits = 2 if "bpm" in name else 3
    value, low, high = (f"{x:.{digits}f}" for x in figure)
    return f"{value} [{low}, {high}]"


def main() -> None:
    """Answer, score and write."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("circor", type=Path, help="folder of the CirCor recordings")
    parser.add_argument("pascal", type=Path, help="folder of the PASCAL recordings")
    parser.add_argument("--runs", type=Path, default=Path("runs/segmenter"), help="folds' bundles")
    parser.add_argument("--out", type=Path, default=Path("docs/results"), help="folder for results")
    parser.add_argument("--every", type=int, default=1, help="only every n-th CirCor recording")
    options = parser.parse_args()
    bars, network, envelope = Bars(), SEGMENTERS["network"](), SEGMENTERS["envelope"]()
    mine = list(on_circor(options.circor, options.runs, "network", options.every, bars))
    classical = list(on_circor(options.circor, options.runs, "envelope", options.every, bars))
    tables = {
        "CirCor": summary(mine),
        "CirCor, told": summary(sure_half(mine)),
        "CirCor, envelope": summary(classical),
    }
    marked = list(on_pascal(options.pascal, network, bars))
    for subset in ("A", "B"):
        tables[f"PASCAL {subset}"] = summary([s for s in marked if s.subset == subset])
    tables["PASCAL A and B"] = summary(marked)
    result = {
        "tables": tables,
        "noise": on_noise(network),
        "artifacts": on_artifacts(options.pascal, network, bars),
        "rhythm": on_rhythm(options.pascal, network, bars),
        "speed": {"network": speed(network), "envelope": speed(envelope)},
    }
    options.out.mkdir(parents=True, exist_ok=True)
    (options.out / "segment.json").write_text(json.dumps(result, indent=1) + "\n")
    (options.out / "segment.md").write_text(page(result))
    print(page(result))


if __name__ == "__main__":
    main()
