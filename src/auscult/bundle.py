"""A model that can travel: networks, front ends, classes, calibration and card in one folder.

::

    bundle.json    what is here, with the SHA-256 of every file and of itself
    <name>.onnx    one a listener: features (n_windows, …) → probabilities (n_windows, n_classes)
    <name>.safetensors  of a network that can be trained on: its weights, never read to classify
    MODEL_CARD.md  data, splits, figures, limits

Several listeners answer together: each has its own front end, and says something about some
questions (:data:`auscult.types.QUESTIONS`). One question is the bundle's own: it gives the label.

Loading checks every hash of what it reads, so a changed byte is found before it answers. Nothing is
unpickled and no code comes from a bundle: the front end is rebuilt from a written-out table.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, fields
from hashlib import sha256
from importlib.resources import files
from pathlib import Path
from typing import Any, Self

from auscult.aggregate import Calibration
from auscult.asked import Asked
from auscult.config import check, digest, from_config, to_config
from auscult.errors import BundleError
from auscult.files import write_atomically
from auscult.frontend import CycleFrontend, Frontend
from auscult.listener import Listener, read_listener
from auscult.patient_rule import PatientRule
from auscult.preprocess import GATE_TYPES, Gate
from auscult.segment import CycleFinder, Decoder, Durations
from auscult.thresholds import OperatingPoint, Thresholds
from auscult.weights import read_file, read_unchanged

FORMAT = 2
DESCRIPTION, CARD = "bundle.json", "MODEL_CARD.md"
_FURTHER_TYPES = (Calibration, Thresholds, OperatingPoint, PatientRule)
_DECODER_TYPES = (Decoder, CycleFinder, Durations)
_TYPES = {**GATE_TYPES, **{made.__name__: made for made in (*_FURTHER_TYPES, *_DECODER_TYPES)}}
_MALFORMED = (AttributeError, ArithmeticError, LookupError, RecursionError, TypeError, ValueError)
_PLAIN = ("name", "question", "classes")
_MADE = ("calibrations", "thresholds", "gate", "decoder", "patients")


@dataclass(frozen=True, slots=True)
class Bundle:
    """Everything needed to classify, or to find the beats.

    Parameters
    ----------
    name
        What ``auscult models`` lists.
    listeners
        At least one.
    question
        What the label answers.
    classes
        The answers, in the order of the outputs.
    calibrations
        Question → how sure answers become probabilities; a question without one is taken as it is.
    thresholds
        Question → from where on its answers are sure, and operating points; often of none.
    decoder
        How a segmenter's state probabilities become spans; None in every other bundle.
    states
        Who tells the states of the cycle to listeners that measure by them; None where none does.
    patients
        How answers to a patient's recordings become one; None where nobody taught it.
    provenance
        Where it comes from: command, data hash, split hash, figures; plain JSON.

    Raises
    ------
    BundleError
        If two listeners have one name, or nobody tells the states that one measures by.
    ConfigError
        If a field is of another type, or does not fit the questions or their classes.
    """

    name: str
    listeners: tuple[Listener, ...]
    question: str
    classes: tuple[str, ...]
    calibrations: Mapping[str, Calibration] = field(default_factory=dict)
    thresholds: Mapping[str, Thresholds] = field(default_factory=dict)
    gate: Gate = field(default_factory=Gate)
    decoder: Decoder | None = None
    states: Listener | None = None
    patients: PatientRule | None = None
    provenance: Mapping[str, Any] = field(default_factory=dict)
    card: str = field(default="", repr=False)

    def __post_init__(self) -> None:
        check(Bundle, {own.name: getattr(self, own.name) for own in fields(self)})
        asked = Asked(self.question, self.classes, self.questions)
        asked.check(self.calibrations, self.thresholds, self.patients)
        names = [own.name for own in self.everybody]
        if len({*names}) < len(names):
            raise BundleError(f"{self.name}: two of its listeners have one name: {sorted(names)}")
        measured = any(isinstance(own.frontend, CycleFrontend) for own in self.listeners)
        if measured and self.states is None:
            raise BundleError(
                f"{self.name}: measures the cardiac cycle, and nobody in it tells the states; "
                "export the bundle again"
            )

    @classmethod
    def of_one(
        cls,
        name: str,
        network: bytes,
        frontend: Frontend,
        classes: tuple[str, ...],
        *,
        question: str = "heard",
        temperature: float = 1.0,
        decoder: Decoder | None = None,
        provenance: Mapping[str, Any] | None = None,
        card: str = "",
    ) -> Self:
        """Return the bundle of one network that answers one question."""
        return cls(
            name=name,
            listeners=(Listener("model", network, frontend, (question,)),),
            question=question,
            classes=classes,
            calibrations={question: Calibration(temperature, (0.0,) * len(classes))},
            decoder=decoder,
            provenance=provenance or {},
            card=card,
        )

    @property
    def questions(self) -> tuple[str, ...]:
        """What the listeners answer, each once."""
        return tuple(dict.fromkeys(q for listener in self.listeners for q in listener.questions))

    @property
    def further(self) -> tuple[str, ...]:
        """What is answered besides the question that gives the label."""
        return tuple(asked for asked in self.questions if asked != self.question)

    @property
    def everybody(self) -> tuple[Listener, ...]:
        """The listeners, and who tells them the states."""
        return self.listeners if self.states is None else (*self.listeners, self.states)

    @property
    def size_bytes(self) -> int:
        """What the networks take."""
        return sum(len(listener.network) for listener in self.everybody)

    def describe(self) -> dict[str, Any]:
        """Return the content of ``bundle.json``, with its digest."""
        hashes = {name: h for own in self.everybody for name, h in own.hashes().items()}
        description = {
            "format": FORMAT,
            "name": self.name,
            "question": self.question,
            "classes": list(self.classes),
            "listeners": [listener.describe() for listener in self.listeners],
            "calibrations": to_config(self.calibrations),
            "thresholds": to_config(self.thresholds),
            "gate": to_config(self.gate),
            **({} if self.decoder is None else {"decoder": to_config(self.decoder)}),
            **({} if self.states is None else {"states": self.states.describe()}),
            **({} if self.patients is None else {"patients": to_config(self.patients)}),
            "provenance": to_config(self.provenance),
            "sha256": {**hashes, CARD: sha256(self.card.encode()).hexdigest()},
        }
        return {**description, "digest": digest(description)}

    def write(self, folder: str | Path) -> Path:
        """Write the bundle and return its folder.

        Raises
        ------
        BundleError
            If weights that it was read with are gone or have changed.
        RunError
            If it cannot be written.
        """
        folder = Path(folder)
        for listener in self.everybody:
            write_atomically(folder / listener.file, listener.network)
            if listener.weights is not None:
                write_atomically(folder / listener.weights_file, listener.weights.read())
        write_atomically(folder / CARD, self.card)
        text = json.dumps(self.describe(), indent=2, ensure_ascii=False) + "\n"
        write_atomically(folder / DESCRIPTION, text)
        return folder


def read_bundle(folder: str | Path) -> Bundle:
    """Read a bundle and check every hash; weights are neither read nor checked.

    Raises
    ------
    BundleError
        If the folder holds no bundle, a file is missing, changed or cannot be understood, or the
        format is another.
    """
    folder = Path(folder)
    path, told = folder / DESCRIPTION, {"thresholds": {}, **_read_description(folder)}

    def built(name: str, build: Callable[[Any], Any] = lambda d: from_config(d, _TYPES)) -> Any:
        with _understanding(f"{path}: its {name!r}"):
            value = told.get(name)
            # subtle: Python reads NaN and half a character, which are no JSON; a figure of the
            # training may be NaN.
            json.dumps(value, ensure_ascii=False, allow_nan=name == "provenance").encode()
            return build(value)

    hashes = built("sha256", dict)
    with _understanding(f"{path}:"):
        return Bundle(
            **{name: built(name) for name in (*_PLAIN, *_MADE)},
            listeners=built(
                "listeners", lambda every: tuple(read_listener(folder, t, hashes) for t in every)
            ),
            states=built("states", lambda one: one and read_listener(folder, one, hashes)),
            provenance=built("provenance", lambda data: data),
            card=_read_card(folder / CARD, hashes),
        )


@contextmanager
def _understanding(what: str) -> Iterator[None]:
    """Say of malformed content that it cannot be understood."""
    try:
        yield
    except _MALFORMED as error:
        why = f"lacks {error}" if isinstance(error, KeyError) else error
        raise BundleError(
            f"{what} cannot be understood ({why}); it may be of another version of auscult"
        ) from error


def _read_card(path: Path, hashes: Mapping[str, str]) -> str:
    with _understanding(f"{path}:"):
        return read_unchanged(path, hashes.get(CARD)).decode()


def shipped_bundles() -> dict[str, Path]:
    """Return name → folder of the bundles that come with auscult."""
    root = Path(str(files("auscult") / "bundles"))
    return {path.parent.name: path.parent for path in sorted(root.glob(f"*/{DESCRIPTION}"))}


def find_bundle(name_or_folder: str | Path) -> Path:
    """Return the folder of a shipped bundle by name, or the folder itself.

    Raises
    ------
    BundleError
        If it is neither.
    """
    shipped = shipped_bundles()
    if str(name_or_folder) in shipped:
        return shipped[str(name_or_folder)]
    if (Path(name_or_folder) / DESCRIPTION).is_file():
        return Path(name_or_folder)
    raise BundleError(
        f"{name_or_folder}: is no bundle that comes with auscult ({', '.join(shipped) or 'none'}) "
        f"and no folder with a {DESCRIPTION}"
    )


def _read_description(folder: Path) -> dict[str, Any]:
    path = folder / DESCRIPTION
    try:
        description = json.loads(read_file(path))
        told = description.pop("digest", None) if isinstance(description, dict) else None
        same = told == digest(description)
    except (ValueError, RecursionError) as error:
        raise BundleError(f"{path}: is no JSON ({error}); install the bundle again") from error
    if not isinstance(description, dict) or description.get("format") != FORMAT:
        found = description.get("format") if isinstance(description, dict) else None
        raise BundleError(
            f"{path}: is of format {found!r}; this auscult reads format {FORMAT}. "
            "Install the version of auscult the bundle was made with, or export it again"
        )
    if not same:
        raise BundleError(
            f"{path}: has changed since the bundle was made; install or download the bundle again"
        )
    return description
