"""What Chromium's voice processing leaves of low sounds, and that the page switches it off.

Bursts of tones, as long as heart sounds, are played to Chromium's fake microphone. What the page's
own recorder hears is compared with the file: with the switches as Chromium sets them by itself, and
as the page sets them.

Prints a table and writes ``microphone.json`` and ``microphone.md``. Needs `make setup-browser`.

Run: python benchmarks/microphone.py
"""

import argparse
import base64
import json
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from browser import Bench, benches

from auscult.audio import read_recording, wav_bytes
from auscult.training.card import markdown_table
from auscult.types import Recording

RATE_HZ = 48_000
TONES_HZ = (20, 30, 40, 50, 70, 100, 200, 400)
BURSTS_HZ, OPEN_FROM, NEAR_HZ = 1.2, 0.6, 2.0
HEAR = """async ({ isOff, seconds }) => {
  const open = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
  let stream;
  navigator.mediaDevices.getUserMedia = async (wanted) => {
    stream = await open(isOff ? wanted : { audio: true });
    return stream;
  };
  const { openMicrophone } = await import("/page/microphone.js");
  const pieces = [];
  const microphone = await openMicrophone((piece) => pieces.push(piece));
  await new Promise((resolve) => setTimeout(resolve, 1000 * seconds));
  const settings = stream.getAudioTracks()[0].getSettings();
  await microphone.close();
  const bytes = new Uint8Array(await new Blob(pieces).arrayBuffer());
  let text = "";
  for (let i = 0; i < bytes.length; i += 8192) {
    text += String.fromCharCode(...bytes.subarray(i, i + 8192));
  }
  const names = ["echoCancellation", "noiseSuppression", "autoGainControl"];
  const on = names.filter((name) => settings[name]);
  return { rateHz: microphone.rateHz, samples: btoa(text), on };
}"""


def bursts() -> Recording:
    """Return ten seconds of short bursts, as a heart makes them, of all tones together."""
    times_s = np.arange(10 * RATE_HZ) / RATE_HZ
    phases = np.random.default_rng(0).uniform(0, 2 * np.pi, len(TONES_HZ))
    tones = sum(
        0.03 * np.sin(2 * np.pi * hertz * times_s + phase)
        for hertz, phase in zip(TONES_HZ, phases, strict=True)
    )
    gate = (np.sin(2 * np.pi * BURSTS_HZ * times_s) > OPEN_FROM).astype(float)
    bell = np.hanning(round(0.03 * RATE_HZ))
    return Recording((tones * np.convolve(gate, bell / bell.sum(), "same")).astype("f4"), RATE_HZ)


def levels_db(samples: np.ndarray, rate_hz: int) -> np.ndarray:
    """Return the power around each tone, in dB."""
    power = np.abs(np.fft.rfft(samples)) ** 2 / samples.size**2
    hertz = np.fft.rfftfreq(samples.size, 1 / rate_hz)
    near = (np.abs(hertz - tone) <= NEAR_HZ for tone in TONES_HZ)
    return np.array([10 * np.log10(power[each].sum()) for each in near])


def microphone(bench: Bench) -> dict[str, dict[str, Any]]:
    """Return what is left of each tone, with Chromium's switches and with the page's."""
    sound = bench.folder / "bursts.wav"
    sound.write_bytes(wav_bytes(bursts()))
    played_db, told = levels_db(read_recording(sound).samples, RATE_HZ), {}
    for title, is_off in (("Chromium's own", False), ("the page's", True)):
        with bench.page(sound) as page:
            # subtle: the file is played round and round; one whole round is compared with it.
            heard = page.evaluate(HEAR, {"isOff": is_off, "seconds": 16.5})
        samples = np.frombuffer(base64.b64decode(heard["samples"]), np.float32)
        left_db = levels_db(samples[-10 * heard["rateHz"] :], heard["rateHz"]) - played_db
        told[title] = {"on": heard["on"], "left_db": left_db.round(1).tolist()}
    return told


def report(told: Mapping[str, Any]) -> str:
    """Return the figures as Markdown."""
    rows = [
        [title, ", ".join(one["on"]) or "none", *(f"{db:+.1f}" for db in one["left_db"])]
        for title, one in told["switches"].items()
    ]
    return f"""# What a browser leaves of a heart

Bursts of tones through the microphone of headless Chromium {told["chromium"]}, beside the file, in
dB. What rises everywhere is the automatic gain.

{markdown_table(["switches", "left on", *(f"{hertz} Hz" for hertz in TONES_HZ)], rows)}

Written by `python benchmarks/microphone.py`.
"""


def main() -> None:
    """Measure, print and write."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", type=Path, default=Path("docs/results"), help="folder for results")
    out = parser.parse_args().out
    with tempfile.TemporaryDirectory() as place, benches(Path(place)) as bench:
        told: dict[str, Any] = {"switches": microphone(bench), "chromium": bench.version}
    out.mkdir(parents=True, exist_ok=True)
    (out / "microphone.json").write_text(json.dumps(told, indent=2) + "\n", encoding="utf-8")
    (out / "microphone.md").write_text(report(told), encoding="utf-8")
    print(report(told))


if __name__ == "__main__":
    main()
