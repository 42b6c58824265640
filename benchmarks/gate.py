"""The quality gate: what it refuses and notes on real recordings, what that costs, what it misses.

- Every recording of PASCAL, CirCor and CinC 2016 is judged by the rules as they ship. Limits were
  chosen on three fifths of the people and sessions (and on synthetic sounds); the others are told
  apart.
- What a refusal costs, and what the listeners for poor recordings and unclear beats note, is read
  from predictions on people that the model has not met, as ``make results-joint`` writes them.
  Without ``--runs`` it stays as the page tells it, if the gate treats as many recordings alike.
- Sixty real recordings are spoilt by known amounts: from where on the answer of the shipped model
  is worth nothing, and what the rules say there. It was trained on these recordings.
- Synthetic hearts at every rate must pass; disturbances beside them must be told from some level.

Prints the page and writes ``gate.json`` and ``gate.md``.

Run: python benchmarks/gate.py PATH_TO_DATA --runs runs/joint
"""

import os

for _name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
    os.environ[_name] = "1"  # before NumPy loads

import argparse
import csv
import json
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np

from auscult.audio import read_recording
from auscult.cli.show import Bars
from auscult.datasets import Cinc2016, Circor, Pascal
from auscult.evaluation import Interval, PredictionsTable, evaluate
from auscult.evaluation.table import PredictionRow
from auscult.inference import Classifier, load_model
from auscult.inference.doubts import DOUBTED_FROM, DOUBTS
from auscult.preprocess import Gate
from auscult.synth import (
    PRESETS,
    Disturbance,
    HeartSound,
    Hum,
    Knocks,
    Music,
    Rubbing,
    Speech,
    Squeal,
    WhiteNoise,
    synthesise,
)
from auscult.synth.take import Breath, Take
from auscult.training.card import cell, markdown_table
from auscult.training.joint.corpus import ASKED, UNTOLD, Corpus, read_corpus
from auscult.training.joint.lines import LOOKED_FOR
from auscult.training.run_folder import RunFolder
from auscult.training.segmenter_options import fold_of
from auscult.types import QUESTIONS, Entry, Recording, Split
from auscult.verbs.train_joint import calibrated
from segment import f1_parts, interval, on_circor, rate_error

SETS = {"pascal": Pascal, "circor": Circor, "cinc2016": Cinc2016}
QUESTION = {"pascal": "heard", "circor": "murmur", "cinc2016": "refer"}
WITHIN_S = 0.06
UNCLEAR_BOUNDS = (0.0, 0.1, 0.25, 0.5, 0.75, 1.01)
DOUBTED = tuple(question for question, _ in DOUBTS)
"""What is asked of the recording, not of the heart."""
SYSTEM = "blend"
"""The network and the ensembles together, as they ship."""
N_FOLDS, CHOSEN_ON = 5, (0, 1, 2)
OF_PREDICTIONS = ("costs", "noted_poor", "noted_unclear", "beats_found", "crossed", "artifacts")
"""What the page tells that rests on the predictions of joint training."""
N_SPOILT = 30
RATES_BPM = range(30, 221, 10)
N_SEEDS = 4
Judged = tuple[str, tuple[str, ...]]
"""Kind of the refusal, or nothing, and kinds of the notes."""


@dataclass(frozen=True, slots=True)
class Heard:
    """One recording and what the gate says of it."""

    dataset: str
    entry: Entry
    refused: str
    noted: tuple[str, ...]

    @property
    def name(self) -> str:
        """As predictions tables name it."""
        return f"{self.dataset}/{self.entry.recording_id}"

    @property
    def outcome(self) -> str:
        """One of refused, noted, passed."""
        return "refused" if self.refused else "noted" if self.noted else "passed"

    @property
    def chosen_on(self) -> bool:
        """Whether limits were chosen with this recording in sight."""
        return fold_of(self.entry.group, N_FOLDS) in CHOSEN_ON


