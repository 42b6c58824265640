"""Where the gain of joint training comes from: one thing changed at a time.

Of the first fold of `joint`, the training part alone is divided once more by patient and session,
two thirds to train and one third to score; the fold's test recordings are not touched. Every
variant but one trains with fewer epochs than the shipped model, from the same seeds. A difference
to the first is resampled in pairs.

Each finished variant is a file in ``--runs``, so the script can be stopped and started at will.
A variant takes about two minutes of two cores.

Prints progress and writes ``ablation.json`` and ``ablation.md``.

Run: python benchmarks/ablation.py FOLDER_OF_DATASETS (holding pascal/, circor/, cinc2016/)
"""

import argparse
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from auscult.aggregate import blended, mean_probabilities
from auscult.audio import read_recording
from auscult.cli.show import Bars
from auscult.config import digest, to_config
from auscult.evaluation.compare import Comparison, Difference, compare
from auscult.evaluation.table import PredictionRow, PredictionsTable
from auscult.frontend import CYCLE, FRONTENDS
from auscult.models.crnn import Crnn
from auscult.models.gradient_boosting import GradientBoosting
from auscult.models.logistic_regression import LogisticRegression
from auscult.models.random_forest import RandomForest
from auscult.models.residual import Residual
from auscult.models.transformer import Transformer
from auscult.models.windows import WindowModel
from auscult.splits import grouped_split
from auscult.training.card import cell, markdown_table
from auscult.training.joint.corpus import ASKED, UNTOLD, Corpus, read_corpus
from auscult.training.joint.cycle import StateFinders, find_state_finders
from auscult.training.joint.fit import JointSchedule, fit_joint, joint_answers
from auscult.training.joint.members import ENSEMBLE, build_network, indices_of
from auscult.training.joint.other_ears import OtherEars
from auscult.training.joint.run import WINDOWS, Material, read_material
from auscult.training.joint.sounds import Sounds, window_length
from auscult.training.run_folder import RunFolder
from auscult.types import QUESTIONS, STATES, FloatArray, Recording, Split
from auscult.verbs.train_joint import TO_THREE, describe_corpus

ALL = ("pascal", "circor", "cinc2016")
N_FOLDS, INNER_FOLDS, INNER_SEED = 5, 3, 1
EPOCHS = 10
MIXED = 0.5
"""Share of the windows that hold two hearts, where any do."""
SEGMENTER = Path("runs/segmenter")
SCORED = {
    "pascal-heard": ("pascal", "heard"),
    "circor-murmur": ("circor", "murmur"),
    "circor-quality": ("circor", "quality"),
    "cinc2016-refer": ("cinc2016", "refer"),
}


@dataclass(frozen=True, slots=True)
class Variant:
    """One network training; every field but the name changes what is learned."""

    name: str
    network: WindowModel = field(default_factory=Crnn)
    schedule: JointSchedule = field(default_factory=lambda: JointSchedule(n_epochs=EPOCHS))
    ears: OtherEars | None = None
    pace: float = 0.0
    mixing: Literal["", "joined", "at once"] = ""
    on_the_beat: bool = False
    datasets: tuple[str, ...] = ALL
    seed: int = 0


QUIET = OtherEars(response_db=0.0, noise_share=0.0, mask_bands=0, mask_frames=0)
GROUPS: Mapping[str, tuple[Variant, ...]] = {
    "The network": (
        Variant("crnn"),
        Variant("crnn, another seed", seed=1),
        Variant("residual", network=Residual()),
        Variant("transformer", network=Transformer()),
        Variant("crnn, twice as wide", network=Crnn((48, 72, 96, 128), 96)),
        Variant("crnn, twice as long", schedule=JointSchedule(n_epochs=2 * EPOCHS)),
        Variant("crnn, four times as long", schedule=JointSchedule(n_epochs=4 * EPOCHS)),
    ),
    "What is taught": (
        Variant("PASCAL alone", datasets=("pascal",)),
        Variant("PASCAL and CirCor", datasets=("pascal", "circor")),
        Variant("PASCAL and CinC 2016", datasets=("pascal", "cinc2016")),
    ),
    "How windows are changed": (
        Variant("with other responses", ears=replace(QUIET, response_db=4.0)),
        Variant("with noise", ears=replace(QUIET, noise_share=0.5)),
        Variant("with masks", ears=replace(QUIET, mask_bands=5, mask_frames=24)),
        Variant("with other paces", pace=0.1),
        Variant("with all four", ears=OtherEars(), pace=0.1),
        Variant("half of them, at their pace (shipped)", ears=OtherEars(share=0.5)),
        Variant("two hearts, one after the other", mixing="joined"),
        Variant("two hearts at once", mixing="at once"),
        Variant("one after the other, changing at an S1", mixing="joined", on_the_beat=True),
        Variant("at once, S1 on S1", mixing="at once", on_the_beat=True),
    ),
}
FIRST = GROUPS["The network"][0]
MEASURED, BLEND = "ensemble on the cycle", "crnn and ensemble"
MEASURERS: Mapping[str, tuple[str, Any]] = {
    MEASURED: ("cycle", ENSEMBLE),
    "linear model on the cycle": ("cycle", LogisticRegression(c=0.01)),
    "random forest on the cycle": ("cycle", RandomForest()),
    "gradient boosting on the cycle": ("cycle", GradientBoosting()),
    "ensemble on bands (`heart`)": ("heart", ENSEMBLE),
}
TOGETHER = {
    BLEND: (FIRST.name, MEASURED),
    "crnn, two seeds": (FIRST.name, "crnn, another seed"),
    "crnn, two seeds, and ensemble": (FIRST.name, "crnn, another seed", MEASURED),
    "crnn, residual and transformer": (FIRST.name, "residual", "transformer"),
    "all four": (FIRST.name, "residual", "transformer", MEASURED),
}
NOTE = (
    "ROC AUC of `{}`, and of the others less that, in hundredths "
    "[95 % interval from resampling patients and sessions, in pairs]."
)
LISTENERS = {"Who measures": tuple(MEASURERS), "Who listens together": tuple(TOGETHER)}


