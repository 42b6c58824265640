"""PASCAL's own test: what has no label is tested, and the patients are known from training."""

from pathlib import Path

import pytest

from auscult.datasets import Pascal
from auscult.errors import SplitError
from auscult.splits import PROTOCOLS, UNLABELLED, Ask, Row, count_leaks, make_rows

OFFICIAL = PROTOCOLS["pascal-official"]


def test_other_data_are_refused() -> None:
    with pytest.raises(SplitError, match=r"divides PASCAL only; there are rows of 'circor'"):
        OFFICIAL([Row("a", "normal", "g", "B", "normal", "", "circor")], Ask())
    with pytest.raises(SplitError, match="published without a label; none is here"):
        OFFICIAL([Row("a", "normal", "g", "B", "normal", "", "pascal")], Ask())


@pytest.mark.data
def test_the_real_test_part_is_the_published_one(pascal_dir: Path) -> None:
    entries = Pascal().scan(pascal_dir)
    rows = make_rows(entries, [entry.label or UNLABELLED for entry in entries])
    (split,) = OFFICIAL(rows, Ask())
    assert all("unlabelledtest" in row_id for row_id in split.test)
    by_set = [sum(name.startswith(s) for name in split.test) for s in "AB"]
    assert by_set == [52, 195]
    assert len(split.train) + len(split.validation) == 585
    group = {row.row_id: row.group for row in rows}
    assert not {group[i] for i in split.train} & {group[i] for i in split.validation}
    patient = {row.row_id: row.patient for row in rows}
    tested = {patient[i] for i in split.test} - {None}
    known = {patient[i] for i in (*split.train, *split.validation)}
    assert (len(tested), len(tested & known)) == (131, 125)
    assert not count_leaks(rows, split).is_clean
