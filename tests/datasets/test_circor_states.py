"""Tables of states: what is kept, what is refused, and that every known defect is a real one."""

from itertools import pairwise
from pathlib import Path
from types import ModuleType

import pytest

from auscult.audio import read_header
from auscult.datasets import Circor
from auscult.datasets.circor_defects import DEFECTS, GAPPED, IMPOSSIBLE, OVERLAPPING
from auscult.datasets.circor_states import read_states
from auscult.errors import DatasetError
from auscult.types import Mark, StateSpan

FOLLOWS = {"1": "2", "2": "3", "3": "4", "4": "1"}
MAX_OVERLAP_S, MAX_GAP_S = 0.012, 0.025


def test_spans_stand_as_published_and_unannotated_time_is_left_out(
    tmp_path: Path, made: ModuleType
) -> None:
    rows = ("0\t1\t0", "1\t1.1\t1", "1.09\t1.4\t2", "1.5\t1.6\t1", "9\t9\t0")
    assert read_states(made.write(tmp_path / "t.tsv", *rows)) == (
        StateSpan("S1", 1.0, 1.1),
        StateSpan("systole", 1.09, 1.4),  # overlaps
        StateSpan("S1", 1.5, 1.6),  # leaves a gap, and no heart goes there from systole
    )


def test_a_stretch_listed_twice_is_read_once(tmp_path: Path, made: ModuleType) -> None:
    rows = ("1\t1.1\t1", "1.1\t1.4\t2", "1\t1.1\t1", "1.1\t1.4\t2", "1.4\t1.5\t3")
    spans = read_states(made.write(tmp_path / "t.tsv", *rows))
    assert [span.state for span in spans] == ["S1", "systole", "S2"]


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("1\t2\t28", "row 2: state '28' is none of 0, 1, 2, 3, 4"),
        ("1\tx\t1", "row 2: '1' to 'x' are no times in seconds"),
        ("2\t2\t1", "row 2: runs from 2 to 2 s"),
        ("-1\t2\t1", "row 2: runs from -1 to 2 s"),
        ("1\tnan\t1", "row 2: runs from 1 to nan s"),
        ("1\t2", "row 2: has 2 cells; wanted 3"),
    ],
)
def test_a_row_that_cannot_be_is_refused(
    tmp_path: Path, made: ModuleType, row: str, said: str
) -> None:
    table = made.write(tmp_path / "t.tsv", "0\t1\t0", row)
    with pytest.raises(DatasetError, match=f"t.tsv, {said}"):
        read_states(table)


def test_tables_are_read_when_they_are_asked_for(tmp_path: Path, made: ModuleType) -> None:
    made.circor(tmp_path)
    (tmp_path / "training_data" / "202_AV.tsv").write_text("broken")
    made.write(tmp_path / "training_data" / "202_MV.tsv", "0\t0\t28")  # a stub without a sound
    states, truth = Circor().states(tmp_path), Circor().truth(tmp_path)
    assert states.keys() == truth.keys() == set(made.CIRCOR_SOUNDS)
    assert len(states) == len(made.CIRCOR_SOUNDS)
    assert states["101_AV"] == (StateSpan("S1", 0.5, 0.6), StateSpan("systole", 0.6, 0.9))
    assert truth["101_AV"] == (Mark("S1", 0.5),)
    assert truth.get("nobody", ()) == ()
    with pytest.raises(DatasetError, match=r"202_AV\.tsv, row 1"):
        states["202_AV"]


@pytest.fixture(scope="module")
def rows_of(circor_dir: Path) -> dict[str, list[tuple[float, float, str]]]:
    """Every real table of a recording, read without the code under test."""
    tables = {}
    for table in sorted((circor_dir / "training_data").glob("*.tsv")):
        cells = [line.split("\t") for line in table.read_text().splitlines()]
        if table.stem != "50782_MV":
            tables[table.stem] = [(float(a), float(b), state) for a, b, state in cells]
    return tables


@pytest.mark.data
def test_the_card_names_every_overlap_gap_and_impossible_transition(rows_of) -> None:
    overlaps, gaps, jumps = [], [], []
    for name, rows in rows_of.items():
        for (_, end_s, state), (start_s, _, following) in pairwise(rows):
            overlaps += [(name, end_s - start_s)] * (start_s < end_s)
            gaps += [(name, start_s - end_s)] * (start_s > end_s)
            annotated = "0" not in (state, following)
            jumps += [name] * (annotated and FOLLOWS[state] != following)
    assert (len(overlaps), len(gaps), len(jumps)) == (205, 333, 79)
    assert {*OVERLAPPING} == {name for name, _ in overlaps}
    assert {*GAPPED} == {name for name, _ in gaps}
    assert {*IMPOSSIBLE} == {*jumps}
    long = {name for name, overlap_s in overlaps if overlap_s > MAX_OVERLAP_S}
    assert long == {*DEFECTS[1].recording_ids}
    assert max(gap_s for _, gap_s in gaps) < MAX_GAP_S


@pytest.mark.data
def test_every_real_table_is_read_and_lies_within_its_recording(circor_dir: Path, rows_of) -> None:
    paths = {entry.recording_id: entry.path for entry in Circor().scan(circor_dir)}
    states = Circor().states(circor_dir)
    assert paths.keys() - states.keys() == {"50782_MV_1"}
    for name, spans in states.items():
        annotated = [row for row in rows_of[name] if row[2] != "0"]
        assert len(spans) == len({*annotated})
        starts_s = [span.start_s for span in spans]
        assert starts_s == sorted(starts_s), name
    for name in list(states)[::50]:
        assert states[name][-1].end_s <= read_header(paths[name]).duration_s + 1e-3


@pytest.mark.data
def test_half_of_the_time_is_annotated(circor_dir: Path, rows_of) -> None:
    states = Circor().states(circor_dir)
    annotated_s = sum(span.end_s - span.start_s for name in states for span in states[name])
    all_s = sum(max(end_s for _, end_s, _ in rows) for rows in rows_of.values())
    assert annotated_s / all_s == pytest.approx(0.53, abs=0.01)
