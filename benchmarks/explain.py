"""Do explanations point at what decided? The test by deletion, on murmurs heard by the model.

Recordings that the shipped model calls a murmur are explained; what is marked is taken out, and so
is as much elsewhere: the same number of rectangles, each as long, at a random time and in a random
band. The difference of the two drops is paired, recording by recording; intervals resample people
or sessions. The model may have met these recordings: this is about what it hears, not how well.

Prints a table and writes ``explain.json`` and ``explain.md``.

Run: python benchmarks/explain.py PATH_TO_PASCAL PATH_TO_CIRCOR
"""

import os

for _name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
    os.environ[_name] = "1"  # before NumPy loads

import argparse
import json
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np

from auscult.audio import read_recording, resample
from auscult.cli.show import Bars
from auscult.datasets import Circor, Pascal
from auscult.inference import Classifier, load_model, load_segmenter
from auscult.inference.explain import BANDS_HZ, WIDE_BANDS_HZ, explain
from auscult.inference.explanation import Explanation, log_odds
from auscult.inference.occlusion import Eraser
from auscult.synth import PRESETS, synthesise
from auscult.training.card import markdown_table
from auscult.types import Entry, Recording

RATE_HZ = 2_000
N_RANDOM = 5
N_RESAMPLED = 2_000


@dataclass(frozen=True, slots=True)
class Deleted:
    """One recording: what deletion did, marked and at random, and where the strongest part lay."""

    group: str
    marked: float
    random: float
    turned: bool
    turned_at_random: float
    phase: str
    without_rhythm: bool


def at_random(
    classifier: Classifier, recording: Recording, told: Explanation, rng: np.random.Generator
) -> float:
    """Return the log-odds with as many rectangles, as long as the marked, taken out elsewhere."""
    samples = resample(recording.samples, recording.rate_hz, RATE_HZ)
    eraser = Eraser(samples, RATE_HZ)
    bands = list(pairwise(BANDS_HZ if told.tiles[0].phase else WIDE_BANDS_HZ))
    gone = np.zeros_like(samples)
    for part in told.marked:
        lengths_s = [end_s - start_s for start_s, end_s in part.intervals]
        starts_s = [rng.uniform(0, max(recording.duration_s - s, 1e-6)) for s in lengths_s]
        places = [(start, start + s) for start, s in zip(starts_s, lengths_s, strict=True)]
        gone += eraser.above(places, *bands[rng.integers(len(bands))])
    answers = classifier.answers(Recording(samples - gone, RATE_HZ))
    return log_odds(answers[told.question][told.answer])


def deleted(
    entries: Sequence[Entry], question: str, answer: str, bars: Bars, title: str
) -> Iterator[Deleted]:
    """Yield what deletion does to each recording that gets ``answer``."""
    classifier, find_states = load_model(), load_segmenter()
    rng = np.random.default_rng(0)
    for entry in bars.track(entries, title, len(entries)):
        recording = read_recording(entry.path)
        shares = classifier.answers(recording)[question]
        if max(shares, key=shares.__getitem__) != answer:
            continue
        told = explain(classifier, recording, find_states(recording).spans, question)
        if not told.marked:
            yield Deleted(entry.group, 0, 0, turned=False, turned_at_random=0, phase="none marked",
                          without_rhythm=False)  # fmt: skip
            continue
        left = [at_random(classifier, recording, told, rng) for _ in range(N_RANDOM)]
        yield Deleted(
            entry.group,
            told.drop,
            log_odds(told.probability) - float(np.mean(left)),
            told.without < 0.5,  # noqa: PLR2004 - no longer the more probable
            float(np.mean(np.array(left) < 0)),
            max(told.marked, key=lambda part: part.drop).phase or "no rhythm",
            not told.tiles[0].phase,
        )


