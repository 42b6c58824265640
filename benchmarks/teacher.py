"""Does a teacher help? The shipped network, from labels alone or taught by the ensembles too.

Inside the training part of the first fold of `joint`, divided once more (`benchmarks/ablation.py`),
the network trains as long as it ships, three times from different seeds, from labels alone or with
what the ensembles say as well (`auscult.training.joint.teacher`). A difference is resampled in
pairs, over all seeds.

Each finished training is a file in ``--runs``, so the script can be stopped and started at will. A
training takes about four minutes of two cores.

Prints progress and writes ``teacher.json`` and ``teacher.md``.

Run: python benchmarks/teacher.py FOLDER_OF_DATASETS (holding pascal/, circor/, cinc2016/)
"""

import argparse
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path

from ablation import (
    ALL,
    MEASURED,
    MEASURERS,
    SCORED,
    SEGMENTER,
    Said,
    divide,
    gap,
    measured_answers,
    table_of,
    together,
)

from auscult.aggregate import mean_probabilities
from auscult.cli.show import Bars
from auscult.config import digest, to_config
from auscult.evaluation.bootstrap import figures
from auscult.evaluation.compare import Comparison, Difference, compare
from auscult.evaluation.table import PredictionsTable
from auscult.frontend import CYCLE, FRONTENDS
from auscult.models.crnn import Crnn
from auscult.training.card import cell, markdown_table
from auscult.training.joint.corpus import ASKED, Corpus, read_corpus
from auscult.training.joint.cycle import find_state_finders
from auscult.training.joint.fit import JointSchedule, fit_joint, joint_answers
from auscult.training.joint.members import build_network, indices_of
from auscult.training.joint.other_ears import OtherEars
from auscult.training.joint.run import WINDOWS, Material, read_material
from auscult.training.joint.teacher import Teacher, ensemble_teacher
from auscult.training.run_folder import RunFolder
from auscult.types import Split
from auscult.verbs.train_joint import describe_corpus

SEEDS = (0, 1, 2)
METRICS = {"macro_auc": "ROC AUC", "accuracy": "accuracy"}


@dataclass(frozen=True, slots=True)
class Recipe:
    """How the network learns; ``trust`` is in the ensembles that teach it, 0 for none."""

    name: str
    ears: OtherEars | None = None
    trust: float = 0.0
    network: Crnn = field(default_factory=Crnn)
    schedule: JointSchedule = field(default_factory=JointSchedule)


HALF = OtherEars(share=0.5)
RECIPES = (
    Recipe("half by other ears, from labels", ears=HALF),
    Recipe("half by other ears, taught by the ensembles too", ears=HALF, trust=0.5),
)
FIRST = RECIPES[0].name
NOTE = (
    "Inside the training part of the first fold of `joint`, divided once more by patient and "
    "session; the other folds test these recordings. {} epochs, {} seeds, without calibration. The "
    "ensembles teach a network what they say of recordings that did not teach them (trust 0.5)."
)
GAPS = (
    "Of the first line itself, of the others less that [95 % interval from resampling patients and "
    "sessions, in pairs, over all seeds; of the chance of a seed the ROC AUC by seed tells], in "
    "hundredths."
)


def learned(
    recipe: Recipe,
    seed: int,
    corpus: Corpus,
    material: Material,
    split: Split,
    *,
    teacher: Teacher | None,
    folder: RunFolder,
) -> Said:
    """Train one network; return question → what it says of each test recording."""
    train, test = ([int(i) for i in indices_of(corpus, ids)] for ids in (split.train, split.test))
    n_bands, _ = material.sounds.windows(0).shape[1:]
    network = build_network(recipe.network, n_bands, seed)
    checkpoint = folder.path / f"{digest([recipe, seed])[:12]}.safetensors"
    fit_joint(
        network,
        recipe.schedule,
        corpus,
        material.sounds,
        train,
        ears=recipe.ears,
        seed=seed,
        checkpoint=checkpoint,
        title=f"{recipe.name}, seed {seed}",
        progress=Bars(),
        teacher=teacher,
    )
    said = [joint_answers(network, material.sounds.windows(index)) for index in test]
    checkpoint.unlink()
    return {q: [mean_probabilities(one[q]).tolist() for one in said] for q in ASKED}


