"""One level for all bands, or one for each: what it costs on known devices, and gains on new ones.

The network hears a window's bands less their common level, or each band less its own: then a
device's frequency response, a sum in decibels, tells nothing. Known devices: the training part of
the first fold of `joint`, divided three times by patient and session, each recording tested once
(``benchmarks/ablation.py``). New ones: each dataset answered by what the two others taught; a
murmur heard in CinC 2016 is scored as if an abnormal heart had been asked for. The folds' test
recordings take part in the second, as training, and as test where nothing of their dataset trains.

Each finished training is a file in ``--runs``, so the script can be stopped and started at will;
all of them take an hour of two cores.

Prints progress and writes ``levels.json`` and ``levels.md``.

Run: python benchmarks/levels.py FOLDER_OF_DATASETS (holding pascal/, circor/, cinc2016/)
"""

import argparse
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from ablation import (
    ALL,
    INNER_FOLDS,
    INNER_SEED,
    MEASURED,
    MEASURERS,
    N_FOLDS,
    SEGMENTER,
    Said,
    Variant,
    answers,
    gap,
    measured_answers,
    together,
)

from auscult.cli.show import Bars
from auscult.config import digest, to_config
from auscult.evaluation.compare import Difference, compare
from auscult.evaluation.table import PredictionRow, PredictionsTable
from auscult.frontend import CYCLE, FRONTENDS
from auscult.models.crnn import Crnn
from auscult.splits import grouped_split
from auscult.training.card import cell, markdown_table
from auscult.training.joint.corpus import ASKED, UNTOLD, Corpus, read_corpus
from auscult.training.joint.cycle import find_state_finders
from auscult.training.joint.fit import JointSchedule
from auscult.training.joint.members import indices_of
from auscult.training.joint.other_ears import OtherEars
from auscult.training.joint.run import WINDOWS, Material, read_material
from auscult.training.run_folder import RunFolder
from auscult.types import QUESTIONS, Split
from auscult.verbs.train_joint import TO_THREE, describe_corpus

EPOCHS = 20
SEEDS = (0, 1)
KNOWN, NEW = "known devices", "a dataset never heard"
METRIC = "macro_auc"


@dataclass(frozen=True, slots=True)
class Scored:
    """What the answers to ``asked`` are scored against: ``truth``, told of ``dataset``."""

    dataset: str
    asked: str
    truth: str


SCORED: Mapping[str, tuple[Scored, ...]] = {
    KNOWN: (
        Scored("pascal", "heard5", "heard"),
        Scored("pascal", "murmur", "murmur"),
        Scored("circor", "murmur", "murmur"),
        Scored("circor", "quality", "quality"),
        Scored("cinc2016", "refer", "refer"),
        Scored("cinc2016", "beats", "beats"),
    ),
    NEW: (
        Scored("pascal", "murmur", "murmur"),
        Scored("circor", "murmur", "murmur"),
        Scored("circor", "quality", "quality"),
        Scored("cinc2016", "murmur", "refer"),
    ),
}
ALONE, BOTH = "network", "with the ensembles"
AT_ONCE, ONE_BY_ONE = "all bands at once", "each band by itself"
NOTE = (
    f"{EPOCHS} epochs, seeds {SEEDS[0]} and {SEEDS[1]}, half of the windows heard by other ears, "
    "without calibration. ROC AUC where the bands of a window are levelled at once, and of each "
    "band levelled by itself less that, in hundredths [95 % interval from resampling patients and "
    "sessions, in pairs, over both seeds]."
)
TITLES = {
    KNOWN: "## New people of known devices\n\nInside the training part of the first fold of "
    "`joint`, divided three times.",
    NEW: "## A dataset never heard\n\nWhat the two others taught. In CinC 2016, if a murmur is "
    "heard, scored as if an abnormal heart had been asked for.",
}


def variant(seed: int, *, by_band: bool) -> Variant:
    """Return the shipped training, shorter."""
    return Variant(
        ONE_BY_ONE if by_band else AT_ONCE,
        network=Crnn(by_band=by_band),
        schedule=JointSchedule(n_epochs=EPOCHS),
        ears=OtherEars(share=0.5),
        seed=seed,
    )


def divisions(corpus: Corpus) -> dict[str, list[Split]]:
    """Return what trains and what is tested: inside one training part, and dataset by dataset."""
    outer = grouped_split(corpus.rows(), N_FOLDS)[0]
    inside = {*outer.train, *outer.validation}
    rows = [row for row in corpus.rows() if row.row_id in inside]
    known = [
        replace(split, train=(*split.train, *split.validation), validation=())
        for split in grouped_split(rows, INNER_FOLDS, seed=INNER_SEED)
    ]
    new = [
        Split(
            protocol="leave-one-dataset-out",
            fold=number,
            repeat=0,
            train=tuple(e.recording_id for e in corpus.entries if e.dataset != left_out),
            validation=(),
            test=tuple(e.recording_id for e in corpus.entries if e.dataset == left_out),
        )
        for number, left_out in enumerate(ALL)
    ]
    return {KNOWN: known, NEW: new}


Tables = Mapping[str, Mapping[str, PredictionsTable]]
"""Who answered → what is scored → the answers."""