Beats = Mapping[int, NDArray[np.int64]]
"""Recording → the samples where an S1 begins."""


@dataclass(frozen=True, slots=True, eq=False)
class OfTwoHearts(Sounds):
    """Half of the training windows hold two hearts of one dataset that answer everything alike.

    With ``beats`` an S1 of both begins at one place, where one heart follows the other if they do.
    """

    alike: Mapping[int, Sequence[int]] = field(default_factory=dict)
    how: str = "joined"
    beats: Beats | None = None

    @classmethod
    def like(
        cls, sounds: Sounds, how: str, corpus: Corpus, train: Sequence[int], beats: Beats | None
    ) -> "OfTwoHearts":
        """Return the same sounds; ``train`` is who may be the second heart."""
        alike: dict[tuple[object, ...], list[int]] = {}
        of = {i: (corpus.entries[i].dataset, *corpus.answers[i].tolist()) for i in train}
        for index, answer in of.items():
            alike.setdefault(answer, []).append(index)
        others = {index: alike[answer] for index, answer in of.items()}
        return cls(sounds.frontend, sounds.samples, sounds.starts, sounds.pace, others, how, beats)

    def draw(self, indices: Iterable[int], rng: np.random.Generator) -> FloatArray:
        """Return a random window of each recording, half of them with another's in it."""
        places = list(indices)
        others = [int(rng.choice(self.alike[place])) for place in places]
        share = rng.uniform(0.2, 0.8, (len(places), 1, 1)).astype(np.float32)
        first, second = (self._windows(heard, share, rng) for heard in (places, others))
        if self.how == "joined":
            n_frames = first.shape[2]
            both = np.where(np.arange(n_frames) < share * n_frames, first, second)
        else:
            powers = share * 10 ** (first / 10) + (1 - share) * 10 ** (second / 10)
            both = 10 * np.log10(powers)
        return np.where(rng.random((len(places), 1, 1)) < MIXED, both, first)

    def _windows(
        self, places: Sequence[int], share: FloatArray, rng: np.random.Generator
    ) -> FloatArray:
        """Return a window of each, with an S1 after ``share`` of it where beats are told."""
        if self.beats is None:
            return Sounds.draw(self, places, rng)
        length = window_length(self.frontend)
        heard = (
            self._from_beat(place, round(float(at) * length), length, rng)
            for place, at in zip(places, share.ravel(), strict=True)
        )
        return np.stack([self.frontend.feature(one, self.frontend.rate_hz) for one in heard])

    def _from_beat(self, place: int, at: int, length: int, rng: np.random.Generator) -> FloatArray:
        """Return ``length`` samples with an S1 at ``at``, anywhere if the recording has none."""
        samples, beats = self.of(place), (self.beats or {})[place]
        inside = beats[(beats >= at) & (beats - at + length <= samples.size)]
        beats = inside if inside.size else beats
        begins = rng.choice(beats) if beats.size else rng.integers(samples.size)
        start = int(begins) - at
        return samples.take(np.arange(start, start + length), mode="wrap")


