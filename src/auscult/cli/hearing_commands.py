"""``classify``, ``demo``, ``models``, ``plot`` and ``synth``."""

import json
from pathlib import Path
from typing import Annotated

import typer

from auscult.bundle import read_bundle, shipped_bundles
from auscult.cli.show import Bars, console, errors, table
from auscult.errors import AudioError
from auscult.inference.table import as_data
from auscult.synth import PRESETS
from auscult.types import Prediction
from auscult.verbs.classify import classify as classify_verb
from auscult.verbs.synth import synth as synth_verb


def classify(
    paths: Annotated[
        list[Path], typer.Argument(metavar="FILE…", help="Sound files, or folders of them.")
    ],
    model: Annotated[
        str, typer.Option(help="A name that `auscult models` lists, or a bundle's folder.")
    ] = "default",
    as_json: Annotated[
        bool, typer.Option("--json", help="Print one JSON object a line instead of a table.")
    ] = False,
    out: Annotated[
        Path | None, typer.Option(help="Write a CSV: path,status,reason,label,p_<class>…")
    ] = None,
    report: Annotated[
        Path | None, typer.Option(help="Write a page with players and pictures (needs matplotlib).")
    ] = None,
) -> None:
    """Say what each heart sound is: its class, how sure, or why it cannot be judged.

    A file that cannot be judged is refused with the reason. Exit code 0: every file got an answer
    or a refusal; 3: some could not be opened.
    """
    predictions, classifier = classify_verb(
        paths, model=model, out=out, report=report, progress=Bars()
    )
    bundle = classifier.bundle
    if as_json:
        for prediction in predictions:
            typer.echo(json.dumps(as_data(prediction, bundle.name), ensure_ascii=False))
    else:
        _show(predictions, bundle.classes)
    for path in (out, report):
        if path is not None:
            errors.print(f"wrote {path}", markup=False, soft_wrap=True)
    if n_failed := sum(prediction.status == "error" for prediction in predictions):
        raise AudioError(f"{n_failed} of {len(predictions)} files could not be opened")


def _show(predictions: list[Prediction], classes: tuple[str, ...]) -> None:
    table(
        "",
        ["recording", "answer", *classes, "length"],
        (
            [
                Path(p.source).name,
                p.label or ("refused" if p.status == "refused" else "unreadable"),
                *(f"{p.probabilities[c]:.2f}" if p.status == "ok" else "–" for c in classes),
                "–" if p.duration_s is None else f"{p.duration_s:.1f} s",
            ]
            for p in predictions
        ),
        left=2,
    )
    for p in predictions:
        if p.reason:
            console.print(f"{Path(p.source).name}: {p.reason}", markup=False, soft_wrap=True)
    console.print("Not a medical device: an answer is no diagnosis.", style="dim")


def demo(
    out: Annotated[Path, typer.Option(help="Folder for sounds, table and page.")] = Path(
        "demo-out"
    ),
    seed: Annotated[int, typer.Option(min=0, help="Same seed, same sounds.")] = 0,
) -> None:
    """Make one synthetic sound of each kind, judge them, and write a page to look at."""
    from auscult.verbs.demo import demo as demo_verb  # noqa: PLC0415 - drawing is optional

    predictions, classifier = demo_verb(out, seed=seed)
    _show(predictions, classifier.bundle.classes)
    errors.print(f"wrote {out / 'report.html'}: open it in a browser", markup=False, soft_wrap=True)


def models() -> None:
    """List the models that come with auscult."""
    rows = []
    for name, folder in shipped_bundles().items():
        bundle = read_bundle(folder)
        accuracy = bundle.provenance.get("figures", {}).get("accuracy", {})
        shown = "–"
        if accuracy:
            shown = f"{accuracy['value']:.3f} [{accuracy['low']:.3f}, {accuracy['high']:.3f}]"
        size_kb = f"{len(bundle.network) / 1000:,.0f} kB"
        rows.append([name, ", ".join(bundle.classes), shown, size_kb])
    table("", ["model", "classes", "accuracy, new patients", "size"], rows, left=2)


def plot(
    kind: Annotated[str, typer.Argument(help="waveform, spectrum, spectrogram or mfcc.")],
    path: Annotated[Path, typer.Argument(metavar="FILE", help="A sound file.")],
    out: Annotated[Path, typer.Option(help="The image: .png, .svg or .pdf.")] = Path("plot.png"),
) -> None:
    """Draw one picture of one sound, axes in seconds, hertz and decibels."""
    from auscult.verbs.plot import plot as plot_verb  # noqa: PLC0415 - drawing is optional

    errors.print(f"wrote {plot_verb(kind, path, out)}", markup=False, soft_wrap=True)


def synth(
    preset: Annotated[
        str, typer.Argument(help=f"What to make: {', '.join(PRESETS)}.", metavar="PRESET")
    ],
    out: Annotated[Path, typer.Option(help="Folder to write into.")] = Path("synth"),
    rate_hz: Annotated[int, typer.Option(help="Samples per second, 1,000 to 48,000.")] = 4_000,
    duration_s: Annotated[float, typer.Option(help="Length in seconds, 0.5 to 600.")] = 10.0,
    heart_rate_bpm: Annotated[
        float | None, typer.Option(help="Heart rate, 30 to 220; the preset's own by default.")
    ] = None,
    n: Annotated[int, typer.Option("--n", min=1, help="How many; later ones vary.")] = 1,
    seed: Annotated[int, typer.Option(min=0, help="Same seed, same sound.")] = 0,
) -> None:
    """Make heart sounds with known S1 and S2: WAV, truth (.tsv) and recipe (.json) of each."""
    paths = synth_verb(
        preset,
        out,
        rate_hz=rate_hz,
        duration_s=duration_s,
        seed=seed,
        n_recordings=n,
        heart_rate_bpm=heart_rate_bpm,
    )
    for path in paths:
        if path.suffix == ".wav":
            typer.echo(path)
