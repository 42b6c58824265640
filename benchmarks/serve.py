"""`auscult serve` under load: requests a second and waiting times with 1, 16 and 64 clients.

The service runs in a process of its own, on loopback, with its defaults. Clients are threads of
this process, each with one connection that it keeps; they send synthetic heart sounds of ten
seconds (WAV, 4,000 Hz, 80 kB) one after the other, as fast as the answers come. Both share the
machine. Every answer is compared with what `load_model("default").classify` says of the same bytes;
one that differs is wrong, one that is not 200 is refused. Starting is timed as well: from the
command to the first answer of /healthz, and to the first sound judged.

Prints a table and writes ``serve.json`` and ``serve.md``.

Run: python benchmarks/serve.py
"""

import argparse
import http.client
import json
import os
import platform
import re
import subprocess
import sys
import threading
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from auscult import load_model
from auscult.audio import wav_bytes
from auscult.inference.table import as_data
from auscult.pool import n_cores
from auscult.synth import PRESETS, synthesise

CLIENTS = (1, 16, 64)
KINDS = ("normal", "mitral-regurgitation", "artifact-music")
HEADERS = {"Content-Type": "multipart/form-data; boundary=x"}
HEAD = b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.wav"\r\n\r\n'


def questions() -> list[tuple[bytes, list[object]]]:
    """Return request bodies and the right answer to each."""
    model = load_model("default")
    asked = []
    for seed, kind in enumerate(KINDS * 2):
        sound = wav_bytes(synthesise(PRESETS[kind], 4_000, seed).recording)
        right = as_data(model.classify(sound, name="a.wav"), model.bundle.name)
        asked.append((HEAD + sound + b"\r\n--x--\r\n", [json.loads(json.dumps(right))]))
    return asked


class Client(threading.Thread):
    """Asks until the time is over; keeps how long each answer took."""

    def __init__(self, port: int, asked: list[tuple[bytes, list[object]]], until_s: float) -> None:
        super().__init__()
        self._line = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        self._asked = asked
        self._until_s = until_s
        self.waits_s: list[float] = []
        self.n_wrong = self.n_refused = 0

    def run(self) -> None:
        """Ask."""
        while not self.waits_s or time.perf_counter() < self._until_s:
            body, right = self._asked[len(self.waits_s) % len(self._asked)]
            start_s = time.perf_counter()
            self._line.request("POST", "/v1/classify", body, HEADERS)
            response = self._line.getresponse()
            told = json.loads(response.read())
            self.waits_s.append(time.perf_counter() - start_s)
            self.n_refused += response.status != http.client.OK
            self.n_wrong += response.status == http.client.OK and told["results"] != right
        self._line.close()


