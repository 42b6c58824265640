"""Dataclasses ↔ JSON: everything comes back, nothing else is built."""

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auscult.config import digest, from_config, to_config
from auscult.errors import ConfigError


@dataclass(frozen=True)
class Lens:
    """A part."""

    power: float = 1.5
    marks: tuple[int, ...] = (1, 2)


@dataclass(frozen=True)
class Eye:
    """A whole with a part."""

    name: str
    lens: Lens = field(default_factory=Lens)
    spare: tuple[Lens, ...] = ()
    focus: Literal["near", "far"] | int = "near"
    shares: Mapping[str, float] = field(default_factory=dict)
    pair: tuple[int, int] = (0, 0)

    def __post_init__(self) -> None:
        if not self.name:
            raise ConfigError("name must not be empty")


DIGEST = "86d25e564fd43c682cf81e799f2ac3bf89ed08153038d7178f9bf9c5feb0665a"
TYPES = {"Lens": Lens, "Eye": Eye}
LENSES = st.builds(
    Lens, st.floats(allow_nan=False, allow_infinity=False), st.lists(st.integers()).map(tuple)
)
EYES = st.builds(Eye, st.text(min_size=1), LENSES, st.lists(LENSES, max_size=3).map(tuple))
PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=10,
)


@given(EYES)
def test_what_went_to_json_comes_back_equal(eye: Eye) -> None:
    assert from_config(json.loads(json.dumps(to_config(eye))), TYPES) == eye


def test_the_configuration_by_hand() -> None:
    assert to_config(Eye("left")) == {
        "type": "Eye",
        "name": "left",
        "lens": {"type": "Lens", "power": 1.5, "marks": [1, 2]},
        "spare": [],
        "focus": "near",
        "shares": {},
        "pair": [0, 0],
    }


def test_a_missing_key_takes_the_default() -> None:
    assert from_config({"type": "Eye", "name": "left"}, TYPES) == Eye("left")


def test_another_type_is_refused() -> None:
    with pytest.raises(
        ConfigError, match=r"type 'Popen' is not one of Eye, Lens; was this written"
    ):
        from_config({"type": "Eye", "name": "x", "lens": {"type": "Popen", "args": "ls"}}, TYPES)


def test_an_unknown_key_is_refused() -> None:
    with pytest.raises(ConfigError, match="Lens has no option pwoer; it has marks, power"):
        from_config({"type": "Lens", "pwoer": 2}, TYPES)


@pytest.mark.parametrize(
    "changes",
    [
        {"name": 5},
        {"lens": None},
        {"lens": {"power": 1.0}},
        {"spare": {}},
        {"spare": [{"type": "Eye", "name": "x"}]},
        *({"lens": {"type": "Lens", "power": power}} for power in ("1", True, None)),
        *({"lens": {"type": "Lens", "marks": marks}} for marks in (1, [1.5], "12")),
        {"focus": 0.5},
        {"focus": "nowhere"},
        {"shares": {"a": "b"}},
        {"shares": [1]},
        {"pair": [1, 2, 3]},
    ],
)
def test_a_value_of_another_type_is_refused(changes: dict[str, Any]) -> None:
    told = "|".join([*changes, "power", "marks"])
    with pytest.raises(ConfigError, match=rf"^({told}) of (Eye|Lens) is .*; wanted is [\w\[]+"):
        from_config({"type": "Eye", "name": "left", **changes}, TYPES)


def test_what_is_wanted_is_told_in_short_words() -> None:
    with pytest.raises(ConfigError, match=r"^shares of Eye is 3; wanted is Mapping\[str, float\]$"):
        from_config({"type": "Eye", "name": "left", "shares": 3}, TYPES)


def test_what_is_built_checks_itself() -> None:
    with pytest.raises(ConfigError, match="name must not be empty"):
        from_config({"type": "Eye", "name": ""}, TYPES)


@given(PLAIN)
def test_equal_data_have_equal_digests_whatever_their_order(data: Any) -> None:
    assert digest(data) == digest(json.loads(json.dumps(data)))
    assert digest({"a": data, "b": 1}) == digest({"b": 1, "a": data})
    assert digest({"a": data}) != digest({"b": data})


def test_the_digest_is_that_of_the_canonical_json() -> None:
    # sha256sum of {"a":[1,2.5],"type":"\u00e9"}, computed outside
    assert digest({"type": "é", "a": (1, 2.5)}) == DIGEST
    assert digest(Lens()) != digest(Lens(power=math.nextafter(1.5, 2)))
