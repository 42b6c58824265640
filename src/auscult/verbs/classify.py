"""Classify: files → one answer each, written as they come, and a page if asked."""

from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from contextlib import nullcontext, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from auscult.audio import Channel, RawPcm, read_recording
from auscult.bundle import Bundle, find_bundle, read_bundle
from auscult.config import to_config
from auscult.cycle import AverageBeat, average_beat
from auscult.errors import AudioError, ConfigError
from auscult.files import check_page, keep_apart, refuse_other
from auscult.inference import load_segmenter
from auscult.inference.batch import Judge, judged
from auscult.inference.classifier import operating_points
from auscult.inference.labels import AUDACITY, TEXT_GRID, Labels
from auscult.inference.patients import Patients
from auscult.inference.results import Results
from auscult.inference.table import columns
from auscult.inference.tally import Tally
from auscult.names import encodable
from auscult.pool import n_cores
from auscult.progress import Progress, Silent
from auscult.segment import Segmentation
from auscult.types import Prediction, Recording
from auscult.verbs.given import expanded, patients_in

__all__ = ["Classified", "classify", "expanded"]

FILES_A_WORKER = 40
"""Starting a worker takes about as long as judging this many files."""
MAX_PAGE_RECORDINGS = 40
MAX_PAGE_ROWS = 400
MAX_PLAYED_S = 120.0


@dataclass(frozen=True, slots=True)
class Classified:
    """What a batch came to: the model, how many of each answer, and how many were known before."""

    bundle: Bundle
    counts: Mapping[str, int]
    n_before: int


