"""``score``: published scorers on a table of answers."""

import json
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from auscult.challenges import CHALLENGES, Score
from auscult.cli.show import console
from auscult.errors import ConfigError
from auscult.verbs.score import ScoreSheet
from auscult.verbs.score import score as score_verb

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON instead of sentences.")]


def score(
    challenge: Annotated[
        str, typer.Argument(help="Name of the challenge; --list shows them.", show_default=False)
    ] = "",
    path: Annotated[
        Path | None,
        typer.Argument(
            metavar="TABLE.csv", help="Truth and answer, one row each.", show_default=False
        ),
    ] = None,
    every: Annotated[
        bool, typer.Option("--list", help="List the challenges and the columns they want.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Score a table of answers exactly as a published challenge does, quirks and all.

    Beside each published figure stand its formula, what is odd about it, and the figure the
    textbook has in its place. A figure that is undefined on the table says why.

    For example: auscult score pascal2-a answers.csv, with the columns truth and answer.

    Ends with exit code 7 if the table cannot be scored; the message names file and row.
    """
    if every:
        _list(as_json=as_json)
        return
    if not challenge or path is None:
        raise ConfigError(
            "give a challenge and a table, such as: auscult score pascal2-a answers.csv; "
            "`auscult score --list` names the challenges and their columns"
        )
    sheet = score_verb(challenge, path)
    if as_json:
        typer.echo(json.dumps(sheet.to_json(), indent=1))
    else:
        _show(sheet)


def _list(*, as_json: bool) -> None:
    if as_json:
        listed = {
            name: {
                "title": item.title,
                "source": item.source,
                "row": item.row,
                "columns": [
                    {**asdict(column), "also": dict(column.also)} for column in item.columns
                ],
                "figures": [figure.name for figure in item.figures],
            }
            for name, item in CHALLENGES.items()
        }
        typer.echo(json.dumps(listed, indent=1))
        return
    for name, item in CHALLENGES.items():
        console.print(name, style="bold", markup=False)
        _say(f"{item.title}; a row is {item.row}", 2)
        for column in item.columns:
            may = " (optional)" if column.optional else ""
            labels = f": {', '.join(column.labels)}" if column.labels else ""
            _say(f"{column.name}{may}  {column.meaning}{labels}", 4)


def _show(sheet: ScoreSheet) -> None:
    console.print(sheet.title, style="bold", markup=False)
    _say(f"{sheet.n_rows} rows of {sheet.table}; a row is {sheet.row}", 0)
    _say(sheet.published_in, 0)
    for remark in sheet.remarks:
        _say(f"note: {remark}", 0)
    by_name = {item.name: item for item in sheet.scores}
    twins = {item.twin for item in sheet.scores}
    width = max(len(item.label) for item in sheet.scores)
    for item in sheet.scores:
        if item.name not in twins:
            _say(f"\n{item.label.ljust(width)}  {_value(item)}", 0)
            _explain(item, by_name.get(item.twin))


def _explain(item: Score, twin: Score | None) -> None:
    """Say how a figure is computed, what is odd about it, and what the textbook has instead."""
    lines = [("formula", item.formula), ("quirk", item.quirk), ("why", item.reason)]
    if twin:
        lines.append(("textbook", f"{twin.label} {_value(twin)}, that is {twin.formula}"))
        lines.append(("why", twin.reason))
    for word, sentence in lines:
        if sentence:
            _say(f"{word:<8}  {sentence}", 2)


def _value(item: Score) -> str:
    return "undefined" if item.value is None else f"{item.value:,.4f}"


def _say(sentence: str, indent: int) -> None:
    console.print(" " * indent + sentence, markup=False, soft_wrap=True)
