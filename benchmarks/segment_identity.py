"""Whether the whole recording tells S1 from S2 better than the segmenter does.

Which of two sounds is S1 is one question a recording, and the network hears no more than 2.5 s to
each side. The decoder asks it of the whole recording (``identity_weight``). Here a judge looks at
the finished answer, and keeps it or turns it round: S1 to S2, systole to diastole, everywhere. What
it may weigh:

- network: how much likelier, in the network's own probabilities, the answer is than the answer
  turned round; a beat
- sounds: pitch, length and steadiness at the answer's own marks (``segment_labels.py``)
- halves: how much longer diastole lasts than systole

The weights are a logistic regression's, fitted to CirCor. There each recording is answered by the
network, and judged by the regression, that have not met the person. PASCAL was fitted by nothing,
and is judged by one design only, the one that may weigh everything.

Prints a table and writes ``segment_identity.json`` and ``segment_identity.md``.

Run: python benchmarks/segment_identity.py PATH_TO_CIRCOR PATH_TO_PASCAL
"""

import os

for _name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
    os.environ[_name] = "1"  # before NumPy loads

import argparse
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from segment_labels import FACTS, testify
from sklearn.linear_model import LogisticRegression

from auscult.audio import read_recording
from auscult.bundle import read_bundle
from auscult.cli.show import Bars
from auscult.datasets import Pascal
from auscult.inference import NetworkSegmenter, load_segmenter
from auscult.metrics.beats import stretches_of
from auscult.segment import Segmentation
from auscult.training.card import markdown_table
from auscult.training.segmenter_options import fold_of
from auscult.types import STATES, Entry, Recording, StateSpan
from auscult.verbs.train_segmenter import annotated
from segment import GAP_S, SOUNDS, Scored, score, summary

Array = np.ndarray
N_FOLDS = 5
EVIDENCE = ("network", *FACTS, "halves")
DESIGNS = {
    "as it is": (),
    "network": (0,),
    "sounds": (1, 2, 3),
    "network, sounds": (0, 1, 2, 3),
    "network, sounds, halves": (0, 1, 2, 3, 4),
}
FINISHED = "network, sounds, halves"
TURNED = dict(zip(STATES, (*STATES[2:], *STATES[:2]), strict=True))


@dataclass(frozen=True, slots=True)
class Answered:
    """One recording: its score as answered and turned round, and the evidence for the former.

    Evidence is positive where it speaks for the answer, and changes its sign with the answer.
    """

    group: str
    kept: Scored
    turned: Scored
    evidence: tuple[float, ...]


def turned(answer: Segmentation) -> Segmentation:
    """Return the answer with S1 and S2, systole and diastole exchanged."""
    return replace(answer, spans=tuple(replace(s, state=TURNED[s.state]) for s in answer.spans))


def evidence_of(
    entry: Entry, recording: Recording, answer: Segmentation, find_states: NetworkSegmenter
) -> tuple[float, ...]:
    """Return what speaks for the answer; nothing does where there are too few beats."""
    told = testify(entry, recording, answer.marks)
    if told is None:
        return (0.0,) * len(EVIDENCE)
    scores = np.log(np.maximum(find_states.probabilities(recording), 1e-4))
    more = 0.0
    for span in answer.spans:
        frames = slice(*(round(t / find_states.frame_s) for t in (span.start_s, span.end_s)))
        own, other = (STATES.index(state) for state in (span.state, TURNED[span.state]))
        more += float((scores[frames, own] - scores[frames, other]).sum())
    pitch, length, steadiness = told.facts
    # Each fact with the sign that it has in most hearts, so that weights are easily read.
    n_beats = max(1, answer.onsets_s("S1").size)
    return (more / n_beats, -pitch, length, -steadiness, told.apart_s)


def answered(
    entry: Entry,
    onsets: dict[str, Array],
    stretches: Sequence[tuple[float, float]],
    find_states: NetworkSegmenter,
    truth: Sequence[StateSpan] = (),
) -> Answered:
    """Answer one recording and score it both ways."""
    recording = read_recording(entry.path)
    answer = find_states(recording)
    kept, other = (score(entry, onsets, stretches, a, truth) for a in (answer, turned(answer)))
    return Answered(entry.group, kept, other, evidence_of(entry, recording, answer, find_states))


def on_circor(path: Path, runs: Path, every: int, bars: Bars) -> Iterator[Answered]:
    """Yield every annotated recording, answered by who has not met the person."""
    entries, states = annotated(path)
    folders = [runs / f"fold-{fold}" for fold in range(N_FOLDS)]
    of_fold = [NetworkSegmenter(read_bundle(folder)) for folder in folders]
    for entry in bars.track(entries[::every], "circor", len(entries[::every])):
        truth = states[entry.recording_id]
        if truth:
            onsets = {s: np.array([x.start_s for x in truth if x.state == s]) for s in SOUNDS}
            asked = of_fold[fold_of(entry.group, N_FOLDS)]
            yield answered(entry, onsets, stretches_of(truth, GAP_S), asked, truth)


def on_pascal(path: Path, bars: Bars) -> Iterator[Answered]:
    """Yield every recording with a table, answered by the shipped network."""
    entries = {entry.recording_id: entry for entry in Pascal().scan(path)}
    tables, find_states = Pascal().truth(path), load_segmenter()
    for recording_id, marks in bars.track(tables.items(), "pascal", len(tables)):
        onsets = {s: np.array([m.at_s for m in marks if m.sound == s]) for s in SOUNDS}
        times_s = [mark.at_s for mark in marks]
        stretches = [(min(times_s), max(times_s))]
        yield answered(entries[recording_id], onsets, stretches, find_states)