def summary(rows: Sequence[Deleted]) -> dict[str, Any]:
    """Return means with intervals, and where the strongest parts lay."""
    groups = {group: at for at, group in enumerate(sorted({row.group for row in rows}))}
    sums = np.zeros((len(groups), 6))
    for r in rows:
        values = (r.marked, r.random, r.marked - r.random, r.turned, r.turned_at_random, 1)
        sums[groups[r.group]] += values
    rng = np.random.default_rng(0)
    n = len(groups)
    drawn = rng.multinomial(n, np.full(n, 1 / n), N_RESAMPLED) @ sums
    low, high = np.quantile(drawn[:, :5] / drawn[:, 5:], [0.025, 0.975], axis=0)
    means = sums.sum(axis=0)[:5] / len(rows)
    names = ("marked", "random", "difference", "turned", "turned_at_random")
    figures = zip(names, zip(means, low, high, strict=True), strict=True)
    return {
        "n": len(rows),
        "n_groups": n,
        "greater": sum(row.marked > row.random for row in rows),
        "figures": {name: [float(x) for x in each] for name, each in figures},
        "phases": dict(Counter(row.phase for row in rows).most_common()),
    }


def speed(n_runs: int = 5) -> float:
    """Return CPU seconds to explain a synthetic murmur of 10 s, one thread, beats known."""
    classifier, recording = load_model(), synthesise(PRESETS["murmur-systolic"], 4_000, 3).recording
    spans = load_segmenter()(recording).spans
    took = []
    for _ in range(n_runs):
        start_s = time.process_time()
        explain(classifier, recording, spans)
        took.append(time.process_time() - start_s)
    return float(np.median(took))


def page(result: dict[str, Any]) -> str:
    """Return the results page as Markdown."""
    rows = []
    for name, each in result["tables"].items():
        cells = [_cell(*each["figures"][f]) for f in ("marked", "random", "difference")]
        shares = [f"{each['figures'][f][0]:.0%}" for f in ("turned", "turned_at_random")]
        rows.append([name, f"{each['n']} ({each['n_groups']})", *cells,
                     f"{each['greater']} of {each['n']}", *shares])  # fmt: skip
    header = ["murmurs heard in", "recordings (people or sessions)", "drop, marked taken out",
              "as much at random", "difference", "marked lowers more", "answer turned",
              "turned at random"]  # fmt: skip
    phases = list(dict.fromkeys(p for t in result["tables"].values() for p in t["phases"]))
    where = [
        [name, *(str(each["phases"].get(phase, 0)) for phase in phases)]
        for name, each in result["tables"].items()
    ]
    blocks = [
        "# Explanations, tested by deletion",
        markdown_table(header, rows),
        _NOTES.format(n_random=N_RANDOM),
        "## Where the strongest part lay",
        markdown_table(["murmurs heard in", *phases], where),
        f"CPU seconds for 10 s of sound, one thread, beats known: {result['speed_s']:.2f}.",
        "Written by `python benchmarks/explain.py`.",
    ]
    return "\n\n".join(blocks) + "\n"


_NOTES = """\
Drop of the log-odds of “murmur” [95 % interval from resampling people or sessions]; the difference
is paired. “At random”: the same number of rectangles, each as long, at a random time and in a
random band, mean of {n_random} draws. “Turned”: the answer's probability falls below one half.
PASCAL: the question “heard”; CirCor: “murmur”. Only recordings that the shipped model calls a
murmur. The marked parts were chosen because they lower the answer, as an explanation must; the test
says how far that choice goes beyond what taking out as much sound does by itself."""


def _cell(value: float, low: float, high: float) -> str:
    return f"{value:.2f} [{low:.2f}, {high:.2f}]"


def main() -> None:
    """Explain, delete and write."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("pascal", type=Path, help="folder of the PASCAL recordings")
    parser.add_argument("circor", type=Path, help="folder of the CirCor recordings")
    parser.add_argument("--out", type=Path, default=Path("docs/results"), help="folder for results")
    parser.add_argument("--every", type=int, default=5, help="only every n-th CirCor recording")
    options = parser.parse_args()
    bars = Bars()
    pascal = [entry for entry in Pascal().scan(options.pascal) if entry.label == "murmur"]
    circor = [entry for entry in Circor().scan(options.circor) if entry.label == "Present"]
    asked = {
        "PASCAL": list(deleted(pascal, "heard", "murmur", bars, "pascal")),
        "CirCor": list(deleted(circor[:: options.every], "murmur", "present", bars, "circor")),
    }
    result = {
        "tables": {name: summary(rows) for name, rows in asked.items()},
        "speed_s": speed(),
    }
    options.out.mkdir(parents=True, exist_ok=True)
    (options.out / "explain.json").write_text(json.dumps(result, indent=1) + "\n")
    (options.out / "explain.md").write_text(page(result))
    print(page(result))


if __name__ == "__main__":
    main()
