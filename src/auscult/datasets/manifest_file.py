"""A manifest on disk: CSV or Parquet, written whole or not at all, with the cards of its datasets.

Conventions
-----------
``.csv``      UTF-8, LF; read as :mod:`auscult.datasets.delimited` says. Cards and source folders
              stand beside it in ``<name>.cards.json``; a table that lost them is still read.
``.parquet``  the same columns (JSON objects as text), cards and sources in the schema's metadata;
              needs pyarrow, of the extra ``train``.
Rows are numbered as in the CSV: the header is row 1. Rows are written as they come, and no more
than ``ROWS_AT_ONCE`` are held.
"""

import csv
import json
import os
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from difflib import get_close_matches
from itertools import islice
from pathlib import Path
from typing import Any

from auscult.config import from_config, to_config
from auscult.datasets.dataset import Card
from auscult.datasets.delimited import peek_header, read_delimited
from auscult.datasets.manifest_row import COLUMNS, REQUIRED, Row, parsed, written
from auscult.errors import AuscultError, ConfigError, DatasetError, MissingExtraError

SUFFIXES = (".csv", ".parquet")
FORMAT = 1
FIRST_ROW = 2
ROWS_AT_ONCE = 1024
_ARROW_TYPES = {str: "string", dict: "string", int: "int64", float: "float64"}
_ABOUT_KEY = b"auscult"


@dataclass(frozen=True, slots=True)
class About:
    """What a manifest says of itself.

    Parameters
    ----------
    cards
        Name of each dataset in it → its card.
    sources
        Dataset and place, relative to the manifest, of everything that was indexed.
    rules
        Number of the rules by which files were heard; other rules, other findings.
    """

    cards: Mapping[str, Card] = field(default_factory=dict)
    sources: tuple[tuple[str, str], ...] = ()
    rules: int | None = None


def is_manifest(path: Path) -> bool:
    """Say whether ``path`` is a file that looks like a manifest, from its name or its header."""
    if not path.is_file():
        return False
    if path.suffix.lower() == ".csv":
        # No other table has these; the hashes may have been removed by hand, not both.
        return bool({"sha256", "samples_sha256"} & {*peek_header(path)})
    return path.suffix.lower() == ".parquet"


def check_suffix(path: Path) -> None:
    """Refuse a name from which the form of the table cannot be told, and Parquet without pyarrow.

    Raises
    ------
    ConfigError
        If ``path`` ends neither in ``.csv`` nor in ``.parquet``.
    MissingExtraError
        If pyarrow is needed and not installed.
    """
    if path.suffix.lower() not in SUFFIXES:
        raise ConfigError(f"{path}: a manifest is called *.csv or *.parquet")
    if path.suffix.lower() == ".parquet":
        _parquet()


def read_manifest(path: str | Path) -> tuple[Iterator[tuple[int, Row]], About]:
    """Return the rows of a manifest, numbered, as they are asked for, and what it says of itself.

    Raises
    ------
    DatasetError
        If it cannot be read, or a column is missing or unknown; while the rows are taken, if a cell
        is not of its column's type. The message names file and row.
    ConfigError, MissingExtraError
        As :func:`check_suffix`.
    """
    path = Path(path)
    check_suffix(path)
    header, cells, about = (_read_csv if path.suffix.lower() == ".csv" else _read_parquet)(path)
    if missing := [name for name in REQUIRED if name not in header]:
        raise DatasetError(
            f"{path}, row 1: lacks {_named(missing)}; it has {', '.join(header)}. "
            "Write it again with `auscult data index`"
        )
    for name in header:
        if name not in COLUMNS:
            near = get_close_matches(name, COLUMNS, n=1)
            hint = f"did you mean {near[0]!r}? " if near else ""
            raise DatasetError(f"{path}, row 1: unknown column {name!r}; {hint}Rename or remove it")
    return _typed(path, cells), about


def write_manifest(path: str | Path, rows: Iterable[Row], about: About) -> Path:
    """Write a manifest, whole or not at all, and return its path.

    Raises
    ------
    DatasetError
        If the folder cannot be written.
    ConfigError, MissingExtraError
        As :func:`check_suffix`.
    """
    path = Path(path)
    check_suffix(path)
    cells = ({name: written(name, row[name]) for name in COLUMNS} for row in rows)
    if path.suffix.lower() == ".csv":
        _write_csv(path, cells, about)
    else:
        _write_parquet(path, cells, about)
    return path


