"""``calibrate``: a bundle's probabilities made true for one's own recordings."""

import json
from pathlib import Path
from typing import Annotated

import typer

from auscult.cli.show import Bars, errors
from auscult.evaluation import as_text
from auscult.types import QUESTIONS


def calibrate(
    path: Annotated[
        Path, typer.Argument(help="Labelled recordings: a dataset, class folders or a table.")
    ],
    model: Annotated[str, typer.Option(help="Name or folder of the bundle to start from.")] = (
        "default"
    ),
    out: Annotated[Path, typer.Option(help="Folder of the new bundle.")] = Path("bundle"),
    question: Annotated[
        str | None,
        typer.Option(
            help=f"{', '.join(QUESTIONS)}: by default the first that model and labels answer."
        ),
    ] = None,
    name: Annotated[
        str | None,
        typer.Option(help="What the new bundle is called; by default NAME, calibrated."),
    ] = None,
    seed: Annotated[int, typer.Option(min=0, help="Of the folds.")] = 0,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON instead of tables.")] = False,
) -> None:
    """Make a model's probabilities true where you use it, from labelled recordings of your own.

    Temperature and offsets of one question are fitted on top of what the bundle came with; the
    networks are not touched, so a hundred recordings are enough, and a few do no harm.
    Cross-validation over patients or sessions shows what is gained: compare the calibration error
    (ECE) and the log loss of the two systems.

    Example: auscult calibrate my-recordings/ --question murmur --out my-bundle, then
    auscult classify heart.wav --model my-bundle.
    """
    try:
        from auscult.verbs.calibrate import calibrate as verb  # noqa: PLC0415 - needs scikit-learn
    except ImportError as error:
        from auscult.errors import MissingExtraError  # noqa: PLC0415

        raise MissingExtraError(error.name or "scikit-learn", "train") from error
    done = verb(path, out, model=model, question=question, name=name, seed=seed, progress=Bars())
    if as_json:
        typer.echo(json.dumps(done.evaluation.to_json(), indent=1))
    else:
        typer.echo(as_text(done.evaluation))
    errors.print(f"wrote {done.folder}", markup=False, soft_wrap=True)
