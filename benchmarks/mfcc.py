"""Our MFCCs beside those of librosa, and beside the floor, which is the FFT alone.

Prints a table and writes ``mfcc.json`` and ``mfcc.md``. One thread. CPU time (user and system), so
that a busy machine matters little, and the least of many runs that take turns, since noise only
adds. "First" is a fresh process: import, making the sound, one call.

Run: python benchmarks/mfcc.py
"""

import os

os.environ["OMP_NUM_THREADS"] = os.environ["OPENBLAS_NUM_THREADS"] = "1"  # before NumPy loads

import argparse
import json
import resource
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

RATE_HZ = 22_050
N_FFT, HOP_LENGTH = 2048, 512
_SOUND = "import numpy as np; sound = np.arange(220_500, dtype='f4') % 100 / 50 - 1"
_FIRST = {
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


def first_ms(program: str) -> float:
    """Return the CPU milliseconds of a fresh process that runs ``program``."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run([sys.executable, "-c", program], check=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return 1000 * (after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)


def measure(runs: int, processes: int) -> dict[str, object]:
    """Return all figures, times in CPU milliseconds."""
    import librosa  # noqa: PLC0415

    from auscult.features import Mfcc  # noqa: PLC0415

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
            "fft_alone_float32": lambda: np.fft.rfft(windowed, norm="forward", out=spectra),
        },
        runs,
    )
    firsts = [{name: first_ms(code) for name, code in _FIRST.items()} for _ in range(processes)]
    first = {name: min(taken[name] for taken in firsts) for name in _FIRST}
    theirs = librosa.feature.mfcc(y=sound, sr=RATE_HZ, n_mfcc=52)
    return {
        "signal": "10 s of noise at 22,050 Hz, 52 MFCCs",
        "warm_cpu_ms": warm,
        "warm_ratio": warm["librosa"] / warm["auscult"],
        "first_cpu_ms": first,
        "first_ratio": first["librosa"] / first["auscult"],
        "first_ratio_beyond_numpy": (first["librosa"] - first["numpy"])
        / (first["auscult"] - first["numpy"]),
        "max_difference_db": float(np.abs(mfcc(sound, RATE_HZ) - theirs).max()),
        "versions": {"librosa": librosa.__version__, "numpy": np.__version__},
    }


def table(result: dict[str, object]) -> str:
    """Return the figures as a Markdown table."""
    warm, first = result["warm_cpu_ms"], result["first_cpu_ms"]
    rows = [
        ("librosa.feature.mfcc", warm["librosa"], first["librosa"]),
        ("auscult Mfcc", warm["auscult"], first["auscult"]),
        ("librosa / auscult", result["warm_ratio"], result["first_ratio"]),
        ("the same, beyond Python, NumPy and the sound", None, result["first_ratio_beyond_numpy"]),
        ("floor: FFT alone, as NumPy does it", warm["fft_alone"], None),
        ("floor: FFT alone, kept in float32", warm["fft_alone_float32"], None),
        ("floor: process that makes the sound", None, first["numpy"]),
    ]
    versions = ", ".join(f"{name} {version}" for name, version in result["versions"].items())
    lines = [
        f"# MFCC: {result['signal']}",
        "",
        "| CPU ms, one thread | warm | first call of a process |",
        "|---|---|---|",
        *(f"| {name} | {_cell(w)} | {_cell(f)} |" for name, w, f in rows),
        "",
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
    parser.add_argument("--processes", type=int, default=7, help="fresh processes of each")
    options = parser.parse_args()
    result = measure(options.runs, options.processes)
    options.out.mkdir(parents=True, exist_ok=True)
    (options.out / "mfcc.json").write_text(json.dumps(result, indent=2) + "\n")
    (options.out / "mfcc.md").write_text(table(result))
    print(table(result))


if __name__ == "__main__":
    main()
