"""``data audit``: what is there twice, and what a split puts on both sides."""

import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from auscult.cli.show import Bars, console, table
from auscult.errors import DatasetError
from auscult.verbs.audit import Audit, Pair
from auscult.verbs.audit import audit as audit_verb
from auscult.verbs.audit_roles import SplitAudit

SHOWN = 5


def audit(
    paths: Annotated[
        list[Path],
        typer.Argument(
            metavar="PATH...",
            help="Datasets, audited together: published folders, your class folders, a CSV, "
            "manifests.",
        ),
    ],
    split: Annotated[
        Path | None,
        typer.Option(
            help="What `auscult data split` wrote, or a published CSV: patient_id and a column of "
            "roles for each split."
        ),
    ] = None,
    workers: Annotated[
        int | None,
        typer.Option(min=1, help="Processes; all cores by default.", show_default=False),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON instead of tables.")] = False,
    every: Annotated[bool, typer.Option("--all", help="List every pair, id and group.")] = False,
) -> None:
    """Listen to every recording, compare all with all, and say what would leak.

    Finds identical samples; copies through gain, MP3 or OGG, resampling, offset and cutting;
    heartbeats that repeat themselves (loops, simulators); one sound under two labels; people with
    two ids. With --split: what of it stands on both sides, and what a guesser scores on the test
    part that never hears a sound.

    Ends with exit code 4 if a recording cannot be opened, if one sound has two labels and the
    dataset's card does not know it, or if the split leaks into its test part.
    """
    found = audit_verb(paths, split=split or (), n_workers=workers, progress=Bars())
    if as_json:
        typer.echo(json.dumps({**asdict(found), "faults": found.faults}, indent=1))
    else:
        _show(found, most=None if every else SHOWN)
    if found.faults:
        raise DatasetError(f"{', '.join(map(str, paths))}: {'; '.join(found.faults)}")


def _show(found: Audit, most: int | None) -> None:
    if found.caution:
        console.print(f"caution: {found.caution}", markup=False, soft_wrap=True, style="bold")
    _list("cannot be opened", [f"{i}: {why}" for i, why in found.unreadable], most)
    for kind in ("same samples", "copy", "same loop"):
        _list(kind, [_line(pair) for pair in found.pairs if pair.sound.kind == kind], most)
    _list("they repeat themselves: loops or simulators, no living heart", found.repeating, most)
    _list(
        "one sound under several labels",
        [
            f"{', '.join(one.recordings)}: {', '.join(one.labels)}" + " (known)" * one.known
            for one in found.conflicts
        ],
        None,
    )
    _list("groups that a shared sound ties together", map(", ".join, found.tied), most)
    _list(
        "people with several ids",
        [f"{one.group}: {', '.join(one.patients)}" for one in found.people],
        most,
    )
    for one in found.splits:
        _split(one)
    kinds = Counter(pair.sound.kind for pair in found.pairs)
    said = ", ".join(f"{kind} {count}" for kind, count in kinds.items())
    console.print(
        f"{found.n_recordings:,} recordings in {found.n_groups:,} groups; pairs: {said or 'none'}"
    )


def _line(pair: Pair) -> str:
    sound = pair.sound
    told = [
        " / ".join(dict.fromkeys(pair.labels)),
        f"{sound.shared_s:.2f} s at {sound.offset_s:+.2f} s",
        f"samples agree by {sound.sample_correlation:.3f}",
        "one group" if pair.one_group else "two groups",
        *["known"] * pair.known,
    ]
    return f"{sound.first} = {sound.second}: {', '.join(told)}"


def _split(one: SplitAudit) -> None:
    table(
        f"{one.protocol}, repeat {one.repeat}, fold {one.fold}: {one.n_train} train, "
        f"{one.n_validation} validate, {one.n_test} are tested",
        ["", "in the\nsplit", "with two\nroles", "reach\nthe test", "tested\nrecordings"],
        (
            [
                crossing.what,
                str(crossing.n_units),
                str(crossing.n_crossing),
                str(crossing.n_reaching_test),
                str(crossing.n_test_recordings),
            ]
            for crossing in one.crossings
        ),
    )
    for guess in one.guesses:
        figures = (("accuracy", guess.accuracy), ("balanced", guess.balanced_accuracy))
        said = ", ".join(f"{name} {value:.3f}" for name, value in figures if value is not None)
        line = "; ".join(part for part in (said, guess.reason) if part)
        console.print(f"  without hearing, {guess.guesser}: {line}", markup=False, soft_wrap=True)


def _list(title: str, lines: Iterable[str], most: int | None) -> None:
    lines = list(lines)
    if lines:
        console.print(f"{title} ({len(lines)})", markup=False, style="bold")
    for line in lines if most is None else lines[:most]:
        console.print(f"  {line}", markup=False, soft_wrap=True)
    if most is not None and len(lines) > most:
        console.print(f"  … {len(lines) - most} more; list them with --all", markup=False)
