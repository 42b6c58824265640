"""PASCAL challenge 1: δ by a spreadsheet made of strings, matched δ, and the published tables."""

import csv

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from auscult.challenges import CHALLENGES, Clip, Table
from auscult.challenges.pascal1 import matched_delta, sheet_cells, sheet_delta
from auscult.datasets.pascal import Pascal
from auscult.errors import EvaluationError
from auscult.types import Mark

A, B = CHALLENGES["pascal1-a"], CHALLENGES["pascal1-b"]


def marks(text: str) -> tuple[Mark, ...]:
    """``1:100 2:200`` is S1 at sample 100 and S2 at sample 200 of a recording at 1,000 Hz."""
    cells = [cell.split(":") for cell in text.split()]
    return tuple(Mark(f"S{sound}", int(at) / 1000) for sound, at in cells)


def clip(truth: str, answer: str) -> Clip:
    return Clip.of_marks("r", marks(truth), marks(answer))


def delta(truth: str, answer: str, cells_read: int | None = None) -> float:
    return sheet_delta((clip(truth, answer),), 1000, cells_read)


def test_the_sheet_compares_cell_by_cell() -> None:
    assert delta("1:100 2:200", "1:110 2:195") == pytest.approx(15 / 2)


def test_a_missing_beat_counts_as_sample_0() -> None:
    assert delta("1:100 2:200", "1:100") == pytest.approx(200 / 2)


def test_an_extra_beat_costs_its_position() -> None:
    assert delta("1:100 2:200", "1:100 2:200 1:700") == pytest.approx(700 / 2)


def test_a_beat_missed_at_the_start_shifts_all_that_follow() -> None:
    assert delta("1:100 2:200 1:800 2:900", "1:800 2:900") == pytest.approx(
        (700 + 700 + 800 + 900) / 4
    )


def test_a_clip_that_begins_with_s2_has_its_first_cell_empty() -> None:
    assert sheet_cells(marks("2:200 1:800")).tolist() == [0, 0.2, 0.8]
    assert delta("2:200 1:800", "1:100 2:200 1:800") == pytest.approx(100 / 2)
    assert sheet_cells(()).tolist() == []


def test_in_set_a_later_cells_are_not_read_but_counted() -> None:
    truth = " ".join(f"{1 + i % 2}:{100 * (i + 1)}" for i in range(30))
    off = " ".join(f"{1 + i % 2}:{100 * (i + 1) + 10}" for i in range(30))
    assert delta(truth, off) == pytest.approx(10)
    assert delta(truth, off, 23) == pytest.approx(23 * 10 / 30)
    early = " ".join(off.split()[:23])
    assert delta(truth, early, 23) == pytest.approx(23 * 10 / 30)


def test_set_a_reads_23_cells_and_set_b_all() -> None:
    truth = " ".join(f"{1 + i % 2}:{400 * (i + 1)}" for i in range(30))
    off = " ".join(f"{1 + i % 2}:{400 * (i + 1) + 10}" for i in range(30))
    clips = (clip(truth, off),)
    assert A.figure("delta_sheet")(clips) == pytest.approx(23 * 441 / 30)
    assert B.figure("delta_sheet")(clips) == pytest.approx(40)
    assert A.figure("delta_matched")(clips) == pytest.approx(441)


@settings(max_examples=25)
@given(seed=st.integers(0, 2**32 - 1))
def test_the_sheet_as_a_spreadsheet_of_text(seed: int) -> None:
    """Second implementation: cells are text, and an empty cell is worth 0, as in a spreadsheet."""
    rng = np.random.default_rng(seed)

    def row() -> str:
        sounds = rng.integers(1, 3, int(rng.integers(1, 12)))
        times = np.sort(rng.integers(1, 10_000, sounds.size))
        return " ".join(f"{s}:{t}" for s, t in zip(sounds, times, strict=True))

    truth, answer = row(), row()

    def cells(text: str) -> list[str]:
        sheet = [""] * 60
        column = 0
        for cell in text.split():
            sound, at = cell.split(":")
            while ("1", "2")[column % 2] != sound:
                column += 1
            sheet[column] = at
            column += 1
        return sheet

    for n_read in (None, 5):
        pairs = list(zip(cells(truth), cells(answer), strict=True))[:n_read]
        total = sum(abs(int(t or 0) - int(a or 0)) for t, a in pairs)
        assert delta(truth, answer, n_read) == pytest.approx(total / len(truth.split()))


def test_matched_beats_are_compared_with_their_like() -> None:
    def matched(truth: str, answer: str) -> float:
        return matched_delta((clip(truth, answer),), 1000, 0.1)

    truth = "1:100 2:400 1:1000 2:1300"
    assert matched(truth, truth) == 0
    assert matched(truth, "1:110 2:400 1:1000 2:1295") == pytest.approx(15 / 4)
    assert matched(truth, "2:400 1:1000 2:1300") == pytest.approx(100 / 4)
    assert matched(truth, truth + " 1:700") == pytest.approx(100 / 4)
    # An S2 where an S1 should be is a miss and an extra; past the last true sound nobody looked.
    assert matched(truth, "2:100 2:400 1:1000 2:1300") == pytest.approx(200 / 4)
    assert matched(truth, "2:400 1:1000 2:1300 1:1340") == pytest.approx(200 / 4)
    assert matched(truth, truth + " 1:1900") == 0