def judged(recording: Recording) -> Judged:
    """Return the kind of finding that refuses, and those noted."""
    judgement = Gate().judge(recording)
    refused = judgement.reason.partition(":")[0]
    return refused, tuple(note.partition(":")[0] for note in judgement.notes)


def hear_all(data: Path, bars: Bars) -> Iterator[Heard]:
    """Yield every recording, judged."""
    for name, dataset in SETS.items():
        entries = dataset.at(data / name).scan(data / name)
        for entry in bars.track(entries, name, len(entries)):
            yield Heard(name, entry, *judged(read_recording(entry.path)))


def shares(heard: Iterable[Heard]) -> dict[str, Any]:
    """Return how many were refused and noted, and by what."""
    rows = list(heard)
    return {
        "n": len(rows),
        "refused": sum(row.outcome == "refused" for row in rows),
        "noted": sum(row.outcome == "noted" for row in rows),
        "refused_by": dict(Counter(row.refused for row in rows if row.refused).most_common()),
        "noted_by": dict(Counter(kind for row in rows for kind in row.noted).most_common()),
    }


def costs(heard: list[Heard], runs: Path) -> dict[str, Any]:
    """Return accuracy and confidence on people not met, by outcome of the gate."""
    told = {}
    for name, question in QUESTION.items():
        rows = _predictions(runs / f"{name}-{question}" / "predictions.csv")
        outcomes = {row.name: row.outcome for row in heard if row.dataset == name}
        told[f"{name}: {question}"] = {
            outcome: _right([rows[each] for each in rows if outcomes.get(each) == outcome])
            for outcome in ("refused", "noted", "passed")
        }
    return told


def artifacts(heard: list[Heard], runs: Path) -> dict[str, int]:
    """Return what became of PASCAL's artifacts: refused, named, or called something else."""
    rows = _predictions(runs / "pascal-heard" / "predictions.csv")
    counts: Counter[str] = Counter()
    for each in heard:
        if each.entry.label == "artifact":
            said = max(rows[each.name][1], key=rows[each.name][1].__getitem__)
            note = "noted" if each.noted else "without a note"
            counts["refused" if each.refused else f"called {said}, {note}"] += 1
    return dict(counts.most_common())


def share_noted(question: str, page: Path) -> list[dict[str, Any]]:
    """Return how many are noted, of those to be noted and of the others, by dataset."""
    content = json.loads(page.read_text(encoding="utf-8"))
    bad, good = LOOKED_FOR[question], QUESTIONS[question][0]
    told = []
    for name in SETS:
        if (key := f"{name}-{question}") not in content:
            continue
        (own,) = (each for each in content[key]["systems"] if each["name"] == SYSTEM)
        recall = {label: figures["recall"] for label, figures in own["per_class"].items()}
        missed = {end: 1 - recall[good][end] for end in ("value", "low", "high")}
        spared = {"value": missed["value"], "low": missed["high"], "high": missed["low"]}
        for label, share in ((bad, recall[bad]), (good, spared)):
            shown = {end: share[end] for end in ("value", "low", "high")}
            told.append({"recordings": f"{name}, {label}", "n": own["support"][label], **shown})
    return told


Said = tuple[Split, Entry, float]
"""In which fold, of which recording, with which probability of what is noted."""


def said_of_all(question: str, corpus: Corpus, folder: RunFolder) -> list[Said]:
    """Return what is said of everybody in the fold that did not meet them, told or untold."""
    entries = {entry.recording_id: entry for entry in corpus.entries}
    noted = QUESTIONS[question].index(LOOKED_FOR[question])
    rows = []
    for split in folder.splits():
        fold = folder.read_json(f"{folder.fold(split).name}/answers.json")
        said = calibrated(question, corpus, fold, split.test)[SYSTEM][:, noted].tolist()
        rows += [(split, entries[i], p) for i, p in zip(split.test, said, strict=True)]
    return rows


