"""The error tree is complete, as drawn, and every branch has its exit code."""

import re

from auscult import errors
from auscult.errors import AuscultError, ConfigError, MissingExtraError


def tree() -> dict[str, type[AuscultError]]:
    found: dict[str, type[AuscultError]] = {}
    waiting: list[type[AuscultError]] = [AuscultError]
    while waiting:
        kind = waiting.pop()
        found[kind.__name__] = kind
        waiting += kind.__subclasses__()
    return {name: kind for name, kind in found.items() if kind.__module__ == "auscult.errors"}


def test_the_drawing_names_every_error_and_its_exit_code() -> None:
    assert errors.__doc__ is not None
    drawn = re.findall(r"(\w+Error) +(\d)", errors.__doc__)
    assert dict(drawn) == {name: str(kind.exit_code) for name, kind in tree().items()}


def test_every_error_of_the_module_hangs_in_the_tree() -> None:
    defined = {n for n, v in vars(errors).items() if isinstance(v, type) and n.endswith("Error")}
    assert defined == set(tree())


def test_exit_codes_tell_the_branches_apart() -> None:
    branches = [AuscultError, *AuscultError.__subclasses__()]
    codes = [kind.exit_code for kind in branches if kind.__module__ == "auscult.errors"]
    assert len(codes) == len(set(codes))
    assert not {0, 130} & set(codes)


def test_a_wrong_option_is_also_a_value_error() -> None:
    assert issubclass(ConfigError, ValueError)


def test_a_missing_package_names_the_command_that_installs_it() -> None:
    assert str(MissingExtraError("matplotlib", "plot")) == (
        "this needs matplotlib, which is not installed; run: pip install 'auscult[plot]'"
    )
