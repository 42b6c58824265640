"""The leak audit of PASCAL, CirCor and CinC 2016, and how far its fingerprints can be trusted.

1. Each dataset is audited with `auscult data audit`'s verb under its splits. Every copy found is
   checked by a second witness: SciPy's cross-correlation of the plain waveforms over all offsets.
2. Recall and false alarms: excerpts of 2, 3 and 5 s of real recordings go through gain, codecs and
   noise, and are sought among the recordings of all three datasets at once.

Times are CPU seconds of all processes (the machine may be shared) and wall time. One thread a
process.

Prints the page and writes ``audit.json`` and ``audit.md``.

Run: python benchmarks/audit.py DATA_ROOT, with DATA_ROOT the folder of pascal/, circor/ and
cinc2016/.
"""

import os

for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
    os.environ[name] = "1"  # before NumPy loads

import argparse
import io
import json
import resource
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import asdict
from itertools import chain
from pathlib import Path
from statistics import mean
from typing import Any, TypeVar

import numpy as np
import soundfile
from scipy import signal

from auscult.audio import read_recording, resample
from auscult.cli.show import Bars
from auscult.datasets import DATASETS, find_dataset
from auscult.fingerprint import RATE_HZ, Candidate, agreement, level, propose, take_fingerprint
from auscult.splits import Ask, read_published, read_splits
from auscult.training.card import markdown_table
from auscult.types import Entry, Samples, Split
from auscult.verbs.audit import Audit, Pair, audit
from auscult.verbs.split import split

T = TypeVar("T")
Copy = tuple[int, str, int, Samples]
"""Which excerpt, its change, its length in seconds, the levelled copy."""

NAMES = {"pascal": "PASCAL", "circor": "CirCor", "cinc2016": "CinC 2016"}
LENGTHS_S = (2, 3, 5)
N_A_DATASET = 40
LOWEST_PEER_S = 1.0


def through(
    samples: Samples, kind: str, subtype: str, loss: float, rate_hz: int
) -> tuple[Samples, int]:
    """Return ``samples`` (at RATE_HZ) after a codec, and bytes written."""
    sound = resample(samples, RATE_HZ, rate_hz)
    sound = 0.8 * sound / (np.abs(sound).max() + 1e-9)
    file = io.BytesIO()
    soundfile.write(file, sound, rate_hz, format=kind, subtype=subtype, compression_level=loss)
    size = file.tell()
    file.seek(0)
    return resample(soundfile.read(file, dtype="float32")[0], rate_hz, RATE_HZ), size


Change = Callable[[Samples], tuple[Samples, int]]
CHANGES: dict[str, Change] = {
    "an eighth of the gain": lambda x: (x / np.float32(8), 0),
    "8 bit": lambda x: (np.round(x / (np.abs(x).max() + 1e-9) * 127).astype(np.float32) / 127, 0),
    "resampled to 1,000 Hz": lambda x: (resample(resample(x, RATE_HZ, 1_000), 1_000, RATE_HZ), 0),
    "noise 20 dB below": lambda x: (
        x + np.random.default_rng(0).normal(0, 0.1 * x.std(), x.size).astype(np.float32),
        0,
    ),
    "MP3 at 44,100 Hz": lambda x: through(x, "MP3", "MPEG_LAYER_III", 0.6, 44_100),
    "MP3 at 22,050 Hz, smallest": lambda x: through(x, "MP3", "MPEG_LAYER_III", 0.99, 22_050),
    "OGG Vorbis at 44,100 Hz": lambda x: through(x, "OGG", "VORBIS", 0.5, 44_100),
    "OGG Vorbis at 8,000 Hz, smallest": lambda x: through(x, "OGG", "VORBIS", 1.0, 8_000),
    "Opus, smallest": lambda x: through(x, "OGG", "OPUS", 1.0, 48_000),
}


