"""Each database is tested whole, by what was learned without its people."""

from pathlib import Path

import pytest

from auscult.datasets import Cinc2016
from auscult.errors import SplitError
from auscult.splits import PROTOCOLS, Ask, Row, make_rows

DATABASE, DATASET = (PROTOCOLS[f"leave-one-{what}-out"] for what in ("database", "dataset"))
LABELS = ("abnormal", "normal")


def rows_of(dataset: str, subset: str, n_groups: int = 8) -> list[Row]:
    return [
        Row(f"{subset}{g}-{label}", label, f"{subset}{g}", subset, label, "", dataset)
        for g in range(n_groups)
        for label in LABELS
    ]


def test_each_database_is_tested_whole_in_the_order_of_names() -> None:
    rows = rows_of("cinc2016", "b") + rows_of("cinc2016", "a") + rows_of("bmdhs", "x")
    splits = DATABASE(rows, Ask())
    assert [{i[0] for i in split.test} for split in splits] == [{"x"}, {"a"}, {"b"}]
    assert [len(split.test) for split in splits] == [16, 16, 16]
    assert [split.fold for split in splits] == [0, 1, 2]


def test_each_dataset_is_tested_whole() -> None:
    rows = rows_of("cinc2016", "b") + rows_of("cinc2016", "a") + rows_of("bmdhs", "x")
    assert [{i[0] for i in split.test} for split in DATASET(rows, Ask())] == [{"x"}, {"a", "b"}]


def test_somebody_of_two_databases_is_left_out_of_the_training() -> None:
    rows = [*rows_of("cinc2016", "a"), *rows_of("cinc2016", "b")]
    rows.append(Row("again", "normal", "a0", "b", "normal", "", "cinc2016"))
    without_a, without_b = DATABASE(rows, Ask())
    assert "again" not in (*without_a.train, *without_a.validation, *without_a.test)
    assert "again" in without_b.test
    roles_b = {*without_b.train, *without_b.validation, *without_b.test}
    assert {r.row_id for r in rows} - roles_b == {"a0-normal", "a0-abnormal"}


def test_one_database_cannot_be_left_out() -> None:
    with pytest.raises(SplitError, match=r"leave-one-database-out needs two or more.*cinc2016/a"):
        DATABASE(rows_of("cinc2016", "a"), Ask())


def test_a_class_of_one_database_is_refused() -> None:
    odd = [Row(f"o{g}", "artifact", f"o{g}", "b", "artifact", "", "cinc2016") for g in range(4)]
    rows = rows_of("cinc2016", "a") + rows_of("cinc2016", "b") + odd
    said = r"leaving cinc2016/b out leaves no training part with every class \(artifact is missing"
    with pytest.raises(SplitError, match=said):
        DATABASE(rows, Ask())


@pytest.mark.data
def test_the_six_databases_of_cinc_2016(cinc2016_dir: Path) -> None:
    entries = Cinc2016.at(cinc2016_dir).scan(cinc2016_dir)
    rows = make_rows(entries, [str(entry.label) for entry in entries])
    database = {row.row_id: row.subset for row in rows}
    splits = DATABASE(rows, Ask())
    assert [{database[i] for i in split.test} for split in splits] == [{d} for d in "abcdef"]
    assert sum(len(split.test) for split in splits) == len(rows)
    for split in splits:
        assert len(split.train) + len(split.validation) + len(split.test) == len(rows)
