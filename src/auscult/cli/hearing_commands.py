"""``classify``, ``demo``, ``models``, ``plot`` and ``synth``."""

from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from auscult.audio import RawPcm, parsed_channel
from auscult.bundle import find_bundle, read_bundle, shipped_bundles
from auscult.cli.classify_show import Shown, print_json
from auscult.cli.show import Bars, errors, table
from auscult.errors import AudioError, ConfigError
from auscult.inference.tally import UNREADABLE
from auscult.synth import PRESETS
from auscult.verbs.classify import classify as classify_verb
from auscult.verbs.synth import synth as synth_verb


def classify(
    paths: Annotated[
        list[Path],
        typer.Argument(
            metavar="FILE|DIR|GLOB|MANIFEST…",
            readable=False,  # one that may not be read is told of, and the others are judged
            help="Sounds, folders of them, quoted patterns, or tables of `auscult data index`.",
        ),
    ],
    model: Annotated[
        str, typer.Option(help="A name that `auscult models` lists, or a bundle's folder.")
    ] = "default",
    as_json: Annotated[
        bool, typer.Option("--json", help="Print one JSON object a line instead of a table.")
    ] = False,
    out: Annotated[
        Path | None,
        typer.Option(help="Write path,status,reason,label,p_<class>… as .csv, .jsonl or .parquet."),
    ] = None,
    resume: Annotated[
        bool, typer.Option("--resume", help="Go on with what an interrupted run left in --out.")
    ] = False,
    report: Annotated[
        Path | None,
        typer.Option(help="Write a page: counts, worst cases first, players (needs matplotlib)."),
    ] = None,
    sensitivity: Annotated[
        int | None,
        typer.Option(
            metavar="80|90|95",
            min=1,
            max=100,
            help="Call murmurs, abnormal hearts, poor recordings and unclear beats so that this "
            "many in a hundred are found; what that costs stands in the model's card.",
        ),
    ] = None,
    patients: Annotated[
        Path | None,
        typer.Option(
            metavar="CSV",
            help="Write one answer a patient, from all sites: Present, Unknown or Absent. Who is "
            "whose is told by a dataset's folder or a table path,label,patient.",
        ),
    ] = None,
    beats: Annotated[
        bool,
        typer.Option("--beats", help="Count the heartbeats: rate, and marks on the page."),
    ] = False,
    text_grids: Annotated[
        Path | None,
        typer.Option(
            "--textgrid",
            metavar="DIR",
            help="Write S1, systole, S2 and diastole of each sound as a TextGrid for Praat.",
        ),
    ] = None,
    audacity: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="The same as label tracks for Audacity."),
    ] = None,
    workers: Annotated[
        int | None,
        typer.Option(min=1, help="Processes; all cores by default.", show_default=False),
    ] = None,
    channel: Annotated[
        str,
        typer.Option(
            metavar="N|mean|auto",
            help="Which channel of several is heard; auto averages those that are alike, leaves "
            "out an ECG, and refuses what is not clear.",
        ),
    ] = "auto",
    rate: Annotated[
        int | None, typer.Option(min=1, help="Samples per second of raw PCM; goes with --format.")
    ] = None,
    format_: Annotated[
        str | None,
        typer.Option("--format", help="Encoding of raw PCM: s16le, f32le …, s16le/2 for stereo."),
    ] = None,
) -> None:
    """Say what each heart sound is: its class, how sure, or why it cannot be judged.

    WAV, FLAC, OGG, MP3, AIFF and WFDB are read; M4A, AAC and WebM with the extra “codecs”. Answers
    are written as they come and in the order of the files. After an interruption, the same command
    with --resume goes on: no file is lost and none judged twice. Exit code 0: every file got an
    answer or a refusal; 3: some could not be opened, and are listed.
    """
    if resume and out is None:
        raise ConfigError("--resume needs --out, the table to go on with")
    shown = Shown()
    bundle_name = read_bundle(find_bundle(model)).name
    done = classify_verb(
        paths,
        model=model,
        out=out,
        report=report,
        resume=resume,
        n_workers=workers,
        channel=parsed_channel(channel),
        raw=_raw(rate, format_),
        sensitivity=sensitivity and sensitivity / 100,
        patients=patients,
        beats=beats,
        text_grids=text_grids,
        audacity=audacity,
        progress=Bars(),
        each=partial(print_json, model=bundle_name) if as_json else shown.add,
    )
    if not as_json:
        shown.print(done.bundle.classes, done.counts, done.n_before)
    for path in (out, patients, report, text_grids, audacity):
        if path is not None:
            errors.print(f"wrote {path}", markup=False, soft_wrap=True)
    if n_failed := done.counts.get(UNREADABLE, 0):
        raise AudioError(f"{n_failed} of {sum(done.counts.values())} files could not be opened")


