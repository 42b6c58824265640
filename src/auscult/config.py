"""A step is its own configuration: frozen dataclasses ↔ plain JSON.

``to_config(Mfcc())`` gives ``{"type": "Mfcc", "n_coefficients": 52, …}``
and ``from_config`` builds it again from a written-out table of allowed types. Data can name no
other code, a missing key takes the dataclass's default; an unknown key and a value of another type
are refused.
"""

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from functools import lru_cache
from types import UnionType
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

from auscult.errors import ConfigError


def to_config(value: Any) -> Any:
    """Return ``value`` (dataclasses, tuples, mappings, numbers, strings) as JSON-ready data."""
    if is_dataclass(value) and not isinstance(value, type):
        inner = {f.name: to_config(getattr(value, f.name)) for f in fields(value)}
        return {"type": type(value).__name__, **inner}
    if isinstance(value, Mapping):
        return {str(key): to_config(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [to_config(item) for item in value]
    return value


def from_config(data: Any, types: Mapping[str, type]) -> Any:
    """Build what :func:`to_config` described; lists come back as tuples.

    Parameters
    ----------
    data
        JSON-ready data.
    types
        Class name → class: everything the data may name.

    Raises
    ------
    ConfigError
        If the data names another type or an unknown key, or a value is not of its field's type.
    """
    if isinstance(data, list | tuple):
        return tuple(from_config(item, types) for item in data)
    if not isinstance(data, Mapping):
        return data
    if "type" not in data:
        return {key: from_config(item, types) for key, item in data.items()}
    if data["type"] not in types:
        raise ConfigError(
            f"type {data['type']!r} is not one of {', '.join(sorted(types))}; "
            "was this written by a newer version of auscult?"
        )
    made = types[data["type"]]
    known = {f.name for f in fields(made)}
    given = {key: from_config(item, types) for key, item in data.items() if key != "type"}
    if unknown := sorted(given.keys() - known):
        raise ConfigError(
            f"{data['type']} has no option {', '.join(unknown)}; it has {', '.join(sorted(known))}"
        )
    check(made, given)
    return made(**given)


def check(made: type, given: Mapping[str, Any]) -> None:
    """Refuse values that are not what the fields of a dataclass are declared to be.

    Raises
    ------
    ConfigError
        If one is not.
    """
    for name, value in given.items():
        wanted = _hints(made)[name]
        if not _fits(value, wanted):
            words = wanted.__name__ if isinstance(wanted, type) else str(wanted)
            words = re.sub(r"\w+\.(?=\w)", "", words)
            raise ConfigError(f"{name} of {made.__name__} is {repr(value)[:80]}; wanted is {words}")


@lru_cache(maxsize=64)
def _hints(made: type) -> Mapping[str, Any]:
    return get_type_hints(made)


def _fits(value: Any, wanted: Any) -> bool:
    """Say whether a value is of a type; a protocol is taken for any step."""
    kind, inner = get_origin(wanted), get_args(wanted)
    if kind in {Union, UnionType}:
        return any(_fits(value, one) for one in inner)
    if kind is tuple:
        many = inner[:1] * len(value) if isinstance(value, tuple) and ... in inner else inner
        return isinstance(value, tuple) and len(value) == len(many) and all(map(_fits, value, many))
    if kind is Mapping:
        pairs = value.items() if isinstance(value, Mapping) else [(None, None)]
        return all(_fits(key, inner[0]) and _fits(item, inner[1]) for key, item in pairs)
    if wanted in {int, float}:
        return isinstance(value, int | wanted) and not isinstance(value, bool)
    if getattr(wanted, "_is_protocol", False):
        return is_dataclass(value)
    known = isinstance(wanted, type) and wanted is not Any
    return isinstance(value, wanted) if known else kind is not Literal or value in inner


def digest(value: Any) -> str:
    """Return the SHA-256 of the canonical JSON of ``value``: equal data, equal digest."""
    text = json.dumps(to_config(value), sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    return hashlib.sha256(text.encode()).hexdigest()
