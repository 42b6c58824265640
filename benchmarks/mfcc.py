"""Our MFCCs beside those of librosa, and beside the floor, which is the FFT alone.

Prints a table and writes ``mfcc.json`` and ``mfcc.md``. One thread; everybody takes turns and so
sees the same noise. Warm: CPU time, the least of many runs, since noise only adds.

First: a whole fresh process that starts Python, imports, makes the sound and calls once. Its CPU
time (user and system, of the child alone) is the figure, since a busy machine matters little to it;
wall time stands beside it. Median over the processes. Both sides start from bytecode, as a package
that pip has installed does, and librosa from a full numba cache: the first round of each fills what
is lacking and is not counted. What Python, NumPy and the sound cost is paid by both; the floors say
how much that is.

Run: python benchmarks/mfcc.py
"""

import os

os.environ["OMP_NUM_THREADS"] = os.environ["OPENBLAS_NUM_THREADS"] = "1"  # before NumPy loads

import argparse
import compileall
import json
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from importlib import metadata
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np

import auscult
from auscult.features import Mfcc

RATE_HZ = 22_050
N_FFT, HOP_LENGTH = 2048, 512
_SOUND = "import numpy as np; sound = np.tile(np.linspace(-1, 1, 100, dtype='f4'), 2205)"
_FIRST = {
    "python": "pass",
    "numpy": _SOUND,
    "librosa": f"{_SOUND}; import librosa; librosa.feature.mfcc(y=sound, sr=22050, n_mfcc=52)",
    "auscult": f"{_SOUND}; from auscult.features import Mfcc; Mfcc()(sound, 22050)",
}


def warm_ms(tasks: dict[str, Callable[[], object]], runs: int) -> dict[str, float]:
    """Return each task's least CPU milliseconds; they take turns and so see the same noise."""
    spent: dict[str, list[float]] = {name: [] for name in tasks}
    for _ in range(runs):
        for name, task in tasks.items():
            start = time.process_time()
            task()
            spent[name].append(1000 * (time.process_time() - start))
    return {name: min(values) for name, values in spent.items()}


def first_ms(program: str) -> tuple[float, float]:
    """Return the milliseconds of CPU and wall of a fresh process that runs ``program``."""
    before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    subprocess.run([sys.executable, "-c", program], check=True)
    wall_s = time.perf_counter() - start
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu_s = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return 1000 * cpu_s, 1000 * wall_s


def first_figures(processes: int) -> dict[str, Any]:
    """Return what a first call costs: medians over ``processes`` rounds, and ratios."""
    compileall.compile_dir(Path(auscult.__file__).parent, quiet=1)
    rounds = [{name: first_ms(code) for name, code in _FIRST.items()} for _ in range(processes + 1)]
    del rounds[0]
    cpu, wall = ({name: median(r[name][i] for r in rounds) for name in _FIRST} for i in (0, 1))
    ratios = sorted(r["librosa"][0] / r["auscult"][0] for r in rounds)
    return {
        "first_processes": processes,
        "first_cpu_ms": cpu,
        "first_wall_ms": wall,
        "first_ratio": cpu["librosa"] / cpu["auscult"],
        "first_ratio_wall": wall["librosa"] / wall["auscult"],
        "first_ratio_least_to_most": [ratios[0], ratios[-1]],
        "first_ratio_at_best": cpu["librosa"] / cpu["numpy"],
        "first_ratio_beyond_numpy": (cpu["librosa"] - cpu["numpy"])
        / (cpu["auscult"] - cpu["numpy"]),
    }


