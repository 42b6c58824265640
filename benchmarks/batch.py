"""A folder of recordings → a table: beside decoding alone, and beside the notebook's function.

Three folders are made from PASCAL: the clinic's recordings as they are (4,000 Hz WAV), the phone's
as they are (44,100 Hz), and the phone's as a browser would record them (48,000 Hz WebM, Opus).
Each is (1) decoded and resampled to the model's rate, (2) judged by ``auscult classify``'s workers,
in the same warm process, one thread; CPU seconds a file are compared. The peer is the notebook's
``heart_prediction``: librosa, 52 MFCCs, and its network in PyTorch in place of Keras, warm; and
once in a fresh process, since it is a function of a script that loads its model.

The whole command is then run with one worker and with all, and on ten times as many files, for
files a second and peak memory.

Prints a table and writes ``batch.json`` and ``batch.md``.

Run: python benchmarks/batch.py PASCAL
"""

import os

for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
    os.environ[name] = "1"  # before NumPy and torch load

import argparse
import json
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

GOAL_DECODING, GOAL_NOTEBOOK = 2.0, 50.0
MORE = 10
"""How many times as many files the second run gets, for memory."""

_OURS = """
import json, sys, time
from auscult.audio import read_recording, resample
from auscult.bundle import find_bundle
from auscult.inference.batch import Judge
files = json.loads(sys.stdin.read())
judge = Judge(str(find_bundle("default")))
def decode(path):
    recording = read_recording(path)
    resample(recording.samples, recording.rate_hz, 2_000)
def cpu_ms(work):
    start = time.process_time()
    for path in files: work(path)
    return 1000 * (time.process_time() - start) / len(files)
cpu_ms(judge)
told = [(cpu_ms(decode), cpu_ms(judge)) for _ in range({rounds})]
print(json.dumps(dict(zip(("decoding_ms", "judging_ms"), map(min, zip(*told))))))
"""
_NOTEBOOK = """
import json, sys, time
import librosa, numpy as np, torch
from auscult.models.cnn_lstm import CnnLstm
torch.set_num_threads(1)
files = json.loads(sys.stdin.read())
network = CnnLstm().build(52, 3, 0).eval()
def heart_prediction(path):
    sound, rate = librosa.load(path, sr=22050, duration=10)
    if round(len(sound) / rate) < 10:
        sound = librosa.util.fix_length(sound, size=220500)
    features = librosa.feature.mfcc(y=sound, sr=rate, n_mfcc=52, n_fft=512, hop_length=2048)
    with torch.no_grad():
        return torch.softmax(network(torch.from_numpy(features.mean(axis=1)[None])), 1)
heart_prediction(files[0])
cold_s = time.process_time()
def cpu_ms():
    start = time.process_time()
    for path in files: heart_prediction(path)
    return 1000 * (time.process_time() - start) / len(files)
print(json.dumps({{"notebook_ms": min(cpu_ms() for _ in range({rounds})), "cold_s": cold_s}}))
"""
_COMMAND = """
import json, pathlib, re, resource, sys, time
from auscult.verbs.classify import classify
if __name__ == "__main__":
    folder, out, workers = sys.argv[1:]
    start = time.perf_counter()
    done = classify([folder], out=out, n_workers=int(workers))
    took_s = time.perf_counter() - start
    n_files = sum(done.counts.values())
    own_kb = re.search(r"VmHWM:\\s+(\\d+)", pathlib.Path("/proc/self/status").read_text())[1]
    worker_kb = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    print(json.dumps({"files": n_files, "files_a_second": n_files / took_s,
        "own_mb": int(own_kb) / 1024, "worker_mb": worker_kb / 1024}))
"""


def run(program: str, given: Sequence[str] = (), *arguments: object) -> dict[str, float]:
    """Run a program in a fresh process; return the JSON that it prints last."""
    done = subprocess.run(
        [sys.executable, "-W", "ignore", program, *map(str, arguments)]
        if program.endswith(".py")
        else [sys.executable, "-W", "ignore", "-c", program],
        input=json.dumps(list(given)),
        check=True,
        capture_output=True,
        text=True,
    )
    told: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return told


