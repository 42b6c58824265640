"""Where PASCAL's published S1 and S2 and the segmenter disagree.

Who has them exchanged? At 110 beats a minute and more systole lasts as long as diastole, and
neither the segmenter nor whoever marked PASCAL has an electrocardiogram. A witness is asked that
does not know the segmenter: three facts measured at the published marks, weighed by a logistic
regression that was fitted to the annotated recordings of CirCor.

- pitch: the centre of the spectrum of the median S1, less that of S2. S1 is the lower sound
- length: how long the sound at S1 lasts over how long it lasts at S2. S1 is the longer one
- steadiness: how much S1 → S2 varies from beat to beat, over how much S2 → S1 does. Systole is the
  steadier half. No network with a few seconds of context measures that

How long the two halves last is not asked: there they are alike. The witness is checked by person on
CirCor, on the recordings whose halves are alike, and then asked about PASCAL's marks as they are.

Prints tables and writes ``segment_labels.json`` and ``segment_labels.md``.

Run: python benchmarks/segment_labels.py PATH_TO_CIRCOR PATH_TO_PASCAL
"""

import os

for _name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
    os.environ[_name] = "1"  # before NumPy loads

import argparse
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.linear_model import LogisticRegression

from auscult.audio import read_recording
from auscult.bundle import read_bundle
from auscult.cli.show import Bars
from auscult.datasets import Pascal
from auscult.inference import NetworkSegmenter, load_segmenter
from auscult.preprocess import BandPass
from auscult.segment import Segmentation, Segmenter
from auscult.training.card import markdown_table
from auscult.training.segmenter_options import fold_of
from auscult.types import Entry, Mark, Recording
from auscult.verbs.train_segmenter import annotated
from segment import SOUNDS, Scored, score, summary

Array = np.ndarray
FACTS = ("pitch", "length", "steadiness")
BAND = BandPass(30.0, 400.0)
AROUND_S, HALF_S, RESOLUTION_S = 0.08, 0.06, 0.006
"""How far from its mark a sound is looked for, how long it is each way, how exact onsets are."""
ALIKE_S = 0.06
"""Halves that differ by less are alike."""
FEWEST = 3
SURE = 0.95
N_FOLDS = 5


@dataclass(frozen=True, slots=True)
class Testimony:
    """One recording: what is measured at its marks, and how unlike its two halves are."""

    entry: Entry
    facts: tuple[float, float, float]
    apart_s: float


def testify(entry: Entry, recording: Recording, marks: Sequence[Mark]) -> Testimony | None:
    """Return the facts, each positive or negative by which sound is called S1; None if too few."""
    ordered = sorted(marks, key=lambda mark: mark.at_s)
    halves: dict[str, list[float]] = {sound: [] for sound in SOUNDS}
    for one, other in pairwise(ordered):
        if one.sound != other.sound and other.at_s - one.at_s < 1:
            halves[one.sound].append(other.at_s - one.at_s)
    if min(map(len, halves.values())) < FEWEST:
        return None
    s1, s2 = (_sound(recording, [m.at_s for m in marks if m.sound == s]) for s in SOUNDS)
    if s1 is None or s2 is None:
        return None
    spread = [_spread(halves[sound]) for sound in SOUNDS]
    facts = (s1[0] - s2[0], s1[1] - s2[1], spread[0] - spread[1])
    apart_s = float(np.median(halves["S2"]) - np.median(halves["S1"]))
    return Testimony(entry, facts, apart_s)


