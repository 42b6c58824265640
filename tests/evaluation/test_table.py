"""The predictions table as a file, and everything it refuses."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from auscult.errors import EvaluationError
from auscult.evaluation import PredictionRow, PredictionsTable

HEADER = "system,recording,group,subset,repeat,fold,truth,p_murmur,p_normal,split_hash,model_hash"
ROW = "model,r1,g1,a,0,0,murmur,0.7,0.3,s,m"


def row(**changes: Any) -> PredictionRow:
    plain = PredictionRow("model", "r1", "g1", "a", 0, 0, "murmur", (0.7, 0.3), "m")
    return replace(plain, **changes)


def table(*rows: PredictionRow) -> PredictionsTable:
    return PredictionsTable(("murmur", "normal"), rows, "s")


@pytest.fixture
def write_lines(tmp_path: Path) -> Callable[..., Path]:
    def write(*lines: str) -> Path:
        path = tmp_path / "predictions.csv"
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")
        return path

    return write


def test_reads_what_the_format_describes(write_lines: Callable[..., Path]) -> None:
    read = PredictionsTable.read(write_lines(HEADER, ROW))
    assert read == table(row())
    assert (read.classes, read.split_hash) == (("murmur", "normal"), "s")


def test_round_trip_is_exact(make_table: Callable[..., PredictionsTable], tmp_path: Path) -> None:
    made = make_table()
    path = made.write(tmp_path / "new" / "predictions.csv")
    assert PredictionsTable.read(path) == made
    assert [file.name for file in path.parent.iterdir()] == ["predictions.csv"]


def test_names_with_commas_quotes_and_accents_survive(tmp_path: Path) -> None:
    made = table(row(recording='a "b", ç\nd', group="=1+1"))
    assert PredictionsTable.read(made.write(tmp_path / "t.csv")) == made


def test_a_byte_order_mark_is_no_part_of_the_header(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_text(f"{HEADER}\n{ROW}\n", encoding="utf-8-sig")
    assert PredictionsTable.read(path) == table(row())


def test_a_failed_write_leaves_nothing_behind(tmp_path: Path) -> None:
    (tmp_path / "taken").mkdir()
    with pytest.raises(EvaluationError, match=r"taken: cannot be written \(Is a directory\)"):
        table(row()).write(tmp_path / "taken")
    assert [file.name for file in tmp_path.iterdir()] == ["taken"]
    (tmp_path / "file").touch()
    with pytest.raises(EvaluationError, match="cannot be written"):
        table(row()).write(tmp_path / "file" / "t.csv")


def test_the_file_is_replaced_at_once_or_not_at_all(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = table(row()).write(tmp_path / "t.csv")

    def fail(*_: Any) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", fail)
    with pytest.raises(EvaluationError, match=r"t\.csv: cannot be written \(No space left"):
        table(row(recording="r2")).write(path)
    assert PredictionsTable.read(path) == table(row())
    assert [file.name for file in tmp_path.iterdir()] == ["t.csv"]


def test_an_interrupted_write_keeps_the_old_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = table(row()).write(tmp_path / "t.csv")

    def stop(*_: Any) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("auscult.evaluation.table._cells", stop)
    with pytest.raises(KeyboardInterrupt):
        table(row(recording="r2")).write(path)
    assert PredictionsTable.read(path) == table(row())
    assert [file.name for file in tmp_path.iterdir()] == ["t.csv"]


@pytest.mark.parametrize(
    ("lines", "message"),
    [
        ([], r"columns are ; wanted system,recording"),
        ([HEADER.replace("truth", "label"), ROW], "columns are .*label.*wanted system,rec"),
        ([HEADER.replace("p_murmur", "murmur"), ROW], r"wanted system,.*,p_<class>…,split_hash"),
        ([HEADER.replace(",p_murmur,p_normal", ""), "a"], r"row 2: 1 cells; the header has 9"),
        ([HEADER.replace("p_normal", "p_murmur"), ROW], "classes are .*; wanted two or more, each"),
        ([HEADER], "holds no prediction"),
        ([HEADER, ROW, ""], "row 3: 0 cells; the header has 11"),
        ([HEADER, ROW + ",x"], "row 2: 12 cells"),
        ([HEADER, ROW.replace("0.7", "much")], "row 2: could not convert string to float: 'much'"),
        ([HEADER, ROW.replace(",0,0,", ",0,one,")], "row 2: invalid literal for int"),
        ([HEADER, ROW, "model,r2,g1,a,0,0,normal,0,1,t,m"], "row 3: split 't', but .* are of 's'"),
        ([HEADER, ROW.replace("0.7", "nan")], r"csv, row 2: probabilities .* not all in \[0, 1\]"),
        ([HEADER, '"' + ROW], "cannot be read as CSV"),
    ],
)
def test_refuses_the_file(lines: list[str], message: str, write_lines: Callable[..., Path]) -> None:
    with pytest.raises(EvaluationError, match=message) as caught:
        PredictionsTable.read(write_lines(*lines))
    assert "predictions.csv" in str(caught.value)


def test_refuses_what_is_no_text(tmp_path: Path) -> None:
    with pytest.raises(EvaluationError, match=r"none\.csv: cannot be read as CSV"):
        PredictionsTable.read(tmp_path / "none.csv")
    (tmp_path / "t.csv").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(EvaluationError, match=r"t\.csv: cannot be read as CSV"):
        PredictionsTable.read(tmp_path / "t.csv")


@pytest.mark.parametrize(
    ("second", "message"),
    [
        ({"system": ""}, "row 3: system is empty"),
        ({"recording": ""}, "row 3: recording is empty"),
        ({"group": ""}, "row 3: group is empty"),
        ({"subset": ""}, "row 3: subset is empty"),
        ({"truth": "artifact"}, "row 3: truth 'artifact' is none of the classes murmur, normal"),
        ({"probabilities": (1.0,)}, "row 3: 1 probabilities for 2 classes"),
        ({"probabilities": (1.2, -0.2)}, r"row 3: probabilities \[1.2, -0.2\] are not all in"),
        ({"probabilities": (0.7, 0.302)}, "row 3: probabilities sum to 1.0020, not 1"),
        ({"recording": "r1"}, "row 3: r1 of system model stands in row 2 already"),
        (
            {"recording": "r1", "system": "baseline", "truth": "normal"},
            "row 3: r1 has truth, group and subset normal, g1, a, but murmur, g1, a in row 2",
        ),
        ({"recording": "r1", "repeat": 1, "group": "g2"}, "row 3: r1 has .*g2, a, but"),
        ({"recording": "r1", "repeat": 1, "subset": "b"}, "row 3: r1 has .*g1, b, but"),
    ],
)
def test_refuses_the_row(second: dict[str, Any], message: str) -> None:
    with pytest.raises(EvaluationError, match=f"predictions table, {message}"):
        table(row(), row(**({"recording": "r2"} | second)))


def test_a_sum_within_the_tolerance_passes() -> None:
    assert table(row(probabilities=(0.7, 0.3009))).rows


def test_refuses_fewer_than_two_classes() -> None:
    with pytest.raises(EvaluationError, match=r"classes are \['murmur'\]; wanted two or more"):
        PredictionsTable(("murmur",), (row(probabilities=(1.0,)),), "s")


def test_the_first_system_is_the_model() -> None:
    made = table(row(system="b"), row(system="a"), row(system="b", repeat=1))
    assert made.systems == ("b", "a")
    assert made.of("b").rows == (made.rows[0], made.rows[2])
    with pytest.raises(EvaluationError, match="no system 'c'; there are: b, a"):
        made.of("c")


def test_subsets_and_folds_divide_the_rows() -> None:
    made = table(
        row(recording="r2", subset="b", fold=1), row(), row(recording="r3", repeat=1, fold=0)
    )
    assert made.subsets == ("a", "b")
    assert made.of_subset("b").rows == made.rows[:1]
    folds = [(repeat, fold, part.rows) for repeat, fold, part in made.folds()]
    assert folds == [(0, 0, made.rows[1:2]), (0, 1, made.rows[:1]), (1, 0, made.rows[2:])]


def test_cases_carry_truth_scores_and_names() -> None:
    made = table(row(), row(recording="r2", truth="normal", probabilities=(0.2, 0.8)))
    cases = made.cases((1,))
    assert cases.truth.tolist() == [0, 1]
    assert np.array_equal(cases.probabilities, [[0.7, 0.3], [0.2, 0.8]])
    assert (cases.classes, cases.averaged) == (("murmur", "normal"), (1,))
