"""The audit finds what was planted, the known faults of real sets, and nothing in clean data."""

from pathlib import Path

import numpy as np
import pytest
import soundfile

from auscult.audio import resample, write_wav
from auscult.errors import DatasetError, MissingExtraError, SplitError
from auscult.progress import Silent
from auscult.synth import PRESETS, synthesise, vary
from auscult.types import Entry, Recording, Split
from auscult.verbs.audit import Audit, audit
from auscult.verbs.audit_roles import audit_split
from auscult.verbs.audit_sounds import joined, listen

RATE_HZ = 4_000
LABELS = {"normal": "normal", "murmur": "mitral-regurgitation"}


def heart(label: str, seed: int) -> np.ndarray:
    spec = vary(PRESETS[LABELS[label]], np.random.default_rng(seed))
    return synthesise(spec, RATE_HZ, seed).recording.samples[: 6 * RATE_HZ]


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """Two classes, four patients each, in a table; every sound a file of its own."""
    lines = ["path,label,patient"]
    for label in LABELS:
        for number in range(4):
            name = f"{label}-{number}.wav"
            sound = heart(label, 10 * number + (label == "murmur"))
            write_wav(tmp_path / name, Recording(sound, RATE_HZ))
            lines.append(f"{name},{label},{label[0]}{number}")
    (tmp_path / "own.csv").write_text("\n".join(lines) + "\n")
    return tmp_path


def sound_of(path: Path) -> np.ndarray:
    return soundfile.read(path, dtype="float32")[0]


def audited(tree: Path, *splits: Split) -> Audit:
    return audit([tree / "own.csv"], split=splits, n_workers=1)


def split_of(**roles: tuple[str, ...]) -> Split:
    return Split(protocol="made", fold=0, repeat=0, **({"validation": ()} | roles))


def crossed(found: Audit) -> dict[str, tuple[int, int, int]]:
    (one,) = found.splits
    return {
        c.what: (c.n_crossing, c.n_reaching_test, c.n_test_recordings)
        for c in one.crossings
        if c.n_crossing
    }


def test_nothing_is_found_in_clean_data(tree: Path) -> None:
    split = split_of(train=("normal-0", "normal-1", "murmur-0", "murmur-1"), test=("normal-2",))
    found = audited(tree, split)
    assert (found.n_recordings, found.n_groups) == (8, 8)
    assert (found.pairs, found.conflicts, found.repeating, found.tied) == ((), (), (), ())
    assert found.faults == []
    assert crossed(found) == {}


def test_an_exact_copy_in_another_container(tree: Path) -> None:
    soundfile.write(tree / "normal-3.flac", sound_of(tree / "normal-0.wav"), RATE_HZ)
    table = tree / "own.csv"
    table.write_text(table.read_text().replace("normal-3.wav", "normal-3.flac"))
    (pair,) = audited(tree).pairs
    assert (pair.sound.kind, pair.sound.first, pair.sound.second) == (
        "same samples",
        "normal-0",
        "normal-3",
    )
    assert (pair.one_group, pair.known, pair.sound.correlation) == (False, False, 1)


def test_a_louder_resampled_excerpt_under_another_label(tree: Path) -> None:
    cut = sound_of(tree / "normal-0.wav")[RATE_HZ : 5 * RATE_HZ]
    soundfile.write(tree / "murmur-2.wav", 0.3 * resample(cut, RATE_HZ, 11_025), 11_025)
    found = audited(tree)
    (pair,) = found.pairs
    assert pair.sound.kind == "copy"
    assert (pair.sound.first, pair.sound.second) == ("murmur-2", "normal-0")
    assert pair.sound.offset_s == pytest.approx(-1, abs=0.002)
    assert pair.sound.shared_s == pytest.approx(4, abs=0.01)
    assert pair.sound.sample_correlation > 0.99
    (conflict,) = found.conflicts
    assert conflict.labels == ("murmur", "normal")
    assert not conflict.known
    assert found.tied == (("patient-m2", "patient-n0"),)
    assert found.faults == ["sounds under several labels: 1"]


def test_a_loop_is_told_and_is_no_conflict(tree: Path) -> None:
    cycle = sound_of(tree / "normal-0.wav")[4_000:7_400]
    for name, start in (("normal-1", 0), ("murmur-1", 1_000)):
        soundfile.write(tree / f"{name}.wav", np.tile(cycle, 8)[start : start + 24_000], RATE_HZ)
    found = audited(tree)
    assert found.repeating == ("murmur-1", "normal-1")
    assert [pair.sound.kind for pair in found.pairs if "-1" in pair.sound.first] == ["same loop"]
    assert found.conflicts == ()


