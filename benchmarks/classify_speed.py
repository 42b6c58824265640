"""One 10 s recording, from file to answer: auscult beside librosa and the same network in PyTorch.

The network is the notebook's CNN-LSTM at full size with fresh weights; speed does not depend on
what they are. Both sides read the same WAV, compute the same 52 mean MFCCs and run the same
layers; auscult on ONNX Runtime, the peer on librosa and torch. Cold is a whole fresh process, warm
the median of many calls in one. The shipped model is measured as well.

Prints a table and writes ``classify_speed.json`` and ``classify_speed.md``. One thread where
nothing else is said.

Run: python benchmarks/classify_speed.py
"""

import os

for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
    os.environ[name] = "1"  # before NumPy and torch load

import argparse
import json
import resource
import subprocess
import sys
import tempfile
from pathlib import Path
from statistics import median

GOALS = {"warm_ms": 20.0, "cold_s": 1.5, "memory_mb": 300.0}

_WARM = """
import json, pathlib, re, time
{setup}
once()
spent = []
for _ in range({runs}):
    start = time.perf_counter(); once(); spent.append(time.perf_counter() - start)
# subtle: ru_maxrss would count the parent's memory too, which exec does not reset; VmHWM is ours.
peak_kb = re.search(r"VmHWM:\\s+(\\d+)", pathlib.Path("/proc/self/status").read_text())[1]
print(json.dumps({{"warm_ms": 1000 * sorted(spent)[len(spent) // 2],
    "memory_mb": int(peak_kb) / 1024}}))
"""
_AUSCULT = """
from auscult.bundle import find_bundle, read_bundle
from auscult.inference import Classifier
model = Classifier(read_bundle(find_bundle({bundle!r})), n_threads={n_threads})
def once(): return model.classify({wav!r})
"""
_PEER = """
import librosa, numpy as np, torch
torch.set_num_threads(1)
from auscult.models.cnn_lstm import CnnLstm
network = CnnLstm().build(52, 3, 0).eval()
def once():
    sound, rate = librosa.load({wav!r}, sr=22050, duration=10)
    if round(len(sound) / rate) < 10:
        sound = librosa.util.fix_length(sound, size=220500)
    features = librosa.feature.mfcc(y=sound, sr=rate, n_mfcc=52).mean(axis=1)
    with torch.no_grad():
        return torch.softmax(network(torch.from_numpy(features[None])), 1)
"""


def prepare(folder: Path) -> tuple[str, str, str]:
    """Write the sound at 44.1 and at 4 kHz and a bundle of the full-size network; return paths."""
    from auscult.bundle import Bundle  # noqa: PLC0415 - after the threads are set
    from auscult.frontend import FRONTENDS  # noqa: PLC0415
    from auscult.models.cnn_lstm import CnnLstm  # noqa: PLC0415
    from auscult.training.export import export_network  # noqa: PLC0415
    from auscult.types import CLASSES_3  # noqa: PLC0415
    from auscult.verbs.synth import synth  # noqa: PLC0415

    phone, clinic = (
        str(synth("normal", folder / str(rate_hz), rate_hz=rate_hz, duration_s=10.0, seed=0)[0])
        for rate_hz in (44_100, 4_000)
    )
    network = export_network(CnnLstm().build(52, 3, 0).eval(), 52)
    bundle = Bundle.of_one("cnn-lstm", network, FRONTENDS["notebook"], CLASSES_3)
    return phone, clinic, str(bundle.write(folder / "cnn-lstm"))


def run(program: str) -> tuple[float, float, str]:
    """Run ``program`` in a fresh process; return wall and CPU seconds and what it printed."""
    import time  # noqa: PLC0415

    before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", program], check=True, capture_output=True, text=True
    )
    wall_s = time.perf_counter() - start
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu_s = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return wall_s, cpu_s, done.stdout


def measure(setup: str, n_warm: int, n_cold: int) -> dict[str, float]:
    """Return warm milliseconds, cold seconds and peak memory of one contestant."""
    colds = [run(f"{setup}\nonce()")[:2] for _ in range(n_cold)]
    warm = json.loads(run(_WARM.format(setup=setup, runs=n_warm))[2])
    return {
        "cold_s": median(wall_s for wall_s, _ in colds),
        "cold_cpu_s": median(cpu_s for _, cpu_s in colds),
        **warm,
    }


def table(result: dict[str, dict[str, float]]) -> str:
    """Return the figures as a Markdown table."""
    columns = ("warm_ms", "cold_s", "cold_cpu_s", "memory_mb")
    peer, ours = result["librosa + torch"], result["auscult, same network"]
    rows = [(name, *(f"{figures[c]:.3g}" for c in columns)) for name, figures in result.items()]
    rows.append(("ratio, same network", *(f"{peer[c] / ours[c]:.1f}×" for c in columns)))
    goals = (f"under {GOALS[c]:g}" if c in GOALS else "" for c in columns)
    rows.append(("goal for auscult", *goals))
    lines = [
        "# From a 10 s file to an answer",
        "",
        "At 44,100 Hz where nothing else is said.",
        "",
        "| | warm, ms | cold, s | cold, CPU s | peak memory, MB |",
        "|---|---|---|---|---|",
        *(f"| {' | '.join(row)} |" for row in rows),
        "",
        "Written by `python benchmarks/classify_speed.py`.",
    ]
    return "\n".join(lines) + "\n"


def main() -> None:
    """Measure, print and write."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", type=Path, default=Path("docs/results"), help="folder for results")
    parser.add_argument("--warm", type=int, default=30, help="warm calls of each")
    parser.add_argument("--cold", type=int, default=5, help="fresh processes of each")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        wav, clinic, bundle = prepare(Path(folder))
        contestants = {
            "librosa + torch": _PEER.format(wav=wav),
            "auscult, same network": _AUSCULT.format(wav=wav, bundle=bundle, n_threads=1),
            "the same, two threads": _AUSCULT.format(wav=wav, bundle=bundle, n_threads=2),
            "auscult, `default`": _AUSCULT.format(wav=wav, bundle="default", n_threads=1),
            "`default`, 4 kHz": _AUSCULT.format(wav=clinic, bundle="default", n_threads=1),
            "`tiny`, 4 kHz": _AUSCULT.format(wav=clinic, bundle="tiny", n_threads=1),
        }
        result = {
            name: measure(setup, options.warm, options.cold) for name, setup in contestants.items()
        }
    options.out.mkdir(parents=True, exist_ok=True)
    (options.out / "classify_speed.json").write_text(json.dumps(result, indent=2) + "\n")
    (options.out / "classify_speed.md").write_text(table(result))
    print(table(result))


if __name__ == "__main__":
    main()
