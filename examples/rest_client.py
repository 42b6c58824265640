"""Ask a running `auscult serve` about sound files, with nothing but Python's standard library.

Run: python examples/rest_client.py http://127.0.0.1:8000 heart.wav more.flac
Asks for the class of each, then for its heart rate. A token is taken from AUSCULT_TOKEN.
"""

import json
import os
import sys
import time
import uuid
from http import HTTPStatus
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import Request, urlopen

TRIES = 5


def ask(url: str, task: str, paths: list[Path]) -> list[dict]:
    """Return one answer a file; come back later for as long as the service is busy."""
    body, content_type = form(paths)
    headers = {"Content-Type": content_type}
    if token := os.environ.get("AUSCULT_TOKEN"):
        headers["Authorization"] = f"Bearer {token}"
    for _ in range(TRIES):
        try:
            with urlopen(Request(f"{url}/v1/{task}", body, headers), timeout=60) as response:
                return json.load(response)["results"]
        except HTTPError as error:
            problem = json.load(error)
            if error.code == HTTPStatus.SERVICE_UNAVAILABLE:
                time.sleep(int(error.headers["Retry-After"]))
            elif problem["results"]:  # none could be opened; each says why
                return problem["results"]
            else:
                sys.exit(f"{problem['title']}: {problem['detail']}")
    sys.exit("the service stayed busy")


def form(paths: list[Path]) -> tuple[bytes, str]:
    """Return the files as multipart/form-data, and its content type."""
    boundary = uuid.uuid4().hex
    parts = []
    for path in paths:
        name = path.name.replace('"', "")
        head = f'--{boundary}\r\nContent-Disposition: form-data; name="file"; filename="{name}"'
        parts += [head.encode(), b"\r\n\r\n", path.read_bytes(), b"\r\n"]
    return b"".join([*parts, f"--{boundary}--\r\n".encode()]), (
        f"multipart/form-data; boundary={boundary}"
    )


def main() -> None:
    """Print a line a file."""
    url, *names = sys.argv[1:]
    paths = [Path(name) for name in names]
    heard = ask(url, "segment", paths)
    for answer, beats in zip(ask(url, "classify", paths), heard, strict=True):
        rate = beats["rhythm"]["rate_bpm"]
        verdict = answer["reason"] or f"{answer['label']} ({answer['confidence']:.2f})"
        print(f"{answer['path']}: {verdict}" + (f", {rate:.0f} beats a minute" if rate else ""))


if __name__ == "__main__":
    main()
