"""Score: a table of answers → every figure of a published challenge, with its quirks.

Conventions
-----------
The table is CSV, UTF-8 (a byte-order mark is allowed) with any line ends, a header in row 1. Blank
lines hold nothing and are passed over; they keep their row numbers.
"""

import csv
import io
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from auscult.challenges import CHALLENGES, Score, Table
from auscult.errors import EvaluationError

SEPARATORS = ";\t"


@dataclass(frozen=True, slots=True)
class ScoreSheet:
    """What a challenge says of one table.

    ``scores`` are in the order of the challenge; ``remarks`` say how far they compare with
    published ones.
    """

    challenge: str
    title: str
    published_in: str
    table: str
    row: str
    n_rows: int
    scores: tuple[Score, ...]
    remarks: tuple[str, ...]

    def to_json(self) -> dict[str, Any]:
        """Return plain data; an undefined value is None and has a reason."""
        return asdict(self)


def score(challenge: str, path: str | Path) -> ScoreSheet:
    """Score the table at ``path`` as ``challenge`` does.

    Raises
    ------
    ConfigError
        If the challenge is unknown.
    EvaluationError
        If the table cannot be read or is not of the challenge's form; the message names file and
        row.
    """
    chosen = CHALLENGES[challenge]
    table = read_table(path)
    evidence = chosen.read(table)
    return ScoreSheet(
        challenge=challenge,
        title=chosen.title,
        published_in=chosen.source,
        table=str(path),
        row=chosen.row,
        n_rows=len(table.rows),
        scores=tuple(figure.score(evidence) for figure in chosen.figures),
        remarks=chosen.remarks(evidence),
    )


def read_table(path: str | Path) -> Table:
    """Read a table of text.

    Raises
    ------
    EvaluationError
        If the file cannot be opened, is no UTF-8 or no CSV, or is empty.
    """
    try:
        data = Path(path).read_bytes()
    except OSError as error:
        raise EvaluationError(f"{path}: cannot be read ({error.strerror})") from error
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        row = len(data[: error.start].splitlines()) or 1
        raise EvaluationError(
            f"{path}, row {row}: not UTF-8; save the table as CSV UTF-8 and try again"
        ) from error
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        lines = list(reader)
    except csv.Error as error:
        raise EvaluationError(
            f"{path}, row {reader.line_num}: cannot be read as CSV ({error})"
        ) from error
    return _table(lines, str(path))


def _table(lines: Sequence[Sequence[str]], source: str) -> Table:
    filled = [(number, tuple(cells)) for number, cells in enumerate(lines, 1) if cells]
    if not filled:
        raise EvaluationError(f"{source}: is empty; wanted a header and one row an answer")
    (number, header), *rows = filled
    if len(header) == 1 and (between := set(SEPARATORS) & set(header[0])):
        raise EvaluationError(
            f"{source}, row {number}: columns are divided by {between.pop()!r}; wanted commas"
        )
    return Table(
        header, tuple(cells for _, cells in rows), source, tuple(number for number, _ in rows)
    )
