"""A published division: a table that gives every patient a role in one or several splits.

Format
------
CSV, one row a patient (or a recording; rows of one patient must agree). The column ``patient_id``,
``patient`` or ``subject`` names the patient as the dataset's publisher does; every other column is
a split, and its cells say ``train``, ``validate`` or ``test`` (``training``, ``validation``,
``valid``, ``val`` and ``dev`` are understood). M2D's three divisions of CirCor come so.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from auscult.audio.hashing import file_sha256
from auscult.datasets.delimited import read_delimited
from auscult.errors import SplitError
from auscult.splits.roles import Role

PATIENT_COLUMNS = ("patient_id", "patient", "subject")
WORDS: Mapping[str, Role] = {
    "train": "train",
    "training": "train",
    "validate": "validation",
    "validation": "validation",
    "valid": "validation",
    "val": "validation",
    "dev": "validation",
    "test": "test",
}


@dataclass(frozen=True, slots=True)
class PublishedTable:
    """Patient → role in each of the splits named in ``columns``.

    Parameters
    ----------
    source
        Its file, named in messages and kept with the splits.
    columns
        Names of the splits, in order.
    roles
        Patient → one role a column.
    sha256
        Hash of the file.

    Raises
    ------
    SplitError
        If there is no split, or a split trains on nobody or tests nobody.
    """

    source: str
    columns: tuple[str, ...]
    roles: Mapping[str, tuple[Role, ...]]
    sha256: str = ""

    def __post_init__(self) -> None:
        if not self.columns:
            raise SplitError(f"{self.source}: has no column that gives patients a role")
        for index, column in enumerate(self.columns):
            for needed in ("train", "test"):
                if not any(roles[index] == needed for roles in self.roles.values()):
                    raise SplitError(f"{self.source}: {column} has no patient in {needed}")

    def role(self, patient: str | None, index: int) -> Role:
        """Return the role of ``patient`` in the split ``columns[index]``.

        Raises
        ------
        SplitError
            If the table does not name the patient.
        """
        if patient is None or patient not in self.roles:
            raise SplitError(
                f"{self.source}: gives patient {patient!r} no role; is this the table of this "
                "dataset?"
            )
        return self.roles[patient][index]


def read_published(path: str | Path) -> PublishedTable:
    """Read a published table.

    Raises
    ------
    SplitError
        If a column is missing, a role is unknown, or a patient has two roles in one split. The
        message names file and row.
    DatasetError
        If the file cannot be read or decoded.
    """
    table = read_delimited(path)
    who = next((name for name in PATIENT_COLUMNS if name in table.header), None)
    if who is None:
        raise SplitError(
            f"{path}: has the columns {', '.join(table.header)}; one must be called "
            f"{', '.join(PATIENT_COLUMNS)}"
        )
    columns = tuple(name for name in table.header if name != who)
    roles = _roles(Path(path), who, columns, table.rows)
    return PublishedTable(str(path), columns, roles, file_sha256(path))


def _roles(
    path: Path, who: str, columns: tuple[str, ...], rows: Iterator[tuple[int, dict[str, str]]]
) -> dict[str, tuple[Role, ...]]:
    found: dict[str, tuple[Role, ...]] = {}
    first_row: dict[str, int] = {}
    for number, row in rows:
        patient = row[who]
        if not patient:
            raise SplitError(f"{path}, row {number}: names no patient")
        told = tuple(_role(f"{path}, row {number}", name, row[name]) for name in columns)
        before = found.setdefault(patient, told)
        first_row.setdefault(patient, number)
        for column, one, two in zip(columns, before, told, strict=True):
            if one != two:
                raise SplitError(
                    f"{path}, row {number}: puts patient {patient} into {two} in {column}, row "
                    f"{first_row[patient]} into {one}; a patient has one role in a split"
                )
    return found


def _role(where: str, column: str, cell: str) -> Role:
    if (role := WORDS.get(cell.lower())) is None:
        raise SplitError(f"{where}: {column} is {cell!r}; wanted train, validate or test")
    return role
