"""Ask a model that comes as it is: what a bundle says about a question it was not made for.

Where it answers the question itself, that answer is taken. Else its label's classes are: one that
tells artifact, murmur and normal apart also says whether a murmur is present, with its probability
of murmur. Which class stands for which answer is written out in :data:`MEANS`; a class that stands
for none is refused, never guessed. Nothing is fitted, so every recording is new to it, unless the
bundle was made from the same dataset: then a warning says so.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

import numpy as np

from auscult.audio import read_recording
from auscult.bundle import Bundle
from auscult.errors import ConfigError, RunError
from auscult.files import write_atomically
from auscult.inference.classifier import Classifier, load_model
from auscult.progress import Progress
from auscult.splits import PROTOCOLS
from auscult.types import CLASSES_3_OF_5, QUESTIONS, Entry, FloatArray

_FINDINGS = ("extrahls", "extrastole", "murmur")
MEANS: Mapping[str, Mapping[str, str]] = MappingProxyType(
    {
        "heard": CLASSES_3_OF_5,
        "heard5": {},
        "murmur": {
            "murmur": "present",
            **dict.fromkeys(("artifact", "extrahls", "extrastole", "normal"), "absent"),
        },
        "refer": {
            **dict.fromkeys(_FINDINGS, "abnormal"),
            "present": "abnormal",
            **dict.fromkeys(("artifact", "absent"), "normal"),
        },
        "quality": {"artifact": "poor", **dict.fromkeys((*_FINDINGS, "normal"), "good")},
        "beats": {},
    }
)
"""Question → class of a bundle → the answer it stands for; an answer stands for itself."""


@dataclass(frozen=True, slots=True)
class ZeroShot:
    """A bundle, by name or folder, and what is asked of it; the rest as in ``TrainOptions``.

    Raises
    ------
    ConfigError
        If the question or the protocol is unknown or a number is out of range.
    """

    bundle: str
    question: str = "heard"
    protocol: str = "grouped"
    n_folds: int = 1
    n_repeats: int = 1
    seed: int = 0

    def __post_init__(self) -> None:
        PROTOCOLS[self.protocol]
        if self.question not in QUESTIONS:
            raise ConfigError(f"question={self.question!r} must be one of {', '.join(QUESTIONS)}")
        for name in ("n_folds", "n_repeats"):
            if getattr(self, name) < 1:
                raise ConfigError(f"{name}={getattr(self, name)} must be at least 1")

    @property
    def model(self) -> str:
        """The bundle's name, and that it was not trained here."""
        return f"bundle {Path(self.bundle).name}"

    @property
    def classes(self) -> tuple[str, ...]:
        """The question's answers."""
        return QUESTIONS[self.question]

    @property
    def copies(self) -> tuple[str, ...]:
        """None: nothing is trained."""
        return ()


def open_bundle(options: ZeroShot) -> Classifier:
    """Return the bundle that is asked, ready to answer.

    Raises
    ------
    BundleError
        If there is none, it was changed, or it finds heartbeats.
    ConfigError
        If one of its classes stands for no answer to the question, or no class for one of them.
    """
    classifier = load_model(options.bundle)
    if options.question not in classifier.bundle.questions:
        answers_of(classifier.bundle, options.question)
    return classifier


def answers_of(bundle: Bundle, question: str) -> FloatArray:
    """Return which class stands for which answer: float32, shape (n_bundle_classes, n_answers).

    Raises
    ------
    ConfigError
        As for :func:`open_bundle`.
    """
    answers = QUESTIONS[question]
    stands_for = {**dict(zip(answers, answers, strict=True)), **MEANS[question]}
    matrix = np.zeros((len(bundle.classes), len(answers)), np.float32)
    for index, name in enumerate(bundle.classes):
        if name not in stands_for:
            raise ConfigError(
                f"bundle {bundle.name}: its class {name!r} says nothing about {question!r} "
                f"({', '.join(answers)})"
            )
        matrix[index, answers.index(stands_for[name])] = 1
    if unsaid := [a for a, said in zip(answers, matrix.sum(axis=0), strict=True) if not said]:
        raise ConfigError(
            f"bundle {bundle.name}: none of its classes ({', '.join(bundle.classes)}) says "
            f"{', '.join(unsaid)}; it does not answer {question!r}"
        )
    return matrix


def hear_all(
    classifier: Classifier, entries: Sequence[Entry], question: str, kept: Path, progress: Progress
) -> dict[str, FloatArray]:
    """Return recording → its answer, float32, shape (n_answers,).

    What the bundle says is kept in the file ``kept`` and read again by the next run.

    Raises
    ------
    AudioError
        If a recording cannot be opened.
    RunError
        If ``kept`` is damaged or cannot be written.
    """
    bundle = classifier.bundle
    said = _read(kept)
    if said is None:
        heard = progress.track(entries, f"asking {bundle.name}", len(entries))
        said = {e.recording_id: classifier.answers(read_recording(e.path)) for e in heard}
        write_atomically(kept, json.dumps(said))
    if question in bundle.questions:
        order = QUESTIONS[question]
        return {who: _ordered(told[question], order) for who, told in said.items()}
    stands_for = answers_of(bundle, question)
    return {
        who: _ordered(told[bundle.question], bundle.classes) @ stands_for
        for who, told in said.items()
    }


def _ordered(told: Mapping[str, float], order: Sequence[str]) -> FloatArray:
    return np.array([told[name] for name in order], dtype=np.float32)


def _read(kept: Path) -> dict[str, dict[str, dict[str, float]]] | None:
    if not kept.is_file():
        return None
    try:
        said: dict[str, dict[str, dict[str, float]]] = json.loads(kept.read_text(encoding="utf-8"))
    except ValueError as error:
        raise RunError(f"{kept}: is damaged ({error}); delete it and run again") from error
    return said