def _typed(path: Path, cells: Iterable[tuple[int, Row]]) -> Iterator[tuple[int, Row]]:
    for number, row in cells:
        try:
            yield number, {name: parsed(name, cell) for name, cell in row.items()}
        except ValueError as error:
            raise DatasetError(f"{path}, row {number}: {error}") from error


def _read_csv(path: Path) -> tuple[tuple[str, ...], Iterator[tuple[int, Row]], About]:
    table = read_delimited(path, strip=False)
    beside = _beside(path)
    try:
        about = _about(beside.read_bytes(), beside) if beside.is_file() else About()
    except OSError as error:
        raise DatasetError(f"{beside}: cannot be read ({error.strerror})") from error
    return table.header, table.rows, about


def _write_csv(path: Path, cells: Iterable[Row], about: About) -> None:
    with _replacing(_beside(path)) as unfinished:
        unfinished.write_text(json.dumps(_told(about), indent=1) + "\n", encoding="utf-8")
    with _replacing(path) as unfinished, unfinished.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, COLUMNS, lineterminator="\n")
        writer.writeheader()
        writer.writerows(cells)


def _read_parquet(path: Path) -> tuple[tuple[str, ...], Iterator[tuple[int, Row]], About]:
    pa, parquet = _parquet()
    try:
        table = parquet.read_table(path, partitioning=None)
    except (OSError, pa.ArrowException) as error:
        said = str(error).splitlines()[0]
        raise DatasetError(f"{path}: cannot be read as Parquet ({said})") from error
    metadata = table.schema.metadata or {}
    about = _about(metadata[_ABOUT_KEY], path) if _ABOUT_KEY in metadata else About()
    rows = (row for batch in table.to_batches(ROWS_AT_ONCE) for row in batch.to_pylist())
    return tuple(table.column_names), enumerate(rows, FIRST_ROW), about


def _write_parquet(path: Path, cells: Iterable[Row], about: About) -> None:
    pa, parquet = _parquet()
    schema = pa.schema(
        [(name, getattr(pa, _ARROW_TYPES[kind])()) for name, kind in COLUMNS.items()],
        metadata={_ABOUT_KEY: json.dumps(_told(about)).encode()},
    )
    with _replacing(path) as unfinished, parquet.ParquetWriter(unfinished, schema) as writer:
        left = iter(cells)
        while some := list(islice(left, ROWS_AT_ONCE)):
            writer.write_table(pa.Table.from_pylist(some, schema))


def _parquet() -> tuple[Any, Any]:
    try:
        import pyarrow as pa  # noqa: PLC0415 - heavy and optional
        from pyarrow import parquet  # noqa: PLC0415
    except ModuleNotFoundError as error:
        raise MissingExtraError("pyarrow", "train") from error
    return pa, parquet


def _told(about: About) -> dict[str, Any]:
    return {
        "format": FORMAT,
        "rules": about.rules,
        "sources": [{"dataset": name, "folder": folder} for name, folder in about.sources],
        "cards": {name: to_config(card) for name, card in about.cards.items()},
    }


def _about(data: bytes, path: Path) -> About:
    try:
        told = json.loads(data)
        if told["format"] != FORMAT:
            raise DatasetError(
                f"{path}: is of format {told['format']}, this version of auscult reads {FORMAT}; "
                "write the manifest again with `auscult data index`"
            )
        cards = {name: from_config(card, {"Card": Card}) for name, card in told["cards"].items()}
        sources = tuple((source["dataset"], source["folder"]) for source in told["sources"])
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        if isinstance(error, AuscultError):
            raise DatasetError(f"{path}: holds a card that cannot be used ({error})") from error
        raise DatasetError(
            f"{path}: what it says of itself is damaged; write it again with `auscult data index`"
        ) from error
    return About(cards, sources, told.get("rules"))


def _beside(path: Path) -> Path:
    return path.with_name(f"{path.name}.cards.json")


def _named(columns: list[str]) -> str:
    return f"the column{'s' * (len(columns) > 1)} {', '.join(columns)}"


@contextmanager
def _replacing(path: Path) -> Iterator[Path]:
    """Give a place to write to, which takes the place of ``path`` if all goes well."""
    unfinished = path.with_name(f".{path.name}.{os.getpid()}.unfinished")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        yield unfinished
        unfinished.replace(path)
    except OSError as error:
        raise DatasetError(f"{path}: cannot be written ({error.strerror})") from error
    finally:
        with suppress(OSError):
            unfinished.unlink(missing_ok=True)
