"""``explain`` and ``report``."""

import json
from pathlib import Path
from typing import Annotated

import typer

from auscult.audio import parsed_channel
from auscult.cli.show import console, errors
from auscult.names import encodable
from auscult.types import QUESTIONS
from auscult.verbs.explain import Explained, as_data
from auscult.verbs.explain import explain as explain_verb
from auscult.verbs.explain import report as report_verb

Sound = Annotated[Path, typer.Argument(metavar="FILE", help="A sound file.", readable=False)]
Model = Annotated[
    str, typer.Option(help="A name that `auscult models` lists, or a bundle's folder.")
]
Segmenter = Annotated[
    str, typer.Option(help="network, envelope, or the folder of a segmenter's bundle.")
]
ChannelName = Annotated[
    str,
    typer.Option(metavar="N|mean|auto", help="Which channel of several is heard."),
]


def explain(
    path: Sound,
    out: Annotated[
        Path | None,
        typer.Option(
            help="Write a page (.html), a picture (.png, .svg, .pdf; both need matplotlib) or "
            "data (.json)."
        ),
    ] = None,
    question: Annotated[
        str | None,
        typer.Option(help=f"Whose answer: {', '.join(QUESTIONS)}.", show_default="the label's"),
    ] = None,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print one JSON object instead of sentences.")
    ] = False,
    model: Model = "default",
    segmenter: Segmenter = "network",
    channel: ChannelName = "auto",
) -> None:
    """Say what an answer rests on: which part of the heartbeat, and which frequencies.

    Parts of the sound are lowered to the background, one at a time and together, and the model is
    asked again; what lowers its answer most is named and outlined in the picture. Where a murmur is
    heard, its place in the cycle, timing, shape and pitch are described.

    For example: auscult explain recording.wav --out explanation.html
    """
    told = explain_verb(
        path,
        out=out,
        model=model,
        segmenter=segmenter,
        question=question,
        channel=parsed_channel(channel),
    )
    if as_json:
        typer.echo(encodable(json.dumps(as_data(told), ensure_ascii=False)))
    else:
        _show(told)
    if out is not None:
        errors.print(f"wrote {out}", markup=False, soft_wrap=True)


def report(
    path: Sound,
    out: Annotated[Path, typer.Option(help="The page, .html.")] = Path("report.html"),
    model: Model = "default",
    segmenter: Segmenter = "network",
    channel: ChannelName = "auto",
) -> None:
    """Write the report on one recording: one page to read, listen to, print and file.

    Answer and its meaning, signal with S1 and S2, what the answer rests on, average beat, rhythm,
    limits. Lines for name and date are blank, to be typed on the page; nothing typed is stored or
    sent. A browser prints it as PDF.

    For example: auscult report recording.wav --out report.html
    """
    told = report_verb(path, out, model=model, segmenter=segmenter, channel=parsed_channel(channel))
    _show(told)
    errors.print(f"wrote {out}: open it in a browser", markup=False, soft_wrap=True)


def _show(told: Explained) -> None:
    """Print what was heard, and what it rests on, in sentences."""
    prediction, rhythm = told.prediction, told.heard.rhythm
    answer = prediction.label or prediction.status
    rate = "" if rhythm.rate_bpm is None else f", {rhythm.rate_bpm:.0f} beats a minute"
    sentences = [f"{Path(prediction.source).name}: {answer}{rate}", told.explanation.sentence]
    if told.murmur is not None:
        sentences.append(told.murmur.sentence)
    elif told.beat.reason:
        sentences.append(f"No average beat: {told.beat.reason}.")
    for sentence in sentences:
        console.print(encodable(sentence), markup=False, soft_wrap=True)
    console.print("Not a medical device: an answer is no diagnosis.", style="dim")