def classify(
    paths: Sequence[str | Path],
    *,
    model: str = "default",
    out: str | Path | None = None,
    report: str | Path | None = None,
    resume: bool = False,
    n_workers: int | None = None,
    channel: Channel = "auto",
    raw: RawPcm | None = None,
    sensitivity: float | None = None,
    patients: str | Path | None = None,
    beats: bool = False,
    text_grids: str | Path | None = None,
    audacity: str | Path | None = None,
    progress: Progress | None = None,
    each: Callable[[Prediction], object] | None = None,
) -> Classified:
    """Judge every file; what cannot be opened is an answer too.

    Parameters
    ----------
    paths
        Files, folders, patterns, manifests; see :mod:`auscult.verbs.given`.
    model
        A shipped bundle's name or a bundle's folder.
    out
        Table of all answers, ``*.csv``, ``*.jsonl`` or ``*.parquet``, written as they come.
    report
        Where to write a page with counts and the worst cases first, with players and pictures.
    resume
        Go on with the table that an interrupted call left in ``out``.
    n_workers
        Processes; by default all cores, and fewer for a few files.
    channel, raw
        As in :func:`auscult.audio.read_recording`.
    sensitivity
        Share of what is looked for that is to be called, in [0, 1]: a column for each question
        that has such an operating point.
    patients
        Table of patients, ``*.csv``: one answer from all recordings of each. Who is whose is told
        by a dataset or a table among ``paths``.
    beats
        Count the heartbeats too: two more columns, and on the page their marks and their average.
    text_grids, audacity
        Folder for a label file of each sound, of Praat or of Audacity; implies ``beats``.
    each
        Called with every new answer, in the order of the files.

    Raises
    ------
    BundleError
        If the model cannot be loaded, or cannot answer.
    AudioError, DatasetError
        If a folder, pattern or table stands for no sound.
    ConfigError, MissingExtraError, RunError
        If the bundle cannot answer so, nothing tells whose recordings they are, or something cannot
        be written, or only over what is read; see :mod:`auscult.inference.results`.
    """
    progress = progress or Silent()
    keep_apart((out, patients, report), paths)
    if report is not None:
        check_page(report)
    folder = find_bundle(model)
    bundle = read_bundle(folder)
    folders = _label_folders(text_grids, audacity)
    segmenter = str(find_bundle("segmenter")) if beats or folders else None
    judge = Judge(str(folder), channel, raw, segmenter, sensitivity)
    called = () if sensitivity is None else [*operating_points(bundle, sensitivity)]
    judge.rehearse()
    files = [str(path) for path in expanded(paths, raw_pcm=raw is not None)]
    labels, tally = Labels(folders, files), Tally(MAX_PAGE_ROWS)
    gathered = None if patients is None else _gathered(bundle, paths, patients)
    with _table(out, bundle, judge, called=called, resume=resume) as results:
        known = _taken_up(results, tally, gathered, files, progress)
        rest = [f for f in files if f not in known or (known[f] and not labels.are_there(f))]
        workers = n_workers or max(1, min(n_cores(), len(rest) // FILES_A_WORKER))
        answers = progress.track(judged(judge, rest, workers), "classify", len(rest))
        for answer in _labelled(answers, labels, known):
            tally.add(answer)
            if gathered is not None:
                gathered.add(answer)
            if results is not None:
                results.add(answer)
            if each is not None:
                each(answer)
        if results is not None:
            results.finish()
    if gathered is not None and patients is not None:
        gathered.write(patients)
    if report is not None:
        write_page(tally, bundle, judge, report)
    return Classified(bundle, tally.counts, len(known))


def _gathered(bundle: Bundle, paths: Sequence[str | Path], table: str | Path) -> Patients:
    """Return what gathers the answers of each patient."""
    if Path(table).suffix.lower() != ".csv":
        raise ConfigError(f"{table}: a table of patients is called *.csv")
    refuse_other(table, "patient,n_recordings,", "table of patients")
    if bundle.patients is None:
        use = "default"
        if "calibrated_on" in bundle.provenance:
            use = "the bundle it was calibrated from (calibrating murmur or quality drops the rule)"
        raise ConfigError(f"{bundle.name}: carries no rule for patients; use {use}")
    patient_of = patients_in(paths)
    if not patient_of:
        raise ConfigError(
            "nothing tells whose the recordings are; give a dataset, or a table with the columns "
            "path, label and patient"
        )
    return Patients(bundle.patients, patient_of)


def _label_folders(text_grids: str | Path | None, audacity: str | Path | None) -> dict[str, Path]:
    asked = {TEXT_GRID: text_grids, AUDACITY: audacity}
    return {ending: Path(folder) for ending, folder in asked.items() if folder is not None}


def _labelled(
    answers: Iterable[Prediction], labels: Labels, known: Container[str]
) -> Iterator[Prediction]:
    """Write the labels of each answer, then yield it, unless only its labels were missing."""
    for answer in answers:
        labels.add(answer)  # before the row, which says that all of a file is done
        if answer.source not in known:
            yield answer


def _table(
    out: str | Path | None, bundle: Bundle, judge: Judge, *, called: Sequence[str], resume: bool
) -> Results | nullcontext[None]:
    if out is None:
        return nullcontext()
    made_with: dict[str, Any] = {
        "model": bundle.describe()["digest"],
        "channel": judge.channel,
        "raw": None if judge.raw is None else to_config(judge.raw),
    }
    if judge.sensitivity is not None:
        made_with["sensitivity"] = judge.sensitivity
    if judge.segmenter is not None:
        made_with["segmenter"] = read_bundle(judge.segmenter).describe()["digest"]
    return Results(
        out,
        columns(
            bundle.classes,
            bundle.name,
            bundle.further,
            called=called,
            beats=judge.segmenter is not None,
        ),
        classes=bundle.classes,
        model=bundle.name,
        made_with=made_with,
        resume=resume,
    )


def _taken_up(
    results: Results | None,
    tally: Tally,
    gathered: Patients | None,
    files: Iterable[str],
    progress: Progress,
) -> dict[str, bool]:
    """Count the answers of an interrupted call; return their files, and which could be opened."""
    known: dict[str, bool] = {}
    if results is None:
        return known
    asked = set(files)
    # subtle: a Parquet table holds a name that is no UTF-8 escaped
    named = {encodable(file): file for file in asked}
    for told in results.earlier():
        answer = replace(told, source=named.get(told.source, told.source))
        known[answer.source] = answer.duration_s is not None
        if answer.source in asked:
            tally.add(answer)
            if gathered is not None:
                gathered.add(answer)
    if known:
        progress.say(f"{len(known):,} files have their answer in {results.path}")
    return known


def write_page(tally: Tally, bundle: Bundle, judge: Judge, path: str | Path) -> None:
    """Write the page: counts, the worst cases first, players and pictures for some of them."""
    from auscult.reports import classification_page, save_page  # noqa: PLC0415 - optional

    played = _played(tally.worst, judge)
    page = classification_page(
        tally.worst,
        played,
        model_name=f"the model “{bundle.name}”",
        model_card=bundle.card,
        counts=tally.counts,
        beats=_beats(played, judge),
    )
    save_page(page, path)


def _played(worst: Iterable[Prediction], judge: Judge) -> dict[str, Recording]:
    """Read again those that get a player: the first that opened and are not too long for a page."""
    opened = [p.source for p in worst if (p.duration_s or MAX_PLAYED_S + 1) <= MAX_PLAYED_S]
    played = {}
    for source in opened[:MAX_PAGE_RECORDINGS]:
        with suppress(AudioError):  # a file may be gone since it was judged
            played[source] = read_recording(source, channel=judge.channel, raw=judge.raw)
    return played


def _beats(
    played: Mapping[str, Recording], judge: Judge
) -> dict[str, tuple[Segmentation, AverageBeat]]:
    """Find the beats of those that get a player, if beats were asked for."""
    if judge.segmenter is None:
        return {}
    find_states = load_segmenter(judge.segmenter)
    found = {source: find_states(recording) for source, recording in played.items()}
    return {s: (each, average_beat(played[s], each.spans)) for s, each in found.items()}
