"""A table that is cut off anywhere goes on to be the table that was never cut off."""

import json
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pyarrow import parquet

from auscult.errors import ConfigError, MissingExtraError, RunError
from auscult.inference import results as module
from auscult.inference.results import Results
from auscult.inference.table import columns
from auscult.types import Prediction

CLASSES = ("murmur", "normal")
ANSWERS = (
    Prediction("a,b.wav", "ok", "", "normal", {"murmur": 0.25, "normal": 0.75}, 8.5, 4_000),
    Prediction('q"uo\n"te\r.wav', "error", 'is "no\nsound", it says'),
    Prediction("c.wav", "refused", "silent", None, {"murmur": 0.5, "normal": 0.5}, 3.0, 8_000),
    Prediction("Größe 心.wav", "ok", "", "murmur", {"murmur": 1.0, "normal": 0.0}, 1.0, 4_000),
    Prediction("no\udcfftext.wav", "error", "no\udcfftext.wav: no such file"),
    Prediction(
        "d.hea", "ok", "", "murmur", {"murmur": 0.9, "normal": 0.1}, 1.0, 4_000, ("one", "two")
    ),
)
every_format = pytest.mark.parametrize("suffix", [".csv", ".jsonl", ".parquet"])


def table(path: Path, *, resume: bool = False, made_with: str = "this") -> Results:
    told = columns(CLASSES, "small")
    return Results(
        path,
        told,
        classes=CLASSES,
        model="small",
        made_with={"model": made_with},
        resume=resume,
    )


def write(
    path: Path, answers: Sequence[Prediction], *, resume: bool = False, finish: bool = True
) -> list[Prediction]:
    """Add the answers that are not there; return those that were."""
    with table(path, resume=resume) as results:
        there = list(results.earlier())
        known = {answer.source for answer in there}
        for answer in answers:
            if answer.source not in known:
                results.add(answer)
        if finish:
            results.finish()
    return there


def rows_of(path: Path) -> Path:
    return path.with_name(f".{path.name}.rows") if path.suffix == ".parquet" else path