def run(path: Path, folder: RunFolder) -> Tables:
    """Train what is missing; return what every listener says."""
    corpus = read_corpus([path / name for name in ALL])
    finders = find_state_finders(SEGMENTER)
    material = read_material(corpus, finders, folder, Bars())
    heard = [describe_corpus(corpus, finders), FRONTENDS[WINDOWS], CYCLE]
    rows: dict[str, dict[str, list[PredictionRow]]] = {}
    trainings = (
        (which, split, variant(seed, by_band=by_band))
        for which, splits in divisions(corpus).items()
        for split in splits
        for seed in SEEDS
        for by_band in (False, True)
    )
    for which, split, one in trainings:
        measured = _measured(material, corpus, split, folder, heard)
        name = f"{digest([one, heard, split])[:12]}.json"
        if folder.read_json(name) is None:
            Bars().say(f"{which}, fold {split.fold}, seed {one.seed}: {one.name}")
            folder.write_json(name, answers(one, corpus, material, finders, split, folder))
        alone: Said = folder.read_json(name)
        for who, said in ((ALONE, alone), (BOTH, together(alone, measured))):
            own = rows.setdefault(f"{who}, {one.name}", {})
            for key, row in _rows(which, said, corpus, split, one.seed):
                own.setdefault(key, []).append(row)
    return {who: {key: _table(key, told) for key, told in own.items()} for who, own in rows.items()}


def _measured(
    material: Material, corpus: Corpus, split: Split, folder: RunFolder, heard: Sequence[object]
) -> Said:
    """Return what the ensembles say of the test recordings; chance where nothing taught them."""
    name = f"{digest([MEASURED, heard, split])[:12]}.json"
    if folder.read_json(name) is None:
        train = indices_of(corpus, split.train)
        taught = [q for q in ASKED if len(set(corpus.answers[train, ASKED.index(q)]) - {UNTOLD})]
        said = measured_answers(
            MEASURERS[MEASURED][1], material.measured, corpus, split, asked=taught
        )
        untaught = {
            q: np.full((len(split.test), len(QUESTIONS[q])), 1 / len(QUESTIONS[q])).tolist()
            for q in ASKED
            if q not in taught
        }
        folder.write_json(name, {**said, **untaught})
    stored: Said = folder.read_json(name)
    return stored


def _rows(
    which: str, said: Said, corpus: Corpus, split: Split, seed: int
) -> Iterator[tuple[str, PredictionRow]]:
    """Yield what each answer is scored as, and the row."""
    places = indices_of(corpus, split.test)
    for one in SCORED[which]:
        learned = "heard5" if one.truth == "heard" else one.truth
        for place, answer in zip(places, said[one.asked], strict=True):
            entry, truth = corpus.entries[place], corpus.answers[place, ASKED.index(learned)]
            if entry.dataset != one.dataset or truth == UNTOLD:
                continue
            probabilities = np.array(answer) / np.sum(answer)
            if one.truth == "heard":
                probabilities, truth = probabilities @ TO_THREE, TO_THREE[truth].argmax()
            yield (
                f"{which}: {one.dataset}-{one.asked}",
                PredictionRow(
                    system="crnn",
                    recording=entry.recording_id,
                    group=entry.group,
                    subset=entry.subset,
                    repeat=seed,
                    fold=split.fold,
                    truth=QUESTIONS[one.truth][int(truth)],
                    probabilities=tuple(probabilities.tolist()),
                    model_hash="-",
                ),
            )


def _table(key: str, rows: Sequence[PredictionRow]) -> PredictionsTable:
    which, _, name = key.partition(": ")
    truth = next(s.truth for s in SCORED[which] if f"{s.dataset}-{s.asked}" == name)
    return PredictionsTable(QUESTIONS[truth], tuple(rows), digest(key))


Found = Mapping[str, Mapping[str, Mapping[str, Difference]]]
"""Who answered → what is scored → part of the dataset, or all → its difference."""


def compared(tables: Tables) -> Found:
    """Return each band by itself less all at once."""
    found: dict[str, dict[str, dict[str, Difference]]] = {}
    for who in (ALONE, BOTH):
        for key, own in tables[f"{who}, {ONE_BY_ONE}"].items():
            other = tables[f"{who}, {AT_ONCE}"][key]
            parts = {"all": (own, other)}
            parts |= {s: (own.of_subset(s), other.of_subset(s)) for s in own.subsets}
            found.setdefault(who, {})[key] = {
                part: compare(*both, metrics=[METRIC]).differences[0]
                for part, both in parts.items()
                if {row.truth for row in both[0].rows} == {*own.classes}
            }
    return found


def page(found: Found) -> str:
    """Return the results page as Markdown."""
    blocks = ["# One level for all bands, or one for each", NOTE]
    for which, title in TITLES.items():
        rows = [
            [
                key.partition(": ")[2],
                part.partition(" ")[2] or part,
                *(told for who in found for told in _told(found[who][key][part])),
            ]
            for key in found[ALONE]
            if key.startswith(which)
            for part in found[ALONE][key]
        ]
        header = ["asked", "part", ALONE, ONE_BY_ONE, BOTH, ONE_BY_ONE]
        blocks += [title, markdown_table(header, rows)]
    return "\n\n".join([*blocks, "Written by `python benchmarks/levels.py`.\n"])


def _told(difference: Difference) -> tuple[str, str]:
    return cell(difference.b), gap(difference)


def main() -> None:
    """Run what is missing, then write the page."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("path", type=Path, help="folder that holds pascal/, circor/ and cinc2016/")
    parser.add_argument("--runs", type=Path, default=Path("runs/levels"), help="run folder")
    parser.add_argument("--out", type=Path, default=Path("docs/results"), help="folder for results")
    options = parser.parse_args()
    found = compared(run(options.path, RunFolder(options.runs)))
    (options.out / "levels.json").write_text(json.dumps(to_config(found), indent=1) + "\n")
    (options.out / "levels.md").write_text(page(found))
    print(page(found))


if __name__ == "__main__":
    main()
