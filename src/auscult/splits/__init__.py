"""Who trains and who is scored: rows, protocols, class weights.

``grouped`` never lets a patient or session stand on both sides; ``notebook`` divides augmented
copies at random, as the seed notebook did, and says how much of its test part has a sibling in
training.
"""

from collections.abc import Callable, Sequence

from auscult.registry import Registry
from auscult.splits.grouped import grouped_split
from auscult.splits.leaks import Leaks, count_leaks
from auscult.splits.notebook import notebook_split
from auscult.splits.rows import ORIGINAL, Row, make_rows
from auscult.types import Split

PROTOCOLS: Registry[Callable[[Sequence[Row], int, int, int], tuple[Split, ...]]] = Registry(
    "protocol", {"grouped": grouped_split, "notebook": notebook_split}
)
"""Name → function of (rows, n_folds, repeat, seed) giving one split a fold."""

__all__ = [
    "ORIGINAL",
    "PROTOCOLS",
    "Leaks",
    "Row",
    "count_leaks",
    "grouped_split",
    "make_rows",
    "notebook_split",
]
