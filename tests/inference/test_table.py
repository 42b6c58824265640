"""One list of columns, read back as it was written."""

import csv
import json
from dataclasses import replace

import pytest

from auscult.inference.table import CALLED, as_data, columns, csv_line, of_cells, of_data
from auscult.types import CLASSES_5, Prediction

CLASSES = ("murmur", "normal")
ANSWER = Prediction(
    "a.wav", "ok", "", "normal", {"murmur": 1 / 3, "normal": 2 / 3}, 8.12345, 4_000, ("n",)
)


def line(answer: Prediction) -> str:
    return csv_line(column.text(answer) for column in columns(CLASSES, "small"))


def test_the_columns_are_these_and_a_row_is_as_it_always_was() -> None:
    names = [column.name for column in columns(CLASSES, "small")]
    wanted = "path,status,reason,label,p_murmur,p_normal,sure,duration_s,rate_hz,model,notes"
    assert ",".join(names) == wanted
    assert line(ANSWER) == "a.wav,ok,,normal,0.333333,0.666667,,8.123,4000,small,n\n"
    bad = Prediction("b, c.wav", "error", "is empty")
    assert line(bad) == '"b, c.wav",error,is empty,,,,,,,small,\n'


def test_a_row_of_a_csv_is_read_as_the_answer_it_was() -> None:
    names = [column.name for column in columns(CLASSES, "small")]
    for answer in (
        ANSWER,
        replace(ANSWER, sure=True),
        replace(ANSWER, sure=False),
        Prediction("b, c.wav", "error", "is\n empty"),
    ):
        (cells,) = csv.reader([line(answer)], strict=True)
        read = of_cells(dict(zip(names, cells, strict=True)), CLASSES)
        assert line(read) == line(answer)
    assert read == answer


def test_json_is_read_as_the_answer_it_was() -> None:
    exact = replace(ANSWER, probabilities={"murmur": 0.25, "normal": 0.75}, sure=True)
    assert of_data(as_data(exact, "small")) == exact


@pytest.mark.parametrize(
    "change", [{"status": "fine"}, {"label": None}, {"probabilities": {"normal": 0.2}}, {"path": 1}]
)
def test_what_is_no_answer_is_refused(change: dict) -> None:
    data = {**as_data(ANSWER, "small"), **change}
    if change == {"path": 1}:
        del data["path"]
    with pytest.raises(ValueError, match=r"."):
        of_data(data)


FURTHER = {
    "heard5": dict(zip(CLASSES_5, (0.1, 0.1, 0.1, 0.4, 0.3), strict=True)),
    "murmur": {"absent": 0.25, "present": 0.75},
    "refer": {"normal": 0.5, "abnormal": 0.5},
}


def test_answers_to_further_questions_stand_in_columns_and_come_back() -> None:
    answer = replace(ANSWER, answers=FURTHER)
    told = columns(CLASSES, "small", tuple(FURTHER))
    names = [column.name for column in told]
    plain = [column.name for column in columns(CLASSES, "small")]
    assert [name for name in names if name not in plain] == [
        "p_abnormal",
        "p_murmur_audible",
        "p5_artifact",
        "p5_extrahls",
        "p5_extrastole",
        "p5_murmur",
        "p5_normal",
    ]
    read = of_cells({column.name: column.text(answer) for column in told}, CLASSES)
    assert {q: dict(p) for q, p in read.answers.items()} == FURTHER
    again = of_data(json.loads(json.dumps(as_data(answer, "small"))))
    assert {q: dict(p) for q, p in again.answers.items()} == FURTHER


def test_what_is_called_stands_in_columns_and_comes_back() -> None:
    called = dict.fromkeys(CALLED, False) | {"murmur": True}
    answer = replace(ANSWER, called=called)
    told = columns(CLASSES, "small", called=tuple(called))
    cells = {column.name: column.text(answer) for column in told}
    assert {q: cells[name] for q, name in CALLED.items()} == {
        "heard": "no",
        "murmur": "yes",
        "refer": "no",
        "quality": "no",
        "beats": "no",
    }
    assert of_cells(cells, CLASSES).called == called
    assert of_data(json.loads(json.dumps(as_data(answer, "small")))).called == called
    refused = Prediction("b.wav", "refused", "too short")
    assert not of_cells({c.name: c.text(refused) for c in told}, CLASSES).called
