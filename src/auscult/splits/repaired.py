"""A published division mended: every person has one role, and as little as possible is moved.

Rule
----
Only a group (a person with two patient numbers) whose numbers were given different roles is
touched; its numbers all go to one of the roles they had. Groups are taken in the order of their
names, and each goes where, in this order,

1. the fewest patient numbers change their role;
2. the test part's patients of each class stay nearest to the published count;
3. the test part's size does;
4. the validation part's patients of each class do;
5. still undecided: test before training before validation.

Of a pair on both sides one number must move whatever the rule, so what the rule decides is the
direction; by 2 and 3 the tested patients stay nearly as many as published, class for class (in
M2D's three divisions 42, 47 and 40 numbers move, and 237, 236 and 238 are tested where 236 were).
A patient's class is the set of published labels of the recordings divided.
"""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from auscult.splits.protocol import Ask, Protocol
from auscult.splits.published import follow
from auscult.splits.roles import Role
from auscult.splits.rows import Row
from auscult.splits.table import PublishedTable
from auscult.types import Split

PREFERRED: tuple[Role, ...] = ("test", "train", "validation")
Counts: TypeAlias = Counter[tuple[Role, frozenset[str]]]


@dataclass(frozen=True, slots=True)
class Move:
    """One patient number whose role was changed."""

    patient: str
    group: str
    published: Role
    repaired: Role


@dataclass(frozen=True, slots=True)
class Repair:
    """Group → its one role, and what had to be moved for it."""

    role_of: Mapping[str, Role]
    moves: tuple[Move, ...]


def repaired_split(
    rows: Sequence[Row], table: PublishedTable, repeat: int = 0, seed: int = 0
) -> tuple[Split, ...]:
    """Return one split a column of ``table``, every group in the role :func:`repair` gives it.

    Raises
    ------
    SplitError
        If a row's patient is not in the table.
    """
    repairs = [repair(rows, table, index) for index in range(len(table.columns))]
    return tuple(
        follow(
            rows,
            lambda row, role_of=mended.role_of: role_of[row.group],  # type: ignore[misc]
            protocol="published-repaired",
            repeat=repeat * len(table.columns) + index,
            seed=seed,
        )
        for index, mended in enumerate(repairs)
    )


def repair(rows: Sequence[Row], table: PublishedTable, index: int) -> Repair:
    """Give every group one role in the split ``table.columns[index]``.

    Raises
    ------
    SplitError
        If a row's patient is not in the table.
    """
    members: dict[str, dict[str, Role]] = defaultdict(dict)
    kinds: dict[str, set[str]] = defaultdict(set)
    for row in rows:
        members[row.group][str(row.patient)] = table.role(row.patient, index)
        kinds[str(row.patient)].add(row.kind)
    class_of = {patient: frozenset(found) for patient, found in kinds.items()}
    published: Counts = Counter(
        (role, class_of[who]) for roles in members.values() for who, role in roles.items()
    )
    now, role_of, moves = published.copy(), {}, []
    for group, roles in sorted(members.items()):
        trials = [(_moved(now, roles, class_of, role), role) for role in _candidates(roles)]
        now, chosen = min(trials, key=lambda trial: _cost(trial[0], published, roles, trial[1]))
        role_of[group] = chosen
        moves += [
            Move(who, group, role, chosen) for who, role in sorted(roles.items()) if role != chosen
        ]
    return Repair(role_of, tuple(moves))


def _candidates(roles: Mapping[str, Role]) -> list[Role]:
    """Return the roles the group's numbers had, the preferred first: min() keeps the first."""
    return [role for role in PREFERRED if role in roles.values()]


def _moved(
    now: Counts, roles: Mapping[str, Role], class_of: Mapping[str, frozenset[str]], to: Role
) -> Counts:
    after = now.copy()
    for who, role in roles.items():
        after[role, class_of[who]] -= 1
        after[to, class_of[who]] += 1
    return after


def _cost(
    after: Counts, published: Counts, roles: Mapping[str, Role], to: Role
) -> tuple[int, int, int, int]:
    """Return what rules 1 to 4 weigh."""
    drift = {key: after[key] - published[key] for key in {*after, *published}}
    tested = [by for (role, _), by in drift.items() if role == "test"]
    validated = [by for (role, _), by in drift.items() if role == "validation"]
    n_moved = sum(role != to for role in roles.values())
    return n_moved, sum(map(abs, tested)), abs(sum(tested)), sum(map(abs, validated))


def _divide(rows: Sequence[Row], ask: Ask, repeat: int) -> tuple[Split, ...]:
    assert ask.published is not None  # noqa: S101 - Protocol has refused to go without
    return repaired_split(rows, ask.published, repeat, ask.seed)


REPAIRED = Protocol(
    "published-repaired: the roles of a published table, people with two numbers merged",
    _divide,
    follows_table=True,
)
