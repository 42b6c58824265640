"""Send a sound to a running `auscult serve` as it is played, and print what is heard.

Run: python examples/stream_client.py http://127.0.0.1:8000 heart.wav
Needs websockets (pip install websockets). A token is taken from AUSCULT_TOKEN; --fast sends the
sound as fast as it is heard. Takes 16-bit mono WAV, which is what /v1/stream wants to have.
"""

import json
import os
import sys
import threading
import time
import wave

from websockets.sync.client import ClientConnection, connect

PIECE_S = 0.1


def send(service: ClientConnection, sound: wave.Wave_read, *, fast: bool) -> None:
    """Send ``sound`` piece by piece, each when a microphone would have recorded it."""
    began_s, sent_s = time.monotonic(), 0.0
    while piece := sound.readframes(round(PIECE_S * sound.getframerate())):
        sent_s += len(piece) / 2 / sound.getframerate()
        if not fast:
            time.sleep(max(0.0, began_s + sent_s - time.monotonic()))
        service.send(piece)
    service.send("finish")


def said(update: dict) -> str:
    """Return an update as a line."""
    heard, rate = update["prediction"], update["rhythm"]["rate_bpm"]
    verdict = heard["reason"] or f"{heard['label']} ({heard['confidence']:.2f})"
    return f"{update['heard_s']:6.1f} s  {verdict}" + (f", {rate:.0f} a minute" if rate else "")


def main() -> None:
    """Print a line an update."""
    url, path, *options = sys.argv[1:]
    headers = {}
    if token := os.environ.get("AUSCULT_TOKEN"):
        headers["Authorization"] = f"Bearer {token}"
    address = f"{url.replace('http', 'ws', 1)}/v1/stream"
    with wave.open(path) as sound, connect(address, additional_headers=headers) as service:
        if sound.getsampwidth() != 2 or sound.getnchannels() != 1:  # noqa: PLR2004 - 16 bits
            sys.exit(f"{path}: is no 16-bit mono WAV")
        service.send(json.dumps({"rate_hz": sound.getframerate(), "format": "s16le"}))
        sender = threading.Thread(
            target=send, args=(service, sound), kwargs={"fast": "--fast" in options}, daemon=True
        )
        sender.start()
        for message in service:
            update = json.loads(message)
            if update["type"] == "problem":
                sys.exit(f"{update['title']}: {update['detail']}")
            if update["type"] in {"update", "final"}:
                print(said(update), flush=True)


if __name__ == "__main__":
    main()
