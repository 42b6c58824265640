"""Get a published collection from its publisher, or say what a person has to do for it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from auscult.datasets import DATASETS, find_dataset
from auscult.download import (
    PUBLISHED,
    RECEIPT_NAME,
    Meter,
    Patience,
    Published,
    Receipt,
    SilentMeter,
    check_again,
    collect,
)
from auscult.errors import ConfigError, DatasetError, DownloadError


@dataclass(frozen=True, slots=True)
class Offer:
    """What can be got, in the words of the card and of the publisher."""

    name: str
    title: str
    size: str
    about_bytes: int
    terms: str
    subjects: str
    how: str
    page: str
    checked: str


@dataclass(frozen=True, slots=True)
class Got:
    """Where the data lies, its receipt, and sentences on what is left to do or to know."""

    folder: Path
    receipt: Receipt
    notes: tuple[str, ...]


def offers(published: Mapping[str, Published] = PUBLISHED) -> list[Offer]:
    """Return what can be got, and how."""
    return [_offer(name, item) for name, item in published.items()]


def _offer(name: str, item: Published) -> Offer:
    card = DATASETS[item.dataset].card
    how = "by hand, needs an account" if item.by_hand else "download"
    return Offer(
        name=name,
        title=card.title,
        size=card.size,
        about_bytes=item.about_bytes,
        terms=item.terms,
        subjects=card.subjects,
        how=f"{how}, checksums published" if item.checksums else how,
        page=item.page,
        checked=item.checked,
    )


def get(
    name: str,
    out: str | Path | None = None,
    *,
    archives: Sequence[Path] = (),
    keep: bool = False,
    patience: Patience | None = None,
    meter: Meter | None = None,
    published: Mapping[str, Published] = PUBLISHED,
) -> Got:
    """Put the collection ``name`` into the folder ``out``, or check what an earlier run put there.

    Parameters
    ----------
    out
        The dataset's folder; ``name`` in the working folder if None.
    archives
        Copies fetched by hand; each is taken for the piece of its file name, or, where there is
        only one piece, for that.
    keep
        Whether the archives stay in ``NAME.download``.

    Raises
    ------
    ConfigError
        If there is no such name, or an archive is none of its pieces.
    DownloadError
        If something does not come, is not what was published or is unsafe; the sentence says what
        to do.
    """
    item, folder, meter = published[name], Path(out or name), meter or SilentMeter()
    if receipt := Receipt.read(folder):
        return _again(name, item, folder, receipt)
    _check_free(folder)
    given = _given(name, item, archives)
    meter.say(f"{name}: {item.terms}; {item.page}")
    try:
        receipt, notes = collect(
            name, item, folder, given=given, keep=keep, patience=patience, meter=meter
        )
    except DownloadError as error:
        raise DownloadError(f"{error}\n{_what_to_do(item)}") from error
    return Got(folder, receipt, (*notes, *_recognised(folder, item), *item.afterwards))


def _again(name: str, item: Published, folder: Path, receipt: Receipt) -> Got:
    if receipt.dataset != name:
        raise DatasetError(f"{folder}: holds {receipt.dataset}, not {name}; see --out")
    check_again(folder, receipt)
    said = f"all {len(receipt.files):,} files are as they came"
    return Got(folder, receipt, (said, *_recognised(folder, item)))


def _check_free(folder: Path) -> None:
    if folder.name in {"", ".."}:
        raise ConfigError(f"{folder}: is no name for a new folder; name one with --out")
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise DatasetError(
            f"{folder}: is there and was not fetched by auscult (no {RECEIPT_NAME}); "
            "name another folder with --out"
        )


def _given(name: str, item: Published, archives: Sequence[Path]) -> dict[str, Path]:
    """Match archives to pieces, and say what to do where a person has to fetch one."""
    pieces = [piece.name for piece in item.pieces]
    given = {}
    for path in archives:
        piece = pieces[0] if len(pieces) == 1 else path.name
        if piece not in pieces:
            raise ConfigError(f"{path}: is no piece of {name}; there are {', '.join(pieces)}")
        if not path.is_file():
            raise ConfigError(f"{path}: no such file; --archive names a file fetched by hand")
        given[piece] = path
    if any(not piece.addresses and piece.name not in given for piece in item.pieces):
        raise DownloadError(f"{name}: cannot be fetched without an account.\n{_what_to_do(item)}")
    return given


def _what_to_do(item: Published) -> str:
    """Return the publisher's page and the steps by hand, as lines."""
    if not item.steps:
        return f"What came is kept for the next run. If this lasts, look at {item.page}"
    steps = (f"  {number}. {step}" for number, step in enumerate(item.steps, start=1))
    return "\n".join([f"By hand ({item.page}):", *steps])


def _recognised(folder: Path, item: Published) -> list[str]:
    """Say whether the reader knows what came, unless it has to be unpacked by hand first."""
    try:
        find_dataset(folder, [DATASETS[item.dataset]])
    except DatasetError as error:
        return [] if item.afterwards else [f"it came in a layout that is not known: {error}"]
    return [f"look at it with: auscult data summary {folder}"]