def _sound(recording: Recording, marks_s: Sequence[float]) -> tuple[float, float] | None:
    """Return log pitch and log length of the median sound near the marks."""
    rate_hz = recording.rate_hz
    samples = BAND(recording.samples, rate_hz).astype(np.float64)
    half, around = round(HALF_S * rate_hz), round(AROUND_S * rate_hz)
    smooth = np.hanning(round(0.03 * rate_hz))
    level = np.convolve(samples**2, smooth / smooth.sum(), "same")
    n_fft = 1 << (8 * half).bit_length()
    hertz = np.fft.rfftfreq(n_fft, 1 / rate_hz)
    time_s = np.arange(-half, half) / rate_hz
    found = []
    for mark_s in marks_s:
        first = max(0, round(mark_s * rate_hz) - around)
        near = level[first : first + 2 * around]
        middle = first + int(near.argmax()) if near.size else 0
        if middle < half or middle + half > samples.size:
            continue
        cut = samples[middle - half : middle + half] * np.hanning(2 * half)
        power = np.abs(np.fft.rfft(cut, n_fft)) ** 2
        share = level[middle - half : middle + half] + 1e-20
        centre_s = (share * time_s).sum() / share.sum()
        length_s = np.sqrt((share * (time_s - centre_s) ** 2).sum() / share.sum())
        found.append((np.log((power * hertz).sum() / (power.sum() + 1e-20) + 1), np.log(length_s)))
    if len(found) < FEWEST:
        return None
    pitch, length = np.median(found, axis=0)
    return float(pitch), float(length)


def _spread(intervals_s: Sequence[float]) -> float:
    """Return the log of the standard deviation, what onsets cannot resolve added."""
    return float(np.log(np.hypot(np.std(intervals_s), RESOLUTION_S)))


def on_circor(path: Path, bars: Bars) -> Iterator[Testimony]:
    """Yield the testimony of every annotated recording, at its published states."""
    entries, states = annotated(path)
    for entry in bars.track(entries, "circor", len(entries)):
        spans = [span for span in states[entry.recording_id] if span.state in SOUNDS]
        marks = [Mark(span.state, span.start_s) for span in spans]
        if marks and (told := testify(entry, read_recording(entry.path), marks)):
            yield told


def fitted(heard: Sequence[Testimony], columns: Sequence[int] = (0, 1, 2)) -> LogisticRegression:
    """Return the witness: every recording once as it is, and once with S1 and S2 exchanged."""
    facts = np.array([each.facts for each in heard])[:, columns]
    truth = np.repeat([1, 0], len(facts))
    return LogisticRegression(fit_intercept=False, C=100).fit(
        np.concatenate([facts, -facts]), truth
    )


def believed(
    witness: LogisticRegression, heard: Sequence[Testimony], columns: Sequence[int] = (0, 1, 2)
) -> Array:
    """Return the probability that the marks have S1 and S2 right."""
    facts = np.array([each.facts for each in heard])[:, columns]
    right: Array = witness.predict_proba(facts)[:, 1]
    return right


def checked(heard: Sequence[Testimony], columns: Sequence[int] = (0, 1, 2)) -> Array:
    """Return the same by person: each is judged by a witness that has not met the person."""
    folds = np.array([fold_of(each.entry.group, N_FOLDS) for each in heard])
    answer = np.zeros(len(heard))
    for fold in range(N_FOLDS):
        others = [each for each, own in zip(heard, folds, strict=True) if own != fold]
        mine = [each for each, own in zip(heard, folds, strict=True) if own == fold]
        answer[folds == fold] = believed(fitted(others, columns), mine, columns)
    return answer


def how_good(heard: Sequence[Testimony]) -> dict[str, dict[str, float]]:
    """Return how often the witness is right where the halves are alike, by what it may ask."""
    alike = np.array([abs(each.apart_s) < ALIKE_S for each in heard])
    asked = {name: [index] for index, name in enumerate(FACTS)} | {"all three": [0, 1, 2]}
    result = {}
    for name, columns in asked.items():
        right = checked(heard, columns)[alike]
        sure = np.maximum(right, 1 - right) >= SURE
        result[name] = {
            "n": int(alike.sum()),
            "right": float((right > 0.5).mean()),  # noqa: PLR2004 - likelier than not
            "n_sure": int(sure.sum()),
            "right_when_sure": float((right[sure] > 0.5).mean()) if sure.any() else float("nan"),  # noqa: PLR2004
        }
    return result


@dataclass(frozen=True, slots=True)
class Judged:
    """One PASCAL recording: its score as published and turned round, and the witness's word."""

    published: Scored
    turned: Scored
    testimony: Testimony | None
    right: float | None
    exchanged_by: tuple[bool, ...]


