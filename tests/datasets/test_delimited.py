"""Tables as people's programs save them are read; what cannot be told is refused with a row."""

import csv
import io
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auscult.datasets.delimited import DELIMITERS, peek_header, read_delimited
from auscult.errors import DatasetError

ROWS = [["path", "label"], ["b\u00e9b\u00e9.wav", "normal"], ["x, y.wav", "murmur"]]
WANTED = [
    (2, {"path": "b\u00e9b\u00e9.wav", "label": "normal"}),
    (3, {"path": "x, y.wav", "label": "murmur"}),
]


def saved(delimiter: str = ",", end: str = "\n") -> str:
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=delimiter, lineterminator=end).writerows(ROWS)
    return text.getvalue()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("delimiter", DELIMITERS)
def test_every_way_of_saving_reads_the_same(
    tmp_path: Path, encoding: str, end: str, delimiter: str
) -> None:
    table = tmp_path / "t.csv"
    table.write_bytes(saved(delimiter, end).encode(encoding))
    told = read_delimited(table)
    assert told.header == peek_header(table) == ("path", "label")
    assert list(told.rows) == WANTED


@given(
    st.lists(
        st.lists(
            st.text(st.characters(codec="utf-8", exclude_characters="\0")), min_size=2, max_size=2
        )
    )
)
def test_what_csv_writes_is_read_as_it_stands(tmp_path_factory, cells: list[list[str]]) -> None:
    table = tmp_path_factory.mktemp("t") / "t.csv"
    with table.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([["a", "b"], *cells])
    told = read_delimited(table, strip=False)
    assert [[*row.values()] for _, row in told.rows] == [
        row for row in cells if any(cell.strip() for cell in row)
    ]


def test_rows_are_numbered_as_a_spreadsheet_shows_them(tmp_path: Path) -> None:
    table = tmp_path / "t.csv"
    table.write_text(' Path ,LABEL\n\n"a\nb", x \n,\nc,y\n')
    told = read_delimited(table)
    assert told.header == ("path", "label")
    assert list(told.rows) == [
        (3, {"path": "a\nb", "label": "x"}),
        (5, {"path": "c", "label": "y"}),
    ]


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", r"t\.csv: is empty"),
        (b"\n\n", r"t\.csv: is empty"),
        (b"a,b\n1,2\n3,caf\xe9\n", r"t\.csv, row 3: byte 0xE9 is no UTF-8"),
        (b"a,b\r1,2\r\xe9,4\r", r"t\.csv, row 3: byte 0xE9 is no UTF-8"),
        ("a,b\n1,2\n".encode("utf-16-le"), r"t\.csv: holds zero bytes"),
        (b"\xff\xfea", r"row 1: byte 0x61 is no UTF-16"),
        (b"a,b\n1,2\n3\n", r"t\.csv, row 3: has 1 cells; the header has 2"),
        (b"a,b\n1,2,3\n", r"t\.csv, row 2: has 3 cells; the header has 2"),
        (b"a,b,A\n1,2,3\n", r"t\.csv, row 1: two columns are called 'a'"),
        (b'a,b\n1,2\n"3,4\n', r"t\.csv, row 3: cannot be read as CSV"),
    ],
)
def test_what_cannot_be_told_is_refused_with_file_and_row(
    tmp_path: Path, data: bytes, said: str
) -> None:
    table = tmp_path / "t.csv"
    table.write_bytes(data)
    with pytest.raises(DatasetError, match=said):
        list(read_delimited(table).rows)


def test_a_missing_table_is_named(tmp_path: Path) -> None:
    with pytest.raises(DatasetError, match=r"gone\.csv: cannot be read \(No such file"):
        read_delimited(tmp_path / "gone.csv")
    assert peek_header(tmp_path / "gone.csv") == ()
    assert peek_header(tmp_path) == ()


def test_the_header_is_seen_where_the_rest_cannot_be_read(tmp_path: Path) -> None:
    table = tmp_path / "t.csv"
    table.write_bytes(b"a,b\n" + b"x,\xe9\n" * 50_000)
    assert peek_header(table) == ("a", "b")
