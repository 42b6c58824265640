"""Get a collection from its publisher: addresses as data, a patient fetch, a strict unpacking."""

from auscult.download.amounts import amount
from auscult.download.checksums import check_files, read_checksums, sha256_of
from auscult.download.collect import check_again, collect
from auscult.download.fetch import Fetched, Patience, fetch
from auscult.download.meter import Meter, SilentMeter
from auscult.download.published import PUBLISHED, Piece, Published
from auscult.download.receipt import RECEIPT_NAME, Receipt
from auscult.download.unpack import Limits, unpack

__all__ = [
    "PUBLISHED",
    "RECEIPT_NAME",
    "Fetched",
    "Limits",
    "Meter",
    "Patience",
    "Piece",
    "Published",
    "Receipt",
    "SilentMeter",
    "amount",
    "check_again",
    "check_files",
    "collect",
    "fetch",
    "read_checksums",
    "sha256_of",
    "unpack",
]
