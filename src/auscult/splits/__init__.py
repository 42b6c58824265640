"""Who trains and who is scored: rows, protocols, stored splits, and the guard on test rows.

``grouped`` never lets a patient or session stand on both sides, nor do ``leave-one-database-out``,
``leave-one-dataset-out`` and ``published-repaired``. ``by-recording``, ``published``,
``pascal-official`` and ``notebook`` divide as others did, so that figures can be compared, and say
how much of their test part is known to the training.
"""

from auscult.registry import Registry
from auscult.splits.by_recording import BY_RECORDING
from auscult.splits.grouped import GROUPED, grouped_split
from auscult.splits.leaks import Leaks, count_leaks
from auscult.splits.leave_one_out import LEAVE_ONE_DATABASE_OUT, LEAVE_ONE_DATASET_OUT
from auscult.splits.notebook import NOTEBOOK, notebook_split
from auscult.splits.official import PASCAL_OFFICIAL
from auscult.splits.protocol import Ask, Protocol
from auscult.splits.published import PUBLISHED
from auscult.splits.repaired import REPAIRED
from auscult.splits.roles import Role, check_fitting
from auscult.splits.rows import (
    ORIGINAL,
    UNLABELLED,
    Row,
    make_rows,
    recording_facts,
    without_copies,
)
from auscult.splits.stored import StoredRow, StoredSplits, read_splits
from auscult.splits.table import PublishedTable, read_published

PROTOCOLS: Registry[Protocol] = Registry(
    "protocol",
    {
        "by-recording": BY_RECORDING,
        "grouped": GROUPED,
        "leave-one-database-out": LEAVE_ONE_DATABASE_OUT,
        "leave-one-dataset-out": LEAVE_ONE_DATASET_OUT,
        "notebook": NOTEBOOK,
        "pascal-official": PASCAL_OFFICIAL,
        "published": PUBLISHED,
        "published-repaired": REPAIRED,
    },
)
"""Name → what divides rows as an :class:`Ask` says."""

__all__ = [
    "ORIGINAL",
    "PROTOCOLS",
    "UNLABELLED",
    "Ask",
    "Leaks",
    "Protocol",
    "PublishedTable",
    "Role",
    "Row",
    "StoredRow",
    "StoredSplits",
    "check_fitting",
    "count_leaks",
    "grouped_split",
    "make_rows",
    "notebook_split",
    "read_published",
    "read_splits",
    "recording_facts",
    "without_copies",
]