def beats_of(corpus: Corpus, sounds: Sounds, train: Sequence[int], finders: StateFinders) -> Beats:
    """Return where each S1 of the training recordings begins, by who has not met the person."""
    beats = {}
    for index in Bars().track(train, "telling beats", len(train)):
        entry, rate_hz = corpus.entries[index], sounds.frontend.rate_hz
        finder = finders.of(entry)
        states = finder(Recording(np.array(sounds.of(index)), rate_hz, entry.recording_id))
        sounding = (states.argmax(axis=1) == STATES.index("S1")).astype(np.int8)
        frames = np.flatnonzero(np.diff(sounding, prepend=sounding[:1]) == 1)
        beats[index] = np.round(frames * finder.frame_s * rate_hz).astype(np.int64)
    return beats


def divide(corpus: Corpus) -> Split:
    """Return the division: inside the training part of the first fold of `joint`."""
    outer = grouped_split(corpus.rows(), N_FOLDS)[0]
    inside = {*outer.train, *outer.validation}
    rows = [row for row in corpus.rows() if row.row_id in inside]
    split = grouped_split(rows, INNER_FOLDS, seed=INNER_SEED)[0]
    return replace(split, train=(*split.train, *split.validation), validation=())


def answers(  # noqa: PLR0917 - a training is all of this
    variant: Variant,
    corpus: Corpus,
    material: Material,
    finders: StateFinders,
    split: Split,
    folder: RunFolder,
) -> dict[str, list[list[float]]]:
    """Train one variant; return question → what it says of each test recording."""
    place = {entry.recording_id: index for index, entry in enumerate(corpus.entries)}
    train = [place[i] for i in split.train if corpus.entries[place[i]].dataset in variant.datasets]
    sounds = replace(material.sounds, pace=variant.pace)
    if variant.mixing:
        beats = beats_of(corpus, sounds, train, finders) if variant.on_the_beat else None
        sounds = OfTwoHearts.like(sounds, variant.mixing, corpus, train, beats)
    n_bands, _ = sounds.windows(0).shape[1:]
    network = build_network(variant.network, n_bands, variant.seed)
    checkpoint = folder.path / f"{digest(variant)[:12]}.safetensors"
    fit_joint(
        network,
        variant.schedule,
        corpus,
        sounds,
        train,
        ears=variant.ears,
        seed=variant.seed,
        checkpoint=checkpoint,
        title=variant.name,
        progress=Bars(),
    )
    said = [joint_answers(network, sounds.windows(place[recording])) for recording in split.test]
    checkpoint.unlink()
    return {q: [mean_probabilities(one[q]).tolist() for one in said] for q in ASKED}


def measured_answers(
    model: Any, measured: FloatArray, corpus: Corpus, split: Split
) -> dict[str, list[list[float]]]:
    """Fit a model on measurements of the whole recording; return what it says."""
    train, test = indices_of(corpus, split.train), indices_of(corpus, split.test)
    said = {}
    for question in ASKED:
        answers = corpus.answers[:, ASKED.index(question)]
        told = train[answers[train] != UNTOLD]
        classifier = model.build(measured.shape[1], len(QUESTIONS[question]), 0)
        classifier.fit(measured[told], answers[told])
        said[question] = classifier.predict_proba(measured[test]).tolist()
    return said


def on_bands(corpus: Corpus, cache: Path) -> FloatArray:
    """Return what the front end `heart` measures of every recording."""
    if not cache.is_file():
        heart = FRONTENDS["heart"]
        heard = Bars().track(corpus.entries, "measuring bands", len(corpus.entries))
        np.save(cache, np.stack([heart(read_recording(entry.path))[0] for entry in heard]))
    kept: FloatArray = np.load(cache, allow_pickle=False)
    return kept


Said = Mapping[str, FloatArray | Sequence[Sequence[float]]]


def together(*listeners: Said) -> dict[str, FloatArray]:
    """Return what listeners say as one, as the shipped model's do."""
    return {q: np.exp(blended([np.array(said[q]) for said in listeners])) for q in ASKED}


def table_of(scored: str, name: str, said: Said, corpus: Corpus, split: Split) -> PredictionsTable:
    """Return one variant's answers to one question about one dataset."""
    dataset, question = SCORED[scored]
    learned = "heard5" if question == "heard" else question
    rows = []
    for place, answer in zip(indices_of(corpus, split.test), said[learned], strict=True):
        entry, truth = corpus.entries[place], corpus.answers[place, ASKED.index(learned)]
        if entry.dataset != dataset or truth == UNTOLD:
            continue
        probabilities = np.array(answer) / np.sum(answer)
        if question == "heard":
            probabilities, truth = probabilities @ TO_THREE, TO_THREE[truth].argmax()
        rows.append(
            PredictionRow(
                system=name,
                recording=entry.recording_id,
                group=entry.group,
                subset=entry.subset,
                repeat=0,
                fold=0,
                truth=QUESTIONS[question][int(truth)],
                probabilities=tuple(probabilities.tolist()),
                model_hash="-",
            )
        )
    return PredictionsTable(QUESTIONS[question], tuple(rows), digest(split))


