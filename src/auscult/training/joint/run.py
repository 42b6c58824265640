"""Every fold: train the network, fit the ensembles, answer; finished folds are not done again.

::

    config.json, data.json, environment.json, splits.json     as in every run folder
    sounds.npy, sounds.json, measured.npz                     what both listeners are given
    r0-f0/          checkpoint while it runs; then history, answers.json, the exported graphs and
                    the network's weights

``answers.json`` holds what both listeners say, uncalibrated, on the validation and on the test
recordings of the fold, question by question. Validation recordings train nothing: they are for the
calibration alone.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from hashlib import sha256
from typing import Any

import numpy as np

from auscult.aggregate import blended, mean_probabilities
from auscult.config import from_config
from auscult.errors import ConfigError, RunError, SplitError
from auscult.files import write_atomically
from auscult.frontend import CYCLE, FRONTENDS
from auscult.models import NETWORKS
from auscult.models.crnn import Crnn
from auscult.models.windows import WindowModel
from auscult.network import Network
from auscult.progress import Progress
from auscult.splits import PROTOCOLS
from auscult.training.checkpoint import trained_weights
from auscult.training.joint.corpus import ASKED, Corpus
from auscult.training.joint.cycle import StateFinders, read_cycles
from auscult.training.joint.fit import JointSchedule, fit_joint
from auscult.training.joint.members import (
    build_network,
    export_ensemble,
    export_network_of_questions,
    indices_of,
)
from auscult.training.joint.other_ears import OtherEars
from auscult.training.joint.sounds import Sounds, read_sounds
from auscult.training.joint.teacher import ensemble_teacher
from auscult.training.run_folder import RunFolder
from auscult.types import FloatArray, Split

WINDOWS = "log-mel"
SOUNDS = "sounds.npy"
CHECKPOINT, WEIGHTS = "checkpoint.safetensors", "network.safetensors"
HISTORY = "history.json"
"""Written when every graph is."""
LISTENERS = ("network", "ensemble")


@dataclass(frozen=True, slots=True)
class JointOptions:
    """Options of :func:`auscult.verbs.train_joint.train_joint`.

    Parameters
    ----------
    protocol
        Name in ``PROTOCOLS``.
    n_folds, n_repeats, seed
        Of the division; the seed also of initial values and order.
    network
        What listens to windows; as it ships, the heart is heard past the device.
    ears, pace
        How windows are changed in training, and how far they are stretched. Half of them stay as
        they are: other ears teach to hear past a device, and hide the faintest murmurs.
    trust
        How far the network believes ensembles that have not met a recording, beside its labels, in
        [0, 1]; see :mod:`auscult.training.joint.teacher`.
    segmenter
        Folder of ``auscult train-segmenter``; needed where a dataset taught the shipped one.

    Raises
    ------
    ConfigError
        If the protocol stops on its test part or tests what has no label, or ``trust`` is no share.
    """

    protocol: str = "grouped"
    n_folds: int | None = None
    n_repeats: int = 1
    seed: int = 0
    segmenter: str | None = None
    network: WindowModel = field(default_factory=lambda: Crnn(by_band=True))
    schedule: JointSchedule = field(default_factory=JointSchedule)
    ears: OtherEars | None = field(default_factory=lambda: OtherEars(share=0.5))
    pace: float = 0.0
    trust: float = 0.0

    def __post_init__(self) -> None:
        PROTOCOLS[self.protocol]
        if self.protocol in ("notebook", "pascal-official"):
            raise ConfigError(
                f"protocol {self.protocol!r} cannot be scored honestly; choose another"
            )
        if not 0 <= self.trust <= 1:
            raise ConfigError(f"trust={self.trust} must be from 0 to 1")


def read_options(folder: RunFolder) -> JointOptions:
    """Return the options a joint run was started with.

    Raises
    ------
    RunError
        If the folder holds no joint run.
    """
    data = folder.read_json("config.json")
    if not isinstance(data, dict) or data.get("type") != JointOptions.__name__:
        raise RunError(f"{folder.path}: holds no run of `auscult train-joint`")
    types: tuple[type, ...] = (JointOptions, JointSchedule, OtherEars, *NETWORKS.values())
    options: JointOptions = from_config(data, {made.__name__: made for made in types})
    return options


@dataclass(frozen=True, slots=True, eq=False)
class Material:
    """What both listeners are given, of every recording of the corpus."""

    sounds: Sounds
    measured: FloatArray


def read_material(
    corpus: Corpus, finders: StateFinders, folder: RunFolder, progress: Progress
) -> Material:
    """Prepare samples and measure every cycle, or take both from the run's folder."""
    sounds = read_sounds(corpus.entries, FRONTENDS[WINDOWS], folder.path / SOUNDS, progress)
    cache = folder.path / "measured.npz"
    measured = read_cycles(corpus.entries, CYCLE, finders, cache, progress)
    return Material(sounds, measured)


