"""A division kept as a file, bound to the recordings it divides.

The file says of every recording which role it has in every split, so that two people who train on
the same file are scored on the same recordings. It carries a hash of its own content, and of each
recording the bytes, the label and the group: a file that was edited, or recordings that are not
those it was made from, are refused.

Format
------
JSON, UTF-8, one recording a line::

    {"format": "auscult-splits/1",
     "protocol": "grouped", "leaks": false,
     "options": {"n_folds": 5, "n_repeats": 1, "seed": 0},
     "datasets": ["pascal"], "question": "heard",
     "data_hash": "…",
     "splits": [{"repeat": 0, "fold": 0}, …],
     "rows": [{"recording": "…", "dataset": "…", "group": "…", "label": "…", "sha256": "…",
               "roles": ["train", "test", …]}, …],
     "sha256": "…"}

``roles`` holds one role a split, in the order of ``splits``: "train", "validation" (stops the
training, calibrates), "test" (is scored), "watched" (stops the training and is scored: only under a
protocol that is known to leak) or "left out" (a group mate of what is tested). An empty ``label``
is a recording published without one. ``sha256`` of a row is that of its file, ``data_hash`` the
hash of all rows without their roles, the file's own ``sha256`` the hash of everything else in it
(canonical JSON: :func:`auscult.config.digest`).
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from auscult.config import digest
from auscult.errors import SplitError
from auscult.files import write_atomically
from auscult.splits.rows import Row
from auscult.types import Split

FORMAT = "auscult-splits/1"
LEFT_OUT = "left out"
ROLES = ("train", "validation", "test", "watched", LEFT_OUT)
_ROW_KEYS = ("recording", "dataset", "group", "label", "sha256", "roles")


@dataclass(frozen=True, slots=True)
class StoredRow:
    """One recording: what binds it, and its role in every split."""

    recording: str
    dataset: str
    group: str
    label: str
    sha256: str
    roles: tuple[str, ...]

    @property
    def facts(self) -> tuple[str, str, str, str]:
        """What the data hash is taken over: id, label, group and bytes."""
        return (self.recording, self.label, self.group, self.sha256)


@dataclass(frozen=True, slots=True)
class StoredSplits:
    """Splits and the recordings they divide, checked when made.

    Parameters
    ----------
    protocol
        How the recordings were divided; ``leaks`` says that it may put a group on both sides.
    options
        What the protocol was told (folds, seed, the published table's name and hash …).
    question
        Which classes the labels are of, a key of :data:`auscult.types.QUESTIONS`; empty where the
        labels are those of the publisher.
    numbers
        Repeat and fold of every split.
    rows
        Every recording, with as many roles as there are splits.
    source
        Named in messages.

    Raises
    ------
    SplitError
        If a recording is named twice, has a role too few or an unknown one, or a group has two
        roles in a split although the protocol does not leak. To be left out is no role.
    """

    protocol: str
    leaks: bool
    options: Mapping[str, Any]
    question: str
    numbers: tuple[tuple[int, int], ...]
    rows: tuple[StoredRow, ...]
    source: str = "splits"

    def __post_init__(self) -> None:
        for fault in self._faults():
            raise SplitError(f"{self.source}: {fault}")

    def _faults(self) -> Iterator[str]:
        seen: set[str] = set()
        role_of: dict[tuple[int, str], str] = {}
        for number, row in enumerate(self.rows, start=1):
            who = f"row {number} ({row.recording})"
            if row.recording in seen:
                yield f"{who} names a recording a second time"
            seen.add(row.recording)
            if len(row.roles) != len(self.numbers):
                yield f"{who} has {len(row.roles)} roles; there are {len(self.numbers)} splits"
            for index, role in enumerate(row.roles):
                if role not in ROLES or (role == "watched" and not self.leaks):
                    yield f"{who} has the role {role!r}; wanted one of {', '.join(ROLES)}"
                if role == LEFT_OUT or self.leaks:
                    continue
                if (first := role_of.setdefault((index, row.group), role)) != role:
                    yield (
                        f"{who} puts group {row.group} into {role} where another of its "
                        f"recordings is {first}; a patient or session has one role in a split"
                    )

    @property
    def datasets(self) -> tuple[str, ...]:
        """Names of the datasets divided, sorted."""
        return tuple(sorted({row.dataset for row in self.rows}))

    @property
    def data_hash(self) -> str:
        """Hash over id, label, group and bytes of every recording, in order."""
        return digest([row.facts for row in self.rows])

    @property
    def splits(self) -> tuple[Split, ...]:
        """The splits, their rows in the order of the recordings."""
        return self._divided([(row.recording, row, True) for row in self.rows])

    def divide(self, rows: Sequence[Row]) -> tuple[Split, ...]:
        """Return the splits of ``rows``, each in the role of its recording; copies only train.

        Recordings that are divided but not among ``rows`` are left out of every part.

        Raises
        ------
        SplitError
            If a row's recording has no role.
        ConfigError
            If a split has nothing left to train on or to test.
        """
        stored = {row.recording: row for row in self.rows}
        if bare := [row.recording_id for row in rows if row.recording_id not in stored]:
            raise SplitError(
                f"{self.source}: has no role for {len(bare)} recordings ({bare[0]} …); "
                "divide all that is asked with `auscult data split`"
            )
        return self._divided([(r.row_id, stored[r.recording_id], not r.variant) for r in rows])

    def _divided(self, rows: Sequence[tuple[str, StoredRow, bool]]) -> tuple[Split, ...]:
        """Build the splits of rows given as id, stored row, and whether they are no copies."""

        def part(index: int, *roles: str) -> tuple[str, ...]:
            return tuple(
                row_id
                for row_id, row, original in rows
                if row.roles[index] in roles and (original or "train" in roles)
            )

        return tuple(
            Split(
                protocol=self.protocol,
                fold=fold,
                repeat=repeat,
                train=part(index, "train"),
                validation=part(index, "validation", "watched"),
                test=part(index, "test", "watched"),
                stops_on_test=any(row.roles[index] == "watched" for row in self.rows),
            )
            for index, (repeat, fold) in enumerate(self.numbers)
        )

    def check_recordings(self, facts: Sequence[tuple[str, str, str, str]], where: object) -> None:
        """Refuse recordings other than those divided.

        Parameters
        ----------
        facts
            Id, label, group and SHA-256 of each recording that is there (:func:`recording_facts`).
        where
            Where they lie, named in the message.

        Raises
        ------
        SplitError
            If one is missing, new, or has other bytes, another label or another group.
        """
        there = {fact[0]: fact for fact in facts}
        named = {row.recording for row in self.rows}
        for number, row in enumerate(self.rows, start=1):
            who = f"{self.source}, row {number}: {row.recording}"
            if row.recording not in there:
                raise SplitError(f"{who} is not at {where}; name the data the splits were made of")
            for name, stored, found in zip(
                ("id", "label", "group", "sound file"), row.facts, there[row.recording], strict=True
            ):
                if stored != found:
                    raise SplitError(
                        f"{who} has another {name} at {where} ({found[:16]!r}, was "
                        f"{stored[:16]!r}); divide these recordings anew with `auscult data split`"
                    )
        if unknown := [fact[0] for fact in facts if fact[0] not in named]:
            raise SplitError(
                f"{self.source}: has no role for {len(unknown)} recordings at {where} "
                f"({unknown[0]} …); divide these recordings anew with `auscult data split`"
            )

    def write(self, path: str | Path) -> Path:
        """Write the file; an earlier one survives a failure.

        Raises
        ------
        RunError
            If it cannot be written.
        """
        content = {"format": FORMAT, **self._content()}
        rows = content.pop("rows")
        head = json.dumps(content, indent=1, ensure_ascii=False)
        lines = ",\n".join("  " + json.dumps(row, ensure_ascii=False) for row in rows)
        own = digest({**content, "rows": rows})
        text = f'{head[:-2]},\n "rows": [\n{lines}\n ],\n "sha256": "{own}"\n}}\n'
        return write_atomically(path, text)

    def _content(self) -> dict[str, Any]:
        return {
            "protocol": self.protocol,
            "leaks": self.leaks,
            "options": dict(self.options),
            "datasets": list(self.datasets),
            "question": self.question,
            "data_hash": self.data_hash,
            "splits": [{"repeat": repeat, "fold": fold} for repeat, fold in self.numbers],
            "rows": [
                {key: getattr(row, key) for key in _ROW_KEYS} | {"roles": list(row.roles)}
                for row in self.rows
            ],
        }


def read_splits(path: str | Path) -> StoredSplits:
    """Read a file that :meth:`StoredSplits.write` made.

    Raises
    ------
    SplitError
        If it cannot be read, is no such file, was changed, or gives a group two roles.
    """
    path = Path(path)
    content = _content_of(path)
    try:
        stored = StoredSplits(
            protocol=content["protocol"],
            leaks=content["leaks"],
            options=content["options"],
            question=content["question"],
            numbers=tuple((split["repeat"], split["fold"]) for split in content["splits"]),
            rows=tuple(
                StoredRow(**{key: row[key] for key in _ROW_KEYS} | {"roles": tuple(row["roles"])})
                for row in content["rows"]
            ),
            source=str(path),
        )
    except (KeyError, TypeError, AttributeError) as error:
        raise SplitError(f"{path}: lacks {error}; make it with `auscult data split`") from error
    if stored.data_hash != content["data_hash"]:
        raise SplitError(f"{path}: its data hash is not that of its rows; divide the data anew")
    return stored


def _content_of(path: Path) -> dict[str, Any]:
    """Return the JSON, its own hash checked and taken off."""
    try:
        content = json.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise SplitError(f"{path}: cannot be read ({error.strerror})") from error
    except ValueError as error:
        raise SplitError(f"{path}: holds no JSON ({error}); was the file cut off?") from error
    found = content.get("format") if isinstance(content, dict) else None
    if found != FORMAT:
        raise SplitError(
            f"{path}: format is {found!r}, wanted {FORMAT!r}; make it with `auscult data split`"
        )
    own = content.pop("sha256", None)
    if own != digest(content):
        raise SplitError(
            f"{path}: was changed after it was made (its hash does not match); "
            "make it again with `auscult data split`"
        )
    return dict(content)