def on_pascal(
    path: Path, witness: LogisticRegression, others: Sequence[Segmenter], bars: Bars
) -> Iterator[Judged]:
    """Yield every recording with a table, in the order of the tables."""
    entries = {entry.recording_id: entry for entry in Pascal().scan(path)}
    tables, find_states = Pascal().truth(path), load_segmenter()
    for recording_id, marks in bars.track(tables.items(), "pascal", len(tables)):
        entry = entries[recording_id]
        recording = read_recording(entry.path)
        answer = find_states(recording)
        told = testify(entry, recording, marks)
        right = float(believed(witness, [told])[0]) if told else None
        exchanged = [replace(m, sound="S2" if m.sound == "S1" else "S1") for m in marks]
        published, turned = (_scored(entry, each, answer) for each in (marks, exchanged))
        agreed = tuple(_scored(entry, marks, other(recording)).exchanged for other in others)
        yield Judged(published, turned, told, right, agreed)


def _n_hits(scored: Scored) -> int:
    """Return how many marks have their sound within a tenth of a second."""
    return sum(scored.counts[sound, 0.1].hits for sound in SOUNDS)


def _n_marks(scored: Scored) -> int:
    return sum(scored.counts[s, 0.1].hits + scored.counts[s, 0.1].misses for s in SOUNDS)


def _scored(entry: Entry, marks: Sequence[Mark], answer: Segmentation) -> Scored:
    onsets = {s: np.array([m.at_s for m in marks if m.sound == s]) for s in SOUNDS}
    times_s = [mark.at_s for mark in marks]
    return score(entry, onsets, [(min(times_s), max(times_s))], answer)


def tables_of(judged: Sequence[Judged]) -> dict[str, Any]:
    """Return the summaries: as published, and with the marks turned that the witness doubts."""
    alike = [each.published for each in judged if not each.published.exchanged]
    result = {"as published": summary([each.published for each in judged])}
    for name, most in (("turned where sure", 1 - SURE), ("turned where likelier", 0.5)):
        doubted = [each.right is not None and each.right <= most for each in judged]
        pairs = zip(judged, doubted, strict=True)
        scores = [each.turned if turn else each.published for each, turn in pairs]
        result[name] = summary(scores) | {"n_turned": sum(doubted)}
    return result | {"the others alone": summary(alike)}


def agreement(judged: Sequence[Judged]) -> dict[str, dict[str, int]]:
    """Return what the witness says of the marks, by whether the segmenter disagrees with them."""
    result = {}
    for name, exchanged in (("segmenter agrees", False), ("segmenter has them exchanged", True)):
        mine = [each for each in judged if each.published.exchanged is exchanged]
        rights = [each.right for each in mine if each.right is not None]
        result[name] = {
            "n": len(mine),
            "right": sum(right >= SURE for right in rights),
            "unsure": sum(1 - SURE < right < SURE for right in rights),
            "exchanged": sum(right <= 1 - SURE for right in rights),
            "not_asked": len(mine) - len(rights),
        }
    return result


def page(result: dict[str, Any]) -> str:
    """Return the results page as Markdown."""
    good = [
        [name, str(g["n"]), f"{g['right']:.1%}", str(g["n_sure"]), f"{g['right_when_sure']:.1%}"]
        for name, g in result["witness"].items()
    ]
    agreed = [[name, *map(str, row.values())] for name, row in result["agreement"].items()]
    columns = result["tables"]
    names = [f"{s} F1 at {ms} ms" for s in SOUNDS for ms in (40, 60, 100)]
    figures = [
        [name, *("{:.3f} [{:.3f}, {:.3f}]".format(*c["figures"][name]) for c in columns.values())]
        for name in names
    ]
    figures.append(["turned round", *(str(c.get("n_turned", 0)) for c in columns.values())])
    figures.append(["still exchanged", *(str(c["n_exchanged"]) for c in columns.values())])
    cases = [
        [c["recording"], f"{c['systole_longer_ms']:+.0f}"]
        + ([f"{x:+.2f}" for x in c["facts"]] if c["facts"] else ["–"] * len(FACTS))
        + ["not asked" if c["right"] is None else f"{c['right']:.3f}", str(c["also_exchanged_by"])]
        + [f"{c['n_crosswise']} and {c['n_straight']} of {c['n_marks']}"]
        for c in result["exchanged"]
    ]
    blocks = [
        "# PASCAL's marks where S1 and S2 are exchanged",
        _ABOUT,
        "## How good the witness is: CirCor, by person, halves alike",
        markdown_table(["asked about", "recordings", "right", "when sure", "right then"], good),
        "## What it says of PASCAL's marks",
        markdown_table(
            ["", "recordings", "marks right", "unsure", "marks exchanged", "not asked"], agreed
        ),
        _SAYS,
        "## The recordings that the segmenter exchanges",
        markdown_table(
            ["recording", "systole longer, ms", *FACTS, "marks right", "networks of five", "marks"],
            cases,
        ),
        _CASES,
        "## PASCAL A and B, by what is taken for true",
        markdown_table(["", *columns], figures),
        _TABLES,
        "Written by `python benchmarks/segment_labels.py`.",
    ]
    return "\n\n".join(blocks) + "\n"