def folders(pascal: Path, place: Path, n_files: int) -> dict[str, Path]:
    """Make the three folders: links to PASCAL, and WebM made from it."""
    made = {}
    for title, of in (("clinic, 4,000 Hz", "set_b"), ("phone, 44,100 Hz", "set_a")):
        found = sorted((pascal / of).glob("*__*"))
        made[title] = place / of
        made[title].mkdir()
        for path in found[:: max(1, len(found) // n_files)][:n_files]:
            (made[title] / path.name).symlink_to(path.resolve())
    made["browser, WebM 48,000 Hz"] = place / "webm"
    made["browser, WebM 48,000 Hz"].mkdir()
    for path in sorted(made["phone, 44,100 Hz"].iterdir()):
        to_webm(path, place / "webm" / f"{path.stem}.webm")
    return made


def to_webm(sound: Path, webm: Path) -> None:
    """Write a sound as Opus at 48,000 Hz and 64 kbit/s."""
    import av  # noqa: PLC0415 - after the threads are set
    import numpy as np  # noqa: PLC0415

    from auscult.audio import read_recording, resample  # noqa: PLC0415

    recording = read_recording(sound)
    samples = resample(recording.samples, recording.rate_hz, 48_000)
    with av.open(str(webm), "w", format="webm") as out:
        stream = out.add_stream("libopus", rate=48_000, layout="mono")
        stream.bit_rate = 64_000
        whole = (np.clip(samples, -1, 1) * 32_767).astype(np.int16)[None]
        frame = av.AudioFrame.from_ndarray(whole, format="s16", layout="mono")
        frame.sample_rate, frame.pts = 48_000, 0
        for piece in av.AudioResampler("s16", "mono", 48_000, 960).resample(frame):
            out.mux(stream.encode(piece))
        out.mux(stream.encode(None))


def of_each_folder(made: Mapping[str, Path], rounds: int, n_peer: int) -> dict[str, Any]:
    """Return milliseconds of CPU a file: decoding, judging, and the notebook's function."""
    told: dict[str, Any] = {}
    for title, folder in made.items():
        files = [str(path) for path in sorted(folder.iterdir())]
        told[title] = run(_OURS.format(rounds=rounds), files)
        if folder.name != "webm":  # librosa reads no WebM without a system's ffmpeg
            told[title] |= run(_NOTEBOOK.format(rounds=rounds), files[:n_peer])
    return told


def of_the_command(folder: Path, place: Path, n_cores: int) -> dict[str, Any]:
    """Return files a second and peak memory of the whole command."""
    program = place / "command.py"  # a file: workers must be able to import it
    program.write_text(_COMMAND, encoding="utf-8")
    more = place / "more"
    more.mkdir()
    for path in folder.iterdir():
        for copy in range(MORE):
            (more / f"{copy}_{path.name}").symlink_to(path.resolve())
    asked = {
        "one worker": (folder, 1),
        f"{n_cores} workers": (more, n_cores),
        "one worker, ten times the files": (more, 1),
    }
    return {
        title: run(str(program), (), given, place / f"{i}.csv", workers)
        for i, (title, (given, workers)) in enumerate(asked.items())
    }


def report(result: dict[str, Any]) -> str:
    """Return the figures as Markdown."""
    lines = [
        "# A folder of recordings, judged",
        "",
        "CPU milliseconds a file, warm, one thread. “Notebook” is its `heart_prediction`; cold are",
        "the CPU seconds of its first call in a fresh process, which loads libraries and model.",
        "",
        "| recordings | decoding, resampling | judging | ratio | notebook | ratio | cold, s |",
        "|---|---|---|---|---|---|---|",
    ]
    for title, told in result["folders"].items():
        ours = told["judging_ms"]
        peer = ["–", "–", "–"]
        if "notebook_ms" in told:
            ratio = told["notebook_ms"] / ours
            peer = [f"{told['notebook_ms']:.1f}", f"{ratio:.1f}×", f"{told['cold_s']:.1f}"]
        cells = [f"{told['decoding_ms']:.2f}", f"{ours:.2f}", f"{ours / told['decoding_ms']:.1f}×"]
        lines.append(f"| {title} | {' | '.join(cells + peer)} |")
    lines += [
        f"| goal | | | at most {GOAL_DECODING:g}× | | at least {GOAL_NOTEBOOK:g}× | |",
        "",
        "The whole command, the phone's recordings, from nothing to a finished CSV:",
        "",
        "| | files | files a second | peak memory of the command, MB | of its largest worker, MB |",
        "|---|---|---|---|---|",
    ]
    for title, told in result["command"].items():
        worker = "–" if title.startswith("one") else f"{told['worker_mb']:.0f}"
        cells = [f"{told['files']:.0f}", f"{told['files_a_second']:.0f}", f"{told['own_mb']:.0f}"]
        lines.append(f"| {title} | {' | '.join([*cells, worker])} |")
    lines += ["", "Written by `python benchmarks/batch.py PASCAL`."]
    return "\n".join(lines) + "\n"


def main() -> None:
    """Measure, print and write."""
    from auscult.pool import n_cores  # noqa: PLC0415 - after the threads are set

    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("pascal", type=Path, help="folder with set_a/ and set_b/")
    parser.add_argument("--out", type=Path, default=Path("docs/results"), help="folder for results")
    parser.add_argument("--files", type=int, default=40, help="recordings of each kind")
    parser.add_argument("--rounds", type=int, default=3, help="rounds, of which the best counts")
    parser.add_argument("--peer-files", type=int, default=12, help="recordings for the notebook")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as place:
        made = folders(options.pascal, Path(place), options.files)
        result = {
            "folders": of_each_folder(made, options.rounds, options.peer_files),
            "command": of_the_command(made["phone, 44,100 Hz"], Path(place), n_cores()),
        }
    options.out.mkdir(parents=True, exist_ok=True)
    (options.out / "batch.json").write_text(json.dumps(result, indent=2) + "\n", encoding="utf-8")
    (options.out / "batch.md").write_text(report(result), encoding="utf-8")
    print(report(result))


if __name__ == "__main__":
    main()
