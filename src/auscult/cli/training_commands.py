"""``train``, ``evaluate`` and ``export``."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from auscult.cli.show import Bars, errors
from auscult.errors import ConfigError, MissingExtraError
from auscult.evaluation import Evaluation, as_text

if TYPE_CHECKING:
    from collections.abc import Callable

    from auscult.training.fine_tune.options import FineTuneOptions
    from auscult.training.options import TrainOptions

    Verb = Callable[..., Evaluation]

RunPath = Annotated[Path, typer.Argument(metavar="RUN", help="Folder that `auscult train` made.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON instead of tables.")]


def train(
    path: Annotated[Path, typer.Argument(help="Folder of the dataset, or a table of recordings.")],
    model: Annotated[
        str | None,
        typer.Option(
            help="cnn-lstm, logistic-regression, svm, random-forest, gradient-boosting …; ensemble "
            "by default."
        ),
    ] = None,
    start: Annotated[
        str | None,
        typer.Option(
            "--from",
            metavar="BUNDLE",
            help="Train this bundle's network further, in place of a model of your own: default, "
            "or a bundle's folder.",
        ),
    ] = None,
    out: Annotated[
        Path, typer.Option(help="Run folder; the same one continues a broken run.")
    ] = Path("run"),
    protocol: Annotated[
        str,
        typer.Option(
            help="grouped: no patient on both sides. leave-one-database-out. notebook: the "
            "published leak …"
        ),
    ] = "grouped",
    split: Annotated[
        Path | None,
        typer.Option(help="Divide as this file says, in place of --protocol, --folds, --repeats."),
    ] = None,
    folds: Annotated[
        int | None,
        typer.Option(
            min=1,
            help="Folds of the cross-validation; 1 holds a fifth out, as is the default without "
            "--from. With it, 5.",
        ),
    ] = None,
    repeats: Annotated[int, typer.Option(min=1, help="Repeats with other folds.")] = 1,
    question: Annotated[
        str | None,
        typer.Option(
            help="heard: artifact, murmur or normal. heard5: all five of PASCAL. murmur: absent or "
            "present. refer: normal or abnormal. quality: good or poor. beats: clear or unclear. "
            "label: the dataset's own labels as they are. By default heard; with --from the one "
            "whose answers the labels are, else label."
        ),
    ] = None,
    frontend: Annotated[
        str, typer.Option(help="notebook or heart; the model's own by default.")
    ] = "",
    variant: Annotated[
        list[str] | None,
        typer.Option(
            help="A copy to add to the training part; may be repeated: gain, noise, pitch, shift, "
            "stretch, stretch=0.8, stretch=1.2, other-device; or none."
        ),
    ] = None,
    epochs: Annotated[
        int | None,
        typer.Option(min=1, help="Most epochs of a network; its own by default, 8 with --from."),
    ] = None,
    seed: Annotated[int, typer.Option(min=0, help="Of folds, start values and order.")] = 0,
    bundle: Annotated[
        Path | None,
        typer.Option(
            "--export",
            metavar="FOLDER",
            help="Then write the bundle too, as `auscult export` does, named as its folder.",
        ),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Train and cross-validate a model; audio-free guessers are scored beside it.

    The run folder holds options, versions, splits, checkpoints, curves, predictions and a report.
    Interrupted? Give the same command again: finished folds and epochs are not done twice.
    `auscult export RUN PATH` then fits on everything and writes a bundle; so does --export at once.

    With --from, a bundle's network is trained further on your recordings, thirty or more: at a low
    rate, for a few epochs. The report says whether that helped: the bundle as it came, and with its
    calibration fitted to your recordings, stand beside it. A bundle is not fine-tuned on what it
    was made from, which would prove nothing. What comes of it is the network alone, without the
    ensembles of its start, and answers your one question:

      auscult train my-recordings.csv --from default --out run

      auscult export run my-recordings.csv --out my-bundle --name mine

      auscult classify heart.wav --model my-bundle
    """
    if split is not None and (protocol, folds or 1, repeats) != ("grouped", 1, 1):
        raise ConfigError(f"{split} says how to divide; leave --protocol, --folds, --repeats out")
    chosen: dict[str, Any] = {"protocol": protocol, "n_repeats": repeats, "seed": seed}
    chosen |= {k: v for k, v in (("n_folds", folds), ("n_epochs", epochs)) if v is not None}
    verb: Verb
    options: TrainOptions | FineTuneOptions
    if start is not None:
        if model or frontend or variant:
            raise ConfigError(
                f"--from {start} trains that bundle's network, with its front end; leave --model, "
                "--frontend and --variant out"
            )
        verb, options = _fine_tuning(start=start, question=question or "", **chosen)
    else:
        if variant is not None:
            chosen["variants"] = tuple(name for name in variant if name != "none")
        verb, options = _training(
            model=model or "ensemble", frontend=frontend, question=question or "heard", **chosen
        )
    _show(verb(path, options, out, Bars(), split=split), as_json=as_json)
    errors.print(f"wrote {out / 'report.html'}", markup=False, soft_wrap=True)
    if bundle is not None:
        export(out, path, bundle, bundle.resolve().name)


def evaluate(run: RunPath, as_json: AsJson = False) -> None:
    """Score a run's predictions again: every figure with its interval, baselines beside it."""
    from auscult.verbs.report import write_report  # noqa: PLC0415 - drawing is optional

    _show(write_report(run), as_json=as_json)
    errors.print(f"wrote {run / 'report.html'}", markup=False, soft_wrap=True)


def export(
    run: RunPath,
    path: Annotated[Path, typer.Argument(help="Folder of the dataset the run was trained on.")],
    out: Annotated[Path, typer.Option(help="Folder of the bundle.")] = Path("bundle"),
    name: Annotated[str, typer.Option(help="What the bundle is called.")] = "mine",
) -> None:
    """Fit the run's model once more on every labelled recording and write it as a bundle.

    After `auscult train --from` that is the network that was trained further. Calibration and the
    figures on its card come from the run's cross-validation.
    """
    try:
        from auscult.verbs.export import export as export_verb  # noqa: PLC0415 - optional
    except ModuleNotFoundError as error:
        raise MissingExtraError(str(error.name), "train") from error
    written = export_verb(run, path, out, name=name, progress=Bars())
    errors.print(f"wrote {written}", markup=False, soft_wrap=True)


def _show(evaluation: Evaluation, *, as_json: bool) -> None:
    if as_json:
        typer.echo(json.dumps(evaluation.to_json(), indent=1))
    else:
        typer.echo(as_text(evaluation))


def _training(**chosen: Any) -> "tuple[Verb, TrainOptions]":
    """Import what training needs, or say what is missing; return the verb and its options."""
    try:
        from auscult.training.options import TrainOptions  # noqa: PLC0415 - optional
        from auscult.verbs.train import train as train_verb  # noqa: PLC0415 - optional
    except ModuleNotFoundError as error:
        raise MissingExtraError(str(error.name), "train") from error
    return train_verb, TrainOptions(**chosen)


def _fine_tuning(**chosen: Any) -> "tuple[Verb, FineTuneOptions]":
    """Import what fine-tuning needs, or say what is missing; return the verb and its options."""
    try:
        from auscult.training.fine_tune.options import FineTuneOptions  # noqa: PLC0415 - optional
        from auscult.verbs.fine_tune import fine_tune  # noqa: PLC0415 - needs torch
    except ModuleNotFoundError as error:
        raise MissingExtraError(str(error.name), "train") from error
    return fine_tune, FineTuneOptions(**chosen)
