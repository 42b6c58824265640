"""A table of answers as Parquet, written whole or not at all; needs pyarrow, of ``train``."""

import os
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

from auscult.errors import ConfigError, MissingExtraError
from auscult.inference.table import Column, of_cells
from auscult.names import encodable
from auscult.types import Prediction

ROWS_AT_ONCE = 4096
_ARROW_TYPES = {str: "string", float: "float64", int: "int64"}


def check_pyarrow() -> None:
    """Refuse Parquet before anything is heard, where it cannot be written.

    Raises
    ------
    MissingExtraError
        If pyarrow is not installed.
    """
    _pyarrow()


def write_parquet(path: Path, answers: Iterable[Prediction], columns: Sequence[Column]) -> None:
    """Write ``answers``; an earlier file stays until all of them are on disk."""
    arrow, parquet = _pyarrow()
    schema = arrow.schema([(c.name, _ARROW_TYPES[c.kind]) for c in columns])
    unfinished = path.with_name(f".{path.name}.partial")
    rest = iter(answers)
    with parquet.ParquetWriter(unfinished, schema) as writer:
        while some := list(islice(rest, ROWS_AT_ONCE)):
            cells = {c.name: [_storable(c.cell(a)) for a in some] for c in columns}
            writer.write_batch(arrow.record_batch(cells, schema=schema))
    with unfinished.open("r+b") as file:
        os.fsync(file.fileno())
    unfinished.replace(path)


def read_parquet(path: Path, classes: Sequence[str]) -> Iterator[Prediction]:
    """Yield the answers of a table.

    Raises
    ------
    ConfigError
        If it is no table of answers with these classes.
    """
    arrow, parquet = _pyarrow()
    try:
        for batch in parquet.ParquetFile(path).iter_batches(ROWS_AT_ONCE):
            for cells in batch.to_pylist():
                yield of_cells(cells, classes)
    except (arrow.ArrowException, KeyError, ValueError, TypeError) as error:
        raise ConfigError(
            f"{path}: is there and is no table of answers of this model; choose another name, or "
            "remove it"
        ) from error


def _storable(cell: str | float | None) -> str | float | None:
    """Return a cell that Arrow takes: a file name that is no UTF-8 is shown escaped."""
    return encodable(cell) if isinstance(cell, str) else cell


def _pyarrow() -> tuple[Any, Any]:
    try:
        import pyarrow as pa  # noqa: PLC0415 - an extra
        from pyarrow import parquet  # noqa: PLC0415
    except ImportError as error:
        raise MissingExtraError("pyarrow", "train") from error
    return pa, parquet