def untold(question: str, corpus: Corpus, said: list[Said]) -> list[dict[str, Any]]:
    """Return how many are noted of those of whom nobody told, by label, in the first repeat."""
    told = {
        e.recording_id for e, own in zip(corpus.entries, corpus.told(question), strict=True) if own
    }
    noted_of: dict[str, list[bool]] = {}
    for split, entry, share in said:
        if split.repeat == 0 and entry.recording_id not in told:
            label = f"{entry.dataset}, {entry.label}"
            noted_of.setdefault(label, []).append(share >= DOUBTED_FROM)
    return [
        {"recordings": label, "n": len(own), "value": float(np.mean(own))}
        for label, own in sorted(noted_of.items())
    ]


def crossed(corpus: Corpus, said: Mapping[str, list[Said]]) -> list[dict[str, Any]]:
    """Return how each listener ranks what taught it, and what taught the other: ROC AUC."""
    found = []
    for question in DOUBTED:
        answers = corpus.answers[:, ASKED.index(question)].tolist()
        truth = {e.recording_id: a for e, a in zip(corpus.entries, answers, strict=True)}
        rows = [
            PredictionRow(
                system=listener,
                recording=entry.recording_id,
                group=entry.group,
                subset=entry.dataset,
                repeat=split.repeat,
                fold=split.fold,
                truth=QUESTIONS[question][truth[entry.recording_id]],
                probabilities=(1 - share, share),
                model_hash="-",
            )
            for listener, own in said.items()
            for split, entry, share in own
            if truth[entry.recording_id] != UNTOLD
        ]
        evaluation = evaluate(
            PredictionsTable(QUESTIONS[question], tuple(rows), ""),
            title=question,
            protocol="grouped",
        )
        for dataset in evaluation.systems[0].per_subset:
            told = {s.name: asdict(s.per_subset[dataset]["macro_auc"]) for s in evaluation.systems}
            found.append({"recordings": f"{dataset}, {LOOKED_FOR[question]}", **told})
    return found


def beats_found(said: list[Said], data: Path, segmenter: Path, bars: Bars) -> list[dict[str, Any]]:
    """Return how well beats are found in CirCor by how unclear they are said to be."""
    shares: dict[str, list[float]] = {}
    for _, entry, share in said:
        shares.setdefault(entry.recording_id, []).append(share)
    scores = list(on_circor(data / "circor", segmenter, "network", 1, bars))
    said_of = {each.recording: np.mean(shares[f"circor/{each.recording}"]) for each in scores}
    rows = []
    for low, high in pairwise(UNCLEAR_BOUNDS):
        own = [each for each in scores if low <= said_of[each.recording] < high]
        parts = (f1_parts("S1", WITHIN_S), lambda each: rate_error(each.steady_rates))
        figures = [interval(own, each) for each in parts if own]
        rows.append({"between": [low, min(high, 1.0)], "n": len(own), "figures": figures})
    return rows


def _predictions(path: Path) -> dict[str, tuple[str, dict[str, float]]]:
    """Return recording → truth and probabilities, of the first repeat."""
    told = {}
    with path.open(encoding="utf-8") as table:
        for row in csv.DictReader(table):
            if row["system"] == SYSTEM and row["repeat"] == "0":
                p = {k.removeprefix("p_"): float(v) for k, v in row.items() if k[:2] == "p_"}
                told[row["recording"]] = (row["truth"], p)
    return told


def _right(rows: list[tuple[str, dict[str, float]]]) -> dict[str, float]:
    right = [max(p, key=p.__getitem__) == truth for truth, p in rows]
    sure = [max(p.values()) for _, p in rows]
    if not rows:
        return {"n": 0}
    return {
        "n": len(rows),
        "accuracy": float(np.mean(right)),
        "confidence": float(np.mean(sure)),
    }


Spoil = Callable[[np.ndarray, int], np.ndarray]


