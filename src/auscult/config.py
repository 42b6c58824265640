"""A step is its own configuration: frozen dataclasses ↔ plain JSON.

``to_config(Mfcc())`` gives ``{"type": "Mfcc", "n_coefficients": 52, …}``
and ``from_config`` builds it again from a written-out table of allowed types. Data can name no
other code, a missing key takes the dataclass's default, and an unknown key is refused.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from typing import Any

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
        If the data names another type or an unknown key.
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
    return made(**given)


def digest(value: Any) -> str:
    """Return the SHA-256 of the canonical JSON of ``value``: equal data, equal digest."""
    text = json.dumps(to_config(value), sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    return hashlib.sha256(text.encode()).hexdigest()