def load(
    port: int, asked: list[tuple[bytes, list[object]]], n_clients: int, seconds: float
) -> dict[str, float]:
    """Return what ``n_clients`` saw in ``seconds``; each asks at least once."""
    start_s = time.perf_counter()
    clients = [Client(port, asked, start_s + seconds) for _ in range(n_clients)]
    for client in clients:
        client.start()
    for client in clients:
        client.join()
    spent_s = time.perf_counter() - start_s
    waits_s = sorted(wait_s for client in clients for wait_s in client.waits_s)
    return {
        "requests": len(waits_s),
        "per_s": len(waits_s) / spent_s,
        "p50_ms": 1000 * waits_s[len(waits_s) // 2],
        "p99_ms": 1000 * waits_s[min(len(waits_s) - 1, int(0.99 * len(waits_s)))],
        "wrong": sum(client.n_wrong for client in clients),
        "refused": sum(client.n_refused for client in clients),
    }


def served(log: Path) -> tuple[subprocess.Popen[str], int, float]:
    """Start the service; return it, its port, and the seconds until it says that it is well."""
    start_s = time.perf_counter()
    command = [sys.executable, "-m", "auscult", "serve", "--port", "0"]
    with log.open("w") as lines:
        service = subprocess.Popen(command, stdout=lines, stderr=subprocess.PIPE, text=True)
    said = service.stderr.readline() if service.stderr else ""
    found = re.search(r"listening on http://127.0.0.1:(\d+)", said)
    if found is None:
        sys.exit(f"the service did not start: {said}")
    get(int(found[1]), "/healthz")
    return service, int(found[1]), time.perf_counter() - start_s


def get(port: int, path: str) -> str:
    """Return what the service answers to a GET."""
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    line.request("GET", path)
    told = line.getresponse().read().decode()
    line.close()
    return told


def memory_mb(service: subprocess.Popen[str]) -> float:
    """Return the largest memory that the service and its workers ever had, in MB."""
    children = Path(f"/proc/{service.pid}/task/{service.pid}/children").read_text().split()
    peaks = (
        re.search(r"VmHWM:\s+(\d+)", Path(f"/proc/{number}/status").read_text())
        for number in (service.pid, *children)
    )
    return sum(int(peak[1]) for peak in peaks if peak) / 1024


def measure(seconds: float, log: Path) -> dict[str, Any]:
    """Run everything and return the figures."""
    busy = os.getloadavg()[2]
    asked, start_s = questions(), time.perf_counter()
    service, port, well_s = served(log)
    try:
        spent = re.search(r"^process_cpu_seconds_total (\S+)", get(port, "/metrics"), re.MULTILINE)
        load(port, asked, 1, 0)
        first_s = time.perf_counter() - start_s
        loads = {str(n): load(port, asked, n, seconds) for n in CLIENTS}
        peak_mb = memory_mb(service)
    finally:
        service.terminate()
        service.wait()
    return {
        "clients": loads,
        "seconds": seconds,
        "well_s": well_s,
        "first_answer_s": first_s,
        "memory_mb": peak_mb,
        "well_cpu_s": float(spent[1]) if spent else None,
        "workers": n_cores(),
        "busy_before": busy,
        "machine": f"{n_cores()} cores, {platform.machine()}, Python {platform.python_version()}",
    }


def table(result: Mapping[str, Any]) -> str:
    """Return the figures as Markdown."""
    rows = [
        f"| {name} | {figures['requests']:,} | {figures['per_s']:.1f} | {figures['p50_ms']:.0f} | "
        f"{figures['p99_ms']:.0f} | {figures['wrong']} | {figures['refused']} |"
        for name, figures in result["clients"].items()
    ]
    spent = result["well_cpu_s"]
    of_cpu = "" if spent is None else f" ({spent:.1f} s of CPU)"
    return f"""# The REST service under load

{result["machine"]}; {result["workers"]} workers; clients on the same machine,
{result["seconds"]:g} s each. Ten-second sounds, 80 kB.

| clients | requests | a second | p50, ms | p99, ms | wrong | refused |
|---|---|---|---|---|---|---|
{chr(10).join(rows)}

From the command to /healthz: {result["well_s"]:.1f} s{of_cpu}; to
the first sound judged: {result["first_answer_s"]:.1f} s. Most memory, service and workers:
{result["memory_mb"]:.0f} MB.

Load average of the machine over the quarter of an hour before: {result["busy_before"]:.1f}; above
0, others had their share of the cores, and an idle machine is faster.

Written by `python benchmarks/serve.py`.
"""


def main() -> None:
    """Measure, print and write."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", type=Path, default=Path("docs/results"), help="folder for results")
    parser.add_argument("--seconds", type=float, default=30.0, help="how long each load lasts")
    parser.add_argument("--log", type=Path, default=Path(os.devnull), help="the service's log")
    options = parser.parse_args()
    result = measure(options.seconds, options.log)
    options.out.mkdir(parents=True, exist_ok=True)
    (options.out / "serve.json").write_text(json.dumps(result, indent=2) + "\n")
    (options.out / "serve.md").write_text(table(result))
    print(table(result))
    if any(figures["wrong"] for figures in result["clients"].values()):
        sys.exit("some answers were wrong")


if __name__ == "__main__":
    main()
