"""``benchmark run`` and ``benchmark compare``."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from auscult.bundle import shipped_bundles
from auscult.cli.show import Bars, errors
from auscult.datasets.dataset import LABEL
from auscult.errors import ConfigError, MissingExtraError
from auscult.evaluation import as_text
from auscult.evaluation.show import comparison_as_text, contest_as_text
from auscult.metrics import METRICS
from auscult.models import MODELS
from auscult.splits import PROTOCOLS
from auscult.types import QUESTIONS
from auscult.verbs.compare import compare as compare_verb

if TYPE_CHECKING:
    from auscult.evaluation.benchmark import Benchmark

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON instead of tables.")]
Resamples = Annotated[
    int, typer.Option(min=40, help="Resamples of patients behind each 95 % interval.")
]

benchmark = typer.Typer(
    help="Score any model on any public set under a named protocol; compare two of them.",
    no_args_is_help=True,
)


@benchmark.command()
def run(
    path: Annotated[Path, typer.Argument(help="Folder of the dataset, or a manifest.")],
    model: Annotated[
        str,
        typer.Option(
            help=f"To be trained: {', '.join(MODELS)}. To be asked as it is: a bundle "
            "(default, or its folder)."
        ),
    ] = "ensemble",
    question: Annotated[
        str,
        typer.Option(
            help=f"{', '.join(QUESTIONS)}: a dataset answers some of them. Or {LABEL}: its labels "
            "as they are."
        ),
    ] = "heard",
    protocol: Annotated[str, typer.Option(help=f"{', '.join(sorted(PROTOCOLS))}.")] = "grouped",
    published: Annotated[
        Path | None,
        typer.Option(help="The published table that `published` and `published-repaired` follow."),
    ] = None,
    split: Annotated[
        Path | None,
        typer.Option(help="Divide as this file of `auscult data split` says."),
    ] = None,
    folds: Annotated[
        int | None, typer.Option(min=1, help="Parts, where the protocol has a choice (grouped: 5).")
    ] = None,
    repeats: Annotated[int, typer.Option(min=1, help="Repeats with other draws.")] = 1,
    frontend: Annotated[
        str, typer.Option(help="notebook or heart; the model's own by default.")
    ] = "",
    variant: Annotated[
        list[str] | None,
        typer.Option(help="A copy to add to the training part, or none; may be repeated."),
    ] = None,
    seed: Annotated[int, typer.Option(min=0, help="Of folds, start values and order.")] = 0,
    out: Annotated[Path, typer.Option(help="Folder; the same one continues a broken run.")] = Path(
        "benchmark"
    ),
    cache: Annotated[
        Path | None, typer.Option(help="Folder where features are kept for other runs.")
    ] = None,
    resamples: Resamples = 1000,
    as_json: AsJson = False,
) -> None:
    """Train a model fold by fold, or ask a bundle as it is; print figures that can be compared.

    The folder holds predictions.csv (one row a system and recording), result.json and report.html:
    every figure with a 95 % interval from resampling patients, by class, site, database and age,
    beside guessers that never hear a sound. On CirCor (--question murmur) patients are graded
    Present, Unknown or Absent and scored as the 2022 challenge does; on CinC 2016 (--question
    refer) records as the 2016 challenge does.

    For example: auscult benchmark run circor --question murmur --protocol published-repaired
    --published m2d_splits.csv

    Interrupted? Give the same command again: finished folds are not done twice. Ends with exit code
    4 if the data do not answer the question or cannot be divided so, 6 if the folder holds another
    run.
    """
    result = _run(
        path,
        model,
        out,
        {
            "question": question,
            "protocol": protocol,
            "n_folds": folds or PROTOCOLS[protocol].n_folds or 1,
            "n_repeats": repeats,
            "seed": seed,
        },
        {"frontend": frontend, "variants": variant},
        {"published": published, "split": split},
        {"cache": cache, "n_bootstrap": resamples},
    )
    if as_json:
        typer.echo(json.dumps(result.to_json(), indent=1))
    else:
        typer.echo(as_text(result.recordings))
        if result.contest is not None:
            typer.echo(contest_as_text(result.contest))
    errors.print(f"wrote {out / 'report.html'}", markup=False, soft_wrap=True)


@benchmark.command()
def compare(
    a: Annotated[Path, typer.Argument(help="predictions.csv, or the folder of a run.")],
    b: Annotated[Path, typer.Argument(help="The other; may be the same with other systems.")],
    metric: Annotated[
        list[str] | None, typer.Option(help=f"{', '.join(METRICS)}; may be repeated.")
    ] = None,
    system_a: Annotated[str, typer.Option(help="Its first, the model, by default.")] = "",
    system_b: Annotated[str, typer.Option(help="Likewise.")] = "",
    resamples: Resamples = 1000,
    seed: Annotated[int, typer.Option(min=0, help="Of the resamples.")] = 0,
    as_json: AsJson = False,
) -> None:
    """Say which of two tables of predictions answers better, and how surely.

    Both are scored on the same resamples of the same patients. An interval of the difference that
    holds 0 means the two cannot be told apart by these data. Tables of other recordings, truths or
    classes are refused with the reason, exit code 7.

    For example: auscult benchmark compare ours/ theirs/predictions.csv --metric macro_auc
    """
    found = compare_verb(
        a,
        b,
        metrics=metric or (),
        systems=(system_a, system_b),
        n_bootstrap=resamples,
        seed=seed,
    )
    if as_json:
        typer.echo(json.dumps(found.to_json(), indent=1))
    else:
        typer.echo(comparison_as_text(found))


def _run(
    path: Path,
    model: str,
    out: Path,
    asked: dict[str, Any],
    trained: dict[str, Any],
    division: dict[str, Any],
    how: dict[str, Any],
) -> "Benchmark":
    """Import what is needed, or say what is missing; then run."""
    try:
        from auscult.training.options import TrainOptions  # noqa: PLC0415 - optional
        from auscult.verbs.benchmark import benchmark as verb  # noqa: PLC0415 - optional
        from auscult.verbs.benchmark_task import Division  # noqa: PLC0415 - optional
        from auscult.verbs.zero_shot import ZeroShot  # noqa: PLC0415 - optional
    except ModuleNotFoundError as error:
        raise MissingExtraError(str(error.name), "train") from error
    if division["split"] and (asked["protocol"], asked["n_repeats"]) != ("grouped", 1):
        raise ConfigError(
            f"{division['split']} says how to divide; leave --protocol and --repeats out"
        )
    options: TrainOptions | ZeroShot
    if model not in MODELS and (model in shipped_bundles() or Path(model).is_dir()):
        if trained["frontend"] or trained["variants"]:
            raise ConfigError(f"bundle {model} is asked as it is; leave --frontend, --variant out")
        options = ZeroShot(model, **asked)
    else:
        variants = trained["variants"]
        if variants is not None:
            variants = tuple(name for name in variants if name != "none")
        options = TrainOptions(model, frontend=trained["frontend"], variants=variants, **asked)
    return verb(path, options, out, Bars(), division=Division(**division), **how)
