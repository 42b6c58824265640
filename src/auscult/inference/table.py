"""Predictions as rows: one list of columns for CSV and Parquet, one object a line for JSON.

Columns: ``path,status,reason,label``, then ``p_<class>`` in the model's order, the answers to
further questions (:data:`FURTHER`), what is called (:data:`CALLED`), then
``sure,duration_s,rate_hz,model,notes``. One row a file, refused and unreadable ones included; a
cell without a value is empty. Whatever a prediction gets to tell besides is one line in
:func:`columns` and one in :func:`as_data`.
"""

import csv
import io
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from auscult.errors import ConfigError
from auscult.types import CLASSES_5, QUESTIONS, Prediction, Status

_STATUS: Mapping[str, Status] = {"ok": "ok", "refused": "refused", "error": "error"}
_IN_WORDS = {True: "yes", False: "no", None: ""}
_OF_WORDS = {word: sure for sure, word in _IN_WORDS.items()}
NOTES_SEPARATOR = " | "
FURTHER: Mapping[str, Mapping[str, str]] = {
    "refer": {"abnormal": "p_abnormal"},
    "murmur": {"present": "p_murmur_audible"},
    "quality": {"poor": "p_poor_quality"},
    "beats": {"unclear": "p_unclear_beats"},
    "heard5": {name: f"p5_{name}" for name in CLASSES_5},
}
"""Further question → class → column. Of two classes one is written: the other is what is left."""