_ABOUT = """\
In some recordings the segmenter has S1 and S2 the other way round than PASCAL's tables: all of set
B, nearly all at more than 100 beats a minute, where systole lasts as long as diastole. Neither was
made with an electrocardiogram. So a third is asked, who knows neither the segmenter nor how long
the halves of the cycle last: pitch and length of the sounds at the published marks, and how steady
the two halves are from beat to beat, weighed by a logistic regression fitted to CirCor."""
_SAYS = f"""\
“Right” and “exchanged” where the witness is at least {SURE:.0%} sure. Not asked: fewer than three
halves of a kind are marked."""
_CASES = """\
At the published marks: pitch and length are logarithms of S1's over S2's, steadiness that of the
scatter of S1 → S2 over that of S2 → S1. In a heart, the first and the last are negative as a rule,
the second is positive. “Marks right”: the witness's probability. “Networks of five”: how many
networks of the cross-validation, each trained on other people of CirCor, exchange them as well.
Last, how many marks lie on the other sound of the answer and how many on the same one: where both
are many, the marks or the answer change sides within the recording. In `145_…_B` the marks pass
over a sound at 2.4 s and call S1 from there on what they had called S2; in `129_…_B1` they call two
sounds in a row S1."""
_TABLES = f"""\
The first column is the figure that counts: the tables as published. Nothing was trained or chosen
by any of these. In the others the marks of some recordings are turned round by the witness's word,
whatever the segmenter said: where it is {SURE:.0%} sure, and where it thinks so at all. The last
leaves out what the segmenter exchanges: no figure of the segmenter, but what is lost besides. Value
[95 % interval from resampling people]."""


def main() -> None:
    """Hear the witness and write."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("circor", type=Path, help="folder of the CirCor recordings")
    parser.add_argument("pascal", type=Path, help="folder of the PASCAL recordings")
    parser.add_argument("--runs", type=Path, default=Path("runs/segmenter"), help="folds' bundles")
    parser.add_argument("--out", type=Path, default=Path("docs/results"), help="folder for results")
    options = parser.parse_args()
    bars = Bars()
    heard = list(on_circor(options.circor, bars))
    witness = fitted(heard)
    others = [NetworkSegmenter(read_bundle(f)) for f in sorted(options.runs.glob("fold-*"))]
    judged = list(on_pascal(options.pascal, witness, others, bars))
    result = {
        "weights": dict(zip(FACTS, witness.coef_[0].tolist(), strict=True)),
        "witness": how_good(heard),
        "agreement": agreement(judged),
        "exchanged": [
            {
                "recording": each.testimony.entry.recording_id if each.testimony else "",
                "systole_longer_ms": -1000 * each.testimony.apart_s if each.testimony else 0.0,
                "facts": each.testimony.facts if each.testimony else None,
                "right": each.right,
                "also_exchanged_by": sum(each.exchanged_by),
                "n_marks": _n_marks(each.published),
                "n_crosswise": _n_hits(each.turned),
                "n_straight": _n_hits(each.published),
            }
            for each in judged
            if each.published.exchanged
        ],
        "tables": tables_of(judged),
    }
    options.out.mkdir(parents=True, exist_ok=True)
    (options.out / "segment_labels.json").write_text(json.dumps(result, indent=1) + "\n")
    (options.out / "segment_labels.md").write_text(page(result))
    print(page(result))


if __name__ == "__main__":
    main()
