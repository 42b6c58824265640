"""``data split``: divide once, keep the division as a file, train on that file."""

import json
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from auscult.cli.show import console, errors, table
from auscult.splits import PROTOCOLS, Ask, read_published
from auscult.types import QUESTIONS
from auscult.verbs.split import PartCounts, SplitSummary
from auscult.verbs.split import split as split_verb

SHOWN = 2


def split(
    path: Annotated[Path, typer.Argument(help="Folder of the dataset, or a manifest.")],
    out: Annotated[Path, typer.Option(help="The file to write.")] = Path("splits.json"),
    protocol: Annotated[str, typer.Option(help=f"{', '.join(sorted(PROTOCOLS))}.")] = "grouped",
    question: Annotated[
        str,
        typer.Option(help=f"Whose answers to spread: {', '.join(QUESTIONS)}; else every label."),
    ] = "",
    folds: Annotated[
        int | None, typer.Option(min=1, help="Parts, where the protocol has a choice.")
    ] = None,
    repeats: Annotated[int, typer.Option(min=1, help="How often to divide, drawn anew.")] = 1,
    seed: Annotated[int, typer.Option(min=0, help="Of every draw.")] = 0,
    published: Annotated[
        Path | None,
        typer.Option(help="CSV with a patient_id and a column of roles for each split."),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON instead of a table.")] = False,
) -> None:
    """Say who trains, who stops the training and who is scored; keep it as a file with a hash.

    `auscult train PATH --split FILE` trains on it, and refuses it once it or a recording was
    changed. Protocols that put a person on both sides say how often.
    """
    told = None if published is None else read_published(published)
    ask = Ask(n_folds=folds, n_repeats=repeats, seed=seed, published=told)
    made = split_verb(path, protocol, ask, out, question=question)
    if as_json:
        typer.echo(json.dumps([asdict(one) for one in made], indent=1))
    else:
        _show(made, PROTOCOLS[protocol].words)
    errors.print(f"wrote {out}", markup=False, soft_wrap=True)


def _show(made: list[SplitSummary], words: str) -> None:
    table(
        words,
        ["tests", "repeat", "fold", "train", "validate", "test", "left out"],
        (
            [
                _tested(one.tests),
                str(one.repeat),
                str(one.fold),
                *map(_counted, (one.train, one.validation, one.test)),
                str(one.n_left_out),
            ]
            for one in made
        ),
    )
    console.print("Recordings, and in brackets the patients or sessions they come from.")
    for one in made:
        for sentence in one.warnings:
            said = f"warning: repeat {one.repeat} fold {one.fold}: {sentence}"
            errors.print(said, markup=False, soft_wrap=True)


def _tested(places: tuple[str, ...]) -> str:
    """Name what is tested in one word: "circor/CC2014+CC2015", or how many datasets."""
    datasets = sorted({place.partition("/")[0] for place in places})
    if len(datasets) > 1:
        return f"{len(datasets)} datasets"
    parts = [place.partition("/")[2] for place in places]
    return f"{datasets[0]}/{'+'.join(parts) if len(parts) <= SHOWN else f'({len(parts)} parts)'}"


def _counted(part: PartCounts) -> str:
    return f"{part.n_recordings} ({part.n_groups})"
