"""Many files → one answer each, in order, on all cores, and no file ends the batch.

Conventions
-----------
Answers come in the order of the files and are those of :meth:`Classifier.classify`, number for
number, whatever the number of workers. Each worker loads the model once and uses one thread. A file
that cannot be opened is an answer with status ``error``; so is one on which a worker process dies
(out of memory, or a decoder that crashes): the files it may have been are then heard one by one.
"""

import multiprocessing
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import closing, contextmanager
from dataclasses import dataclass, fields, replace
from functools import lru_cache
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np

from auscult.audio import Channel, RawPcm, read_recording
from auscult.errors import AudioError, BundleError, MissingExtraError, RunError
from auscult.inference.classifier import Classifier, load_model
from auscult.inference.segmenter import NetworkSegmenter, load_segmenter
from auscult.pool import AHEAD, begin_worker, in_order
from auscult.segment import beats_of, rhythm_of
from auscult.types import Prediction, Recording

Packed: TypeAlias = dict[str, Any]
"""A prediction as it travels between processes."""

PIECE = 8
"""Files handed to a worker at a time."""
_THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")


@dataclass(frozen=True, slots=True)
class Judge:
    """What a worker needs to answer: the bundle's folder, and how files are read.

    Parameters
    ----------
    bundle
        Folder of the bundle.
    channel, raw
        As in :func:`auscult.audio.read_recording`.
    segmenter
        Folder of the segmenter's bundle that counts the beats; none are counted without.
    sensitivity
        As in :class:`auscult.inference.Classifier`.
    """

    bundle: str
    channel: Channel = "auto"
    raw: RawPcm | None = None
    segmenter: str | None = None
    sensitivity: float | None = None

    def __call__(self, path: str) -> Packed:
        """Return the answer for one file.

        Raises
        ------
        BundleError
            If the model cannot be loaded; nothing else is raised.
        """
        try:
            answer = self._answer(path)
        except BundleError:
            raise
        except MemoryError:
            answer = Prediction(path, "error", f"{path}: does not fit into memory; cut it")
        except Exception as error:  # noqa: BLE001 - ten thousand files do not wait for one
            said = f"{path}: could not be judged ({type(error).__name__}: {error})"
            answer = Prediction(path, "error", f"{said}; please report this with the file")
        return packed(answer)

    def rehearse(self) -> None:
        """Let the model answer a second of quiet noise, so that no file is blamed for its faults.

        Raises
        ------
        BundleError
            If it cannot be loaded, or cannot answer.
        """
        noise = np.random.default_rng(0).normal(0, 1e-3, 4_000).astype(np.float32)
        try:
            _loaded(self.bundle, self.sensitivity).classify(Recording(noise, 4_000, "noise"))
        except BundleError:
            raise
        except Exception as error:
            said = " ".join(str(error).split())
            raise BundleError(
                f"{self.bundle}: cannot answer a second of quiet noise ({type(error).__name__}: "
                f"{said}); export or install the bundle again"
            ) from error

    def _answer(self, path: str) -> Prediction:
        classifier = _loaded(self.bundle, self.sensitivity)
        if self.segmenter is None:
            return classifier.classify(path, channel=self.channel, raw=self.raw)
        try:
            recording = read_recording(path, channel=self.channel, raw=self.raw)
        except (AudioError, MissingExtraError) as error:
            return Prediction(path, "error", reason=str(error))
        spans = _loaded_segmenter(self.segmenter)(recording).spans
        rhythm = rhythm_of(beats_of(spans, recording))
        answer = classifier.classify(recording)
        return replace(answer, heart_rate_bpm=rhythm.rate_bpm, n_beats=rhythm.n_beats, spans=spans)


def judged(
    judge: Callable[[str], Packed], paths: Sequence[str], n_workers: int, piece: int = PIECE
) -> Iterator[Prediction]:
    """Yield the answer for every path, in order.

    Parameters
    ----------
    judge
        Importable by name, a :class:`Judge`.
    paths
        The files.
    n_workers
        Processes; 1 works in this process and starts none.
    piece
        Files handed over at a time.

    Raises
    ------
    ConfigError
        If ``n_workers`` or ``piece`` is less than 1.
    """
    at = 0
    while at < len(paths):
        try:
            with one_thread_each(), closing(in_order(judge, paths[at:], n_workers, piece)) as told:
                for one in told:
                    yield unpacked(one)
                    at += 1
        except RunError:
            for answer in _one_by_one(judge, paths[at : at + n_workers * AHEAD * piece]):
                yield answer
                at += 1


def _one_by_one(judge: Callable[[str], Packed], paths: Sequence[str]) -> Iterator[Prediction]:
    """Judge each file in a process of its own making; one that kills it is an error."""
    context = multiprocessing.get_context("spawn")
    pool = ProcessPoolExecutor(1, mp_context=context, initializer=begin_worker)
    try:
        for path in paths:
            try:
                yield unpacked(pool.submit(judge, path).result())
            except BrokenProcessPool:
                pool.shutdown()
                pool = ProcessPoolExecutor(1, mp_context=context, initializer=begin_worker)
                said = "ends the process that opens it (out of memory, or a fault of the decoder)"
                yield Prediction(path, "error", f"{path}: {said}; export it again as WAV")
    finally:
        pool.shutdown(cancel_futures=True)


def packed(prediction: Prediction) -> Packed:
    """Return the fields of a prediction as data that can travel."""
    return {f.name: _plain(getattr(prediction, f.name)) for f in fields(prediction)}


def _plain(value: object) -> object:
    """Return mappings, and mappings within them, as dictionaries."""
    if isinstance(value, Mapping):
        return {key: _plain(inner) for key, inner in value.items()}
    return value


def unpacked(told: Packed) -> Prediction:
    """Return the prediction that :func:`packed` took apart."""
    return Prediction(**told)


@contextmanager
def one_thread_each() -> Iterator[None]:
    """Let processes started now use one thread for linear algebra: the cores are taken already."""
    before = {name: os.environ.get(name) for name in _THREADS}
    os.environ.update(dict.fromkeys(_THREADS, "1"))
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value


@lru_cache(maxsize=1)
def _loaded(bundle: str, sensitivity: float | None) -> Classifier:
    return load_model(Path(bundle), sensitivity=sensitivity)


@lru_cache(maxsize=1)
def _loaded_segmenter(bundle: str) -> NetworkSegmenter:
    return load_segmenter(Path(bundle))
