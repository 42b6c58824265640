"""``data index`` and ``data verify``."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from auscult.cli.show import Bars, console, errors
from auscult.errors import DatasetError
from auscult.verbs.index import index as index_verb
from auscult.verbs.verify import Verified
from auscult.verbs.verify import verify as verify_verb

Workers = Annotated[
    int | None,
    typer.Option(min=1, help="Processes; all cores by default.", show_default=False),
]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON instead of sentences.")]
SHOWN = 5


def index(
    paths: Annotated[
        list[Path],
        typer.Argument(
            metavar="PATH...",
            help="Datasets: published folders, your class folders, a CSV, other manifests.",
        ),
    ],
    out: Annotated[
        Path, typer.Option(help="The table to write: *.csv, or *.parquet (needs pyarrow).")
    ] = Path("manifest.csv"),
    workers: Workers = None,
    fresh: Annotated[
        bool, typer.Option("--fresh", help="Hear every file again, also those known.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Write one table of every recording: hashes, who, label, answers, rate, length, findings.

    The table is a dataset itself: give it to train, data check, data summary and the others. Files
    heard before are not opened again while their size and time of change stay, so the same command
    goes on after an interruption. A file that cannot be opened is listed, the rest goes on, and the
    exit code is 4.
    """
    done = index_verb(paths, out, n_workers=workers, fresh=fresh, progress=Bars())
    if as_json:
        typer.echo(json.dumps({**asdict(done), "path": str(done.path)}, indent=1))
    else:
        if done.caution:
            console.print(f"caution: {done.caution}", markup=False, soft_wrap=True, style="bold")
        _list("unreadable", [f"{path}: {note}" for path, note in done.unreadable], SHOWN)
        said = ", ".join(f"{kind} {count:,}" for kind, count in done.findings.items())
        console.print(
            f"{done.n_recordings:,} recordings, {done.n_opened:,} of them opened now; "
            f"findings: {said or 'none'}",
            soft_wrap=True,
        )
    errors.print(f"wrote {done.path}", markup=False, soft_wrap=True)
    if done.unreadable:
        raise DatasetError(
            f"{len(done.unreadable)} of {done.n_recordings:,} files cannot be opened; they are in "
            "the table with the finding “unreadable”: mend or remove them and index again"
        )


def verify(
    manifest: Annotated[Path, typer.Argument(help="What `auscult data index` wrote.")],
    workers: Workers = None,
    as_json: AsJson = False,
    every: Annotated[bool, typer.Option("--all", help="List every file.")] = False,
) -> None:
    """Hash every file of a manifest again; list what changed, is missing or is new.

    Ends with exit code 4 if anything differs.
    """
    found = verify_verb(manifest, n_workers=workers, progress=Bars())
    if as_json:
        typer.echo(json.dumps(asdict(found), indent=1))
    else:
        _show(found, most=None if every else SHOWN)
    if found.n_differences:
        raise DatasetError(
            f"{manifest}: {found.n_differences} files are not as the manifest tells; put them "
            "back, or index again and keep both manifests with the results they belong to"
        )


def _show(found: Verified, most: int | None) -> None:
    _list("changed", [f"row {row}: {path}" for row, path in found.changed], most)
    _list("missing", [f"row {row}: {path}" for row, path in found.missing], most)
    _list("new", found.new, most)
    for sentence in found.unscanned:
        console.print(f"new files were not sought: {sentence}", markup=False, soft_wrap=True)
    console.print(
        f"{found.n_recordings:,} files: {len(found.changed)} changed, {len(found.missing)} "
        f"missing, {len(found.new)} new"
    )


def _list(title: str, lines: Sequence[str], most: int | None) -> None:
    shown: Iterable[str] = lines if most is None else lines[:most]
    if lines:
        console.print(f"{title} ({len(lines)})", markup=False, style="bold")
    for line in shown:
        console.print(f"  {line}", markup=False, soft_wrap=True)
    if most is not None and len(lines) > most:
        console.print(f"  … {len(lines) - most} more", markup=False)
