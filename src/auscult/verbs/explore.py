"""Explore: a dataset → one page with counts, and for each class a sound to hear and see.

S1 and S2 are marked where they were published, else where the segmenter finds them; the page says
which.
"""

from dataclasses import replace
from pathlib import Path

import numpy as np

from auscult.audio import read_header, read_recording
from auscult.datasets import DATASETS, find_dataset
from auscult.errors import AudioError, DatasetError
from auscult.files import check_page
from auscult.inference import load_segmenter
from auscult.progress import Progress, Silent
from auscult.reports import ExampleRecording, RecordingFacts, explore_page, save_page
from auscult.types import Entry, Mark, Recording

LISTENING_PEAK = 0.95
MIN_EXAMPLE_S, MAX_EXAMPLE_S = 3.0, 15.0


def explore(
    path: str | Path, out: str | Path, *, seed: int = 0, progress: Progress | None = None
) -> Path:
    """Write the page and return its path; ``seed`` chooses the recordings shown.

    Raises
    ------
    ConfigError
        If ``out`` is not called a page.
    DatasetError
        If there is no dataset at ``path``, or nothing labelled in it.
    """
    check_page(out)
    progress = progress or Silent()
    folder = Path(path)
    dataset = find_dataset(folder, DATASETS.values())
    entries = dataset.scan(folder)
    facts = {}
    for entry in progress.track(entries, "reading headers", len(entries)):
        try:
            header = read_header(entry.path)
        except AudioError as error:
            progress.say(f"left out: {error}")
            continue
        facts[entry.recording_id] = RecordingFacts(header.duration_s, header.rate_hz)
    truth = dataset.truth(folder)
    rng = np.random.default_rng(seed)
    examples = {}
    for label in dataset.card.classes:
        if chosen := _example(entries, label, facts, set(truth), rng):
            published = truth.get(chosen.recording_id, ())
            examples[label] = _marked(read_recording(chosen.path), chosen.recording_id, published)
    if not examples:
        raise DatasetError(f"{path}: holds no labelled recording that could be opened")
    page = explore_page(entries, facts, examples, card=dataset.card, defects=dataset.defects)
    return save_page(page, out)


def _marked(recording: Recording, name: str, published: tuple[Mark, ...]) -> ExampleRecording:
    """Return the example with its published marks, or with those that are found."""
    played = loud(recording)
    if published:
        return ExampleRecording(name, recording, published, listening=played)
    heard = load_segmenter()(recording)
    return ExampleRecording(
        name, recording, heard.marks, found=True, reason=heard.reason, listening=played
    )


def loud(recording: Recording) -> Recording:
    """Return the recording scaled so that its peak is just below full scale."""
    peak = float(np.abs(recording.samples).max())
    samples = recording.samples * np.float32(LISTENING_PEAK / peak) if peak else recording.samples
    return replace(recording, samples=samples)


def _example(
    entries: tuple[Entry, ...],
    label: str,
    facts: dict[str, RecordingFacts],
    with_truth: set[str],
    rng: np.random.Generator,
) -> Entry | None:
    """Draw a recording of the class: with known S1/S2 if there is one, neither short nor long."""
    of_class = [e for e in entries if e.label == label and e.recording_id in facts]
    well_sized = [
        e for e in of_class if MIN_EXAMPLE_S <= facts[e.recording_id].duration_s <= MAX_EXAMPLE_S
    ]
    marked = [e for e in well_sized if e.recording_id in with_truth]
    choice = marked or well_sized or of_class
    return choice[int(rng.integers(len(choice)))] if choice else None