def run(
    path: Path, folder: RunFolder, only: Sequence[str]
) -> tuple[dict[str, Said], Corpus, Split]:
    """Train what is missing; return what every finished variant says, with corpus and split."""
    progress = Bars()
    corpus = read_corpus([path / name for name in ALL])
    split = divide(corpus)
    finders = find_state_finders(SEGMENTER)
    material = read_material(corpus, finders, folder, progress)
    heard = [describe_corpus(corpus, finders), FRONTENDS[WINDOWS], CYCLE, split]
    said: dict[str, Said] = {}
    for variant in (one for group in GROUPS.values() for one in group):
        name = f"{digest([variant, heard])[:12]}.json"
        if folder.read_json(name) is None and (not only or variant.name in only):
            progress.say(variant.name)
            folder.write_json(name, answers(variant, corpus, material, finders, split, folder))
        if (stored := folder.read_json(name)) is not None:
            said[variant.name] = stored
    for name, (what, model) in MEASURERS.items():
        stored_as = f"{digest([name, model, heard])[:12]}.json"
        if folder.read_json(stored_as) is None:
            progress.say(name)
            bands = on_bands(corpus, folder.path / "bands.npy") if what == "heart" else None
            measured = material.measured if bands is None else bands
            folder.write_json(stored_as, measured_answers(model, measured, corpus, split))
        said[name] = folder.read_json(stored_as)
    for name, members in TOGETHER.items():
        if all(member in said for member in members):
            said[name] = together(*(said[member] for member in members))
    return said, corpus, split


def compared(
    said: Mapping[str, Said], corpus: Corpus, split: Split
) -> dict[str, dict[str, Comparison]]:
    """Return variant → scored → its comparison with the first variant."""
    tables = {
        name: {scored: table_of(scored, name, one, corpus, split) for scored in SCORED}
        for name, one in said.items()
    }
    return {
        name: {scored: compare(own[scored], tables[FIRST.name][scored]) for scored in SCORED}
        for name, own in tables.items()
        if name != FIRST.name
    }


def page(found: Mapping[str, Mapping[str, Comparison]]) -> str:
    """Return the results page as Markdown."""
    groups = {**{title: [v.name for v in group] for title, group in GROUPS.items()}, **LISTENERS}
    return "\n\n".join(
        [
            "# Where the gain comes from",
            _introduction(found),
            NOTE.format(FIRST.name),
            *(_group(title, names, found) for title, names in groups.items()),
            "Written by `python benchmarks/ablation.py` (`make results-ablation`).\n",
        ]
    )


def _introduction(found: Mapping[str, Mapping[str, Comparison]]) -> str:
    some = next(iter(found.values()))
    counts = ", ".join(f"{name} {one.n_recordings}" for name, one in some.items())
    return (
        "One thing changed at a time, inside the training part of the first fold of `joint`, "
        "divided once more by patient and session. The other folds test these recordings. "
        f"{EPOCHS} epochs, one seed, the network alone and as it answers, without calibration. "
        f"Scored recordings: {counts}."
    )


def _group(title: str, names: Sequence[str], found: Mapping[str, Mapping[str, Comparison]]) -> str:
    rows = []
    for name in names:
        if name == FIRST.name:
            firsts = next(iter(found.values())).values()
            rows.append([name, *(cell(_auc(one).b) for one in firsts)])
        elif name in found:
            rows.append([name, *(gap(_auc(one)) for one in found[name].values())])
    return f"## {title}\n\n" + markdown_table(["", *SCORED], rows)


def _auc(comparison: Comparison) -> Difference:
    return next(one for one in comparison.differences if one.metric == "macro_auc")


def gap(difference: Difference) -> str:
    """Return a difference with its interval, in hundredths."""
    told = difference.difference
    value, low, high = (100 * (number or 0.0) for number in (told.value, told.low, told.high))
    return f"{value:+.1f} [{low:+.1f}, {high:+.1f}]"


def main() -> None:
    """Run what is missing, then write the page."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("path", type=Path, help="folder that holds pascal/, circor/ and cinc2016/")
    parser.add_argument("--runs", type=Path, default=Path("runs/ablation"), help="run folder")
    parser.add_argument("--out", type=Path, default=Path("docs/results"), help="folder for results")
    parser.add_argument("--only", nargs="*", default=[], help="names of variants to train")
    options = parser.parse_args()
    found = compared(*run(options.path, RunFolder(options.runs), options.only))
    options.out.mkdir(parents=True, exist_ok=True)
    (options.out / "ablation.json").write_text(json.dumps(to_config(found), indent=1) + "\n")
    (options.out / "ablation.md").write_text(page(found))
    print(page(found))


if __name__ == "__main__":
    main()
