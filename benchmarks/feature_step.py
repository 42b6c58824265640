"""The notebook's whole feature step: librosa's way beside ours, from file to feature.

For each labelled PASCAL recording: load at 22,050 Hz, at most 10 s, pad with zeros to 10 s if the
rounded duration is shorter, then the time means of 52 MFCCs of the sound and of the sound stretched
by 0.8 and by 1.2. Prints a table and writes ``feature_step.json`` and ``feature_step.md``.

One thread a process. librosa is warmed up before its clock starts; both clocks cover reading the
files. CPU time is user and system of the process and its workers, wall time is what a watch shows
(two processes need two free cores to show it).

Run: python benchmarks/feature_step.py PATH, with PATH the folder of set_a and set_b, or of one
folder a class.
"""

import os

os.environ["OMP_NUM_THREADS"] = os.environ["OPENBLAS_NUM_THREADS"] = "1"  # before NumPy loads

import argparse
import json
import resource
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from importlib import metadata
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import librosa
import numpy as np

from auscult.audio import read_recording, resample
from auscult.augment import time_stretch
from auscult.features import TimeMean
from auscult.types import CLASSES_5

RATE_HZ = 22_050
DURATION_S = 10
STRETCHES = (0.8, 1.2)
SUFFIXES = {".wav", ".flac"}
RECHECKED = 50


def labelled_files(folder: Path) -> list[Path]:
    """Return the sound files whose names begin with one of the five classes, sorted by name."""
    found = (path for path in folder.rglob("*") if path.suffix.lower() in SUFFIXES)
    return sorted(path for path in found if path.stem.split("_")[0] in CLASSES_5)


def by_librosa(path: Path, precision: type[np.floating] = np.float32) -> np.ndarray:
    """Return the three features of one file as the notebook computes them, shape (3, 52)."""
    sound, _ = librosa.load(path, sr=RATE_HZ, duration=DURATION_S)
    if round(librosa.get_duration(y=sound, sr=RATE_HZ)) < DURATION_S:
        sound = librosa.util.fix_length(sound, size=RATE_HZ * DURATION_S)
    sound = sound.astype(precision, copy=False)
    versions = [sound, *(librosa.effects.time_stretch(sound, rate=rate) for rate in STRETCHES)]
    return np.stack(
        [np.mean(librosa.feature.mfcc(y=v, sr=RATE_HZ, n_mfcc=52).T, axis=0) for v in versions]
    )


def by_auscult(path: Path) -> np.ndarray:
    """Return the same three features computed our way, shape (3, 52)."""
    recording = read_recording(path)
    first = recording.samples[: DURATION_S * recording.rate_hz]
    sound = resample(first, recording.rate_hz, RATE_HZ)
    if round(sound.size / RATE_HZ) < DURATION_S:
        sound = np.pad(sound, (0, RATE_HZ * DURATION_S - sound.size))
    versions = [sound, *(time_stretch(sound, rate) for rate in STRETCHES)]
    return np.stack([TimeMean()(version, RATE_HZ) for version in versions])


def by_auscult_on_two(paths: Sequence[Path]) -> list[np.ndarray]:
    """Return the features of all files, computed by two processes; starting them is included."""
    with ProcessPoolExecutor(2, mp_context=get_context("fork")) as pool:
        return list(pool.map(by_auscult, paths, chunksize=4))


def timed(task: Callable[[], list[np.ndarray]]) -> tuple[np.ndarray, dict[str, float]]:
    """Return the features, stacked, and the CPU and wall seconds they took."""
    cpu, wall = _cpu_s(), time.perf_counter()
    features = np.stack(task())
    return features, {"cpu_s": _cpu_s() - cpu, "wall_s": time.perf_counter() - wall}


