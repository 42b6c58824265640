"""Published roles as published, mended by the rule, and on the real CirCor patients."""

from collections import Counter, defaultdict
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from auscult.datasets import Circor
from auscult.errors import DatasetError, SplitError
from auscult.splits import PROTOCOLS, Ask, PublishedTable, Role, Row, make_rows, read_published
from auscult.splits.published import published_split
from auscult.splits.repaired import Move, repair
from auscult.types import Entry

ROLES: tuple[Role, ...] = ("train", "validation", "test")


def row(patient: str, group: str, kind: str = "Absent", take: int = 0) -> Row:
    return Row(f"{patient}_{take}", kind, group, "2014", kind, dataset="circor", patient=patient)


def table(**roles: Role) -> PublishedTable:
    return PublishedTable("m2d.csv", ("one",), {who: (role,) for who, role in roles.items()})


def written(path: Path, text: str) -> Path:
    path.write_bytes(text.encode())
    return path


@pytest.mark.parametrize("start", ["", "\ufeff"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_a_table_is_read_whatever_its_line_ends(tmp_path: Path, start: str, end: str) -> None:
    lines = ["Patient_ID,split1,split2", "7,train,Test", "8,test,validate", "9,dev,train", ""]
    read = read_published(written(tmp_path / "t.csv", start + end.join(lines)))
    assert read.columns == ("split1", "split2")
    assert read.roles == {
        "7": ("train", "test"),
        "8": ("test", "validation"),
        "9": ("validation", "train"),
    }
    assert len(read.sha256) == 64


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("who,one\n1,train\n", "has the columns who, one; one must be called patient_id"),
        ("patient_id\n1\n", "has no column that gives patients a role"),
        ("patient_id,one\n1,train\n2,tset\n", r"row 3: one is 'tset'; wanted train, validate"),
        ("patient_id,one\n1,train\n,test\n", "row 3: names no patient"),
        ("patient_id,one\n1,train\n2,train\n", "one has no patient in test"),
        ("patient_id,one\n1,test\n2,validate\n", "one has no patient in train"),
        (
            "patient_id,one\n1,train\n2,test\n1,test\n",
            "row 4: puts patient 1 into test in one, row 2 into train; a patient has one role",
        ),
    ],
)
def test_a_faulty_table_is_told_with_file_and_row(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(SplitError, match=rf"t\.csv.*{said}"):
        read_published(written(tmp_path / "t.csv", text))


def test_another_encoding_is_told_with_file_and_row(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_bytes("patient_id,one\n1,train\nJosé,test\n".encode("latin-1"))
    with pytest.raises(DatasetError, match=r"t\.csv, row 3: byte 0xE9"):
        read_published(path)


def test_rows_of_one_patient_may_repeat_the_same_role(tmp_path: Path) -> None:
    text = "patient,one\n1,train\n1,train\n2,test\n"
    assert read_published(written(tmp_path / "t.csv", text)).roles["1"] == ("train",)


def test_a_patient_without_a_role_is_refused() -> None:
    rows = [row("1", "g1"), row("2", "g2"), row("3", "g3")]
    with pytest.raises(SplitError, match=r"m2d\.csv: gives patient '3' no role"):
        published_split(rows, table(**{"1": "train", "2": "test"}))


def test_published_roles_are_followed_to_the_letter() -> None:
    rows = [row("1", "g"), row("2", "g"), row("3", "h")]
    (split,) = published_split(rows, table(**{"1": "train", "2": "test", "3": "validation"}))
    assert (split.train, split.validation, split.test) == (("1_0",), ("3_0",), ("2_0",))


def test_validation_groups_are_carved_where_the_table_has_none() -> None:
    kinds = ("Absent", "Present")
    rows = [row(str(i), f"g{i // 2}", kind, n) for i in range(40) for n, kind in enumerate(kinds)]
    roles = {str(i): ("test" if i < 8 else "train",) for i in range(40)}
    (split,) = published_split(rows, PublishedTable("t", ("a",), roles))  # type: ignore[arg-type]
    group = {r.row_id: r.group for r in rows}
    assert split.validation
    assert not {group[i] for i in split.validation} & {group[i] for i in split.train}
    assert len(split.test) == 16


def test_the_repair_moves_the_fewest_numbers() -> None:
    rows = [row(who, "g") for who in "abc"] + [row("d", "h"), row("e", "i")]
    told = table(a="train", b="train", c="test", d="test", e="train")
    mended = repair(rows, told, 0)
    assert mended.moves == (Move("c", "g", "test", "train"),)
    assert mended.role_of == {"g": "train", "h": "test", "i": "train"}


def test_the_repair_keeps_the_tested_patients_of_each_class_by_turns() -> None:
    """Three pairs on both sides: to test, then from it, then to it; the fourth keeps the size."""
    kinds = {"1": "Absent", "2": "Absent", "3": "Absent", "4": "Present"}
    rows = [row(f"{pair}{half}", pair, kind) for pair, kind in kinds.items() for half in "xy"]
    roles: dict[str, Role] = {
        r.patient or "": "test" if r.patient[1:] == "x" else "train" for r in rows if r.patient
    }
    mended = repair(rows, table(**roles), 0)
    assert mended.role_of == {"1": "test", "2": "train", "3": "test", "4": "train"}


@settings(deadline=None, max_examples=60)
@given(
    st.lists(
        st.tuples(
            st.lists(st.sampled_from(ROLES), min_size=1, max_size=3),
            st.sampled_from(["Absent", "Present"]),
        ),
        min_size=3,
        max_size=25,
    )
)
def test_the_repair_breaks_no_group_and_touches_only_broken_ones(
    people: list[tuple[list[Role], str]],
) -> None:
    rows = [
        row(f"{i}.{n}", f"g{i}", kind)
        for i, (told, kind) in enumerate(people)
        for n, _ in enumerate(told)
    ]
    roles = {
        f"{i}.{n}": (role,) for i, (told, _) in enumerate(people) for n, role in enumerate(told)
    }
    roles |= {"-": ("train",), "+": ("test",)}
    mended = repair(rows, PublishedTable("t", ("a",), roles), 0)
    assert mended.role_of.keys() == {r.group for r in rows}
    for i, (told, _) in enumerate(people):
        chosen = mended.role_of[f"g{i}"]
        assert told.count(chosen) == max(told.count(role) for role in told)
    fewest = sum(len(told) - max(map(told.count, told)) for told, _ in people)
    assert len(mended.moves) == fewest
    assert all(roles[m.patient][0] == m.published != m.repaired for m in mended.moves)


@pytest.fixture(scope="module")
def circor(circor_dir: Path) -> list[Entry]:
    return [entry for entry in Circor().scan(circor_dir) if entry.label]


@pytest.fixture(scope="module")
def m2d(circor_dir: Path) -> PublishedTable:
    return read_published(circor_dir / "m2d_splits.csv")


def rows_and_grades(entries: list[Entry]) -> tuple[tuple[Row, ...], dict[str, str]]:
    rows = make_rows(entries, [entry.label or "" for entry in entries])
    return rows, {str(entry.patient): entry.facts["murmur"] for entry in entries}


@pytest.mark.data
def test_m2d_tests_the_published_patients(circor: list[Entry], m2d: PublishedTable) -> None:
    rows, grade = rows_and_grades(circor)
    patient = {r.row_id: str(r.patient) for r in rows}
    splits = PROTOCOLS["published"](rows, Ask(published=m2d))
    assert len(splits) == 3
    for split in splits:
        tested = {patient[i] for i in split.test}
        counts = Counter(grade[who] for who in tested)
        assert counts == {"Present": 45, "Unknown": 17, "Absent": 174}
        assert sum(map(len, (split.train, split.validation, split.test))) == len(rows)


@pytest.mark.data
def test_each_m2d_split_breaks_forty_pairs_or_more_and_the_repair_none(
    circor: list[Entry], m2d: PublishedTable
) -> None:
    rows, grade = rows_and_grades(circor)
    numbers = defaultdict(set)
    for r in rows:
        numbers[r.group].add(str(r.patient))
    pairs = [sorted(two) for two in numbers.values() if len(two) == 2]
    assert len(pairs) == 70
    for index, n_broken in enumerate((42, 47, 40)):
        broken = [p for p in pairs if len({m2d.roles[who][index] for who in p}) == 2]
        mended = repair(rows, m2d, index)
        assert len(broken) == len(mended.moves) == n_broken
        assert {m.patient for m in mended.moves} <= {who for pair in broken for who in pair}
        tested = Counter(
            grade[who]
            for group, members in numbers.items()
            for who in members
            if mended.role_of[group] == "test"
        )
        for kind, n_published in (("Present", 45), ("Unknown", 17), ("Absent", 174)):
            assert abs(tested[kind] - n_published) <= 2
        assert abs(tested.total() - 236) <= 2
