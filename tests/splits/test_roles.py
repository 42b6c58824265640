"""The guard: what is fitted says on which part, and the tested part is refused."""

import pytest

from auscult.errors import SplitError
from auscult.splits import Role, check_fitting


@pytest.mark.parametrize("roles", [{"train"}, {"validation"}, {"train", "validation"}])
def test_training_and_validation_parts_may_fit(roles: set[Role]) -> None:
    check_fitting(roles, "a threshold")


@pytest.mark.parametrize("roles", [{"test"}, {"train", "test"}])
def test_the_tested_part_may_not(roles: set[Role]) -> None:
    with pytest.raises(SplitError, match="a threshold would be fitted on rows of the test part"):
        check_fitting(roles, "a threshold")


def test_nor_may_rows_of_no_part() -> None:
    with pytest.raises(SplitError, match="a threshold would be fitted on rows of no role"):
        check_fitting(set(), "a threshold")