def _cpu_s() -> float:
    usages = map(resource.getrusage, (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(usage.ru_utime + usage.ru_stime for usage in usages)


def differences_db(
    paths: Sequence[Path], theirs: np.ndarray, ours: np.ndarray
) -> dict[str, list[float]]:
    """Return the largest differences of a mean coefficient, one each of original and stretches.

    librosa sums phases in float32 and pays with the last digits. So the recordings that differ most
    are also compared with librosa in float64.
    """
    apart = np.abs(ours - theirs)
    most = np.argsort(apart.max(axis=(1, 2)))[-RECHECKED:]
    exact = np.stack([by_librosa(paths[index], np.float64) for index in most])
    return {
        "librosa in float32": apart.max(axis=(0, 2)).tolist(),
        "librosa in float64": np.abs(ours[most] - exact).max(axis=(0, 2)).tolist(),
    }


def measure(paths: Sequence[Path]) -> dict[str, Any]:
    """Run the three ways over ``paths`` and compare times and features."""
    for path in paths:
        path.read_bytes()  # so that nobody waits for the disk
    by_librosa(paths[0])
    theirs, librosa_s = timed(lambda: [by_librosa(path) for path in paths])
    ours, one_s = timed(lambda: [by_auscult(path) for path in paths])
    again, two_s = timed(lambda: by_auscult_on_two(paths))
    if not np.array_equal(ours, again):
        sys.exit("one and two processes give different features")
    return {
        "recordings": len(paths),
        "librosa, one process": librosa_s,
        "auscult, one process": one_s,
        "auscult, two processes": two_s,
        "cpu_ratio_one": librosa_s["cpu_s"] / one_s["cpu_s"],
        "wall_ratio_one": librosa_s["wall_s"] / one_s["wall_s"],
        "wall_ratio_two": librosa_s["wall_s"] / two_s["wall_s"],
        "max_difference_db": differences_db(paths, theirs, ours),
        "versions": {"librosa": metadata.version("librosa"), "numpy": np.__version__},
    }


def table(result: Mapping[str, Any]) -> str:
    """Return the figures as a Markdown table."""
    ways = [name for name in result if "process" in name]
    base = result[ways[0]]
    lines = [
        f"# The notebook's feature step over {result['recordings']} recordings",
        "",
        "| one thread a process | CPU s | times less CPU | wall s | times faster |",
        "|---|---|---|---|---|",
    ]
    for name in ways:
        cpu_s, wall_s = result[name]["cpu_s"], result[name]["wall_s"]
        ratios = (base["cpu_s"] / cpu_s, base["wall_s"] / wall_s)
        lines.append(f"| {name} | {cpu_s:.1f} | {ratios[0]:.2f} | {wall_s:.1f} | {ratios[1]:.2f} |")
    lines += [
        "",
        "| largest difference, dB | original | stretch 0.8 | stretch 1.2 |",
        "|---|---|---|---|",
    ]
    for witness, values in result["max_difference_db"].items():
        lines.append(f"| from {witness} | {' | '.join(f'{value:.1e}' for value in values)} |")
    versions = ", ".join(f"{name} {version}" for name, version in result["versions"].items())
    lines += [
        "",
        f"The second line covers the {RECHECKED} recordings that differ most in the first.",
        f"Written by `python benchmarks/feature_step.py PATH` with {versions}.",
    ]
    return "\n".join(lines) + "\n"


def main() -> None:
    """Measure, print and write."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("path", type=Path, help="folder of PASCAL recordings")
    parser.add_argument("--out", type=Path, default=Path("docs/results"), help="folder for results")
    parser.add_argument("--limit", type=int, help="only this many recordings, evenly spread")
    options = parser.parse_args()
    paths = labelled_files(options.path)
    if not paths:
        sys.exit(f"{options.path}: no sound file named after one of {', '.join(CLASSES_5)}")
    if options.limit is not None and options.limit < len(paths):
        spread = np.linspace(0, len(paths) - 1, options.limit).round().astype(int)
        paths = [paths[index] for index in spread]
    result = measure(paths)
    options.out.mkdir(parents=True, exist_ok=True)
    (options.out / "feature_step.json").write_text(json.dumps(result, indent=2) + "\n")
    (options.out / "feature_step.md").write_text(table(result))
    print(table(result))


if __name__ == "__main__":
    main()
