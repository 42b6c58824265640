"""The process that opens sounds: asked on standard input, answers on standard output.

A frame is four bytes of length, most significant first, and JSON. The first frame sets the worker
up; each further one is a question, followed by the bytes of the sound. Nothing that is exchanged
can become code.

A worker takes no more memory than it was given (where the system can limit address space), and ends
when the service does.
"""

import json
import os
import signal
import sys
from collections.abc import Mapping
from typing import Any, BinaryIO

from auscult.serve.logs import fault, line

LENGTH_BYTES = 4
CRASHED = 70


def framed(message: Mapping[str, Any]) -> bytes:
    """Return ``message`` as a frame."""
    data = json.dumps(message).encode()
    return len(data).to_bytes(LENGTH_BYTES, "big") + data


def read_frame(source: BinaryIO) -> dict[str, Any] | None:
    """Return the next message, or None at the end."""
    head = source.read(LENGTH_BYTES)
    if len(head) < LENGTH_BYTES:
        return None
    message: dict[str, Any] = json.loads(source.read(int.from_bytes(head, "big")))
    return message


def main() -> None:
    """Answer until nobody asks; Ctrl-C is for the service, which then asks no more."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    questions, answers = _pipes()
    setup = read_frame(questions)
    if setup is None:
        return
    limit_memory(int(setup.pop("max_memory_bytes")))
    try:
        _serve(questions, answers, setup)
    except Exception as error:  # noqa: BLE001 - whatever it is, its text may hold a name
        print(line("error", "worker died", **fault(error)), file=sys.stderr, flush=True)  # noqa: T201
        sys.exit(CRASHED)


def _serve(questions: BinaryIO, answers: BinaryIO, setup: Mapping[str, Any]) -> None:
    from auscult.verbs.answer import Answerer  # noqa: PLC0415 - under the limit

    answerer = Answerer(**setup)
    while (question := read_frame(questions)) is not None:
        data = questions.read(question["n_bytes"])
        answer = answerer(question["task"], data, question["name"])
        told = {"data": answer.data, "error": answer.error and answer.error.__name__}
        answers.write(framed(told))
        answers.flush()


def _pipes() -> tuple[BinaryIO, BinaryIO]:
    """Return where questions come from and answers go, and keep both from everybody else.

    What a decoder prints goes to standard error, never between two answers.
    """
    questions, answers = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)
    os.dup2(2, 1)
    return questions, answers


def limit_memory(n_bytes: int) -> None:
    """Hold this process to ``n_bytes`` of address space where the system can."""
    try:
        import resource  # noqa: PLC0415 - Unix only

        _, hard = resource.getrlimit(resource.RLIMIT_AS)
        soft = n_bytes if hard == resource.RLIM_INFINITY else min(n_bytes, hard)
        resource.setrlimit(resource.RLIMIT_AS, (soft, hard))
    except (ImportError, ValueError, OSError):
        print(line("warning", "memory of workers is not limited"), file=sys.stderr)  # noqa: T201


if __name__ == "__main__":
    main()
