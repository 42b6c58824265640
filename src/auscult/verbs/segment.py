"""Segment: files → where S1 and S2 lie, the beats, the rhythm, or the reason why there is none."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from auscult.audio import read_recording
from auscult.errors import AudioError
from auscult.files import keep_apart, refuse_other, write_atomically
from auscult.inference import SEGMENTERS, load_segmenter
from auscult.progress import Progress, Silent
from auscult.segment import Beat, Rhythm, Segmentation, Segmenter, beats_of, rhythm_of
from auscult.segment.tables import COLUMNS, as_text, check_format
from auscult.types import Recording
from auscult.verbs.classify import expanded


@dataclass(frozen=True, slots=True)
class Heard:
    """One recording's states, beats and rhythm; not ``readable`` if it could not be opened."""

    segmentation: Segmentation
    beats: tuple[Beat, ...] = ()
    rhythm: Rhythm = field(default_factory=Rhythm)
    readable: bool = True


def segment(
    paths: Sequence[str | Path],
    *,
    segmenter: str = "network",
    out: str | Path | None = None,
    progress: Progress | None = None,
) -> list[Heard]:
    """Find the heartbeats in every file; folders stand for the sound files in them.

    Parameters
    ----------
    paths
        Files and folders.
    segmenter
        A name of ``SEGMENTERS``, or a segmenter's bundle by name or folder.
    out
        Where to write the states: .csv, .json, .TextGrid or .txt (Audacity).

    Raises
    ------
    ConfigError
        If ``out`` has another ending, holds one recording and there are more, is what is
        read, or is another table.
    BundleError
        If the segmenter cannot be loaded.
    AudioError
        If a folder holds no sound file.
    """
    progress = progress or Silent()
    find_states = make_segmenter(segmenter)
    files = list(expanded(paths))
    keep_apart((out,), (*paths, *files))
    if out is not None:
        check_format(out, len(files))
        if Path(out).suffix.lower() == ".csv":
            refuse_other(out, ",".join(COLUMNS), "table of states")
    listened = (_opened(find_states, file) for file in files)
    heard = list(progress.track(listened, "segment", len(files)))
    if out is not None:
        write_atomically(out, as_text([(h.segmentation, h.beats, h.rhythm) for h in heard], out))
    return heard


def make_segmenter(name: str) -> Segmenter:
    """Return a segmenter of ``SEGMENTERS``, or that of a bundle.

    Raises
    ------
    BundleError
        If the name is neither's, or the bundle is broken or a classifier's.
    """
    return SEGMENTERS[name]() if name in SEGMENTERS else load_segmenter(name)


def listen(find_states: Segmenter, recording: Recording) -> Heard:
    """Return states, beats and rhythm of one recording."""
    found = find_states(recording)
    beats = beats_of(found.spans, recording)
    return Heard(found, beats, rhythm_of(beats))


def _opened(find_states: Segmenter, path: Path) -> Heard:
    try:
        recording = read_recording(path)
    except AudioError as error:
        return Heard(Segmentation(str(path), 0.0, reason=str(error)), readable=False)
    return listen(find_states, recording)
