"""``listen``."""

import json
import signal
from collections.abc import Iterable, Iterator
from functools import partial
from math import inf
from pathlib import Path
from typing import Annotated

import typer

from auscult.audio import read_recording
from auscult.audio.microphone import PIECE_S, Microphone
from auscult.cli.listen_show import Display, print_verdict
from auscult.cli.show import errors
from auscult.errors import ConfigError
from auscult.inference.stream import Stream
from auscult.inference.updates import as_data
from auscult.types import Samples
from auscult.verbs.listen import listen as listen_verb
from auscult.verbs.listen import played


def listen(
    source: Annotated[
        Path | None,
        typer.Option("--from", metavar="FILE", help="Play a sound file instead of a microphone."),
    ] = None,
    fast: Annotated[
        bool, typer.Option("--fast", help="Play the file as fast as it can be judged.")
    ] = False,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print one JSON object an update, as it comes.")
    ] = False,
    seconds: Annotated[
        float | None,
        typer.Option("--for", metavar="SECONDS", min=0.1, help="End after so much sound."),
    ] = None,
    model: Annotated[
        str, typer.Option(help="A name that `auscult models` lists, or a bundle's folder.")
    ] = "default",
    window_s: Annotated[
        float, typer.Option(help="Seconds of sound that an answer is about: the latest.")
    ] = 10.0,
    hop_s: Annotated[float, typer.Option(help="Seconds from one answer to the next.")] = 1.0,
    device: Annotated[
        str | None, typer.Option(help="Name or number of the microphone; the system's by default.")
    ] = None,
    rate: Annotated[
        int | None, typer.Option(min=1, help="Samples per second; the microphone's own by default.")
    ] = None,
) -> None:
    """Listen to a heart as it beats: level, heart rate and verdict, renewed every second.

    Needs the extra “live” and a microphone, or a stethoscope that is one; Ctrl-C ends it with the
    verdict. An answer is about the last ten seconds: hold still that long. Exit code 0: every
    answer was given, or refused with its reason; 3: nothing could be heard; 8: sounddevice is not
    installed.

    For example: auscult listen, or auscult listen --from recording.wav --fast --json
    """
    if source is None and fast:
        raise ConfigError("--fast plays a file; give one with --from")
    if source is not None and (device is not None or rate is not None):
        raise ConfigError("--device and --rate are a microphone's; a file has its own rate")
    opened = partial(Stream, model=model, window_s=window_s, hop_s=hop_s)
    heard = partial(_heard, seconds=seconds or inf, as_json=as_json)
    if source is not None:
        recording = read_recording(source)
        stream = opened(recording.rate_hz, name=recording.source)
        heard(played(recording, fast=fast), stream)
        return
    microphone = Microphone(_name_or_number(device), rate)
    stream = opened(microphone.rate_hz, name=microphone.name)
    errors.print(f"listening to {microphone.name}; Ctrl-C ends it", markup=False, soft_wrap=True)
    with microphone:
        heard(microphone, stream)
    if lost_s := microphone.n_lost * PIECE_S:
        errors.print(f"about {lost_s:.2f} s of sound were lost: this computer was too slow")


def _heard(pieces: Iterable[Samples], stream: Stream, *, seconds: float, as_json: bool) -> None:
    """Show what is heard in the first ``seconds``."""
    pieces = _until_interrupted(pieces, seconds * stream.rate_hz)
    if as_json:
        for update in listen_verb(pieces, stream):
            data = as_data(update, stream.classifier.bundle.name)
            typer.echo(json.dumps(data, ensure_ascii=False))
        return
    with Display(stream) as display:
        for update in listen_verb(display.watching(pieces), stream):
            display.take(update)
    print_verdict(update)


def _until_interrupted(pieces: Iterable[Samples], n_left: float) -> Iterator[Samples]:
    """Yield ``pieces`` until ``n_left`` samples have come, or Ctrl-C; a second one ends at once."""
    is_over = False

    def end(*_: object) -> None:
        nonlocal is_over
        is_over = True
        signal.signal(signal.SIGINT, before)

    before = signal.signal(signal.SIGINT, end)
    try:
        for piece in pieces:
            if is_over:
                return
            yield piece if piece.size <= n_left else piece[: round(n_left)]
            n_left -= piece.size
            if n_left <= 0:
                return
    finally:
        signal.signal(signal.SIGINT, before)


def _name_or_number(device: str | None) -> str | int | None:
    return int(device) if device is not None and device.isdecimal() else device
