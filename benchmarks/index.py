"""Indexing PASCAL and CirCor beside decoding them and nothing else, on the same cores.

Both sides open the same files with the same pool of fresh processes; ``decode`` throws the samples
away, ``index`` hashes file and samples, measures what the signal says against them and writes the
manifest. Each measurement is a fresh interpreter, the two take turns, and the medians are compared;
CPU seconds count every process. Memory is the peak of the process that indexes (the workers hold
one recording at a time), for a quarter of the recordings and for all of them.

Prints a table and writes ``index.json`` and ``index.md``.

Run: python benchmarks/index.py FOLDER-WITH-pascal-AND-circor
"""

import os

for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
    os.environ[name] = "1"  # before NumPy loads

import argparse
import json
import re
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

GOAL_RATIO = 3.0
DATASETS = ("pascal", "circor")


def decode(path: Path) -> float:
    """Decode one file and forget it."""
    from auscult.audio import read_recording  # noqa: PLC0415 - in the worker

    return read_recording(path).duration_s


def work(kind: str, places: list[Path], out: Path, n_workers: int) -> int:
    """Do one contestant's work; return how many recordings it had."""
    from auscult.pool import in_order  # noqa: PLC0415 - counted into the time of both
    from auscult.verbs.index import gather, index  # noqa: PLC0415

    if kind == "decode":
        paths = [entry.path for entry in gather(places).entries]
        return sum(1 for _ in in_order(decode, paths, n_workers))
    return index(places, out, n_workers=n_workers, fresh=kind == "index").n_recordings


def measure_here(kind: str, places: list[Path], out: Path, n_workers: int) -> dict[str, float]:
    """Do the work in this process and return what it cost."""
    start = time.perf_counter()
    n_recordings = work(kind, places, out, n_workers)
    wall_s = time.perf_counter() - start
    spent = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    peak_kb = re.findall(r"VmHWM:\s+(\d+)", Path("/proc/self/status").read_text())[0]
    return {
        "n_recordings": n_recordings,
        "wall_s": wall_s,
        "cpu_s": sum(one.ru_utime + one.ru_stime for one in spent),
        "memory_mb": int(peak_kb) / 1024,
        "worker_memory_mb": spent[1].ru_maxrss / 1024,
    }


def measure(kind: str, places: list[Path], out: Path, n_workers: int) -> dict[str, float]:
    """Do the work in a fresh interpreter and return what it cost."""
    told = ["--only", kind, "--workers", str(n_workers), "--table", str(out)]
    command = [sys.executable, __file__, *told, *map(str, places)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    cost: dict[str, float] = json.loads(done.stdout)
    return cost


def quarter_of(manifest: Path) -> Path:
    """Write a manifest of every fourth recording."""
    from auscult.datasets.manifest_file import read_manifest, write_manifest  # noqa: PLC0415

    rows, about = read_manifest(manifest)
    some = (row for i, (_, row) in enumerate(rows) if i % 4 == 0)
    quarter = manifest.with_name("quarter.csv")
    return write_manifest(quarter, some, about)


def race(
    places: list[Path], folder: Path, n_workers: int, n_runs: int
) -> dict[str, dict[str, float]]:
    """Return the medians of each contestant; the first round only warms the disk's cache."""
    out = folder / "all.csv"
    measure("decode", places, out, n_workers)
    runs: dict[str, list[dict[str, float]]] = {"decode": [], "index": []}
    for _ in range(n_runs):
        for kind, done in runs.items():
            done.append(measure(kind, places, out, n_workers))
    result = {
        kind: {key: median(run[key] for run in done) for key in done[0]}
        for kind, done in runs.items()
    }
    result["again"] = measure("again", places, out, n_workers)
    quarter = quarter_of(out)
    result["quarter"] = measure("index", [quarter], folder / "quarter-again.csv", n_workers)
    return result


def table(result: dict[str, dict[str, float]], n_workers: int, n_runs: int) -> str:
    """Return the figures as a Markdown page."""
    names = {
        "decode": "decoding alone",
        "index": "indexing",
        "again": "indexing again, nothing changed",
        "quarter": "indexing every fourth",
    }
    columns = ("wall_s", "cpu_s", "memory_mb", "worker_memory_mb")
    rows = [
        (
            title,
            f"{result[kind]['n_recordings']:,.0f}",
            *(f"{result[kind][c]:.1f}" for c in columns),
        )
        for kind, title in names.items()
    ]
    ratio = {c: result["index"][c] / result["decode"][c] for c in ("wall_s", "cpu_s")}
    every, fourth = result["index"], result["quarter"]
    slope_kb = (
        1024
        * (every["memory_mb"] - fourth["memory_mb"])
        / (every["n_recordings"] - fourth["n_recordings"])
    )
    said = (
        f"Indexing costs {ratio['wall_s']:.2f} × decoding in wall time and {ratio['cpu_s']:.2f} × "
        f"in CPU seconds; the goal is at most {GOAL_RATIO:g} ×. Memory grows by {slope_kb:.1f} kB "
        "a recording: what a scan and a row hold, no samples."
    )
    lines = [
        "# Indexing beside decoding",
        "",
        f"PASCAL and CirCor on {n_workers} cores, medians of {n_runs} runs.",
        "",
        "| | recordings | wall, s | CPU, s | peak memory, MB | a worker's, MB |",
        "|---|---|---|---|---|---|",
        *(f"| {' | '.join(row)} |" for row in rows),
        "",
        said,
        "",
        "Written by `python benchmarks/index.py FOLDER`.",
    ]
    return "\n".join(lines) + "\n"


def main() -> None:
    """Measure, print and write."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("data", type=Path, nargs="+", help="folder with pascal/ and circor/")
    parser.add_argument("--out", type=Path, default=Path("docs/results"), help="folder for results")
    parser.add_argument("--workers", type=int, default=len(os.sched_getaffinity(0)))
    parser.add_argument("--runs", type=int, default=3, help="runs of each")
    parser.add_argument("--only", choices=["decode", "index", "again"], help=argparse.SUPPRESS)
    parser.add_argument("--table", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.only:
        told = measure_here(options.only, options.data, options.table, options.workers)
        print(json.dumps(told))
        return
    places = [options.data[0] / name for name in DATASETS]
    with tempfile.TemporaryDirectory() as folder:
        result = race(places, Path(folder), options.workers, options.runs)
    page = table(result, options.workers, options.runs)
    options.out.mkdir(parents=True, exist_ok=True)
    (options.out / "index.json").write_text(json.dumps(result, indent=2) + "\n")
    (options.out / "index.md").write_text(page)
    print(page)


if __name__ == "__main__":
    main()
