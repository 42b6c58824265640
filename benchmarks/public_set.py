"""A public set under several protocols: what the results pages of CirCor and CinC 2016 share.

Each row of a table is one ``auscult benchmark run`` in ``--runs``; finished folds are read, broken
runs continued, so a script can be stopped and started at will. The page is written anew after every
model, with what is there.
"""

import argparse
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from auscult.cli.show import Bars
from auscult.evaluation.benchmark import Benchmark
from auscult.evaluation.contest import ContestResult
from auscult.evaluation.result import PartResult, SystemResult
from auscult.training.card import cell, markdown_table
from auscult.training.options import TrainOptions
from auscult.verbs.benchmark import benchmark
from auscult.verbs.benchmark_task import Division
from auscult.verbs.compare import compare
from auscult.verbs.index import index

SHOWN = {
    "balanced_accuracy": "UAR",
    "macro_f1": "macro F1",
    "macro_auc": "ROC AUC",
    "accuracy": "accuracy",
    "mcc": "MCC",
    "ece": "ECE",
}
PARTS = {name: SHOWN[name] for name in ("balanced_accuracy", "macro_auc", "accuracy")}
MODELS = ("ensemble", "logistic-regression", "gradient-boosting")
"""The first is the one that is cut by site and age; the last takes longest."""
QUICK = MODELS[:2]
"""Those that are done in minutes."""
FRONTEND = "heart"
NOTE = (
    "Value [95 % interval from resampling people]. Rows in italics never hear a sound. Every model "
    f"hears through front end `{FRONTEND}`, without augmented copies. The model that ships was "
    "made from these recordings among others, so it has no row here; `auscult benchmark run` asks "
    "any other bundle as it is."
)


@dataclass(frozen=True, slots=True)
class Setting:
    """One protocol: its name on the page, and what ``auscult benchmark run`` is told."""

    title: str
    protocol: str
    n_folds: int = 1
    published: str = ""
    n_repeats: int = 1
    question: str = ""
    models: tuple[str, ...] = MODELS
    lead: str = ""

    @property
    def key(self) -> str:
        """Return what tells the setting from the others of its set."""
        repeats = f"-x{self.n_repeats}" if self.n_repeats > 1 else ""
        return f"{self.protocol}{f'-{self.question}' if self.question else ''}{repeats}"


@dataclass(frozen=True, slots=True)
class PublicSet:
    """What is asked of which set, and what its page says around the tables."""

    name: str
    title: str
    question: str
    settings: tuple[Setting, ...]
    figures: dict[str, str]
    lead: str
    beside: str = ""
    sets: tuple[str, ...] = ()
    """Folders below the path that are indexed together; by default the path is the dataset."""


Done = dict[tuple[str, str], tuple[Path, Benchmark]]
"""(key of the setting, model) → run folder and what was found."""


def main(public: PublicSet, about: str) -> None:
    """Run what is missing; write the page after every model."""
    parser = argparse.ArgumentParser(description=about.splitlines()[0])
    parser.add_argument("path", type=Path, help="folder of the recordings")
    parser.add_argument("--runs", type=Path, default=Path("runs"), help="folder of the run folders")
    parser.add_argument("--out", type=Path, default=Path("docs/results"), help="folder for results")
    parser.add_argument("--models", nargs="*", default=MODELS, help="all by default")
    options = parser.parse_args()
    path = options.path
    if public.sets:
        manifest = options.runs / f"{public.name}.csv"
        path = index([path / name for name in public.sets], manifest, progress=Bars()).path
    done: Done = {}
    for model in sorted(options.models, key=MODELS.index):
        for setting in public.settings:
            if model not in setting.models:
                continue
            found = run(public, setting, model, path, options.runs)
            folder = options.runs / folder_name(public, setting, model)
            done[setting.key, model] = folder, found
            figure = cell(found.recordings.model.metrics["balanced_accuracy"])
            print(f"{folder.name}: UAR {figure}", flush=True)
        write(public, done, options.out)


def run(public: PublicSet, setting: Setting, model: str, path: Path, runs: Path) -> Benchmark:
    """Return one run, continuing it where it stopped."""
    asked: dict[str, Any] = {
        "question": setting.question or public.question,
        "protocol": setting.protocol,
        "n_folds": setting.n_folds,
        "n_repeats": setting.n_repeats,
    }
    options = TrainOptions(model, frontend=FRONTEND, variants=(), **asked)
    division = Division(published=path / setting.published if setting.published else None)
    out = runs / folder_name(public, setting, model)
    return benchmark(path, options, out, Bars(), division=division, cache=runs / "features")


def folder_name(public: PublicSet, setting: Setting, model: str) -> str:
    """Return the name of a run's folder."""
    return f"{public.name}-{setting.key}-{model}"


def write(public: PublicSet, done: Done, out: Path) -> None:
    """Write the page and its JSON."""
    out.mkdir(parents=True, exist_ok=True)
    blocks = [f"# {public.title}", public.lead, NOTE, *_cautions(done)]
    for setting in public.settings:
        members = {m: found for (key, m), (_, found) in done.items() if key == setting.key}
        if members:
            blocks += [f"## {setting.title}", setting.lead, *_tables(public, members)]
    blocks += ["## Paired differences", *_differences(public, done), public.beside]
    target = f"results-{public.name.replace('_', '-')}"
    written = f"Written by `make {target}` from the predictions of each run."
    text = "\n\n".join(block for block in [*blocks, written] if block) + "\n"
    (out / f"{public.name}.md").write_text(text, encoding="utf-8")
    content = {f"{p}/{m}": _without_curves(found) for (p, m), (_, found) in done.items()}
    (out / f"{public.name}.json").write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")