def test_a_copy_on_both_sides_is_a_leak(tree: Path) -> None:
    soundfile.write(tree / "normal-3.wav", 0.5 * sound_of(tree / "normal-0.wav"), RATE_HZ)
    rest = ("murmur-0", "normal-1")
    found = audited(tree, split_of(train=("normal-0", *rest), test=("normal-3", "murmur-1")))
    assert crossed(found) == {"copy": (1, 1, 1)}
    assert found.faults == ["splits that leak into their test part: 1 of 1"]
    kept_together = split_of(train=rest, test=("normal-3", "normal-0", "murmur-1"))
    assert audited(tree, kept_together).faults == []


def test_patients_groups_and_rows_that_cross(tree: Path) -> None:
    table = tree / "own.csv"
    table.write_text(table.read_text().replace("n1", "n0").replace("m1", "m0"))
    split = split_of(
        train=("normal-0", "murmur-0", "normal-2@stretch=0.8"),
        validation=("murmur-1",),
        test=("normal-1", "normal-2"),
    )
    assert crossed(audited(tree, split)) == {
        "recording": (1, 1, 1),
        "patient id": (3, 2, 2),
        "group": (3, 2, 2),
    }


def test_what_crosses_from_training_to_validation_only_is_no_leak(tree: Path) -> None:
    table = tree / "own.csv"
    table.write_text(table.read_text().replace("m1", "m0"))
    split = split_of(train=("murmur-0", "normal-0"), validation=("murmur-1",), test=("normal-1",))
    found = audited(tree, split)
    assert crossed(found) == {"patient id": (1, 0, 0), "group": (1, 0, 0)}
    assert found.faults == []


def test_a_guesser_that_copies_the_group(tree: Path) -> None:
    table = tree / "own.csv"
    table.write_text(table.read_text().replace("n1", "n0").replace("m1", "m0"))
    split = split_of(train=("normal-0", "murmur-0"), test=("normal-1", "murmur-1"))
    (one,) = audited(tree, split).splits
    scores = {guess.guesser: guess for guess in one.guesses}
    assert set(scores) == {"majority", "group copy", "nearest in time", "rate + duration"}
    assert scores["group copy"].accuracy == scores["group copy"].balanced_accuracy == 1
    assert scores["majority"].accuracy == 0.5


def test_without_labels_in_the_test_part_nobody_guesses(tree: Path) -> None:
    table = tree / "own.csv"
    table.write_text(table.read_text().replace("normal-1.wav,normal", "normal-1.wav,"))
    split = split_of(train=("normal-0", "murmur-0"), test=("normal-1",))
    (one,) = audited(tree, split).splits
    assert one.guesses == ()


def test_an_undefined_figure_is_none_with_its_reason(tree: Path) -> None:
    (one,) = audited(tree, split_of(train=("normal-0", "murmur-0"), test=("normal-1",))).splits
    assert one.guesses[0].balanced_accuracy is None
    assert "a true case of each class" in one.guesses[0].reason


def test_without_scikit_learn_the_others_still_guess(tree: Path, monkeypatch) -> None:
    def missing(*_: object) -> None:
        raise ModuleNotFoundError("No module named 'sklearn'", name="sklearn")

    monkeypatch.setattr("auscult.verbs.audit_roles.AUDIO_FREE", {"rate + duration": missing})
    (one,) = audited(tree, split_of(train=("normal-0", "murmur-0"), test=("normal-1",))).splits
    (guess,) = one.guesses
    assert (guess.accuracy, guess.reason) == (None, "needs sklearn: pip install 'auscult[train]'")


def test_guessers_learn_nothing_from_what_is_scored(tree: Path) -> None:
    train = ("normal-0", "normal-1", "murmur-1")
    watched = Split("made", 0, 0, train, ("murmur-0",), ("murmur-0",), stops_on_test=True)
    (one,) = audited(tree, watched).splits
    assert {g.guesser: g.accuracy for g in one.guesses}["group copy"] == 0
    assert one.leaks


def test_a_split_of_other_recordings_is_refused(tree: Path) -> None:
    with pytest.raises(SplitError, match=r"names 1 recordings that are not in the data.*nobody"):
        audited(tree, split_of(train=("normal-0",), test=("nobody",)))


def test_a_file_that_will_not_open_is_told_and_the_rest_goes_on(tree: Path) -> None:
    (tree / "normal-2.wav").write_bytes(b"no sound")
    found = audited(tree)
    ((name, why),) = found.unreadable
    assert name == "normal-2"
    assert why.startswith("is not a sound file")
    assert found.faults == ["recordings that cannot be opened: 1"]
    assert listen(tree / "normal-2.wav").fingerprint is None


@pytest.mark.parametrize("error", [MissingExtraError("PyAV", "codecs"), MemoryError()])
def test_whatever_keeps_a_file_closed_is_told(tree: Path, monkeypatch, error) -> None:
    def read(_: Path):
        raise error

    monkeypatch.setattr("auscult.verbs.audit_sounds.read_recording", read)
    assert listen(tree / "normal-0.wav").error == (str(error) or "does not fit into memory")