CALLED: Mapping[str, str] = {
    "heard": "called_murmur",
    "murmur": "called_murmur_audible",
    "refer": "called_abnormal",
    "quality": "called_poor_quality",
    "beats": "called_unclear_beats",
}
"""Question → column that says whether what it looks for is called."""


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its name, the type and the decimals of its cells, and where they come from."""

    name: str
    kind: type[str | float | int]
    value: Callable[[Prediction], Any]
    decimals: int = 0

    def cell(self, prediction: Prediction) -> str | float | int | None:
        """Return the value, rounded; None for an empty cell."""
        value = self.value(prediction)
        if value is None or value == "":
            return None
        return round(float(value), self.decimals) if self.kind is float else self.kind(value)

    def text(self, prediction: Prediction) -> str:
        """Return the cell as a CSV shows it."""
        cell = self.cell(prediction)
        if cell is None:
            return ""
        return f"{cell:.{self.decimals}f}" if self.kind is float else str(cell)


def columns(
    classes: Sequence[str],
    model: str,
    questions: Sequence[str] = (),
    *,
    called: Sequence[str] = (),
    beats: bool = False,
) -> tuple[Column, ...]:
    """Return the columns of a table of answers of ``model``, in order.

    ``questions`` are those it answers besides the one that gives the label, ``called`` those of
    which something is called; ``beats`` says whether heartbeats were looked for.
    """
    further = [
        Column(column, float, _answer(question, name), 6)
        for question, names in FURTHER.items()
        if question in questions
        for name, column in names.items()
    ]
    return (
        Column("path", str, lambda p: p.source),
        Column("status", str, lambda p: p.status),
        Column("reason", str, lambda p: p.reason),
        Column("label", str, lambda p: p.label),
        *(Column(f"p_{name}", float, _score(name), 6) for name in classes),
        *further,
        *(Column(name, str, _call(q)) for q, name in CALLED.items() if q in called),
        *(_BEATS if beats else ()),
        Column("sure", str, lambda p: _IN_WORDS[p.sure]),
        Column("duration_s", float, lambda p: p.duration_s, 3),
        Column("rate_hz", int, lambda p: p.rate_hz),
        Column("model", str, lambda _: model),
        Column("notes", str, lambda p: NOTES_SEPARATOR.join(p.notes)),
    )


_BEATS = (
    Column("heart_rate_bpm", float, lambda p: p.heart_rate_bpm, 1),
    Column("n_beats", int, lambda p: p.n_beats),
)


def _score(name: str) -> Callable[[Prediction], float | None]:
    return lambda prediction: prediction.probabilities.get(name)


def _answer(question: str, name: str) -> Callable[[Prediction], float | None]:
    return lambda prediction: prediction.answers.get(question, {}).get(name)


def called_in_words(prediction: Prediction) -> str:
    """Return what is called, in the words of the columns; empty where nothing was looked for."""
    found = [CALLED[q] for q, called in prediction.called.items() if called and q in CALLED]
    words = ", ".join(name.removeprefix("called_").replace("_", " ") for name in found)
    return words or ("nothing" if prediction.called else "")


def _call(question: str) -> Callable[[Prediction], str]:
    return lambda prediction: _IN_WORDS[prediction.called.get(question)]


def csv_line(cells: Iterable[str]) -> str:
    """Return one row of a CSV with its line end."""
    buffer = io.StringIO()
    csv.writer(buffer, lineterminator="\n").writerow(cells)
    return buffer.getvalue()


def of_cells(cells: Mapping[str, Any], classes: Sequence[str]) -> Prediction:
    """Return the prediction that a row holds: text of a CSV, or values of a Parquet table.

    Raises
    ------
    ValueError
        If it is no such row.
    """
    scores = {name: cells[f"p_{name}"] for name in classes}
    return _checked(
        source=cells["path"],
        status=_STATUS.get(cells["status"]),
        reason=cells["reason"] or "",
        label=cells["label"] or None,
        probabilities={c: float(p) for c, p in scores.items() if p not in {"", None}},
        answers=_further_answers(cells),
        duration_s=float(cells["duration_s"]) if cells["duration_s"] else None,
        rate_hz=int(cells["rate_hz"]) if cells["rate_hz"] else None,
        notes=tuple(cells["notes"].split(NOTES_SEPARATOR)) if cells["notes"] else (),
        heart_rate_bpm=float(rate) if (rate := cells.get("heart_rate_bpm")) else None,
        n_beats=int(n) if (n := cells.get("n_beats")) not in {"", None} else None,
        sure=_OF_WORDS[cells["sure"] or ""],
        called={
            question: _OF_WORDS[cells[name]] for question, name in CALLED.items() if cells.get(name)
        },
    )


def _further_answers(cells: Mapping[str, Any]) -> dict[str, dict[str, float]]:
    """Return what a row says to further questions, the class that was not written included."""
    answers = {}
    for question, names in FURTHER.items():
        told = {name: cells.get(column) for name, column in names.items()}
        if all(p not in {"", None} for p in told.values()):
            scores = {name: float(str(p)) for name, p in told.items()}
            left = 1.0 - sum(scores.values())
            answers[question] = {name: scores.get(name, left) for name in QUESTIONS[question]}
    return answers


def as_data(prediction: Prediction, model: str) -> dict[str, Any]:
    """Return one prediction as JSON-ready data."""
    told: dict[str, Any] = {
        "path": prediction.source,
        "status": prediction.status,
        "reason": prediction.reason,
        "label": prediction.label,
        "confidence": prediction.confidence,
        "sure": prediction.sure,
        "probabilities": rounded(prediction.probabilities),
        "answers": {question: rounded(told) for question, told in prediction.answers.items()},
        "duration_s": prediction.duration_s,
        "rate_hz": prediction.rate_hz,
        "model": model,
        "notes": list(prediction.notes),
    }
    if prediction.called:
        told["called"] = dict(prediction.called)
    if prediction.n_beats is None:
        return told
    return {**told, "heart_rate_bpm": prediction.heart_rate_bpm, "n_beats": prediction.n_beats}


def rounded(scores: Mapping[str, float]) -> dict[str, float]:
    """Return the scores with the decimals of a table."""
    return {name: round(p, 6) for name, p in scores.items()}


def of_data(data: Mapping[str, Any]) -> Prediction:
    """Return the prediction that :func:`as_data` described.

    Raises
    ------
    ValueError
        If it is no such object.
    """
    try:
        return _checked(
            source=data["path"],
            status=_STATUS.get(data["status"]),
            reason=data["reason"],
            label=data["label"],
            probabilities=data["probabilities"],
            answers=data["answers"],
            duration_s=data["duration_s"],
            rate_hz=data["rate_hz"],
            notes=tuple(data["notes"]),
            heart_rate_bpm=data.get("heart_rate_bpm"),
            n_beats=data.get("n_beats"),
            sure=data["sure"],
            called=data.get("called", {}),
        )
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError(f"no answer ({error})") from error


def _checked(**told: Any) -> Prediction:
    if told["status"] is None:
        raise ValueError("a status that is none")
    try:
        return Prediction(**told)
    except ConfigError as error:
        raise ValueError(str(error)) from error