def run_folds(
    options: JointOptions,
    corpus: Corpus,
    finders: StateFinders,
    splits: Sequence[Split],
    *,
    folder: RunFolder,
    progress: Progress,
) -> None:
    """Train and answer every split that has not been answered yet."""
    material = read_material(corpus, finders, folder, progress)
    for split in splits:
        place = folder.fold(split)
        if (place / "answers.json").is_file():
            continue
        graphs = train_listeners(
            options,
            corpus,
            material,
            training_part(corpus, split),
            seed=options.seed * 1000 + split.repeat * 100 + split.fold,
            folder=folder,
            name=place.name,
            progress=progress,
        )
        content = {
            role: {
                "ids": list(ids),
                "answers": answers_of(graphs, corpus, material, ids),
            }
            for role, ids in (("validation", split.validation), ("test", split.test))
        }
        hashes = {name: sha256(graph).hexdigest() for name, graph in graphs.items()}
        write_atomically(place / WEIGHTS, trained_weights(place / CHECKPOINT))
        folder.write_json(f"{place.name}/answers.json", {"model_hashes": hashes, **content})
        (place / CHECKPOINT).unlink(missing_ok=True)


def training_part(corpus: Corpus, split: Split) -> list[int]:
    """Return where the recordings stand that may be learned from.

    Raises
    ------
    SplitError
        If one of them is to be scored, or to calibrate.
    """
    kept = {*split.test, *split.validation}
    if known := sorted(kept.intersection({*split.train, *corpus.always_trains})):
        raise SplitError(
            f"fold {split.fold}: {known[0]} is to be trained on and kept from training; "
            "make the split again"
        )
    places = indices_of(corpus, (*split.train, *sorted(corpus.always_trains)))
    return [int(place) for place in places]


def train_listeners(
    options: JointOptions,
    corpus: Corpus,
    material: Material,
    train: Sequence[int],
    *,
    seed: int,
    folder: RunFolder,
    name: str,
    progress: Progress,
) -> dict[str, bytes]:
    """Return name → exported graph: ``network``, and one ``ensemble-<question>`` a question.

    A question of which some answer does not occur in training is the network's alone.
    """
    n_bands, n_frames = material.sounds.windows(0).shape[1:]
    network = build_network(options.network, n_bands, seed)
    teacher = None
    if options.trust:
        progress.say(f"{name}: ensembles answer, to teach the network")
        teacher = ensemble_teacher(corpus, material.measured, train, seed, options.trust)
    history = fit_joint(
        network,
        options.schedule,
        corpus,
        replace(material.sounds, pace=options.pace),
        train,
        ears=options.ears,
        seed=seed,
        checkpoint=folder.path / name / CHECKPOINT,
        title=name,
        progress=progress,
        teacher=teacher,
    )
    graphs = {"network": export_network_of_questions(network, n_bands, n_frames)}
    for question in ASKED:
        if corpus.teaches(question, train):
            graphs[f"ensemble-{question}"] = export_ensemble(
                question, corpus, material.measured, train, seed
            )
    for key, graph in graphs.items():
        write_atomically(folder.path / name / f"{key}.onnx", graph)
    folder.write_json(f"{name}/{HISTORY}", history)
    return graphs


def answers_of(
    graphs: dict[str, bytes], corpus: Corpus, material: Material, ids: Sequence[str]
) -> dict[str, dict[str, list[list[float]]]]:
    """Return listener → question → what it says of each recording, also where truth is untold."""
    indices = indices_of(corpus, ids)
    network = Network(graphs["network"])
    windows = [network.answers(material.sounds.windows(index), ASKED) for index in indices]
    said = {"network": {q: [mean_probabilities(w[q]).tolist() for w in windows] for q in ASKED}}
    said["ensemble"] = {
        question: np.asarray(
            Network(graphs[f"ensemble-{question}"]).probabilities(material.measured[indices])
        ).tolist()
        for question in ASKED
        if f"ensemble-{question}" in graphs
    }
    return said


def blended_answers(
    answers: Mapping[str, Any], question: str, listeners: Sequence[str] = LISTENERS
) -> FloatArray:
    """Return what those of the listeners who answer ``question`` say of it, blended.

    ``answers`` is what :func:`answers_of` returns; float32 log-probabilities, shape (n_recordings,
    n_classes).
    """
    said = (answers[name] for name in listeners)
    return blended([np.array(own[question]) for own in said if question in own])
