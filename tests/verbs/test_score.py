"""Reading tables as people save them, and refusing what is none."""

import math

import pytest

from auscult.errors import ConfigError, EvaluationError
from auscult.verbs.score import read_table, score

ROWS = ["truth,answer", "normal,normal", "murmur,normal", "murmur,murmur", "extrastole,extrastole"]


def write(tmp_path, data: bytes | str):
    path = tmp_path / "answers.csv"
    path.write_bytes(data if isinstance(data, bytes) else data.encode())
    return path


def test_a_sheet_has_every_figure(tmp_path) -> None:
    sheet = score("pascal2-b", write(tmp_path, "\n".join(ROWS)))
    assert sheet.n_rows == 4
    assert sheet.scores[0].name == "total_precision"
    assert sheet.scores[0].value == pytest.approx(2.5)
    assert len(sheet.remarks) == 1
    told = sheet.to_json()
    assert told["challenge"] == "pascal2-b"
    assert all(s["value"] is None or math.isfinite(s["value"]) for s in told["scores"])


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
def test_byte_order_mark_and_line_ends_are_no_matter(tmp_path, end: str, mark: bytes) -> None:
    table = read_table(write(tmp_path, mark + end.join([*ROWS, ""]).encode()))
    assert table.header == ("truth", "answer")
    assert len(table.rows) == 4
    assert table.column("answer")[-1] == "extrastole"


def test_blank_lines_keep_their_numbers(tmp_path) -> None:
    path = write(tmp_path, "truth,answer\n\nnormal,normal\n\n\nmurmur,nothing\n\n")
    with pytest.raises(EvaluationError, match=r"answers.csv, row 6: answer 'nothing' is none of"):
        score("pascal2-b", path)


def test_a_quoted_cell_may_hold_anything(tmp_path) -> None:
    text = 'recording,truth,answer\n"a,\u2028""b""",normal,normal\n'
    assert read_table(write(tmp_path, text)).column("recording") == ('a,\u2028"b"',)


@pytest.mark.parametrize(
    ("data", "fault"),
    [
        (b"", "answers.csv: is empty"),
        (b"\n\n", "answers.csv: is empty"),
        (b"\xef\xbb\xbf", "answers.csv: is empty"),
        (b"truth,answer\n", "answers.csv: holds no row"),
        (b"truth,said\nnormal,normal\n", "row 1: no column 'answer'; there are: truth, said"),
        (b"truth;answer\nnormal;normal\n", "row 1: columns are divided by ';'; wanted commas"),
        (b"truth\tanswer\nnormal\tnormal\n", "row 1: columns are divided by '.t'; wanted commas"),
        (b"truth,answer\nnormal\n", "row 2: 1 cells; the header has 2"),
        (b"truth,answer\nnormal,normal\n,\n", "row 3: truth is empty; wanted one of normal"),
        (b"truth,answer\nnormal,normal\nm\xfcrmur,normal\n", "row 3: not UTF-8; save the table"),
        (b"truth,answer\rnormal,normal\rm\xfcrmur,normal\r", "row 3: not UTF-8; save the table"),
        ("truth,answer\nnormal,normal\n".encode("utf-16"), "row 1: not UTF-8; save the table"),
        (b'truth,answer\n"normal,normal\n', "answers.csv, row 2: cannot be read as CSV"),
        (b"truth,answer\nnormal,nor\x00mal\n", "row 2: (cannot be read as CSV|answer)"),
    ],
)
def test_a_faulty_file_is_named_with_its_row(tmp_path, data: bytes, fault: str) -> None:
    with pytest.raises(EvaluationError, match=fault):
        score("pascal2-b", write(tmp_path, data))


def test_a_missing_file_is_named(tmp_path) -> None:
    with pytest.raises(EvaluationError, match=r"none.csv: cannot be read \(No such file"):
        score("pascal2-b", tmp_path / "none.csv")


def test_an_unknown_challenge_is_refused_before_the_file_is_read(tmp_path) -> None:
    with pytest.raises(ConfigError, match="unknown challenge 'pascal'"):
        score("pascal", tmp_path / "none.csv")