def _raw(rate_hz: int | None, encoding: str | None) -> RawPcm | None:
    if (rate_hz is None) != (encoding is None):
        raise ConfigError("raw PCM needs both --rate and --format, such as --format s16le")
    return None if rate_hz is None or encoding is None else RawPcm.parsed(rate_hz, encoding)


def demo(
    out: Annotated[Path, typer.Option(help="Folder for sounds, table and page.")] = Path(
        "demo-out"
    ),
    seed: Annotated[int, typer.Option(min=0, help="Same seed, same sounds.")] = 0,
) -> None:
    """Make one synthetic sound of each kind, judge them, and write a page to look at."""
    from auscult.verbs.demo import demo as demo_verb  # noqa: PLC0415 - drawing is optional

    predictions, done = demo_verb(out, seed=seed)
    shown = Shown()
    for prediction in predictions:
        shown.add(prediction)
    shown.print(done.bundle.classes, done.counts, done.n_before)
    errors.print(f"wrote {out / 'report.html'}: open it in a browser", markup=False, soft_wrap=True)


def models(
    model: Annotated[
        str | None,
        typer.Argument(
            metavar="NAME|FOLDER",
            help="Print this model's card, as Markdown: data, figures, limits.",
            show_default=False,
        ),
    ] = None,
) -> None:
    """List the models that come with auscult, or print the card of one.

    A card says what a model was made from, how good it is on new patients, where its calls lie, and
    what it cannot do: `auscult models default`.
    """
    if model is not None:
        typer.echo(read_bundle(find_bundle(model)).card)
        return
    rows = []
    for name, folder in shipped_bundles().items():
        bundle = read_bundle(folder)
        accuracy = bundle.provenance.get("figures", {}).get("accuracy", {})
        shown = "–"
        if accuracy:
            shown = f"{accuracy['value']:.3f} [{accuracy['low']:.3f}, {accuracy['high']:.3f}]"
        size_kb = f"{bundle.size_bytes / 1000:,.0f} kB"
        rows.append([name, ", ".join(bundle.classes), shown, size_kb])
    table("", ["model", "classes", "accuracy, new patients", "size"], rows, left=2)


def plot(
    kind: Annotated[str, typer.Argument(help="waveform, spectrum, spectrogram or mfcc.")],
    path: Annotated[Path, typer.Argument(metavar="FILE", help="A sound file.", readable=False)],
    out: Annotated[Path, typer.Option(help="The image: .png, .svg or .pdf.")] = Path("plot.png"),
    beats: Annotated[
        bool,
        typer.Option("--beats", help="Mark S1 and S2 as found (waveform, spectrogram, mfcc)."),
    ] = False,
) -> None:
    """Draw one picture of one sound, axes in seconds, hertz and decibels."""
    from auscult.verbs.plot import plot as plot_verb  # noqa: PLC0415 - drawing is optional

    drawn = plot_verb(kind, path, out, beats=beats)
    errors.print(f"wrote {drawn}", markup=False, soft_wrap=True)


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