def run(path: Path, folder: RunFolder) -> tuple[dict[str, list[Said]], Said, Corpus, Split]:
    """Train what is missing; return what every recipe says, seed by seed, and the ensembles."""
    corpus = read_corpus([path / name for name in ALL])
    split, finders = divide(corpus), find_state_finders(SEGMENTER)
    material = read_material(corpus, finders, folder, Bars())
    train = [int(index) for index in indices_of(corpus, split.train)]
    ensemble = measured_answers(MEASURERS[MEASURED][1], material.measured, corpus, split)

    @cache
    def teacher() -> Teacher:
        return ensemble_teacher(corpus, material.measured, train, seed=0)

    heard = [describe_corpus(corpus, finders), FRONTENDS[WINDOWS], CYCLE, split]
    said: dict[str, list[Said]] = {}
    for seed in SEEDS:
        for recipe in RECIPES:
            name = f"{digest([recipe, seed, heard])[:12]}.json"
            if folder.read_json(name) is None:
                taught_by = replace(teacher(), trust=recipe.trust) if recipe.trust else None
                answers = learned(
                    recipe, seed, corpus, material, split, teacher=taught_by, folder=folder
                )
                folder.write_json(name, answers)
            said.setdefault(recipe.name, []).append(folder.read_json(name))
    return said, ensemble, corpus, split


def over_seeds(
    scored: str, name: str, said: Sequence[Said], corpus: Corpus, split: Split
) -> PredictionsTable:
    """Return the answers of every seed, each a repeat."""
    tables = [table_of(scored, name, one, corpus, split) for one in said]
    rows = [replace(row, repeat=n) for n, table in enumerate(tables) for row in table.rows]
    return replace(tables[0], rows=tuple(rows))


def compared(
    said: Mapping[str, Sequence[Said]], corpus: Corpus, split: Split
) -> dict[str, dict[str, Comparison]]:
    """Return recipe → scored → its comparison with the first."""
    tables = {
        name: {scored: over_seeds(scored, name, one, corpus, split) for scored in SCORED}
        for name, one in said.items()
    }
    return {
        name: {s: compare(table, tables[FIRST][s], metrics=[*METRICS]) for s, table in own.items()}
        for name, own in tables.items()
    }


def page(
    alone: Mapping[str, Mapping[str, Comparison]],
    both: Mapping[str, Mapping[str, Comparison]],
    seeds: str,
) -> str:
    """Return the results page as Markdown."""
    return "\n\n".join(
        [
            "# Does a teacher help?",
            NOTE.format(RECIPES[0].schedule.n_epochs, len(SEEDS)),
            GAPS,
            *_tables("The network alone", alone),
            seeds,
            *_tables("With the ensembles, as `default` answers", both),
            "Written by `python benchmarks/teacher.py` (`make results-teacher`).\n",
        ]
    )


def _tables(title: str, found: Mapping[str, Mapping[str, Comparison]]) -> list[str]:
    blocks = [f"## {title}"]
    for metric, words in METRICS.items():
        rows = []
        for name, own in found.items():
            told = [_of(metric, one) for one in own.values()]
            rows.append([name, *(cell(d.a) if name == FIRST else gap(d) for d in told)])
        blocks.append(markdown_table([words, *SCORED], rows))
    return blocks


def by_seed(said: Mapping[str, Sequence[Said]], corpus: Corpus, split: Split) -> str:
    """Return the ROC AUC of every seed, in hundredths."""

    def auc(scored: str, name: str, one: Said) -> float:
        cases = table_of(scored, name, one, corpus, split).cases()
        return 100 * float(figures(cases).metrics["macro_auc"][0])

    rows = [
        [name, *(", ".join(f"{auc(scored, name, one):.1f}" for one in seeds) for scored in SCORED)]
        for name, seeds in said.items()
    ]
    return markdown_table(["ROC AUC by seed", *SCORED], rows)


def _of(metric: str, comparison: Comparison) -> Difference:
    return next(one for one in comparison.differences if one.metric == metric)


def main() -> None:
    """Run what is missing, then write the page."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("path", type=Path, help="folder that holds pascal/, circor/ and cinc2016/")
    parser.add_argument("--runs", type=Path, default=Path("runs/teacher"), help="run folder")
    parser.add_argument("--out", type=Path, default=Path("docs/results"), help="folder for results")
    options = parser.parse_args()
    said, ensemble, corpus, split = run(options.path, RunFolder(options.runs))
    with_it = {name: [together(one, ensemble) for one in seeds] for name, seeds in said.items()}
    alone, both = (compared(each, corpus, split) for each in (said, with_it))
    told = page(alone, both, by_seed(said, corpus, split))
    (options.out / "teacher.json").write_text(json.dumps(to_config([alone, both]), indent=1) + "\n")
    (options.out / "teacher.md").write_text(told)
    print(told)


if __name__ == "__main__":
    main()
