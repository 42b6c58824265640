"""``train-joint``: one network over several datasets."""

import json
from dataclasses import asdict, replace
from pathlib import Path
from typing import Annotated

import typer

from auscult.cli.show import Bars, errors
from auscult.errors import MissingExtraError
from auscult.evaluation import as_text
from auscult.evaluation.show import contest_as_text
from auscult.models import NETWORKS

Many = Annotated[list[Path], typer.Argument(metavar="PATH…", help="Folders or tables of datasets.")]


def train_joint(
    paths: Many,
    out: Annotated[
        Path, typer.Option(help="Run folder; the same one continues a broken run.")
    ] = Path("run-joint"),
    also: Annotated[
        list[Path] | None,
        typer.Option(help="A dataset that trains in every fold and is not tested; repeatable."),
    ] = None,
    protocol: Annotated[
        str,
        typer.Option(
            help="grouped, leave-one-database-out, leave-one-dataset-out, by-recording (leaks), "
            "published, published-repaired."
        ),
    ] = "grouped",
    published: Annotated[
        Path | None, typer.Option(help="CSV of published roles, for the two last protocols.")
    ] = None,
    folds: Annotated[
        int | None, typer.Option(min=2, help="Folds of a grouped cross-validation.")
    ] = None,
    repeats: Annotated[int, typer.Option(min=1, help="Repeats with other folds.")] = 1,
    network: Annotated[
        str, typer.Option(help="What listens to windows: crnn, residual or transformer.")
    ] = "crnn",
    by_band: Annotated[
        bool,
        typer.Option(
            "--by-band/--at-once",
            help="What the heart does is heard with each band at its own level, so that a device's "
            "response tells nothing of it, which pays where the device is new; or with one level "
            "for all.",
        ),
    ] = True,
    epochs: Annotated[int, typer.Option(min=1, help="Epochs of the network.")] = 40,
    batch_size: Annotated[
        int,
        typer.Option(
            min=1,
            help="Windows a step. The shipped models took 64 on a processor; more keep a GPU "
            "busier, and train another network.",
        ),
    ] = 64,
    trust: Annotated[
        float,
        typer.Option(
            min=0,
            max=1,
            help="How far the network believes ensembles that have not met a recording, beside its "
            "labels: 0.5 makes it their student.",
        ),
    ] = 0.0,
    segmenter: Annotated[
        Path | None,
        typer.Option(
            help="Folder of train-segmenter. Needed with CirCor, whose people the shipped "
            "segmenter has met."
        ),
    ] = None,
    seed: Annotated[int, typer.Option(min=0, help="Of folds, start values and order.")] = 0,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON instead of tables.")] = False,
) -> None:
    """Train one network on several datasets, each with the answers it has, and cross-validate it.

    Asked are: what is heard (PASCAL's classes), whether a murmur is audible (CirCor, PASCAL),
    whether to examine further and whether the beats are clear (CinC 2016), and whether the
    recording is good enough to tell (CirCor, PASCAL). An ensemble of measurements listens beside
    the network.
    Interrupted? Give the same command again: finished folds and epochs are not done twice.
    """
    try:
        from auscult.training.joint.fit import JointSchedule  # noqa: PLC0415 - needs torch
        from auscult.training.joint.run import JointOptions  # noqa: PLC0415
        from auscult.verbs.train_joint import train_joint as verb  # noqa: PLC0415
    except ImportError as error:
        raise MissingExtraError(error.name or "torch", "train") from error
    options = JointOptions(
        protocol=protocol,
        n_folds=folds,
        n_repeats=repeats,
        seed=seed,
        segmenter=None if segmenter is None else str(segmenter),
        network=replace(NETWORKS[network](), by_band=by_band),
        schedule=JointSchedule(n_epochs=epochs, batch_size=batch_size),
        trust=trust,
    )
    found = verb(paths, options, out, Bars(), also=also or (), published=published)
    if as_json:
        told = {q: e.to_json() for q, e in found.evaluations.items()}
        entered = {name: asdict(contest) for name, contest in found.contests.items()}
        typer.echo(json.dumps({**told, "contests": entered}, indent=1))
        return
    for evaluation in found.evaluations.values():
        typer.echo(as_text(evaluation))
    for contest in found.contests.values():
        typer.echo(contest_as_text(contest))
    errors.print(f"wrote {out}", markup=False, soft_wrap=True)


def export_joint(
    run: Annotated[Path, typer.Argument(metavar="RUN", help="Folder that train-joint made.")],
    paths: Many,
    out: Annotated[Path, typer.Option(help="Folder of the bundle.")] = Path("bundle"),
    name: Annotated[str, typer.Option(help="What the bundle is called.")] = "mine",
    tiny: Annotated[
        bool, typer.Option("--tiny", help="The network alone, in eight bits: under 0.5 MB.")
    ] = False,
) -> None:
    """Fit a joint run's listeners once more on every recording and write them as a bundle.

    Calibration and the figures on its card come from the run's cross-validation. Interrupted? Give
    the same command again.
    """
    try:
        from auscult.verbs.export_joint import export_joint as verb  # noqa: PLC0415 - needs torch
    except ImportError as error:
        raise MissingExtraError(error.name or "torch", "train") from error
    written = verb(run, paths, out, name=name, tiny=tiny, progress=Bars())
    errors.print(f"wrote {written}", markup=False, soft_wrap=True)