def _beside(make: Callable[[float], Disturbance]) -> Callable[[float], Spoil]:
    def of_level(level_db: float) -> Spoil:
        def spoil(samples: np.ndarray, rate_hz: int) -> np.ndarray:
            length = int(0.05 * rate_hz)
            frames = samples[: samples.size // length * length].reshape(-1, length)
            s1 = np.quantile(np.sqrt(np.mean(frames**2, axis=1)), 0.95)
            take = Take(samples.size, rate_hz, Breath(15, 0))
            both: np.ndarray = samples / s1 + make(level_db)(take, np.random.default_rng(3))
            return both

        return spoil

    return of_level


def _clip(gain_db: float) -> Spoil:
    return lambda x, _: np.clip(x / np.abs(x).max() * 10 ** (gain_db / 20), -1, 1)


def _high_pass(low_hz: float) -> Spoil:
    def spoil(samples: np.ndarray, rate_hz: int) -> np.ndarray:
        spectrum = np.fft.rfft(samples)
        frequencies_hz = np.maximum(np.fft.rfftfreq(samples.size, 1 / rate_hz), 1e-3)
        return np.fft.irfft(spectrum / np.sqrt(1 + (low_hz / frequencies_hz) ** 8), samples.size)

    return spoil


def _lose(percent: float) -> Spoil:
    def spoil(samples: np.ndarray, rate_hz: int) -> np.ndarray:
        length = int(0.3 * rate_hz)
        frames = samples[: samples.size // length * length].reshape(-1, length).copy()
        lost = np.random.default_rng(3).permutation(len(frames))
        frames[lost[: round(percent / 100 * len(frames))]] = 0
        return frames.reshape(-1)

    return spoil


def _surround(seconds: float) -> Spoil:
    return lambda samples, rate_hz: np.pad(samples, round(seconds * rate_hz))


def _wait(level_db: float) -> Spoil:
    """Return what adds two seconds of noise before and after, so much louder than the whole."""

    def spoil(samples: np.ndarray, rate_hz: int) -> np.ndarray:
        scale, rng = samples.std() * 10 ** (level_db / 20), np.random.default_rng(3)
        before, after = scale * rng.standard_normal((2, 2 * rate_hz))
        return np.concatenate([before, samples, after])

    return spoil


BESIDE: Mapping[str, Callable[[float], Disturbance]] = {
    "hum, 50 Hz": lambda level: Hum(50, level),
    "hum, 60 Hz": lambda level: Hum(60, level),
    "speech, 130 Hz": Speech,
    "speech, 220 Hz": lambda level: Speech(level, pitch_hz=220),
    "squeals": lambda level: Squeal(level, per_s=1),
    "music": Music,
    "rubbing": lambda level: Rubbing(level, per_s=2),
    "knocks": Knocks,
    "white noise": lambda level: WhiteNoise(-level),
}
LEVELS_DB = (-20.0, -10.0, 0.0, 10.0, 20.0, 30.0, 40.0)
SPOILS: Mapping[str, tuple[Callable[[float], Spoil], tuple[float, ...]]] = {
    **{f"{name} (dB of S1)": (_beside(make), LEVELS_DB) for name, make in BESIDE.items()},
    "clipped by gain (dB)": (_clip, (6, 12, 20, 30, 40)),
    "high-pass (Hz)": (_high_pass, (100, 150, 200, 300, 400)),
    "0.3 s pieces lost (%)": (_lose, (10, 20, 30, 50)),
    "silence before and after (s)": (_surround, (0.5, 1, 2, 5)),
    "2 s of white noise before and after (dB of the whole)": (
        _wait,
        (-60, -50, -40, -30, -20, -10),
    ),
}


def spoilt(heard: list[Heard], bars: Bars) -> list[dict[str, Any]]:
    """Return the answers to recordings spoilt by known amounts, and what the gate says."""
    rng, classifier = np.random.default_rng(1), load_model()
    sounds, present = [], []
    for name, labels in (("circor", ("Absent", "Present")), ("pascal", ("normal", "murmur"))):
        for label in labels:
            fit = [h for h in heard if h.dataset == name and h.entry.label == label]
            fit = [h for h in fit if h.outcome == "passed" and h.chosen_on]
            for at in rng.permutation(len(fit))[: N_SPOILT // 2]:
                sounds.append(read_recording(fit[at].entry.path))
                present.append(label == labels[1])
    clean = _asked(classifier, sounds)
    steps = [(kind, of(step), step) for kind, (of, steps) in SPOILS.items() for step in steps]
    rows = []
    for kind, spoil, step in bars.track(steps, "spoil", len(steps)):
        made = [_spoil(sound, spoil) for sound in sounds]
        answers = _asked(classifier, made)
        told = [judged(sound) for sound in made]
        rows.append(
            {
                "kind": kind,
                "step": step,
                "auc": _auc(np.array(present), answers),
                "turned": float(np.mean((answers > 0.5) != (clean > 0.5))),  # noqa: PLR2004
                "refused": float(np.mean([bool(refused) for refused, _ in told])),
                "noted": float(np.mean([bool(notes) and not refused for refused, notes in told])),
            }
        )
    return rows


def _asked(classifier: Classifier, sounds: Iterable[Recording]) -> np.ndarray:
    return np.array([classifier.answers(sound)["murmur"]["present"] for sound in sounds])


def _auc(positive: np.ndarray, scores: np.ndarray) -> float:
    above = scores[positive][:, None] - scores[~positive]
    return float(np.mean((above > 0) + 0.5 * (above == 0)))


def _spoil(sound: Recording, spoil: Spoil) -> Recording:
    samples = spoil(sound.samples.astype(np.float64) - sound.samples.mean(), sound.rate_hz)
    return Recording((0.9 * samples / np.abs(samples).max()).astype(np.float32), sound.rate_hz)


def clean_hearts() -> dict[str, Any]:
    """Return how many synthetic hearts were refused or noted, of how many."""
    hearts = [spec for spec in PRESETS.values() if isinstance(spec, HeartSound)]
    told = [
        judged(synthesise(spec.at_rate(bpm), 4_000, seed).recording)
        for spec in hearts
        for bpm in RATES_BPM
        for seed in range(N_SEEDS)
    ]
    return {
        "n": len(told),
        "refused": sum(bool(refused) for refused, _ in told),
        "noted": sum(bool(notes) for _, notes in told),
    }


def synthetic_levels() -> dict[str, list[tuple[float, float, float]]]:
    """Return disturbance → level, share noted and share refused of synthetic hearts."""
    hearts = [spec for spec in PRESETS.values() if isinstance(spec, HeartSound)]
    table: dict[str, list[tuple[float, float, float]]] = {}
    for name, make in BESIDE.items():
        table[name] = []
        for level in LEVELS_DB:
            told = [
                judged(synthesise(replace(spec, disturbances=(make(level),)), 4_000, 5).recording)
                for spec in hearts
            ]
            noted = float(np.mean([bool(notes) and not refused for refused, notes in told]))
            table[name].append((level, noted, float(np.mean([bool(r) for r, _ in told]))))
    return table


def speed(n_runs: int = 200) -> dict[str, float]:
    """Return the least CPU milliseconds for 10 s of sound, one thread, by sampling rate."""
    took = {}
    for rate_hz in (2_000, 4_000, 44_100):
        recording, runs = synthesise(PRESETS["normal"], rate_hz, 3).recording, []
        for _ in range(n_runs):
            start_s = time.process_time()
            Gate().judge(recording)
            runs.append(1000 * (time.process_time() - start_s))
        took[str(rate_hz)] = float(np.min(runs))
        took[f"{rate_hz} median"] = float(np.median(runs))
    return took


def page(result: dict[str, Any]) -> str:
    """Return the results page as Markdown."""
    blocks = [
        "# The quality gate",
        _INTRO,
        "## What is refused and noted",
        markdown_table(_SHARES, [_shares_row(*each) for each in result["shares"].items()]),
        _NOTES.format(**result["halves"]),
        "## Every refusal that was labelled, PASCAL's artifacts aside",
        markdown_table(["recording", "label", "refused for", "beats corrected by hand"],
                       result["refused"]),
        _REFUSED,
        "## What a refusal costs",
        markdown_table(["dataset and question", *_OUTCOMES],
                       [_cost_row(*each) for each in result["costs"].items()]),
        _COSTS,
        "## What the listener for poor recordings notes",
        markdown_table(["recordings", "n", "taken for poor"],
                       [_noted_row(each) for each in result["noted_poor"]]),
        _POOR,
        "## What the listener for unclear beats notes",
        markdown_table(["recordings", "n", "taken for unclear"],
                       [_noted_row(each) for each in result["noted_unclear"]]),
        _UNCLEAR,
        markdown_table(["CirCor, said to be unclear with", "n", "S1 found, F1 within 60 ms",
                        "heart rate off by, a minute"],
                       [_found_row(each) for each in result["beats_found"]]),
        _FOUND,
        "## Two questions, not one",
        markdown_table(["told apart", *(f"by `{name}`" for name in DOUBTED)],
                       [[each["recordings"], *(cell(Interval(**each[name])) for name in DOUBTED)]
                        for each in result["crossed"]]),
        _CROSSED,
        "## What becomes of PASCAL's artifacts",
        markdown_table(["", "recordings"], [[k, str(n)] for k, n in result["artifacts"].items()]),
        _ARTIFACTS,
        "## Real recordings, spoilt by known amounts",
        markdown_table(["spoilt by", "amount", "ROC AUC", "answers turned", "noted", "refused"],
                       [_spoilt_row(each) for each in result["spoilt"]]),
        _SPOILT.format(n=2 * N_SPOILT),
        "## Synthetic hearts",
        _SYNTHETIC.format(**result["clean"]),
        markdown_table(["beside the heart (dB of S1)", *(f"{x:+.0f}" for x in LEVELS_DB)],
                       [[name, *(f"{noted:.0%} / {refused:.0%}" for _, noted, refused in each)]
                        for name, each in result["levels"].items()]),
        _LEVELS,
        "## Time",
        _TIME.format(*result["speed"].values()),
        _WRITTEN,
    ]  # fmt: skip
    return "\n\n".join(blocks) + "\n"


_OUTCOMES = ("refused", "noted", "passed")
_SHARES = ["recordings", "n", "refused", "noted", "refused for", "noted for"]
_INTRO = """\
Six signal rules look at a recording before the model does (`auscult.preprocess.rules`). A rule
*refuses* where its number tells that a quarter or more of the answers turn, or that no heart is
left to hear, and *notes* what leaves the usual. How long somebody speaks does not tell how loud,
nor how long the sound stands still what was lost: voice and interruptions are only noted, also
where half of the answers turn; a refused recording keeps its score beside the refusal. Limits were
chosen on three fifths of the people and sessions and on synthetic sounds; the rest is “others”."""
_NOTES = """\
“Noted” is not refused but noted; the last column counts notes beside refusals too. Limits chosen
on: {chosen[refused]} of {chosen[n]:,} refused. Others: {others[refused]} of {others[n]:,}.
(PASCAL's artifacts are left out of both.)"""
_REFUSED = """\
CinC 2016 publishes of some recordings how many beats its annotators had to correct by hand: a
dash where nobody told. A heart whose every beat was corrected was not heard by the algorithm. The
limit of “no heartbeat” was chosen with these counts in sight, and the listener for unclear beats
learned from them; that for poor recordings did not
([why](../decisions/0022-beats-corrected-by-hand.md))."""
_COSTS = """\
Accuracy (mean confidence) of the network and ensembles of `make results-joint`, on people and
sessions they have not met, in the first drawing of the folds; n of the recordings that answer the
question."""
_POOR = """\
The model answers one question more: could a listener tell? It learned from PASCAL's artifacts and
from CirCor's patients of whom its listeners could not (“poor”). What is not called an artifact
anyway gets a note from a probability of one half on; nothing is refused for it. Share with such a
probability, in all drawings of the folds [95 % interval], on people and sessions not met."""
_UNCLEAR = """\
And another: are the beats clear enough to be found? It learned from CinC 2016, where nobody had to
correct a beat (“clear”) or half of them or more (“unclear”). What is not called an artifact gets a
note likewise. Rows with an interval as above. Of the others nobody told: the share that is taken
for unclear in the first drawing of the folds, each by a fold that had not met the person. No
recording of PASCAL or CirCor taught it this question."""
_FOUND = """\
CirCor taught the listener other questions and never this one; neither listener nor segmenter met
the person: each recording by its fold, as on [segment](segment.md)."""
_CROSSED = """\
ROC AUC [95 % interval] on people and sessions not met, in all drawings of the folds: what the two
listeners make of the recordings that taught them, and of those that taught the other."""
_ARTIFACTS = """\
Named by the same predictions on sessions not met. A recording that is called an artifact is not
refused by a rule: what the rules found is noted beside the answer."""
_SPOILT = """\
{n} recordings of CirCor and PASCAL, half of them with a murmur, all passed by the gate as they are;
“turned”: murmur or none is answered otherwise than before. The shipped model was trained on these
recordings, so the clean ones are told apart almost perfectly; it is the fall that counts."""
_SYNTHETIC = """\
{n:,} hearts of every preset from 30 to 220 beats a minute: {refused} refused, {noted} noted."""
_LEVELS = """\
Noted / refused, one heart of every preset at 4 kHz. Rubbing and knocks have no pitch, and the
rhythm is heard through them: they are left to the model."""
_TIME = """\
CPU milliseconds for 10 s, one thread, least (median) of 200, on a machine with other work: {:.2f}
({:.2f}) at 2 kHz, {:.2f} ({:.2f}) at 4 kHz, {:.2f} ({:.2f}) at 44.1 kHz."""


_WRITTEN = """\
Written by `python benchmarks/gate.py PATH_TO_DATA`; what rests on predictions, when it was last
given `--runs runs/joint`."""


def _shares_row(name: str, each: dict[str, Any]) -> list[str]:
    def told(counts: Mapping[str, int]) -> str:
        return ", ".join(f"{kind} {n}" for kind, n in counts.items()) or "–"

    counts = [f"{each[k]} ({each[k] / max(each['n'], 1):.1%})" for k in ("refused", "noted")]
    return [name, f"{each['n']:,}", *counts, told(each["refused_by"]), told(each["noted_by"])]


def _cost_row(name: str, each: dict[str, dict[str, float]]) -> list[str]:
    cells = []
    for outcome in _OUTCOMES:
        row = each[outcome]
        cells.append(
            f"{row['accuracy']:.3f} ({row['confidence']:.2f}), n = {row['n']:,}"
            if row["n"]
            else "–, n = 0"
        )
    return [name, *cells]


def _noted_row(row: dict[str, Any]) -> list[str]:
    between = f" [{row['low']:.1%}, {row['high']:.1%}]" if "low" in row else ""
    return [row["recordings"], f"{row['n']:,}", f"{row['value']:.1%}{between}"]


def _found_row(row: dict[str, Any]) -> list[str]:
    low, high = row["between"]
    shown = [cell(Interval(*figure)) for figure in row["figures"]] or ["–", "–"]
    return [f"{low:g} to {high:g}", f"{row['n']:,}", *shown]


def _spoilt_row(row: dict[str, Any]) -> list[str]:
    shares = [f"{row[name]:.0%}" for name in ("turned", "noted", "refused")]
    return [row["kind"], f"{row['step']:g}", f"{row['auc']:.2f}", *shares]


def _table(heard: list[Heard]) -> dict[str, Any]:
    """Return the shares of each class, and of each dataset where limits were not chosen."""
    table = {}
    for name in SETS:
        rows = [each for each in heard if each.dataset == name]
        for label in sorted({each.entry.label or "" for each in rows}):
            of = [each for each in rows if (each.entry.label or "") == label]
            table[f"{name}, {label or 'unlabelled'}"] = shares(of)
        rest = [h for h in rows if h.entry.label not in ("artifact", None)]
        table[f"**{name}, labelled, no artifact**"] = shares(rest)
        table[f"**{name}, others of these**"] = shares(h for h in rest if not h.chosen_on)
    return table


def _refusals(heard: list[Heard]) -> list[list[str]]:
    rows = []
    for each in heard:
        if each.refused and each.entry.label not in ("artifact", None):
            facts = each.entry.facts
            corrected = facts.get("n_beats_hand_corrected")
            beats = f"{corrected} of {facts['n_beats']}" if corrected else "–"
            rows.append([each.name, each.entry.label, each.refused, beats])
    return rows


def _of_predictions(heard: list[Heard], options: argparse.Namespace, bars: Bars) -> dict[str, Any]:
    """Return what the folds' predictions tell of the gate and of the listeners beside it."""
    corpus = read_corpus([options.data / name for name in SETS])
    said = {q: said_of_all(q, corpus, RunFolder(options.runs)) for q in DOUBTED}
    return {
        "costs": costs(heard, options.runs),
        "noted_poor": share_noted("quality", options.out / "joint.json"),
        "noted_unclear": share_noted("beats", options.out / "joint.json")
        + untold("beats", corpus, said["beats"]),
        "beats_found": beats_found(said["beats"], options.data, options.segmenter, bars),
        "crossed": crossed(corpus, said),
        "artifacts": artifacts(heard, options.runs),
    }


def _kept(written: Path, table: dict[str, Any]) -> dict[str, Any]:
    """Return what the page told of the predictions, while the gate treats recordings the same."""
    old: dict[str, Any] = json.loads(written.read_text(encoding="utf-8"))
    if old["shares"] != table:
        raise SystemExit(f"{written}: the gate was another then; give --runs to write it anew")
    return {name: old[name] for name in OF_PREDICTIONS}


def main() -> None:
    """Judge, spoil, and write."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("data", type=Path, help="folder with pascal/, circor/ and cinc2016/")
    parser.add_argument(
        "--runs",
        type=Path,
        help="run folder of joint training; without, what the page tells of its predictions stays",
    )
    parser.add_argument(
        "--segmenter", type=Path, default=Path("runs/segmenter"), help="run folder of its training"
    )
    parser.add_argument("--out", type=Path, default=Path("docs/results"), help="folder for results")
    options = parser.parse_args()
    bars, written = Bars(), options.out / "gate.json"
    heard = list(hear_all(options.data, bars))
    hearts = [each for each in heard if each.entry.label not in ("artifact", None)]
    table = _table(heard)
    told = _of_predictions(heard, options, bars) if options.runs else _kept(written, table)
    result = {
        "shares": table,
        "halves": {
            "chosen": shares(each for each in hearts if each.chosen_on),
            "others": shares(each for each in hearts if not each.chosen_on),
        },
        "refused": _refusals(heard),
        **told,
        "spoilt": spoilt(heard, bars),
        "clean": clean_hearts(),
        "levels": synthetic_levels(),
        "speed": speed(),
    }
    options.out.mkdir(parents=True, exist_ok=True)
    written.write_text(json.dumps(result, indent=1) + "\n")
    (options.out / "gate.md").write_text(page(result))
    print(page(result))


if __name__ == "__main__":
    main()
