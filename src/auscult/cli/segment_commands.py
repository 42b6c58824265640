"""``segment`` and ``train-segmenter``."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from auscult.cli.show import Bars, console, errors, table
from auscult.errors import AudioError, MissingExtraError
from auscult.names import encodable, said_of, short_names
from auscult.segment.rhythm import NOT_TOLD, Rhythm
from auscult.segment.tables import as_data
from auscult.verbs.segment import Heard
from auscult.verbs.segment import segment as segment_verb


def segment(
    paths: Annotated[
        list[Path],
        typer.Argument(metavar="FILE…", help="Sound files, or folders of them.", readable=False),
    ],
    out: Annotated[
        Path | None,
        typer.Option(
            help="Write the states: .csv (path,state,start_s,end_s,confidence) or .json of all "
            "files; .TextGrid (Praat) or .txt (Audacity labels) of one."
        ),
    ] = None,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print one JSON object a line instead of a table.")
    ] = False,
    segmenter: Annotated[
        str, typer.Option(help="network, envelope, or the folder of a segmenter's bundle.")
    ] = "network",
) -> None:
    """Find S1 and S2 in each heart sound, and tell the heart rate and the rhythm.

    Beats that cannot be told are left out, and the reason is given; none is made up. Exit code 0:
    every file got its beats or a reason; 3: some could not be opened.

    For example: auscult segment recording.wav --out beats.csv
    """
    heard = segment_verb(paths, segmenter=segmenter, out=out, progress=Bars())
    if as_json:
        for each in heard:
            data = as_data(each.segmentation, each.beats, each.rhythm)
            typer.echo(encodable(json.dumps(data, ensure_ascii=False)))
    else:
        _show(heard)
    if out is not None:
        errors.print(f"wrote {out}", markup=False, soft_wrap=True)
    if n_failed := sum(not each.readable for each in heard):
        raise AudioError(f"{n_failed} of {len(heard)} files could not be opened")


def _show(heard: Sequence[Heard]) -> None:
    header = ["recording", "rhythm", "beats", "rate /min", "systole ms", "diastole ms", "sure"]
    names = short_names([each.segmentation.source for each in heard])
    rows = ([names[each.segmentation.source], *_row(each)] for each in heard)
    table("", header, rows, left=2)
    for each in heard:
        if each.segmentation.reason:
            source = each.segmentation.source
            said = said_of(names[source], source, each.segmentation.reason)
            console.print(said, markup=False, soft_wrap=True)
    untold = "; ".join(f"{name}: {why}" for name, why in NOT_TOLD.items())
    console.print(f"Not told: {untold}.", style="dim", markup=False, soft_wrap=True)
    console.print("Not a medical device: an answer is no diagnosis.", style="dim")


def _row(heard: Heard) -> list[str]:
    rhythm = heard.rhythm
    rate = "–"
    if rhythm.rate_bpm is not None:
        rate = f"{rhythm.rate_bpm:.0f} [{rhythm.rate_low_bpm:.0f}, {rhythm.rate_high_bpm:.0f}]"
    sure = [beat.confidence for beat in heard.beats]
    return [
        _said(rhythm) if heard.readable else "unreadable",
        str(rhythm.n_beats),
        rate,
        *("–" if ms is None else f"{ms:.0f}" for ms in (rhythm.systole_ms, rhythm.diastole_ms)),
        f"{sum(sure) / len(sure):.2f}" if sure else "–",
    ]


def _said(rhythm: Rhythm) -> str:
    """Return the rhythm in words."""
    if not rhythm.n_beats:
        return "no beat found"
    if rhythm.irregular is None:
        return "too few beats"
    if not rhythm.irregular:
        return "regular"
    counts = {"early": len(rhythm.early_at_s), "pause": len(rhythm.pauses_at_s)}
    return ", ".join(f"{n} {name}" for name, n in counts.items() if n)


def train_segmenter(
    path: Annotated[Path, typer.Argument(help="A dataset with published states: CirCor.")],
    out: Annotated[Path, typer.Option(help="Folder for features, checkpoints and bundles.")] = Path(
        "runs/segmenter"
    ),
    only: Annotated[
        list[str] | None,
        typer.Option(help="Train only this part: fold-0 … fold-4 or final; may be repeated."),
    ] = None,
    ship: Annotated[
        Path | None, typer.Option(help="Also write the bundle of everything to this folder.")
    ] = None,
    epochs: Annotated[float, typer.Option(help="How often the annotated frames are seen.")] = 2.0,
    seed: Annotated[int, typer.Option(min=0, help="Of initial values and order.")] = 0,
) -> None:
    """Train the model behind `auscult segment`: one bundle a fold, and one of everything.

    A training that was interrupted goes on where it stopped. `benchmarks/segment.py` scores the
    folds; the bundle of everything is the one that ships.
    """
    try:
        from auscult.training.segmenter_options import SegmenterOptions  # noqa: PLC0415 - optional
        from auscult.verbs.train_segmenter import train_segmenter as verb  # noqa: PLC0415
    except ImportError as error:
        raise MissingExtraError(error.name or "torch", "train") from error
    options = SegmenterOptions(n_epochs=epochs, seed=seed)
    for folder in verb(path, out, options, parts=only or (), ship=ship, progress=Bars()):
        errors.print(f"wrote {folder}", markup=False, soft_wrap=True)
