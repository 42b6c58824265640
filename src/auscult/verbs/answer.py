"""Answer: the bytes of one sound → what ``classify``, ``segment`` or ``explain --json`` prints.

For whoever stays loaded and is asked again and again. A sound that cannot be opened gets an answer
too, with the reason, and the class of its error beside it.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from auscult.audio import read_header, read_recording
from auscult.errors import AudioError, AuscultError, MissingExtraError
from auscult.inference import load_model
from auscult.inference.table import as_data
from auscult.segment import Segmentation
from auscult.segment.tables import as_data as as_segment_data
from auscult.types import Prediction, Recording
from auscult.verbs.explain import Explained, Explainer
from auscult.verbs.explain import as_data as as_explained_data
from auscult.verbs.segment import Heard, listen, make_segmenter


@dataclass(frozen=True, slots=True)
class Answer:
    """JSON-ready ``data``; ``error`` is the class of what kept the sound from being opened."""

    data: Mapping[str, Any]
    error: type[AuscultError] | None = None


class Answerer:
    """A model and a segmenter, ready to be asked.

    Parameters
    ----------
    model
        A shipped bundle's name or a bundle's folder.
    segmenter
        A name of ``SEGMENTERS``, or a segmenter's bundle by name or folder.
    max_duration_s
        Longer sounds are not opened.

    Raises
    ------
    BundleError
        If either cannot be loaded.
    """

    def __init__(self, model: str, segmenter: str, max_duration_s: float) -> None:
        self._classifier = load_model(model)
        self._find_states = make_segmenter(segmenter)
        self._explain = Explainer(self._classifier, self._find_states)
        self._max_duration_s = max_duration_s
        self.tasks: Mapping[str, Callable[[Recording], dict[str, Any]]] = {
            "classify": self._classified,
            "segment": self._segmented,
            "explain": self._explained,
        }

    def __call__(self, task: str, data: bytes, name: str) -> Answer:
        """Return the answer to ``task`` (a name of ``tasks``) for the bytes of a sound."""
        try:
            return Answer(self.tasks[task](self._opened(data, name)))
        except (AudioError, MissingExtraError) as error:
            return Answer(self._unopened(task, name, str(error)), type(error))
        except MemoryError:
            reason = f"{name}: does not fit into the memory of one sound; cut it into pieces"
            return Answer(self._unopened(task, name, reason), AudioError)

    def _opened(self, data: bytes, name: str) -> Recording:
        """Decode a sound after its head has been checked."""
        duration_s = read_header(data, name=name).duration_s
        if duration_s > self._max_duration_s:
            raise AudioError(
                f"{name}: lasts {duration_s:,.0f} s; at most {self._max_duration_s:g} s are taken "
                "here; cut it into pieces"
            )
        return read_recording(data, name=name)

    def _unopened(self, task: str, name: str, reason: str) -> dict[str, Any]:
        if task == "segment":
            return _as_data(Heard(Segmentation(name, 0.0, reason=reason), readable=False))
        if task == "explain":
            return as_explained_data(Explained.unopened(name, reason, self._classifier.bundle.name))
        return as_data(Prediction(name, "error", reason=reason), self._classifier.bundle.name)

    def _classified(self, recording: Recording) -> dict[str, Any]:
        return as_data(self._classifier.classify(recording), self._classifier.bundle.name)

    def _segmented(self, recording: Recording) -> dict[str, Any]:
        return _as_data(listen(self._find_states, recording))

    def _explained(self, recording: Recording) -> dict[str, Any]:
        return as_explained_data(self._explain(recording))


def _as_data(heard: Heard) -> dict[str, Any]:
    return as_segment_data(heard.segmentation, heard.beats, heard.rhythm)
