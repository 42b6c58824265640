"""``data get``: fetch a published collection, or list what there is."""

import json
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from auscult.cli.show import console, errors, table
from auscult.errors import ConfigError


def get(
    name: Annotated[
        str | None, typer.Argument(help="A name that --list shows.", show_default=False)
    ] = None,
    out: Annotated[
        Path | None, typer.Option(help="The dataset's folder; NAME here by default.")
    ] = None,
    archive: Annotated[
        list[Path] | None,
        typer.Option(help="A file fetched by hand; give the option again for each."),
    ] = None,
    keep: Annotated[
        bool, typer.Option("--keep", help="Keep the archives in NAME.download.")
    ] = False,
    listing: Annotated[bool, typer.Option("--list", help="List what there is, and how.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print the list as JSON.")] = False,
) -> None:
    """Fetch a published collection from its publisher, check it, and unpack it.

    Interrupt it and run it again: it goes on where it was. Run it again when it is there: every
    file is compared with the receipt, auscult-download.json. Where an account is needed, it says
    what to do.
    """
    # subtle: what speaks to the network loads only here, so that no other command waits for it.
    from auscult.cli.transfer_bar import TransferBar  # noqa: PLC0415
    from auscult.download import amount  # noqa: PLC0415
    from auscult.verbs.get import get as get_verb  # noqa: PLC0415

    if listing or as_json:
        _list(as_json=as_json)
        return
    if name is None:
        raise ConfigError("name what to get; auscult data get --list shows what there is")
    got = get_verb(name, out, archives=archive or (), keep=keep, meter=TransferBar())
    for fetched in got.receipt.fetched:
        errors.print(
            f"{fetched.name}: {amount(fetched.n_bytes)}, SHA-256 {fetched.sha256[:16]}… "
            f"{'as published' if fetched.published else 'written down'}",
            markup=False,
            soft_wrap=True,
        )
    for note in got.notes:
        errors.print(note, markup=False, soft_wrap=True)
    typer.echo(got.folder)


def _list(*, as_json: bool) -> None:
    from auscult.download import amount  # noqa: PLC0415 - as above
    from auscult.verbs.get import offers  # noqa: PLC0415 - as above

    rows = offers()
    if as_json:
        typer.echo(json.dumps([asdict(row) for row in rows], indent=1, ensure_ascii=False))
        return
    table(
        "",
        ["name", "terms", "subjects", "how", "to fetch"],
        ([r.name, r.terms, r.subjects, r.how, amount(r.about_bytes)] for r in rows),
        left=4,
    )
    for row in rows:
        said = f"{row.name}: {row.title}; {row.size}; {row.page}"
        console.print(said, markup=False, soft_wrap=True)
    console.print(
        "Subjects says whether it is known which recordings are one person's. The addresses were "
        "written down without reaching the publishers; --json says how each was verified.",
        style="dim",
    )
