"""The three roles, and the guard: nothing is fitted on rows that are scored.

Whatever learns a number from data (weights, an epoch, a temperature, a threshold) is given rows
that say which role they have, and calls :func:`check_fitting` before it looks at them.
"""

from collections.abc import Set as AbstractSet
from typing import Literal, TypeAlias

from auscult.errors import SplitError

Role: TypeAlias = Literal["train", "validation", "test"]
FITTING: frozenset[Role] = frozenset({"train", "validation"})
"""Roles that anything may be fitted on."""


def check_fitting(roles: AbstractSet[Role], what: str) -> None:
    """Refuse to fit ``what`` on rows of ``roles``.

    Raises
    ------
    SplitError
        If test rows are among them, or nobody said which role they have.
    """
    if not roles:
        raise SplitError(
            f"{what} would be fitted on rows of no role, tested ones perhaps among them; "
            "take the rows of a split's training or validation part"
        )
    if scored := sorted(roles - FITTING):
        raise SplitError(
            f"{what} would be fitted on rows of the {', '.join(scored)} part; what is fitted there "
            "cannot be scored there. Take the training or validation part"
        )