def test_clips_add_up() -> None:
    one, two = clip("1:100 2:200", "1:120 2:200"), clip("1:100", "1:150")
    assert sheet_delta((one, two), 1000) == pytest.approx(10 + 50)
    assert matched_delta((one, two), 1000, 0.1) == pytest.approx(10 + 50)
    assert np.isnan(sheet_delta((), 1000))
    assert np.isnan(matched_delta((), 1000, 0.1))


def test_a_clip_without_a_true_sound_has_no_delta() -> None:
    with pytest.raises(EvaluationError, match="r has no true S1 or S2"):
        sheet_delta((clip("", "1:100"),), 1000)


def table(**columns: list[str]) -> Table:
    return Table.of("b.csv", **columns)


def test_samples_and_seconds_are_the_same() -> None:
    common = {
        "recording": ["r"] * 4,
        "who": ["truth", "truth", "answer", "answer"],
        "sound": ["S1", "S2", "S1", "S2"],
    }
    samples = A.scores(table(**common, sample=["44100", "66150", "44541", "66150"]))
    seconds = A.scores(table(**common, at_s=["1", "1.5", "1.01", "1.5"]))
    assert [s.value for s in samples] == pytest.approx([s.value for s in seconds])
    assert samples[0].value == samples[1].value == pytest.approx(441 / 2)
    assert B.scores(table(**common, at_s=["1", "1.5", "1.01", "1.5"]))[0].value == pytest.approx(20)


@pytest.mark.parametrize("extra", [{}, {"sample": ["1"], "at_s": ["1"]}])
def test_one_way_of_telling_positions_is_wanted(extra) -> None:
    columns = {"recording": ["r"], "who": ["truth"], "sound": ["S1"]} | extra
    with pytest.raises(EvaluationError, match=r"b.csv, row 1: wanted one of the columns sample"):
        A.read(table(**columns))


@pytest.mark.parametrize(
    ("cell", "fault"),
    [("", "is no number"), ("1,5", "is no number"), ("-1", "must be"), ("inf", "must be")],
)
def test_a_position_that_is_none_is_named(cell: str, fault: str) -> None:
    columns = {"recording": ["r", "r"], "who": ["truth"] * 2, "sound": ["S1"] * 2}
    with pytest.raises(EvaluationError, match=f"b.csv, row 3: sample '{cell}' {fault}"):
        A.read(table(**columns, sample=["1", cell]))


def test_a_recording_needs_a_name_and_a_truth() -> None:
    columns = {"who": ["truth", "answer"], "sound": ["S1"] * 2, "sample": ["1", "2"]}
    with pytest.raises(EvaluationError, match=r"b.csv, row 3: recording is empty"):
        A.read(table(recording=["r", ""], **columns))
    with pytest.raises(EvaluationError, match=r"b.csv, row 3: recording 's' has answers but no tr"):
        A.read(table(recording=["r", "s"], **columns))


def test_a_recording_without_an_answer_is_missed_altogether() -> None:
    columns = {"recording": ["r", "r", "r"], "who": ["truth"] * 3, "sound": ["S1", "S2", "S1"]}
    found = {s.name: s.value for s in B.scores(table(**columns, at_s=["1", "1.3", "2"]))}
    assert found["s1_f1_60ms"] == found["share_answered"] == found["share_with_rate"] == 0
    assert found["heart_rate_error_bpm"] is None


def test_heart_rate_error_and_f1_over_clips() -> None:
    slow = [f"1:{1000 * i + 100}" for i in range(5)]
    fast = [f"1:{500 * i + 100}" for i in range(5)]
    clips = (clip(" ".join(slow), " ".join(slow)), clip(" ".join(fast), "1:100 1:1100 1:2100"))
    figures = {figure.name: figure for figure in A.figures}
    assert figures["heart_rate_error_bpm"](clips) == pytest.approx((0 + 60) / 2)
    assert figures["share_with_rate"](clips) == 1
    assert figures["s1_f1_40ms"](clips) == pytest.approx(16 / 18)
    with pytest.raises(EvaluationError, match="S2 F1 within 40 ms is undefined: it needs an S2"):
        figures["s2_f1_40ms"](clips)


@pytest.mark.data
def test_the_published_table_fills_its_own_cells_again(pascal_dir) -> None:
    """Marks as the dataset reads them, put back into cells, are the rows of the sheet."""
    truth = Pascal().truth(pascal_dir)
    with (pascal_dir / "Atraining_normal_seg.csv").open(newline=None) as lines:
        rows = {row[0].removesuffix(".aif"): row[1:] for row in csv.reader(lines) if row[0]}
    compared = 0
    for name, listed in truth.items():
        row = rows.get(name.removeprefix("normal__"))
        if row is None:
            continue
        cells = np.rint(sheet_cells(listed) * 44_100).astype(int).tolist()
        assert cells == [int(cell or 0) for cell in row][: len(cells)]
        assert not any(row[len(cells) :])
        compared += 1
    assert compared >= 18


@pytest.mark.data
def test_the_published_truth_is_perfect(pascal_dir) -> None:
    clips = tuple(Clip.of_marks(k, v, v) for k, v in Pascal().truth(pascal_dir).items())
    found = {figure.name: figure(clips) for figure in B.figures}
    assert found["delta_sheet"] == found["delta_matched"] == found["heart_rate_error_bpm"] == 0
    assert found["s1_f1_40ms"] == found["s2_f1_100ms"] == 1
