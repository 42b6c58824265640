"""The receipt beside the data: what came, from where, when, and the SHA-256 of every file.

Publishers of four of the five collections give no checksum of their archives. What came is then
written down, so that a change is seen later, here or by whoever compares two receipts.
"""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from auscult.download.fetch import Fetched
from auscult.download.part import write_note
from auscult.errors import DownloadError

RECEIPT_NAME = "auscult-download.json"


@dataclass(frozen=True, slots=True)
class Receipt:
    """What lies in a dataset's folder.

    Parameters
    ----------
    dataset
        The name it was asked for by.
    terms, page
        Under which terms, and the publisher's page.
    fetched
        The archives and files that came.
    checked_against
        Address of the publisher's list of checksums, or empty where none could be had.
    files
        Path below the folder → SHA-256.
    """

    dataset: str
    terms: str
    page: str
    fetched: tuple[Fetched, ...]
    checked_against: str
    files: Mapping[str, str]

    def write(self, folder: Path) -> Path:
        """Write the receipt into ``folder``."""
        return write_note(folder / RECEIPT_NAME, asdict(self))

    @classmethod
    def read(cls, folder: Path) -> "Receipt | None":
        """Return the receipt in ``folder``, or None if there is none.

        Raises
        ------
        DownloadError
            If it cannot be understood.
        """
        path = folder / RECEIPT_NAME
        if not path.is_file():
            return None
        try:
            told = json.loads(path.read_text(encoding="utf-8"))
            fetched = tuple(Fetched(**one) for one in told.pop("fetched"))
            return cls(fetched=fetched, **told)
        except (OSError, ValueError, TypeError, KeyError, AttributeError) as error:
            raise DownloadError(
                f"{path}: is no receipt that auscult wrote ({error}); remove the folder {folder} "
                "and fetch the data again"
            ) from error
