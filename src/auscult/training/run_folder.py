"""A run's folder: everything a training was asked, saw and found, one file a fact.

::

    config.json       the options
    data.json         dataset, counts, hash of the recordings
    environment.json  versions and machine; of a run that went on elsewhere, those too
    splits.json       the rows of every role, with a hash
    features.npz      features of every row
    r0-f0/            one fold: checkpoint while it runs; then history, scores and model.onnx
    predictions.csv   all folds and all baselines
    evaluation.json, report.html, curves.png

A run continues where it stopped when the same command is given again. A folder of another run is
refused, never overwritten.
"""

import json
import os
import platform
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields, is_dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import numpy as np

from auscult.config import digest, from_config, to_config
from auscult.errors import ConfigError, RunError
from auscult.files import write_atomically
from auscult.splits import recording_facts, without_copies
from auscult.training.fine_tune.options import FineTuneOptions
from auscult.training.options import TrainOptions
from auscult.types import Entry, FloatArray, Split

PACKAGES = ("auscult", "numpy", "soxr", "torch", "scikit-learn", "onnxruntime")


@dataclass(frozen=True, slots=True, eq=False)
class FoldScores:
    """What one fold found on its test rows, before and after calibration."""

    row_ids: tuple[str, ...]
    raw: FloatArray
    temperature: float
    model_hash: str


@dataclass(frozen=True, slots=True)
class RunFolder:
    """Paths and files of one run."""

    path: Path

    def start(self, options: object, data: dict[str, Any]) -> None:
        """Write what the run is about, or check that the folder is of the same run.

        Raises
        ------
        RunError
            If the folder holds another run or cannot be written.
        """
        asked = {"config.json": to_config(options), "data.json": data}
        found = {name: self.read_json(name) for name in asked}
        found["config.json"] = _up_to_date(found["config.json"], options)
        for name, content in asked.items():
            there = found[name]
            if there is not None and there != content:
                raise RunError(
                    f"{self.path}: holds another run ({_difference(there, content)}); "
                    "choose another folder with --out, or delete this one"
                )
        for name, content in {**asked, "environment.json": self._environments()}.items():
            self.write_json(name, content)

    def _environments(self) -> dict[str, Any]:
        """Return where the run was begun and, if it is another, where it goes on."""
        here = environment()
        first = self.read_json("environment.json") or here
        later = first.pop("went_on_in", [])
        if here not in [first, *later]:
            later = [*later, here]
        return {**first, "went_on_in": later} if later else first

    def options(self) -> TrainOptions | FineTuneOptions:
        """Return the options the run was started with.

        Raises
        ------
        RunError
            If the folder holds no run, or one of ``auscult train-joint``.
        """
        data = self.read_json("config.json")
        if data is None:
            raise RunError(f"{self.path}: holds no training run (no config.json)")
        if data.get("type") == "JointOptions":
            raise RunError(
                f"{self.path}: holds a run of `auscult train-joint`; its figures stand in "
                f"{self.path}/DATASET-QUESTION/report.html, and `auscult export-joint` makes a "
                "bundle of it"
            )
        if data.get("type") == FineTuneOptions.__name__:
            tuned: FineTuneOptions = from_config(data, {FineTuneOptions.__name__: FineTuneOptions})
            return tuned
        return TrainOptions.from_config(data)

    def write_splits(self, splits: Sequence[Split], warnings: Sequence[str]) -> str:
        """Write the roles of every row and what leaks; return the hash of the divisions.

        That one leaves copies out: they follow the recording they were made from, and who made
        none learned from the same recordings.

        Raises
        ------
        RunError
            If the folder's folds were made with other splits.
        """
        split_hash = digest(list(splits))
        there = self.read_json("splits.json")
        if there is not None and there["hash"] != split_hash:
            raise RunError(
                f"{self.path}: its folds were divided otherwise, perhaps by another version of "
                "auscult; choose another folder with --out, or delete this one"
            )
        content = {"hash": split_hash, "warnings": list(warnings), "splits": to_config(splits)}
        self.write_json("splits.json", content)
        return digest([without_copies(split) for split in splits])

    def splits(self) -> tuple[Split, ...]:
        """Return the splits, as :meth:`write_splits` was given them.

        Raises
        ------
        RunError
            If they have not been written.
        """
        content = self.read_json("splits.json") or {}
        if "splits" not in content:
            raise RunError(f"{self.path}: has no splits.json; give its `auscult train` again")
        splits: tuple[Split, ...] = from_config(content["splits"], {"Split": Split})
        return splits

    def warnings(self) -> tuple[str, ...]:
        """Return what leaks, as :meth:`write_splits` was told.

        Raises
        ------
        RunError
            If the splits have not been written.
        """
        content = self.read_json("splits.json") or {}
        if "warnings" not in content:
            raise RunError(f"{self.path}: has no splits.json; give its `auscult train` again")
        return tuple(content["warnings"])

    def fold(self, split: Split) -> Path:
        """Return the folder of one fold."""
        return self.path / f"r{split.repeat}-f{split.fold}"

    def write_fold(self, split: Split, scores: FoldScores) -> None:
        """Write the scores of a finished fold."""
        content = {
            "row_ids": list(scores.row_ids),
            "raw": [[float(p) for p in row] for row in scores.raw],
            "temperature": scores.temperature,
            "model_hash": scores.model_hash,
        }
        self.write_json(f"{self.fold(split).name}/scores.json", content)

    def read_fold(self, split: Split) -> FoldScores | None:
        """Return the scores of a fold, or None if it has not been finished."""
        content = self.read_json(f"{self.fold(split).name}/scores.json")
        if content is None:
            return None
        return FoldScores(
            tuple(content["row_ids"]),
            np.array(content["raw"], np.float32),
            content["temperature"],
            content["model_hash"],
        )

    def write_json(self, name: str, content: Any) -> None:
        """Write one JSON file."""
        text = json.dumps(content, indent=1, ensure_ascii=False, default=to_config) + "\n"
        write_atomically(self.path / name, text)

    def read_json(self, name: str) -> Any:
        """Return the content of one JSON file, or None where there is none.

        Raises
        ------
        RunError
            If it is damaged.
        """
        path = self.path / name
        if not path.is_file():
            return None
        try:
            return json.loads(path.read_text(encoding="utf-8"))
        except ValueError as error:
            raise RunError(f"{path}: is damaged ({error}); delete it and run again") from error