def test_several_datasets_are_audited_together(tree: Path) -> None:
    other = tree / "other"
    other.mkdir()
    soundfile.write(other / "a.wav", 0.5 * sound_of(tree / "normal-0.wav"), RATE_HZ)
    soundfile.write(other / "b.wav", heart("murmur", 99), RATE_HZ)
    (other / "other.csv").write_text("path,label,patient\na.wav,well,1\nb.wav,murmur,2\n")
    found = audit([tree / "own.csv", other / "other.csv"], n_workers=1)
    assert found.n_recordings == 10
    (pair,) = found.pairs
    assert {pair.sound.first, pair.sound.second} == {"own/normal-0", "other/a"}


def test_two_names_for_one_are_refused(tree: Path, monkeypatch) -> None:
    twice = Entry("a", tree / "normal-0.wav", "own", "own", "normal", "g")
    monkeypatch.setattr("auscult.datasets.own.Own.scan", lambda *_: (twice, twice))
    with pytest.raises(DatasetError, match="two recordings have one name"):
        audited(tree)


def test_two_processes_find_the_same(tree: Path) -> None:
    soundfile.write(tree / "normal-3.wav", 0.5 * sound_of(tree / "normal-0.wav"), RATE_HZ)
    assert audit([tree / "own.csv"], n_workers=2, progress=Silent()) == audited(tree)


def test_chains_are_joined() -> None:
    pairs = [("b", "a"), ("d", "c"), ("e", "d"), ("a", "x"), ("a", "c")]
    assert joined(pairs[:4]) == [("a", "b", "x"), ("c", "d", "e")]
    assert joined(pairs) == [("a", "b", "c", "d", "e", "x")]


def test_left_out_recordings_cross_nothing() -> None:
    entry = Entry("a", Path("a"), "own", "own", "x", "g")
    known = dict.fromkeys("abc", (entry, 1, 1.0))
    told = audit_split(
        split_of(train=("a",), test=("b",)), {"group": {"g": ["a", "c"], "h": ["c"]}}, known, {}
    )
    (crossing,) = told.crossings
    assert (crossing.n_units, crossing.n_crossing) == (1, 0)


TWINS = {
    ("Aunlabelledtest__201101241434", "extrahls__201101241433"),
    ("Aunlabelledtest__201106031556", "artifact__201106031558"),
    ("Bunlabelledtest__101_1305030823364_D", "normal_noisynormal_146_1306778707532_D"),
    ("extrahls__201104021355", "murmur__201104021355"),
    ("murmur__201106141148", "normal__201106141148"),
}
ALSO_FOUND = {
    ("Bunlabelledtest__103_1305031931979_C", "normal__146_1306778707532_D1"),
    ("Bunlabelledtest__146_1306778707532_D31", "normal__103_1305031931979_D3"),
    ("extrahls__201104270458", "extrahls__201104270459"),
    ("normal__103_1305031931979_B", "normal__146_1306778707532_D1"),
    ("normal__103_1305031931979_D1", "normal__146_1306778707532_D2"),
    ("normal__103_1305031931979_D2", "normal__146_1306778707532_D4"),
    ("normal__103_1305031931979_D3", "normal__146_1306778707532_D3"),
}
"""Beyond the published list; each agrees by 0.98 or more, sample by sample."""


@pytest.mark.data
def test_the_known_faults_of_pascal_are_found_and_no_others(pascal_dir: Path) -> None:
    found = audit([pascal_dir])
    copies = {
        (p.sound.first, p.sound.second): p for p in found.pairs if p.sound.kind != "same loop"
    }
    assert set(copies) == TWINS | ALSO_FOUND
    assert {names for names, pair in copies.items() if pair.known} == TWINS
    assert min(copies[names].sound.sample_correlation for names in ALSO_FOUND) > 0.98
    assert [(c.labels, c.known) for c in found.conflicts] == [
        (("extrahls", "murmur"), True),
        (("murmur", "normal"), True),
    ]
    loops = [p for p in found.pairs if p.sound.kind == "same loop"]
    block = {name for p in loops for name in (p.sound.first, p.sound.second)}
    assert {name.rpartition("_")[2][:8] for name in (*block, *found.repeating)} == {
        "20110801",
        "20110822",
    }
    assert len(found.repeating) == 35
    assert found.faults == []


@pytest.mark.data
@pytest.mark.slow
def test_the_pairs_of_circor_and_how_many_each_split_breaks(circor_dir: Path) -> None:
    found = audit([circor_dir], split=circor_dir / "m2d_splits.csv")
    assert len(found.people) == 70
    broken = [
        crossing.n_crossing
        for one in found.splits
        for crossing in one.crossings
        if crossing.what == "person with several ids"
    ]
    assert broken == [42, 47, 40]
    assert [(p.sound.first, p.sound.second) for p in found.pairs] == [("50782_MV_1", "50782_MV_2")]
    assert found.faults == ["splits that leak into their test part: 3 of 3"]