def _cautions(done: Done) -> list[str]:
    """Say what the dataset's card says, once; what leaks stands under its protocol."""
    (_, first) = next(iter(done.values()))
    leaks = set(_leaks(first))
    return [f"> {caution}" for caution in first.cautions if caution not in leaks]


def _leaks(found: Benchmark) -> Iterator[str]:
    yield from (s for s in found.cautions if "test rows" in s or "no measure" in s)


def _tables(public: PublicSet, members: dict[str, Benchmark]) -> list[str]:
    first = next(iter(members.values()))
    counted = (
        f"{first.recordings.model.n_recordings} recordings of "
        f"{first.recordings.model.n_groups} patients or sessions tested; split "
        f"`{first.hashes['split'][:16]}`, data `{first.hashes['data'][:16]}`."
    )
    leaks = dict.fromkeys(leak for found in members.values() for leak in _leaks(found))
    blocks = ["\n".join(f"- {leak}" for leak in leaks), counted]
    if first.contest is not None:
        blocks += [_contest_table(public, members, first.contest)]
    blocks += [_recordings_table(members), *_part_tables(first)]
    return blocks


def _contest_table(public: PublicSet, members: dict[str, Benchmark], contest: ContestResult) -> str:
    rows = [
        [name, *(cell(found.contest.systems[found.model][f]) for f in public.figures)]
        for name, found in _titled(members)
        if found.contest is not None
    ]
    rows += [
        [f"*{name}*", *(cell(figures[f]) for f in public.figures)]
        for name, figures in list(contest.systems.items())[1:]
    ]
    heading = f"**{contest.title}**, {contest.n_rows} rows; a row is {contest.row}."
    rule = f"From scores to answers: {contest.rule}."
    remarks = [f"{remark[0].upper()}{remark[1:]}." for remark in contest.remarks]
    table = markdown_table(["system", *public.figures.values()], rows)
    return "\n\n".join([heading, table, " ".join([rule, *remarks])])


def _recordings_table(members: dict[str, Benchmark]) -> str:
    def line(name: str, system: SystemResult) -> list[str]:
        figures = [cell(system.metrics[metric]) for metric in SHOWN]
        return [name, *figures, _mean_of_parts(system)]

    first = next(iter(members.values())).recordings
    rows = [line(name, found.recordings.model) for name, found in _titled(members)]
    rows += [line(f"*{system.name}*", system) for system in first.baselines]
    classes = ", ".join(f"{name} {n}" for name, n in first.model.support.items())
    header = ["system", *SHOWN.values(), "UAR, mean of databases"]
    return f"**Recordings** ({classes})\n\n" + markdown_table(header, rows)


def _mean_of_parts(system: SystemResult) -> str:
    """Return the mean UAR of the databases, in which each counts the same."""
    values = [figures["balanced_accuracy"].value for figures in system.per_subset.values()]
    known = [value for value in values if value is not None]
    return f"{sum(known) / len(known):.3f}" if known and len(known) == len(values) else "–"


def _part_tables(found: Benchmark) -> Iterator[str]:
    """Yield the first model's figures by part of the dataset, by site and by age."""
    for facet, parts in found.recordings.model.per_facet.items():
        yield _part_table(found, facet, [_part(value, part) for value, part in parts.items()])


def _part(value: str, part: PartResult) -> list[str]:
    classes = ", ".join(f"{name} {n}" for name, n in part.support.items())
    return [value, classes, *(cell(part.metrics[metric]) for metric in PARTS)]


def _part_table(found: Benchmark, facet: str, rows: list[list[str]]) -> str:
    header = [facet, "recordings", *PARTS.values()]
    table = markdown_table(header, rows)
    return f"<details><summary>{found.model} by {facet}</summary>\n\n{table}\n\n</details>"


def _titled(members: dict[str, Benchmark]) -> Iterator[tuple[str, Benchmark]]:
    yield from ((found.model, found) for found in members.values())


def _differences(public: PublicSet, done: Done) -> list[str]:
    """Compare the first model with every other, on the same rows of each protocol."""
    rows = []
    for setting in public.settings:
        members = [(m, folder) for (key, m), (folder, _) in done.items() if key == setting.key]
        for model, folder in members[1:]:
            table = "patients.csv" if (folder / "patients.csv").is_file() else "predictions.csv"
            found = compare(members[0][1] / table, folder / table, metrics=("balanced_accuracy",))
            one = found.differences[0]
            share = "–" if one.share_a is None else f"{one.share_a:.1%}"
            rows.append([setting.key, model, cell(one.difference), share])
    header = ["protocol", "first model minus", "UAR", "first is better"]
    said = "`auscult benchmark compare`: share of the resamples of people on which the first wins."
    return [said, markdown_table(header, rows)] if rows else []


def _without_curves(found: Benchmark) -> dict[str, Any]:
    """Return the run as JSON without the points of its curves, which result.json holds."""
    content = found.to_json()
    for evaluation in filter(None, (content["recordings"], content["patients"])):
        for system in evaluation["systems"]:
            del system["roc"], system["per_fold"]
    return content