def cpu_s() -> float:
    """Return user and system seconds of this process and the ended ones it started."""
    usages = map(resource.getrusage, (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(usage.ru_utime + usage.ru_stime for usage in usages)


def timed(work: Callable[[], T]) -> tuple[T, dict[str, float]]:
    """Return what ``work`` returns, and what it cost; the load tells how shared the machine was."""
    load, before, start = os.getloadavg()[0], cpu_s(), time.perf_counter()
    done = work()
    return done, {
        "cpu_s": cpu_s() - before,
        "wall_s": time.perf_counter() - start,
        "load_before": load,
    }


def splits_of(root: Path, name: str, folder: Path) -> dict[str, tuple[Split, ...]]:
    """Return the splits to audit, by their words."""
    wanted = {"grouped, 5 folds": ("grouped", Ask(n_folds=5))}
    if name == "pascal":
        wanted["the notebook's cut"] = ("notebook", Ask())
        wanted["official test"] = ("pascal-official", Ask())
    if name == "circor":
        table = read_published(root / name / "m2d_splits.csv")
        wanted["M2D, as published"] = ("published", Ask(published=table))
        wanted["M2D, repaired"] = ("published-repaired", Ask(published=table))
    if name != "pascal":
        # subtle: without set A nothing of PASCAL is an artifact; its labels cannot be divided so.
        wanted["one database left out, all folds"] = ("leave-one-database-out", Ask())
    for words, (protocol, ask) in wanted.items():
        split(root / name, protocol, ask, folder / f"{words}.json")
    return {words: read_splits(folder / f"{words}.json").splits for words in wanted}


def audited(root: Path, name: str, folder: Path) -> dict[str, Any]:
    """Return the audit of one dataset under all of its splits, and what it cost."""
    splits = splits_of(root, name, folder)
    every = list(chain(*splits.values()))
    found, cost = timed(lambda: audit([root / name], split=every, progress=Bars()))
    told = iter(found.splits)
    dataset = find_dataset(root / name, DATASETS.values())
    paths = {entry.recording_id: entry.path for entry in dataset.scan(root / name)}
    return {
        "cost": cost,
        "splits": {words: [asdict(next(told)) for _ in some] for words, some in splits.items()},
        **described(found, paths),
    }


def described(found: Audit, paths: dict[str, Path]) -> dict[str, Any]:
    """Return what an audit found, as JSON, every copy with what SciPy says."""
    copies = [pair for pair in found.pairs if pair.sound.kind != "same loop"]
    loops = [pair for pair in found.pairs if pair.sound.kind == "same loop"]
    return {
        "n_recordings": found.n_recordings,
        "n_groups": found.n_groups,
        "copies": [
            asdict(pair) | {"witness": witness(paths[pair.sound.first], paths[pair.sound.second])}
            for pair in copies
        ],
        "n_loop_pairs": len(loops),
        "looped": sorted({n for p in loops for n in (p.sound.first, p.sound.second)}),
        "repeating": found.repeating,
        "conflicts": [asdict(conflict) for conflict in found.conflicts],
        "tied": found.tied,
        "n_people_with_several_ids": len(found.people),
        "unreadable": found.unreadable,
    }


def witness(first: Path, second: Path) -> dict[str, float]:
    """Return offset and correlation where two plain waveforms agree most, of all offsets."""
    both = [read_recording(path) for path in (first, second)]
    one, two = (resample(x.samples, x.rate_hz, RATE_HZ).astype(float) for x in both)
    one, two = one - one.mean(), two - two.mean()
    energy = signal.correlate(one**2, np.ones(two.size)) * signal.correlate(
        np.ones(one.size), two**2
    )
    score = signal.correlate(one, two) / np.sqrt(np.maximum(energy, 1e-9))
    lags = signal.correlation_lags(one.size, two.size)
    overlap = np.minimum(one.size, lags + two.size) - np.maximum(lags, 0)
    score[overlap < min(LOWEST_PEER_S * RATE_HZ, one.size, two.size)] = 0
    at = int(np.abs(score).argmax())
    return {"offset_s": float(lags[at]) / RATE_HZ, "correlation": float(score[at])}


def trusted(root: Path) -> dict[str, Any]:
    """Return recall by change and length, and false alarms, among all recordings of all sets."""
    sounds, prints, owners = [], [], []
    rng = np.random.default_rng(0)
    for name in NAMES:
        entries = find_dataset(root / name, DATASETS.values()).scan(root / name)
        for entry in Bars().track(entries, f"fingerprints of {name}", len(entries)):
            recording = read_recording(entry.path)
            sound = level(recording.samples, recording.rate_hz)
            prints.append(take_fingerprint(sound))
            owners.append((name, entry))
    long = [i for i, (_, e) in enumerate(owners) if e.group != "A-teaching"]
    for name in NAMES:
        mine = [i for i in long if owners[i][0] == name]
        sounds += [i for i in rng.permutation(mine).tolist() if _long(owners[i][1].path)][
            :N_A_DATASET
        ]
    copies, sizes = _copies([owners[i][1].path for i in sounds], rng)
    before = cpu_s()
    proposals = propose([*prints, *(take_fingerprint(sound) for *_, sound in copies)])
    search_s = cpu_s() - before
    return {
        "n_recordings": len(prints),
        "n_searched": len(prints) + len(copies),
        "search_cpu_s": search_s,
        "kbit_s": {how: round(np.mean(s), 1) for how, s in sizes.items() if any(s)},
        **_confirmed(proposals, owners, sounds, copies),
    }


def _long(path: Path) -> bool:
    duration_s: float = soundfile.info(path).duration
    return duration_s >= max(LENGTHS_S)


def _copies(
    paths: list[Path], rng: np.random.Generator
) -> tuple[list[Copy], dict[str, list[float]]]:
    """Return the copies of every excerpt, and kbit/s by change."""
    copies: list[Copy] = []
    sizes: dict[str, list[float]] = {how: [] for how in CHANGES}
    for which, path in enumerate(Bars().track(paths, "copies", len(paths))):
        recording = read_recording(path)
        sound = resample(recording.samples, recording.rate_hz, RATE_HZ)
        for length_s in LENGTHS_S:
            for how, change in CHANGES.items():
                start = int(rng.integers(0, sound.size - length_s * RATE_HZ + 1))
                changed, n_bytes = change(sound[start : start + length_s * RATE_HZ])
                sizes[how].append(8 * n_bytes / length_s / 1000)
                copies.append((which, how, length_s, level(changed, RATE_HZ)))
    return copies, sizes


def _confirmed(
    proposals: Sequence[Candidate],
    owners: Sequence[tuple[str, Entry]],
    chosen: Sequence[int],
    copies: Sequence[Copy],
) -> dict[str, Any]:
    """Compare every proposed pair of a recording and a copy; copies of one another are left out."""
    n, false = len(owners), []
    found: Counter[str] = Counter()
    levelled: dict[int, Samples] = {}
    asked = [one for one in proposals if one.first < n <= one.second]
    for one in Bars().track(asked, "comparing", len(asked)):
        which, how, length_s, sound = copies[one.second - n]
        if one.first not in levelled:
            levelled.clear()
            recording = read_recording(owners[one.first][1].path)
            levelled[one.first] = level(recording.samples, recording.rate_hz)
        if agreement(levelled[one.first], sound, one.offset).is_copy:
            if chosen[which] == one.first:
                found[f"{how}|{length_s}"] += 1
            else:
                pair = (owners[one.first][1].recording_id, owners[chosen[which]][1].recording_id)
                false.append([*pair, how, length_s])
    asked_of = Counter(f"{how}|{length_s}" for _, how, length_s, _ in copies)
    return {
        "n_copies": len(copies),
        "n_compared": len(asked),
        "recall": {key: found[key] / count for key, count in asked_of.items()},
        "with_another_recording": false,
    }


def _ends(pair: Pair) -> tuple[str, str]:
    return pair.sound.first, pair.sound.second


def page(result: dict[str, dict[str, Any]]) -> str:
    """Return the results as Markdown."""
    blocks = ["# Leak audit"]
    blocks.append(_overview(result))
    cost = result["alone"]
    blocks.append(
        f"PASCAL's audit without splits: {cost['cpu_s']:.1f} CPU seconds, {cost['wall_s']:.1f} s "
        f"on two processes where {cost['load_before']:.1f} others wanted the same two cores."
    )
    blocks.append(_together(result["together"]))
    for name, title in NAMES.items():
        told = result[name]
        blocks += [f"## {title}: the same sound twice", _copies_table(told["copies"])]
        if told["looped"]:
            blocks.append(
                f"{told['n_loop_pairs']} further pairs, of {len(told['looped'])} recordings, hold "
                f"one looped or simulated heartbeat: {_span(told['looped'])}. "
                f"{len(told['repeating'])} recordings of the set repeat themselves."
            )
        if told["tied"]:
            tied = "; ".join(" = ".join(groups) for groups in told["tied"])
            blocks.append(
                f"Groups that a shared sound ties together, and the reader's key parts: {tied}."
            )
        blocks += [f"## {title}: what its splits let through", _splits_table(told["splits"])]
    blocks += ["## Can the fingerprints be trusted?", *_trust(result)]
    blocks.append("Written by `make results-audit`.")
    return "\n\n".join(blocks) + "\n"


def _overview(result: dict[str, dict[str, Any]]) -> str:
    header = ["", *NAMES.values()]
    told = [result[name] for name in NAMES]
    rows = {
        "recordings": [f"{t['n_recordings']:,}" for t in told],
        "groups (patients, sessions)": [f"{t['n_groups']:,}" for t in told],
        "pairs of one sound": [str(len(t["copies"])) for t in told],
        "… on the dataset's card": [str(sum(c["known"] for c in t["copies"])) for t in told],
        "… in two groups": [str(sum(not c["one_group"] for c in t["copies"])) for t in told],
        "one sound, several labels": [str(len(t["conflicts"])) for t in told],
        "recordings that repeat themselves": [str(len(t["repeating"])) for t in told],
        "people with several ids": [str(t["n_people_with_several_ids"]) for t in told],
        "CPU seconds, splits and guessers included": [f"{t['cost']['cpu_s']:.1f}" for t in told],
        "wall seconds, two processes": [f"{t['cost']['wall_s']:.1f}" for t in told],
        "load of the machine before": [f"{t['cost']['load_before']:.1f}" for t in told],
    }
    return markdown_table(header, [[name, *cells] for name, cells in rows.items()])


def _together(told: dict[str, Any]) -> str:
    n = told["n_recordings"]
    across = "; ".join(" = ".join(pair) for pair in told["across"]) or "none"
    return (
        f"The three sets audited as one, {n:,} recordings, {n * (n - 1) // 2:,} pairs: "
        f"{told['cpu_s']:.0f} CPU seconds, {told['wall_s']:.0f} s on two processes at a load of "
        f"{told['load_before']:.1f}. At that rate per recording 10,000 take "
        f"{told['cpu_s'] * 10_000 / n / 60:.1f} minutes of one core. Sounds that two sets share: "
        f"{across}."
    )


def _copies_table(copies: list[dict[str, Any]]) -> str:
    header = [
        "recording", "and", "labels", "kind", "shared", "offset", "fingerprint", "samples",
        "SciPy, best of all offsets", "groups", "card",
    ]  # fmt: skip
    rows = []
    for pair in copies:
        sound, peer = pair["sound"], pair["witness"]
        rows.append(
            [
                f"`{sound['first']}`",
                f"`{sound['second']}`",
                " / ".join(dict.fromkeys(pair["labels"])),
                sound["kind"],
                f"{sound['shared_s']:.2f} s",
                f"{sound['offset_s']:+.3f} s",
                f"{sound['correlation']:.3f}",
                f"{sound['sample_correlation']:.4f}",
                f"{peer['correlation']:.4f} at {peer['offset_s']:+.3f} s",
                "one" if pair["one_group"] else "two",
                "known" if pair["known"] else "",
            ]
        )
    return markdown_table(header, rows) if rows else "None."


def _splits_table(splits: dict[str, list[dict[str, Any]]]) -> str:
    header = ["split", "tested", "units with two roles (reaching the test)", "guess: accuracy, UAR"]
    rows = []
    for words, every in splits.items():
        together = [(f"{words}, summed", every)]
        for title, some in together if "folds" in words else _singly(words, every):
            crossings = {
                c["what"]: [sum(s["crossings"][i][k] for s in some) for k in
                            ("n_crossing", "n_reaching_test", "n_units")]
                for i, c in enumerate(some[0]["crossings"])
            }  # fmt: skip
            said = [
                f"{what} {crossing} ({reaching}) of {units}"
                for what, (crossing, reaching, units) in crossings.items()
                if crossing
            ]
            tested = sum(one["n_test"] for one in some)
            rows.append([title, f"{tested:,}", "; ".join(said) or "none", _guessed(some)])
    return markdown_table(header, rows)


def _singly(words: str, every: list[dict[str, Any]]) -> list[tuple[str, list[dict[str, Any]]]]:
    if len(every) == 1:
        return [(words, every)]
    return [(f"{words}: {number}", [one]) for number, one in enumerate(every, start=1)]


def _guessed(some: list[dict[str, Any]]) -> str:
    said = []
    for index, guess in enumerate(some[0]["guesses"]):
        figures = []
        for metric in ("accuracy", "balanced_accuracy"):
            values = [one["guesses"][index][metric] for one in some]
            figures.append("undefined" if None in values else f"{mean(values):.3f}")
        said.append(f"{guess['guesser']} {', '.join(figures)}")
    return "<br>".join(said) or "no labels to score"


def _span(names: list[str]) -> str:
    keys = sorted(name.rpartition("_")[2] for name in names)
    return f"{keys[0]} to {keys[-1]}"


def _trust(result: dict[str, dict[str, Any]]) -> list[str]:
    told = result["trust"]
    rows = [
        [
            how + (f" ({told['kbit_s'][how]:g} kbit/s)" if how in told["kbit_s"] else ""),
            *(f"{told['recall'][f'{how}|{length_s}']:.1%}" for length_s in LENGTHS_S),
        ]
        for how in CHANGES
    ]
    listed = {
        frozenset((pair["sound"]["first"], pair["sound"]["second"]))
        for name in NAMES
        for pair in result[name]["copies"]
    }
    alarms = told["with_another_recording"]
    false = [alarm for alarm in alarms if frozenset(alarm[:2]) not in listed]
    named = "; ".join(f"{one} in {two} ({how}, {s} s)" for two, one, how, s in false)
    return [
        (
            f"{told['n_copies']:,} excerpts of {N_A_DATASET} recordings of each dataset "
            f"(drawn, at least {max(LENGTHS_S)} s long, the looped block of PASCAL left out) were "
            f"sought among all {told['n_recordings']:,} recordings. Found at the recording they "
            "were cut from:"
        ),
        markdown_table(["change", *(f"{s} s" for s in LENGTHS_S)], rows),
        (
            f"{len(alarms) - len(false)} were found in a recording that shares their sound, as "
            f"listed above. False alarms, each excerpt against {told['n_recordings']:,} "
            f"recordings: {len(false)}{': ' * bool(false)}{named}."
        ),
        (
            f"Searching the words of {told['n_searched']:,} sounds for pairs took "
            f"{told['search_cpu_s']:.1f} CPU seconds on one core; {told['n_compared']:,} pairs "
            "of a recording and an excerpt were proposed and compared."
        ),
    ]


def main() -> None:
    """Audit, measure, print and write."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("data", type=Path, help="folder of pascal/, circor/ and cinc2016/")
    parser.add_argument("--out", type=Path, default=Path("docs/results"), help="folder for results")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        alone = timed(lambda: audit([options.data / "pascal"], progress=Bars()))[1]
        every = [options.data / name for name in NAMES]
        found, together = timed(lambda: audit(every, progress=Bars()))
        result = {name: audited(options.data, name, Path(folder)) for name in NAMES}
    result["alone"] = alone
    across = [p for p in found.pairs if len({n.partition("/")[0] for n in _ends(p)}) > 1]
    result["together"] = together | {
        "n_recordings": found.n_recordings,
        "across": [_ends(pair) for pair in across],
    }
    result["trust"] = trusted(options.data)
    options.out.mkdir(parents=True, exist_ok=True)
    (options.out / "audit.json").write_text(json.dumps(result, indent=1) + "\n")
    (options.out / "audit.md").write_text(page(result))
    print(page(result))


if __name__ == "__main__":
    main()