@every_format
def test_what_is_read_again_is_what_was_written(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"t{suffix}"
    write(path, ANSWERS, finish=False)
    assert write(path, ANSWERS, resume=True) == list(ANSWERS)
    assert sorted(p.name for p in tmp_path.iterdir()) == [f".{path.name}.made-with", path.name]


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    folder = tmp_path_factory.mktemp("whole")
    for suffix in (".csv", ".jsonl"):
        write(folder / f"t{suffix}", ANSWERS)
    return {path.suffix: path.read_bytes() for path in folder.glob("t.*")}


@pytest.mark.parametrize("suffix", [".csv", ".jsonl"])
@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(share=st.floats(0, 1), torn=st.sampled_from([b"", b"\0\0\0", b'"', b"x,y", b"{}"]))
def test_cut_off_at_any_byte_it_goes_on_without_loss_or_repeat(
    tmp_path: Path, whole: dict[str, bytes], suffix: str, share: float, torn: bytes
) -> None:
    path = tmp_path / f"t{suffix}"
    path.unlink(missing_ok=True)
    write(path, ANSWERS, finish=False)
    cut = whole[suffix][: int(share * len(whole[suffix]))]
    # Damage at the very beginning looks like a file of somebody else's, and is refused below.
    path.write_bytes(cut + (torn if b"\n" in cut else b""))
    there = write(path, ANSWERS, resume=True)
    assert there == list(ANSWERS[: len(there)])
    assert path.read_bytes() == whole[suffix]
    assert write(path, ANSWERS[:1]) == []  # it is finished, and so may be replaced


@pytest.mark.parametrize("n_rows", [0, 1, 5, 6])
def test_a_parquet_table_goes_on_from_its_rows(tmp_path: Path, n_rows: int) -> None:
    path, straight = tmp_path / "t.parquet", tmp_path / "straight.parquet"
    write(straight, ANSWERS)
    write(path, ANSWERS[:n_rows], finish=False)
    assert not path.exists()
    with rows_of(path).open("ab") as file:
        file.write(b'{"path": "c.w')
    assert len(write(path, ANSWERS, resume=True)) == n_rows
    assert parquet.read_table(path).equals(parquet.read_table(straight))


def test_a_parquet_table_has_the_columns_of_the_csv_typed(tmp_path: Path) -> None:
    write(tmp_path / "t.parquet", ANSWERS)
    write(tmp_path / "t.csv", ANSWERS)
    read = parquet.read_table(tmp_path / "t.parquet")
    header = (tmp_path / "t.csv").read_bytes().partition(b"\n")[0].decode()
    assert ",".join(read.column_names) == header
    first = read.to_pylist()[0]
    assert (first["p_murmur"], first["rate_hz"], first["reason"]) == (0.25, 4_000, None)
    assert read.to_pylist()[4]["path"] == "no\\udcfftext.wav"


@every_format
def test_more_can_be_added_to_a_complete_table(tmp_path: Path, suffix: str) -> None:
    path, straight = tmp_path / f"t{suffix}", tmp_path / f"straight{suffix}"
    write(path, ANSWERS[:4])
    assert write(path, ANSWERS, resume=True) == list(ANSWERS[:4])
    write(straight, ANSWERS)
    assert path.read_bytes() == straight.read_bytes()


@every_format
def test_a_complete_table_is_replaced_unless_asked(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"t{suffix}"
    write(path, ANSWERS)
    assert write(path, ANSWERS[:1]) == []
    assert write(path, ANSWERS[:1], resume=True) == list(ANSWERS[:1])


@every_format
def test_an_interrupted_table_is_not_overwritten(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"t{suffix}"
    write(path, ANSWERS[:2], finish=False)
    before = rows_of(path).read_bytes()
    with pytest.raises(ConfigError, match="was interrupted; add --resume to go on, or remove"):
        write(path, ANSWERS)
    assert rows_of(path).read_bytes() == before
    rows_of(path).unlink()
    write(path, ANSWERS)
    assert write(path, ANSWERS, resume=True) == list(ANSWERS) or suffix == ".parquet"


@every_format
@pytest.mark.parametrize("finish", [False, True])
def test_two_models_answers_do_not_come_into_one_table(
    tmp_path: Path, suffix: str, finish: bool
) -> None:
    path = tmp_path / f"t{suffix}"
    write(path, ANSWERS[:2], finish=finish)
    with (
        pytest.raises(ConfigError, match="was begun with another model or other options"),
        table(path, resume=True, made_with="that"),
    ):
        pass
    assert write(path, ANSWERS, resume=True) == list(ANSWERS[:2])


@every_format
@pytest.mark.parametrize("finish", [False, True])
def test_a_table_of_which_nothing_tells_what_made_it_is_not_continued(
    tmp_path: Path, suffix: str, finish: bool
) -> None:
    path = tmp_path / f"t{suffix}"
    write(path, ANSWERS[:2], finish=finish)
    note = path.with_name(f".{path.name}.made-with")
    note.unlink()
    with pytest.raises(ConfigError, match=rf"nothing tells with which model.*{note.name}.* gone"):
        write(path, ANSWERS, resume=True)
    assert write(path, ANSWERS) == []


@every_format
def test_a_table_that_is_gone_or_empty_is_begun_with_anything(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"t{suffix}"
    write(path, ANSWERS, finish=True)
    path.unlink()
    path.touch()
    with table(path, resume=True, made_with="that") as results:
        assert list(results.earlier()) == []


def test_one_models_parquet_is_not_taken_up_where_anothers_rows_were_removed(
    tmp_path: Path,
) -> None:
    path = tmp_path / "t.parquet"
    write(path, ANSWERS)
    with table(path, made_with="that") as results:
        list(results.earlier())
    rows_of(path).unlink()
    with table(path, resume=True, made_with="that") as results:
        assert list(results.earlier()) == []


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("patients.csv", "path,label,patient\na.wav,normal,1\n"),
        ("config.jsonl", '{"rate_hz": 4000}\n'),
        ("notes.jsonl", "my notes\n"),
        ("notes.csv", "no line end"),
    ],
)
@pytest.mark.parametrize("resume", [False, True])
def test_somebody_elses_file_is_left_alone(
    tmp_path: Path, name: str, content: str, resume: bool
) -> None:
    (tmp_path / name).write_text(content)
    with pytest.raises(ConfigError, match=f"{name}: is there and is no table"):
        write(tmp_path / name, ANSWERS, resume=resume)
    assert (tmp_path / name).read_text() == content


def test_a_table_with_other_columns_is_replaced_but_never_continued(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_text("path,status,reason,label,p_other\na.wav,ok,,other,1.0\n")
    with pytest.raises(ConfigError, match="is there and is no table with these columns"):
        write(path, ANSWERS, resume=True)
    write(path, ANSWERS)
    assert b"p_other" not in path.read_bytes()


def test_a_name_that_tells_no_format_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"t\.xlsx: a table of answers is called \*\.csv, "):
        table(tmp_path / "t.xlsx")


def test_parquet_without_pyarrow_is_refused_at_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(__import__("sys").modules, "pyarrow", None)
    with pytest.raises(MissingExtraError, match=r"needs pyarrow.*auscult\[train\]"):
        table(tmp_path / "t.parquet")


def test_two_processes_do_not_write_one_table(tmp_path: Path) -> None:
    with table(tmp_path / "t.csv") as first:
        list(first.earlier())
        with (
            pytest.raises(RunError, match="another process is writing it"),
            table(tmp_path / "t.csv", resume=True),
        ):
            pass


def test_a_full_disk_is_told_and_nothing_is_lost(tmp_path: Path) -> None:
    full = Path("/dev/full")
    if not full.exists():
        pytest.skip("no /dev/full here")
    with table(tmp_path / "t.csv") as results:
        list(results.earlier())
        results.add(ANSWERS[0])
        real, results._file = results._file, full.open("wb", buffering=0)
        with pytest.raises(RunError, match=r"cannot be written .*--resume"):
            results.add(ANSWERS[1])
        real.close()
    assert write(tmp_path / "t.csv", ANSWERS, resume=True) == [ANSWERS[0]]


def test_a_row_is_in_the_file_before_the_next_one_is_known(tmp_path: Path) -> None:
    with table(tmp_path / "t.jsonl") as results:
        list(results.earlier())
        for n_rows, answer in enumerate(ANSWERS, 1):
            results.add(answer)
            lines = (tmp_path / "t.jsonl").read_text().splitlines()
            assert len(lines) == n_rows
            assert json.loads(lines[-1])["path"] == answer.source


def test_rows_reach_the_disk_while_it_runs(tmp_path: Path, monkeypatch) -> None:
    synced = []
    monkeypatch.setattr(module.os, "fsync", synced.append)
    monkeypatch.setattr(module, "_FLUSH_S", 0.0)
    with table(tmp_path / "t.csv") as results:
        list(results.earlier())
        before = len(synced)
        results.add(ANSWERS[0])
        assert len(synced) == before + 1