def describe_data(entries: Sequence[Entry], labels: Sequence[str]) -> dict[str, Any]:
    """Return names, counts and a hash over id, label, group and bytes of every recording."""
    counts = {label: labels.count(label) for label in sorted(set(labels))}
    n_groups = len({entry.group for entry in entries})
    return {
        "dataset": " + ".join(dict.fromkeys(entry.dataset for entry in entries)),
        "n_recordings": len(entries),
        "n_groups": n_groups,
        "n_of_class": counts,
        "hash": digest(recording_facts(entries, labels)),
    }


def environment() -> dict[str, Any]:
    """Return versions and machine."""
    versions: dict[str, str | None] = {}
    for package in PACKAGES:
        try:
            versions[package] = version(package)
        except PackageNotFoundError:
            versions[package] = None
    return {
        "python": platform.python_version(),
        "platform": platform.platform(),
        "n_cpus": os.cpu_count(),
        "packages": versions,
    }


def _up_to_date(there: Any, options: object) -> Any:
    """Return stored options as this version would write them; what it does not know as it is."""
    try:
        return to_config(from_config(there, {kind.__name__: kind for kind in _kinds_in(options)}))
    except (ConfigError, TypeError):
        return there


def _kinds_in(value: object) -> Iterator[type]:
    """Yield the dataclasses that ``value`` is made of."""
    if is_dataclass(value) and not isinstance(value, type):
        yield type(value)
        for own in fields(value):
            yield from _kinds_in(getattr(value, own.name))


def _difference(there: Any, wanted: Any) -> str:
    keys = [k for k in sorted({*there, *wanted}) if there.get(k) != wanted.get(k)]
    return "; ".join(f"{k} is {there.get(k)!r}, wanted {wanted.get(k)!r}" for k in keys[:2])