def measure(runs: int, processes: int) -> dict[str, Any]:
    """Return all figures, times in CPU milliseconds."""
    import librosa  # noqa: PLC0415

    sound = np.random.default_rng(0).standard_normal(10 * RATE_HZ).astype(np.float32)
    frames = np.lib.stride_tricks.sliding_window_view(np.pad(sound, N_FFT // 2), N_FFT)
    windowed = frames[::HOP_LENGTH] * np.hanning(N_FFT).astype(np.float32)
    spectra = np.empty((len(windowed), N_FFT // 2 + 1), np.complex64)
    mfcc = Mfcc()
    warm = warm_ms(
        {
            "librosa": lambda: librosa.feature.mfcc(y=sound, sr=RATE_HZ, n_mfcc=52),
            "auscult": lambda: mfcc(sound, RATE_HZ),
            "fft_alone": lambda: np.fft.rfft(windowed),
            "fft_alone_float32": lambda: np.fft.rfft(windowed, norm="forward", out=spectra),  # type: ignore[arg-type] # takes complex64 too
        },
        runs,
    )
    theirs = librosa.feature.mfcc(y=sound, sr=RATE_HZ, n_mfcc=52)
    return {
        "signal": "10 s of noise at 22,050 Hz, 52 MFCCs",
        "warm_cpu_ms": warm,
        "warm_ratio": warm["librosa"] / warm["auscult"],
        **first_figures(processes),
        "max_difference_db": float(np.abs(mfcc(sound, RATE_HZ) - theirs).max()),
        "versions": {"librosa": metadata.version("librosa"), "numpy": np.__version__},
    }


def table(result: Mapping[str, Any]) -> str:
    """Return the figures as a Markdown table."""
    warm, cpu, wall = (result[k] for k in ("warm_cpu_ms", "first_cpu_ms", "first_wall_ms"))
    rows: list[tuple[str, *tuple[float | None, ...]]] = [
        ("librosa.feature.mfcc", warm["librosa"], cpu["librosa"], wall["librosa"]),
        ("auscult Mfcc", warm["auscult"], cpu["auscult"], wall["auscult"]),
        (
            "librosa / auscult",
            *(result[k] for k in ("warm_ratio", "first_ratio", "first_ratio_wall")),
        ),
        (
            "the same, beyond Python, NumPy and the sound",
            None,
            result["first_ratio_beyond_numpy"],
            None,
        ),
        ("floor: FFT alone, as NumPy does it", warm["fft_alone"], None, None),
        ("floor: FFT alone, kept in float32", warm["fft_alone_float32"], None, None),
        ("floor: Python that does nothing", None, cpu["python"], wall["python"]),
        ("floor: Python, NumPy and the sound", None, cpu["numpy"], wall["numpy"]),
        ("librosa / that floor: the most there can be", None, result["first_ratio_at_best"], None),
    ]
    versions = ", ".join(f"{name} {version}" for name, version in result["versions"].items())
    low, high = result["first_ratio_least_to_most"]
    how = (
        f"First call: median of {result['first_processes']} fresh processes of each, in turns; "
        f"librosa / auscult within a round: {low:.1f} to {high:.1f}. Both start from bytecode, "
        "librosa with a full numba cache."
    )
    lines = [
        f"# MFCC: {result['signal']}",
        "",
        "| ms, one thread | warm, CPU | first call of a process, CPU | the same, wall |",
        "|---|---|---|---|",
        *(f"| {name} | {' | '.join(map(_cell, cells))} |" for name, *cells in rows),
        "",
        how,
        f"Largest difference of a coefficient: {result['max_difference_db']:.1e} dB.",
        f"Written by `python benchmarks/mfcc.py` with {versions}.",
    ]
    return "\n".join(lines) + "\n"


def _cell(value: float | None) -> str:
    return "" if value is None else f"{value:.3g}" if value < 100 else f"{value:.0f}"  # noqa: PLR2004


def main() -> None:
    """Measure, print and write."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", type=Path, default=Path("docs/results"), help="folder for results")
    parser.add_argument("--runs", type=int, default=200, help="warm runs of each")
    parser.add_argument("--processes", type=int, default=15, help="fresh processes of each")
    options = parser.parse_args()
    result = measure(options.runs, options.processes)
    options.out.mkdir(parents=True, exist_ok=True)
    (options.out / "mfcc.json").write_text(json.dumps(result, indent=2) + "\n")
    (options.out / "mfcc.md").write_text(table(result))
    print(table(result))


if __name__ == "__main__":
    main()
