"""``data summary``, ``data check`` and ``explore``."""

import json
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from auscult.cli.show import Bars, console, errors, table
from auscult.errors import DatasetError
from auscult.verbs import data as verbs
from auscult.verbs.explore import explore as explore_verb

DatasetPath = Annotated[
    Path,
    typer.Argument(
        help="Folder of a published dataset, or of one folder a class, or a CSV path,label,patient."
    ),
]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON instead of a table.")]
SHOWN = 5


def summary(path: DatasetPath, as_json: AsJson = False) -> None:
    """Count recordings, groups, durations and rates for each set and class."""
    rows = verbs.summarise(path, Bars())
    if as_json:
        typer.echo(json.dumps([asdict(row) for row in rows], indent=1))
        return
    _warn(verbs.caution(path))
    table(
        f"{sum(row.n_recordings for row in rows)} recordings in {path}",
        ["set", "class", "n", "groups", "shortest", "median", "longest", "rates, Hz"],
        (
            [
                row.subset,
                row.label,
                str(row.n_recordings),
                str(row.n_groups),
                f"{row.shortest_s:.2f} s",
                f"{row.median_s:.2f} s",
                f"{row.longest_s:.2f} s",
                ", ".join(f"{rate_hz:,}" for rate_hz in row.rates_hz),
            ]
            for row in rows
        ),
        left=2,
    )
    console.print("A group is a patient or a session: what no honest split divides.")


def check(
    path: DatasetPath,
    as_json: AsJson = False,
    every: Annotated[bool, typer.Option("--all", help="List every finding.")] = False,
) -> None:
    """Open every recording; list what is unreadable, silent, clipped, short, doubled or misnamed.

    Ends with exit code 4 if there is an error; warnings and faults the dataset's card knows do
    not fail.
    """
    result = verbs.check(path, Bars())
    if as_json:
        typer.echo(json.dumps(asdict(result), indent=1))
    else:
        _show(result, every=every)
    if result.n_errors:
        raise DatasetError(f"{path}: {result.n_errors} errors; mend or remove these recordings")


def _warn(caution: str) -> None:
    if caution:
        console.print(f"caution: {caution}", markup=False, soft_wrap=True, style="bold")


def _show(result: verbs.Check, *, every: bool) -> None:
    _warn(result.caution)
    for (severity, kind), count in verbs.counts(result.findings).items():
        console.print(f"{severity}: {kind} ({count})", markup=False, style="bold")
        members = [f for f in result.findings if (f.severity, f.kind) == (severity, kind)]
        for finding in members if every else members[:SHOWN]:
            who = ", ".join(finding.recordings[:SHOWN])
            more = len(finding.recordings) - SHOWN
            who += f" and {more} more" if more > 0 else ""
            console.print(f"  {who}: {finding.note}", markup=False, soft_wrap=True)
        if not every and count > SHOWN:
            console.print(f"  … {count - SHOWN} more; list them with --all", markup=False)
    console.print(
        f"{result.n_recordings} recordings, {result.n_errors} errors, "
        f"{len(result.findings) - result.n_errors} warnings and known faults"
    )


def explore(
    path: DatasetPath,
    out: Annotated[Path, typer.Option(help="The page to write.")] = Path("report.html"),
    seed: Annotated[int, typer.Option(min=0, help="Chooses the recordings shown.")] = 0,
) -> None:
    """Write one offline page: class balance, durations, and a sound of each class."""
    page = explore_verb(path, out, seed=seed, progress=Bars())
    errors.print(f"wrote {page}", markup=False, soft_wrap=True)
