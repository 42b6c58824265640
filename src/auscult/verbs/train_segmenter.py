"""Train the segmenter: annotated recordings → one bundle a fold, and one of everything.

A person's fold follows from the person alone (``fold_of``), so that whoever scores a fold's bundle
knows which recordings it has not met, without a list. Each fold, and the final fit, can be trained
on its own and goes on where it stopped.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from auscult.asked import TOLD_STATES
from auscult.bundle import Bundle, read_bundle
from auscult.config import digest, to_config
from auscult.datasets import DATASETS, find_dataset
from auscult.errors import ConfigError, DatasetError
from auscult.models.segmenter import Segmenter as SegmenterModel
from auscult.models.segmenter import SegmenterNetwork
from auscult.progress import Progress, Silent
from auscult.segment import Decoder
from auscult.training.export_segmenter import export_segmenter
from auscult.training.fit_durations import fit_durations
from auscult.training.fit_segmenter import fit_segmenter
from auscult.training.segmenter_card import segmenter_card
from auscult.training.segmenter_options import SegmenterOptions, fold_of
from auscult.training.state_batches import Batches
from auscult.training.state_examples import (
    StateExamples,
    joined,
    made_examples,
    recorded_examples,
)
from auscult.types import STATES, Entry, StateSpan

FINAL = "final"
_MADE = ("hearts", "artifacts")


def train_segmenter(
    path: str | Path,
    out: str | Path,
    options: SegmenterOptions,
    *,
    parts: Sequence[str] = (),
    ship: str | Path | None = None,
    progress: Progress | None = None,
) -> list[Path]:
    """Train on the dataset at ``path``; return the bundles' folders, ``out/fold-0`` and so on.

    Parameters
    ----------
    path
        A dataset whose states are published (CirCor).
    out
        Folder for features, checkpoints and bundles.
    options
        What to do.
    parts
        ``fold-0`` … or ``final``; all of them by default.
    ship
        Where to write the bundle of ``final`` as well.

    Raises
    ------
    DatasetError
        If nobody published states for this dataset.
    ConfigError
        If a part is unknown.
    RunError
        If a checkpoint is damaged or the folder cannot be written.
    """
    progress, out = progress or Silent(), Path(out)
    known = [*(f"fold-{fold}" for fold in range(options.n_folds)), FINAL]
    if unknown := sorted(set(parts) - set(known)):
        raise ConfigError(f"there is no part {', '.join(unknown)}; there are {', '.join(known)}")
    entries, states = annotated(path)
    examples = _examples(entries, states, out, options, progress)
    material = Material(entries, states, examples)
    asked = [part for part in known if not parts or part in parts]
    folders = [_train_part(part, material, out, options, progress) for part in asked]
    if ship is not None:
        folders.append(read_bundle(out / FINAL).write(ship))
    return folders


@dataclass(frozen=True, slots=True, eq=False)
class Material:
    """Recordings, their published states, and their features in the same order."""

    entries: tuple[Entry, ...]
    states: Mapping[str, tuple[StateSpan, ...]]
    examples: StateExamples


def annotated(path: str | Path) -> tuple[tuple[Entry, ...], Mapping[str, tuple[StateSpan, ...]]]:
    """Return the recordings at ``path`` whose states are published, and these.

    Raises
    ------
    DatasetError
        If there are none.
    """
    dataset = find_dataset(path, DATASETS.values())
    states = dataset.states(Path(path))
    entries = tuple(e for e in dataset.scan(Path(path)) if e.recording_id in states)
    if not entries:
        raise DatasetError(f"{path}: {dataset.card.name} comes without states of the cardiac cycle")
    return entries, states


def _examples(
    entries: Sequence[Entry],
    states: Mapping[str, tuple[StateSpan, ...]],
    out: Path,
    options: SegmenterOptions,
    progress: Progress,
) -> StateExamples:
    """Return the features of all recordings, from ``out`` if they were computed before."""
    frontend = options.frontend
    about = [frontend, [entry.recording_id for entry in entries]]
    stem = out / f"features-{digest(about)[:12]}"
    if (found := StateExamples.read(stem)) is not None:
        return found
    listened = progress.track(entries, "features", len(entries))
    made = recorded_examples(listened, states.__getitem__, frontend, options.frame_s)
    made.write(stem)
    return made


def _synthetic(out: Path, options: SegmenterOptions) -> tuple[StateExamples, StateExamples]:
    """Return the synthetic hearts and artifacts, from ``out`` if they were made before."""
    frontend, asked = options.frontend, (options.n_hearts, options.n_artifacts)
    stems = [out / f"{kind}-{digest([frontend, asked, options.seed])[:12]}" for kind in _MADE]
    hearts, artifacts = map(StateExamples.read, stems)
    if hearts is None or artifacts is None:
        hearts, artifacts = made_examples(*asked, frontend, options.frame_s, options.seed)
        hearts.write(stems[0])
        artifacts.write(stems[1])
    return hearts, artifacts


def _train_part(
    part: str, material: Material, out: Path, options: SegmenterOptions, progress: Progress
) -> Path:
    """Train on everybody outside of the fold, or on everybody; write the bundle."""
    training = [
        index
        for index, entry in enumerate(material.entries)
        if part != f"fold-{fold_of(entry.group, options.n_folds)}"
    ]
    network = _fitted(part, material.examples.select(training), out, options, progress)
    chosen = [material.entries[index] for index in training]
    about = _about(part, chosen, options)
    bundle = Bundle.of_one(
        "segmenter" if part == FINAL else f"segmenter-{part}",
        export_segmenter(network, material.examples.features.shape[1]),
        options.frontend,
        STATES,
        question=TOLD_STATES,
        decoder=Decoder(durations=fit_durations(material.states[e.recording_id] for e in chosen)),
        provenance=about,
        card=segmenter_card(about),
    )
    return bundle.write(out / part)


def _fitted(
    part: str, examples: StateExamples, out: Path, options: SegmenterOptions, progress: Progress
) -> SegmenterNetwork:
    """Return the network trained on ``examples`` and on synthetic sounds."""
    hearts, artifacts = _synthetic(out, options)
    everything = joined([examples, hearts, artifacts])
    network = SegmenterModel().build(examples.features.shape[1], options.seed)
    fit_segmenter(
        network,
        Batches.of(everything, artifacts, options.disturbing),
        n_epochs=options.n_epochs,
        seed=options.seed,
        checkpoint=out / part / "checkpoint.safetensors",
        title=part,
        progress=progress,
    )
    return network


def _about(part: str, chosen: Sequence[Entry], options: SegmenterOptions) -> dict[str, object]:
    return {
        "part": part,
        "options": to_config(options),
        "data": {
            "dataset": chosen[0].dataset,
            "n_recordings": len(chosen),
            "n_groups": len({entry.group for entry in chosen}),
            "hash": digest([entry.recording_id for entry in chosen]),
        },
    }
