"""One row of a manifest: what a dataset says of a recording, and what opening its file told.

Columns, in order
-----------------
path            relative to the manifest's folder, with ``/``; absolute where nothing is shared
sha256          of the file's bytes; samples_sha256 of the decoded samples (equal for WAV and FLAC)
dataset, subset, recording, patient, session, group, site, label, sublabel
                as in :class:`auscult.types.Entry`
heard, heard5, murmur, refer, quality, beats
                the answer to each of :data:`auscult.types.QUESTIONS`, as the dataset's card tells
facts           the publisher's further facts, a JSON object. One column and not one a fact: the
                table then has the same columns whatever is in it, and rows can be written before
                the last dataset is known
rate_hz, duration_s, n_channels
                of the file as it lies on disk
taken_at_s      seconds since 1970, where the publisher tells
findings        what the signal says against the recording: a JSON object, kind → note
size_bytes, mtime_ns
                of the file when it was heard; while both stay, it is not decoded again

An empty cell says nothing. Only ``REQUIRED`` columns must be there.
"""

import json
import math
import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from types import MappingProxyType
from typing import Any, TypeAlias

from auscult.datasets.dataset import Card
from auscult.types import QUESTIONS, Entry

COLUMNS: Mapping[str, type] = MappingProxyType(
    {
        **dict.fromkeys(("path", "sha256", "samples_sha256"), str),
        **dict.fromkeys(("dataset", "subset", "recording", "patient", "session"), str),
        **dict.fromkeys(("group", "site", "label", "sublabel", *QUESTIONS), str),
        "facts": dict,
        "rate_hz": int,
        "duration_s": float,
        "n_channels": int,
        "taken_at_s": float,
        "findings": dict,
        "size_bytes": int,
        "mtime_ns": int,
    }
)
"""Name of a column → what its cells hold; ``dict`` is a JSON object of strings."""

REQUIRED = ("path", "dataset", "recording", "group", "label")

Row: TypeAlias = dict[str, Any]
"""Column → a value of the column's type, or None."""


@dataclass(frozen=True, slots=True)
class Heard:
    """What opening one file told; the hashes and lengths of a file that would not open are None."""

    size_bytes: int
    mtime_ns: int
    sha256: str | None = None
    samples_sha256: str | None = None
    rate_hz: int | None = None
    duration_s: float | None = None
    n_channels: int | None = None
    findings: Mapping[str, str] = field(default_factory=dict, hash=False)

    @property
    def readable(self) -> bool:
        """Whether the file could be decoded."""
        return self.samples_sha256 is not None


def answers_of(card: Card, label: str | None) -> dict[str, str | None]:
    """Return the answer that ``label`` gives to every question; None where it says nothing."""
    return {
        question: None if label is None else card.questions.get(question, {}).get(label)
        for question in QUESTIONS
    }


def row_of(entry: Entry, card: Card, heard: Heard, folder: Path) -> Row:
    """Return the row of ``entry`` in a manifest that lies in ``folder``."""
    said = {
        "path": portable(entry.path, folder),
        "recording": entry.recording_id,
        **{question: card.answer(entry, question) for question in QUESTIONS},
        **{f.name: getattr(heard, f.name) for f in fields(heard)},
    }
    return {name: said[name] if name in said else getattr(entry, name) for name in COLUMNS}


def entry_of(row: Row, folder: Path, answering: Iterable[str] = ()) -> Entry:
    """Return the entry that ``row`` of a manifest in ``folder`` describes.

    A fact that answers one of the questions ``answering`` is, if missing, the row's own answer.
    """
    told: dict[str, Any] = {f.name: row.get(f.name) for f in fields(Entry) if f.name in COLUMNS}
    told |= {"subset": row.get("subset") or "", "facts": {**(row.get("facts") or {})}}
    for question in answering:
        if answer := row.get(question):
            told["facts"].setdefault(question, answer)
    told["path"] = Path(os.path.normpath(folder / row["path"]))
    return Entry(recording_id=row["recording"], **told)


def heard_of(row: Row) -> Heard:
    """Return what opening the file told when the row was written."""
    told: dict[str, Any] = {f.name: row.get(f.name) for f in fields(Heard)}
    told |= {name: told[name] or 0 for name in ("size_bytes", "mtime_ns")}
    told["findings"] = row.get("findings") or {}
    return Heard(**told)


def portable(path: Path, folder: Path) -> str:
    """Return ``path`` as seen from ``folder``; absolute where the two share nothing but a root."""
    # subtle: lexical, as entry_of is; followed links would lead out of a folder that moves whole.
    path, folder = (Path(os.path.normpath(p.absolute())) for p in (path, folder))
    if path.drive != folder.drive:
        return path.as_posix()
    shared = Path(os.path.commonpath([path, folder]))
    below_root = shared != Path(shared.anchor)
    return Path(os.path.relpath(path, folder) if below_root else path).as_posix()


def parsed(column: str, cell: Any) -> Any:
    """Return what ``cell`` holds, as the column's type; None for an empty one.

    Raises
    ------
    ValueError
        If the cell holds something else; the message is half a sentence.
    """
    kind = COLUMNS[column]
    if cell is None or (isinstance(cell, float) and math.isnan(cell)):
        return None
    text = str(cell) if column == "path" else str(cell).strip()
    if not text:
        return None
    if kind is str:
        return text
    return _object(column, text) if kind is dict else _number(column, kind, text)


def _number(column: str, kind: type, text: str) -> int | float:
    """Read a number; a spreadsheet may have made 44100.0 of a whole one."""
    try:
        number = int(text) if kind is int and text.lstrip("+-").isdecimal() else float(text)
    except ValueError:
        raise ValueError(f"{column} {text!r} is no number") from None
    if not math.isfinite(number) or (kind is int and number != int(number)):
        raise ValueError(f"{column} {text!r} is no {'whole' if kind is int else 'finite'} number")
    return int(number) if kind is int else float(number)


def _object(column: str, text: str) -> dict[str, str]:
    try:
        found = json.loads(text)
    except ValueError:
        found = None
    if not isinstance(found, dict) or not all(isinstance(value, str) for value in found.values()):
        raise ValueError(f'{column} {text!r} is no JSON object of texts, like {{"age": "child"}}')
    return found


def written(column: str, value: Any) -> Any:
    """Return what stands in the cell: JSON for objects, nothing for an empty one."""
    if COLUMNS[column] is not dict:
        return value
    return json.dumps(dict(value), sort_keys=True, ensure_ascii=False) if value else None
