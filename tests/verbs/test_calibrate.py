"""A calibration that fits where it is used, and nothing else changed."""

import re
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import soundfile

from auscult.aggregate import Calibration
from auscult.bundle import find_bundle, read_bundle
from auscult.errors import ConfigError
from auscult.inference import Classifier, load_model
from auscult.synth import PRESETS, synthesise
from auscult.training.calibrated_card import _changes
from auscult.training.joint.lines import draw_lines
from auscult.types import Entry, FloatArray
from auscult.verbs import calibrate as verb
from auscult.verbs.calibrate import (
    ANEW,
    SHIPPED,
    _cross_fitted,
    _recalibrated,
    calibrate,
    common_question,
    refit,
)
from auscult.verbs.learned import listing_own
from auscult.verbs.train_joint import TO_THREE

RATE_HZ = 2_000


@pytest.fixture(scope="module")
def own(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Class folders: two of three hearts called murmur have none, so that 0.9 is never right."""
    root = tmp_path_factory.mktemp("own")
    for label, presets in (
        ("murmur", ("normal", "aortic-stenosis", "normal")),
        ("normal", ("normal", "normal", "normal")),
    ):
        (root / label).mkdir()
        for number in range(12):
            heart = replace(PRESETS[presets[number % 3]], duration_s=2.0)
            made = synthesise(heart, RATE_HZ, seed=number + 50 * (label == "murmur")).recording
            soundfile.write(root / label / f"{label}{number}.wav", made.samples, RATE_HZ)
    return root


@pytest.fixture(scope="module")
def sharp(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The shipped model, made far too sure of murmurs."""
    bundle = read_bundle(find_bundle("default"))
    calibrations = {**bundle.calibrations, "murmur": Calibration(0.2, (0.0, 0.0))}
    return replace(bundle, calibrations=calibrations).write(tmp_path_factory.mktemp("sharp"))


def test_what_was_too_sure_is_so_no_longer(own: Path, sharp: Path, tmp_path: Path) -> None:
    done = calibrate(own, tmp_path / "new", model=sharp, question="murmur", name="mine")
    losses = {s.name: s.metrics["log_loss"].value for s in done.evaluation.systems}
    assert losses[ANEW] is not None
    assert losses[SHIPPED] is None or losses[ANEW] < losses[SHIPPED]
    made, old = read_bundle(done.folder), read_bundle(sharp)
    assert made.name == "mine"
    assert made.listeners == old.listeners
    assert made.calibrations["murmur"].temperature > old.calibrations["murmur"].temperature
    assert {q: c for q, c in made.calibrations.items() if q != "murmur"} == {
        q: c for q, c in old.calibrations.items() if q != "murmur"
    }
    assert made.provenance["calibrated_on"]["n_recordings"] == 24
    before, after = (dict(sections(bundle.card)) for bundle in (old, made))
    assert list(after) == [
        "# Model card: mine",
        *(h for h in list(before)[1:] if h != "## Patients"),
        "## Calibrated on other recordings",
    ]
    shipped, new = (
        [line for line in part["## Thresholds"].splitlines() if line.startswith("|")]
        for part in (before, after)
    )
    [row] = set(new) - set(shipped)
    lines = made.thresholds["murmur"]
    assert row.startswith(f"| murmur: present | {lines.sure_from:.3f} | ")
    assert len(new) == len(shipped)
    added = after["## Calibrated on other recordings"]
    assert "fitted to 24 recordings of `own` from 24 patients or sessions" in added
    assert "The lines of `murmur` under *Thresholds* were drawn anew" in added
    assert "The rule for patients was dropped" in added
    assert made.thresholds["murmur"].looked_for == "present"
    assert made.patients is None  # its rule was fitted to the odds as they were


def sections(card: str) -> Iterator[tuple[str, str]]:
    """Yield heading and text of every section; the title's is the first."""
    for part in re.split(r"^(?=## )", card, flags=re.MULTILINE):
        heading, _, text = part.partition("\n")
        yield heading, text.strip()


def test_a_card_keeps_what_is_still_so(own: Path, sharp: Path, tmp_path: Path) -> None:
    cards = tmp_path / "cards"
    for label in ("abnormal", "normal"):
        shutil.copytree(own / ("murmur" if label == "abnormal" else label), cards / label)
    card = "# Model card: x\n\n## Limits\n\nOne.\n"
    plain = replace(read_bundle(sharp), thresholds={}, card=card)
    start = plain.write(tmp_path / "plain")
    made = read_bundle(calibrate(cards, tmp_path / "new", model=start).folder)
    assert made.patients == plain.patients
    assert [heading for heading, _ in sections(made.card)] == [
        "# Model card: default, calibrated",
        "## Thresholds",
        "## Limits",
        "## Calibrated on other recordings",
    ]
    assert "rule for patients" not in made.card


def test_only_recordings_that_a_bundle_learned_from_are_warned_of(
    own: Path, sharp: Path, tmp_path: Path
) -> None:
    some = [Entry("0", own / "murmur" / "murmur0.wav", "own", "", None, "g")]
    elsewhere = tmp_path / "elsewhere.wav"
    elsewhere.write_bytes(b"another")
    other = [replace(some[0], path=elsewhere)]
    mine = replace(read_bundle(sharp), name="mine")
    found = []
    for learned in (other, some):
        data = listing_own({"dataset": "own", "hash": "abc"}, learned)
        start = replace(mine, provenance={"data": data}).write(tmp_path / str(len(found)))
        done = calibrate(own, tmp_path / "new", model=start, question="murmur")
        found.append(" ".join(done.evaluation.warnings))
    assert "mine was" not in found[0]
    assert "mine was made from 1 of these 24 recordings (murmur/murmur0)" in found[1]
    again = calibrate(own, tmp_path / "again", model=done.folder, question="murmur")
    told = " ".join(again.evaluation.warnings)
    assert "mine, calibrated was calibrated on 24 of these 24 recordings" in told
    assert "calibrate what it was calibrated from" in told
    assert read_bundle(again.folder).name == "mine, calibrated"


def test_lines_of_probabilities_as_they_were_are_dropped_where_none_can_be_drawn() -> None:
    bundle = read_bundle(find_bundle("default"))
    said = np.full((4, 3), 1 / 3, np.float32)
    fitted = Calibration(2.0, (0.0, 0.0, 0.0))
    made = _recalibrated(bundle, "heard", fitted, said, np.array([0, 2, 0, 2]))
    assert {*bundle.thresholds} - {*made.thresholds} == {"heard"}
    data = {"n_recordings": 4, "dataset": "own", "n_groups": 4, "hash": "abc"}
    told = " ".join(_changes(bundle, made, "heard", data))
    assert "The lines of `heard` were dropped" in told


def test_the_new_bundle_says_what_was_measured(own: Path, sharp: Path, tmp_path: Path) -> None:
    done = calibrate(own, tmp_path / "new", model=sharp, question="murmur")
    assert read_bundle(done.folder).name == "default, calibrated"
    sound = next((own / "normal").iterdir())
    shipped, new = load_model(sharp), load_model(done.folder)
    assert shipped.classify(sound).answers["murmur"] != new.classify(sound).answers["murmur"]
    assert shipped.classify(sound).answers["refer"] == new.classify(sound).answers["refer"]


def test_without_evidence_a_bundle_stays_as_it_came() -> None:
    came = Calibration(2.5, (0.5, -0.5))
    nothing = refit(came, np.zeros((0, 2), np.float32), np.zeros(0, np.int64))
    assert nothing == came
    rng = np.random.default_rng(0)
    plain = np.log(rng.dirichlet([0.2, 0.2], 2400)).astype(np.float32)
    truth = (came(plain)[:, 1] > rng.random(2400)).astype(np.int64)
    assert refit(came, plain[:10], truth[:10]).temperature == pytest.approx(2.5, rel=0.1)
    for start in (came, Calibration(1.0, (0.0, 0.0))):  # many outweigh where it starts
        assert refit(start, plain, truth).temperature == pytest.approx(2.5, rel=0.1)


def test_lines_are_drawn_from_answers_of_folds_that_did_not_see_the_recording(
    own: Path, sharp: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    drawn = []

    def draw(question: str, classes: tuple[str, ...], said: FloatArray, truth: object) -> object:
        drawn.append(said)
        return draw_lines(question, classes, said, truth)  # type: ignore[arg-type]

    fitted = []

    def cross(*given: object) -> FloatArray:
        fitted.append(_cross_fitted(*given))  # type: ignore[arg-type]
        return fitted[0]

    monkeypatch.setattr(verb, "draw_lines", draw)
    monkeypatch.setattr(verb, "_cross_fitted", cross)
    calibrate(own, tmp_path, model=sharp, question="murmur")
    np.testing.assert_array_equal(drawn[0], fitted[0])


def test_a_group_is_answered_by_a_calibration_that_has_not_met_it() -> None:
    from auscult.splits import PROTOCOLS, Ask, make_rows
    from auscult.types import Entry

    rng = np.random.default_rng(0)
    entries = [Entry(str(i), Path(), "own", "", "murmur", f"g{i // 2}") for i in range(40)]
    truth = rng.integers(2, size=40)
    said = np.log(rng.dirichlet([1, 1], 40)).astype(np.float32)
    came = Calibration(1.5, (0.2, -0.2))
    splits = PROTOCOLS["grouped"](make_rows(entries, ["m"] * 40), Ask(5, 1, 0))
    before = _cross_fitted(came, said, truth, entries, splits)
    tested = [int(i) for i in splits[0].test]
    truth[tested] = 1 - truth[tested]
    after = _cross_fitted(came, said, truth, entries, splits)
    np.testing.assert_array_equal(before[tested], after[tested])
    assert (before != after).any()


@pytest.mark.parametrize(
    ("told", "asked"), [({"refer": 0}, "murmur"), ({}, None), ({"murmur": 0}, "heard")]
)
def test_a_question_that_one_of_them_does_not_answer_is_refused(
    told: dict[str, int], asked: str | None
) -> None:
    with pytest.raises(ConfigError, match="cannot be calibrated: bundle default answers"):
        common_question(read_bundle(find_bundle("default")), told, asked)


def test_three_classes_told_by_five_can_be_calibrated_as_three() -> None:
    bundle = read_bundle(find_bundle("default"))
    sound = synthesise(PRESETS["aortic-stenosis"], RATE_HZ, 1).recording
    plain = Classifier(bundle).answers(sound)
    soft = {**bundle.calibrations, "heard": Calibration(3.0, (0.0, 0.0, 0.0))}
    answers = Classifier(replace(bundle, calibrations=soft)).answers(sound)
    assert max(answers["heard"].values()) < max(plain["heard"].values())
    assert answers["heard5"] == plain["heard5"]


def test_the_lines_of_three_classes_move_with_the_five_they_are_sums_of() -> None:
    bundle = read_bundle(find_bundle("default"))
    rng = np.random.default_rng(0)
    truth = rng.integers(5, size=200)
    said = rng.dirichlet([0.3] * 5, 200).astype(np.float32)
    fitted = Calibration(1.5, (0.1, 0.2, 0.0, -0.1, -0.2))
    made = _recalibrated(bundle, "heard5", fitted, said, truth)
    assert made.calibrations == {**bundle.calibrations, "heard5": fitted}
    assert made.thresholds["heard"] != bundle.thresholds["heard"]
    sure = ((said @ TO_THREE).max(axis=1) >= made.thresholds["heard"].sure_from).mean()
    assert sure == pytest.approx(0.9, abs=0.01)
    assert made.thresholds["murmur"] == bundle.thresholds["murmur"]
    assert made.patients == bundle.patients