def weighed(heard: Sequence[Answered], columns: Sequence[int]) -> Array:
    """Return the weights: each answer once as it is, and once turned round."""
    evidence = np.array([each.evidence for each in heard])[:, columns]
    scale = np.sqrt((evidence**2).mean(axis=0))
    right = np.where([each.kept.exchanged for each in heard], -1, 1)[:, None]
    facts = np.concatenate([evidence / scale * right, -evidence / scale * right])
    judge = LogisticRegression(fit_intercept=False, C=1.0)
    judge.fit(facts, np.repeat([1, 0], len(heard)))
    weights: Array = judge.coef_[0] / scale
    return weights


def doubted(heard: Sequence[Answered], weights: Array, columns: Sequence[int]) -> Array:
    """Return which answers the judge turns round."""
    result: Array = np.array([each.evidence for each in heard])[:, columns] @ weights < 0
    return result


def by_person(heard: Sequence[Answered], columns: Sequence[int]) -> Array:
    """Return the same, each judged by weights that have not met the person."""
    folds = np.array([fold_of(each.group, N_FOLDS) for each in heard])
    result = np.zeros(len(heard), np.bool_)
    for fold in range(N_FOLDS) if columns else ():
        others = [each for each, own in zip(heard, folds, strict=True) if own != fold]
        mine = [each for each, own in zip(heard, folds, strict=True) if own == fold]
        result[folds == fold] = doubted(mine, weighed(others, columns), columns)
    return result


def outcome(heard: Sequence[Answered], turn: Array) -> dict[str, Any]:
    """Return what turning some answers round does."""
    pairs = list(zip(heard, turn, strict=True))
    scores = [each.turned if other else each.kept for each, other in pairs]
    all_figures = summary(scores)
    return {
        "n": len(heard),
        "n_exchanged": all_figures["n_exchanged"],
        "n_mended": sum(bool(other and each.kept.exchanged) for each, other in pairs),
        "n_broken": sum(bool(other and not each.kept.exchanged) for each, other in pairs),
        "figures": {s: all_figures["figures"][f"{s} F1 at 60 ms"] for s in SOUNDS},
    }


def page(result: dict[str, Any]) -> str:
    """Return the results page as Markdown."""
    headings = ["may weigh", "exchanged", "mended", "broken", "S1 F1 at 60 ms", "S2 F1 at 60 ms"]

    def rows(part: str) -> list[list[str]]:
        return [
            [name, *(str(row[key]) for key in ("n_exchanged", "n_mended", "n_broken"))]
            + ["{:.3f} [{:.3f}, {:.3f}]".format(*row["figures"][sound]) for sound in SOUNDS]
            for name, row in result[part].items()
        ]

    blocks = [
        "# Would the whole recording tell S1 from S2 better?",
        _ABOUT,
        "## CirCor, by person",
        markdown_table(headings, rows("CirCor")),
        "## PASCAL A and B",
        markdown_table(headings, rows("PASCAL")),
        _NOTES,
        "Written by `python benchmarks/segment_identity.py`.",
    ]
    return "\n\n".join(blocks) + "\n"


_ABOUT = """\
Which sound is S1 is one question a recording. Here a judge looks at the whole answer, and keeps it
or turns it round: by the network's own probabilities over all beats, by pitch, length and
steadiness of the sounds that it called S1 and S2, and by how much longer diastole lasts. Its
weights are fitted to CirCor, by person. “As it is”: the segmenter that ships, without a judge."""
_NOTES = """\
Value [95 % interval from resampling people]. “Mended”: exchanged answers that the judge turns the
way of the published table; “broken”: the reverse. PASCAL has fitted nothing. Two designs were
evaluated on it: the decoder's `identity_weight`, which is part of the segmenter “as it is”, and
this judge, the one whose row is shown. The weight was chosen on one fold of CirCor; that recordings
change sides in the middle, which it is for, had been seen in one of PASCAL too. Who has S1 and S2
exchanged there is asked in `segment_labels.md`."""


def main() -> None:
    """Answer, judge and write."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("circor", type=Path, help="folder of the CirCor recordings")
    parser.add_argument("pascal", type=Path, help="folder of the PASCAL recordings")
    parser.add_argument("--runs", type=Path, default=Path("runs/segmenter"), help="folds' bundles")
    parser.add_argument("--out", type=Path, default=Path("docs/results"), help="folder for results")
    parser.add_argument("--every", type=int, default=1, help="only every n-th CirCor recording")
    options = parser.parse_args()
    bars = Bars()
    heard = list(on_circor(options.circor, options.runs, options.every, bars))
    met = list(on_pascal(options.pascal, bars))
    columns = DESIGNS[FINISHED]
    weights = weighed(heard, columns)
    result = {
        "weights": dict(zip(EVIDENCE, weights.tolist(), strict=True)),
        "CirCor": {name: outcome(heard, by_person(heard, c)) for name, c in DESIGNS.items()},
        "PASCAL": {
            "as it is": outcome(met, np.zeros(len(met), np.bool_)),
            FINISHED: outcome(met, doubted(met, weights, columns)),
        },
    }
    options.out.mkdir(parents=True, exist_ok=True)
    (options.out / "segment_identity.json").write_text(json.dumps(result, indent=1) + "\n")
    (options.out / "segment_identity.md").write_text(page(result))
    print(page(result))


if __name__ == "__main__":
    main()
