"""Indexing hears every file once, goes on past bad ones, and remembers; verify reads every byte."""

import csv
import json
import os
import shutil
import tracemalloc
from collections.abc import Iterable, Iterator
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest
import soundfile

from auscult.audio import read_recording
from auscult.audio.hashing import file_sha256, samples_sha256
from auscult.datasets import DATASETS, Manifest, find_dataset
from auscult.errors import ConfigError, DatasetError, MissingExtraError
from auscult.verbs import data, hearing
from auscult.verbs.index import gather, index
from auscult.verbs.verify import verify

RATE_HZ = 4_000


def put(path: Path, seed: int, seconds: float = 1.5) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    noise = np.random.default_rng(seed).uniform(-0.5, 0.5, int(seconds * RATE_HZ))
    soundfile.write(path, noise, RATE_HZ)
    return path


@pytest.fixture
def own(tmp_path: Path) -> Path:
    """Two classes, three recordings each."""
    for i in range(6):
        put(tmp_path / "own" / ("murmur", "normal")[i % 2] / f"{i}.wav", i)
    return tmp_path / "own"


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Names of the files that were decoded, in order."""
    seen: list[str] = []

    def read(path: Path):
        seen.append(path.name)
        return read_recording(path)

    monkeypatch.setattr(hearing, "read_recording", read)
    return seen


class Told:
    """Keeps what was said."""

    def __init__(self) -> None:
        self.said: list[str] = []

    def track(self, items: Iterable, title: str, total: int) -> Iterator:  # noqa: ARG002
        yield from items

    def say(self, sentence: str) -> None:
        self.said.append(sentence)


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(newline="", encoding="utf-8") as file:
        return [*csv.DictReader(file)]


def test_each_row_tells_what_the_file_holds(own: Path, tmp_path: Path) -> None:
    done = index([own], tmp_path / "m.csv", n_workers=1)
    assert (done.n_recordings, done.n_opened, done.unreadable) == (6, 6, ())
    assert "It is not known which recordings come from one person" in done.caution
    for row in rows_of(done.path):
        file = tmp_path / row["path"]
        recording = read_recording(file)
        assert row["sha256"] == file_sha256(file)
        assert row["samples_sha256"] == samples_sha256(recording.samples)
        assert int(row["rate_hz"]) == RATE_HZ
        assert float(row["duration_s"]) == pytest.approx(recording.duration_s, abs=1e-6)
        assert (row["n_channels"], row["findings"]) == ("1", "")
        assert row["murmur"] == {"murmur": "present", "normal": "absent"}[row["label"]]


def test_two_folders_of_your_own_are_two_datasets(own: Path, tmp_path: Path) -> None:
    shutil.copytree(own, tmp_path / "ward")
    done = index([own, tmp_path / "ward"], tmp_path / "m.csv", n_workers=1)
    manifest = Manifest.at(done.path)
    assert {entry.dataset for entry in manifest.scan(done.path)} == {"own", "ward"}
    assert [*manifest.card.classes] == ["murmur", "normal"]


def test_two_processes_write_what_one_writes(own: Path, tmp_path: Path) -> None:
    for i in range(6, 40):
        put(own / "murmur" / f"{i}.wav", i, seconds=0.01)
    one = index([own], tmp_path / "one.csv", n_workers=1)
    two = index([own], tmp_path / "two.csv", n_workers=2)
    assert two.path.read_bytes() == one.path.read_bytes()
    assert two.findings == one.findings == {"too short": 34}


def test_findings_are_those_of_a_check(own: Path, tmp_path: Path) -> None:
    soundfile.write(own / "murmur" / "0.wav", np.zeros(2 * RATE_HZ), RATE_HZ)
    soundfile.write(own / "normal" / "1.wav", np.sign(np.sin(np.arange(8_000))), RATE_HZ)
    (own / "normal" / "3.wav").write_bytes(b"no sound")
    done = index([own], tmp_path / "m.csv", n_workers=1)
    assert done.findings == {"silent": 1, "clipped": 1, "unreadable": 1}
    found = {
        (kind, row["recording"])
        for row in rows_of(done.path)
        if row["findings"]
        for kind in json.loads(row["findings"])
    }
    checked = data.check(done.path)
    assert found == {(f.kind, one) for f in checked.findings for one in f.recordings}


def test_an_unreadable_file_is_a_row_and_the_rest_goes_on(own: Path, tmp_path: Path) -> None:
    bad = own / "normal" / "3.wav"
    bad.write_bytes(b"no sound")
    done = index([own], tmp_path / "m.csv", n_workers=1)
    assert [path for path, _ in done.unreadable] == [str(bad)]
    assert done.unreadable[0][1].startswith("is not a sound file that can be decoded")
    row = next(row for row in rows_of(done.path) if row["recording"] == "normal/3")
    assert (row["sha256"], row["rate_hz"]) == (file_sha256(bad), "")
    assert len(rows_of(done.path)) == 6


@pytest.mark.parametrize("error", [MissingExtraError("av", "codecs"), MemoryError()])
def test_whatever_keeps_a_file_closed_is_its_finding(own: Path, monkeypatch, error) -> None:
    def read(_: Path):
        raise error

    monkeypatch.setattr(hearing, "read_recording", read)
    heard = hearing.hear(own / "normal" / "1.wav")
    assert not heard.readable
    assert heard.findings["unreadable"] == (str(error) or "does not fit into memory")


def test_what_is_known_is_not_opened_again(own: Path, tmp_path: Path, opened) -> None:
    out = tmp_path / "m.csv"
    index([own], out, n_workers=1)
    first = out.read_bytes()
    assert len(opened) == 6
    opened.clear()
    told = Told()
    assert index([own], out, n_workers=1, progress=told).n_opened == 0
    assert (opened, told.said) == ([], [])
    assert out.read_bytes() == first
    put(own / "normal" / "7.wav", 7)
    put(own / "murmur" / "2.wav", 8)
    os.utime(own / "murmur" / "4.wav", ns=(1, 1))
    index([own], out, n_workers=1, progress=told)
    assert sorted(opened) == ["2.wav", "4.wav", "7.wav"]
    assert told.said == ["4 files are as they were heard before; 3 to hear"]
    opened.clear()
    assert index([own], out, n_workers=1, fresh=True).n_opened == 7


def test_what_could_not_be_read_is_tried_again(own: Path, tmp_path: Path, opened) -> None:
    (own / "normal" / "3.wav").write_bytes(b"no sound")
    for _ in range(2):
        opened.clear()
        index([own], tmp_path / "m.csv", n_workers=1)
    assert opened == ["3.wav"]


def test_other_rules_hear_everything_again(own: Path, tmp_path: Path, opened, monkeypatch) -> None:
    index([own], tmp_path / "m.csv", n_workers=1)
    monkeypatch.setattr("auscult.verbs.index.RULES", hearing.RULES + 1)
    opened.clear()
    index([own], tmp_path / "m.csv", n_workers=1)
    assert len(opened) == 6


@pytest.mark.parametrize("torn", [False, True])
def test_an_interrupted_run_goes_on(
    own: Path, tmp_path: Path, opened, monkeypatch, *, torn: bool
) -> None:
    out = tmp_path / "m.csv"
    hear = hearing.hear

    def tired(path: Path):
        if len(opened) == 4:
            raise KeyboardInterrupt
        return hear(path)

    monkeypatch.setattr(hearing, "hear", tired)
    with pytest.raises(KeyboardInterrupt):
        index([own], out, n_workers=1)
    assert not out.exists()
    journal = tmp_path / ".m.csv.heard"
    if torn:
        journal.write_bytes(journal.read_bytes()[:-20])
    monkeypatch.setattr(hearing, "hear", hear)
    opened.clear()
    done = index([own], out, n_workers=1)
    assert len(opened) == done.n_opened == (3 if torn else 2)
    assert not journal.exists()
    again = index([own], tmp_path / "fresh.csv", n_workers=1)
    assert again.path.read_bytes() == out.read_bytes()


def test_an_earlier_manifest_that_cannot_be_read_is_told(own: Path, tmp_path: Path) -> None:
    out = tmp_path / "m.csv"
    index([own], out, n_workers=1)
    out.write_text(out.read_text().replace("rate_hz", "rates"))
    told = Told()
    assert index([own], out, n_workers=1, progress=told).n_opened == 6
    assert "hearing every file again" in told.said[0]
    assert "unknown column 'rates'" in told.said[0]


def test_nothing_but_a_manifest_is_overwritten(own: Path, tmp_path: Path) -> None:
    table = tmp_path / "labels.csv"
    table.write_text("path,label\n")
    with pytest.raises(ConfigError, match=r"labels\.csv: is there and is no manifest"):
        index([own], table)
    assert table.read_text() == "path,label\n"


def test_several_datasets_and_manifests_become_one(
    own: Path, tmp_path: Path, made: ModuleType
) -> None:
    made.pascal(tmp_path / "pascal")
    made.circor(tmp_path / "circor")
    first = index([tmp_path / "pascal", own], tmp_path / "a" / "m.csv", n_workers=1).path
    both = index([first, tmp_path / "circor"], tmp_path / "b" / "m.csv", n_workers=1).path
    manifest = find_dataset(both, DATASETS.values())
    assert isinstance(manifest, Manifest)
    assert list(manifest.together.cards) == ["pascal", "own", "circor"]
    assert len(manifest.scan(both)) == 2 + 6 + 6
    assert "circor/101_AV" in manifest.truth(both)
    assert [name for name, _, _ in manifest.sources(both)] == ["pascal", "own", "circor"]
    again = index([both, both], both, n_workers=1)
    assert (again.n_recordings, again.n_opened) == (14, 0)


def test_own_folders_are_told_apart_by_their_names(own: Path, tmp_path: Path) -> None:
    shutil.copytree(own, tmp_path / "clinic")
    found = gather([own, tmp_path / "clinic"])
    assert set(found.cards) == {"own", "clinic"}
    assert len({(e.dataset, e.recording_id) for e in found.entries}) == 12
    assert {entry.subset for entry in found.entries} == {"own", "clinic"}


def test_one_recording_from_two_places_is_refused(tmp_path: Path, made: ModuleType) -> None:
    for place in ("one", "two"):
        made.pascal(tmp_path / place)
    with pytest.raises(DatasetError, match=r"two: artifact__.* of pascal is in .*one too"):
        gather([tmp_path / "one", tmp_path / "two"])


def test_one_name_with_two_cards_is_refused(tmp_path: Path, made: ModuleType) -> None:
    made.cinc2016(tmp_path / "one")
    made.put(tmp_path / "two" / "training-f" / "f0001.wav")
    made.write(tmp_path / "two" / "training-f" / "REFERENCE.csv", "f0001,1")
    made.write(tmp_path / "two" / "subjects.csv", "record,subject", "f0001,x")
    with pytest.raises(DatasetError, match="two: the dataset cinc2016 has another card"):
        gather([tmp_path / "one", tmp_path / "two"])


@pytest.mark.parametrize(
    ("name", "fault"), [(b"caf\xe9.wav", "is no UTF-8"), (b"a\rb.wav", "holds a control character")]
)
def test_a_name_that_no_table_can_hold_is_refused(
    own: Path, tmp_path: Path, name: bytes, fault: str
) -> None:
    sound = own / "normal" / os.fsdecode(name)
    (own / "normal" / "3.wav").rename(sound)
    with pytest.raises(DatasetError, match=f"the name {fault} and cannot stand in a table"):
        index([own], tmp_path / "m.csv", n_workers=1)


def test_memory_is_that_of_the_rows_not_of_the_sounds(own: Path, tmp_path: Path) -> None:
    """Each file of 20 s is 320 kB of samples; what stays is a few kB."""
    peaks = []
    for n_files in (20, 80):
        for i in range(n_files):
            put(own / "murmur" / f"long{i}.wav", i, seconds=20)
        tracemalloc.start()
        index([own], tmp_path / f"{n_files}.csv", n_workers=1)
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert (peaks[1] - peaks[0]) / 60 < 5_000


def test_an_untouched_manifest_is_verified(own: Path, tmp_path: Path) -> None:
    out = index([own], tmp_path / "m.csv", n_workers=1).path
    found = verify(out, n_workers=1)
    assert (found.n_recordings, found.n_differences, found.unscanned) == (6, 0, ())


def test_changed_missing_and_new_files_are_named(own: Path, tmp_path: Path) -> None:
    out = index([own], tmp_path / "m.csv", n_workers=1).path
    changed = own / "murmur" / "2.wav"
    stamp = changed.stat()
    content = bytearray(changed.read_bytes())
    content[-1] ^= 1
    changed.write_bytes(content)
    os.utime(changed, ns=(stamp.st_atime_ns, stamp.st_mtime_ns))
    (own / "normal" / "1.wav").unlink()
    new = put(own / "normal" / "9.wav", 9)
    found = verify(out, n_workers=1)
    assert found.changed == ((3, "own/murmur/2.wav"),)
    assert found.missing == ((5, "own/normal/1.wav"),)
    assert found.new == (str(new),)
    assert found.n_differences == 3


def test_where_new_files_cannot_be_sought_is_told(own: Path, tmp_path: Path) -> None:
    out = index([own], tmp_path / "m.csv", n_workers=1).path
    shutil.rmtree(own / "murmur")
    found = verify(out, n_workers=1)
    assert len(found.missing) == 3
    assert "own cannot be scanned" in found.unscanned[0]
    (tmp_path / "m.csv.cards.json").unlink()
    assert verify(out, n_workers=1).unscanned == ("the manifest does not tell what was indexed",)


def test_only_a_manifest_with_hashes_can_be_verified(own: Path, tmp_path: Path) -> None:
    with pytest.raises(DatasetError, match="own: is no manifest"):
        verify(own)
    out = index([own], tmp_path / "m.csv", n_workers=1).path
    rows = rows_of(out)
    with out.open("w", newline="") as file:
        writer = csv.DictWriter(file, rows[0])
        writer.writeheader()
        writer.writerows({**row, "sha256": ""} for row in rows)
    with pytest.raises(DatasetError, match=r"m\.csv: has no hashes in sha256"):
        verify(out)


def test_a_check_goes_on_past_a_file_that_needs_an_extra(own: Path, monkeypatch) -> None:
    read = data.read_recording

    def without_codecs(path: Path):
        if path.name == "1.wav":
            raise MissingExtraError("PyAV", "codecs")
        return read(path)

    monkeypatch.setattr(data, "read_recording", without_codecs)
    found = data.check(own)
    (error,) = [f for f in found.findings if f.severity == "error"]
    assert (error.kind, error.recordings) == ("unreadable", ("normal/1",))
    assert "pip install 'auscult[codecs]'" in error.note
    assert found.n_recordings == 6
