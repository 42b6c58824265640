"""A bundle trained further on sounds it has not heard: what is measured, and what comes of it."""

import csv
import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

import numpy as np
import pytest
import torch
from safetensors.torch import load

from auscult.aggregate import Calibration
from auscult.audio import write_wav
from auscult.bundle import Bundle, read_bundle
from auscult.config import to_config
from auscult.datasets import Own
from auscult.errors import (
    AuscultError,
    BundleError,
    ConfigError,
    DatasetError,
    RunError,
    SplitError,
)
from auscult.frontend import FRONTENDS
from auscult.inference import load_model
from auscult.listener import Listener
from auscult.models.crnn import Crnn
from auscult.progress import Silent
from auscult.splits import Ask, make_rows, read_splits
from auscult.synth import PRESETS, synthesise
from auscult.training.checkpoint import packed
from auscult.training.fine_tune import run as run_module
from auscult.training.fine_tune.options import FineTuneOptions
from auscult.training.joint.corpus import ASKED
from auscult.training.joint.members import export_network_of_questions
from auscult.training.run_folder import RunFolder
from auscult.types import CLASSES_3, QUESTIONS, Recording
from auscult.verbs.export import export
from auscult.verbs.fine_tune import fine_tune, question_of
from auscult.verbs.learned import made_from
from auscult.verbs.split import split as divide
from auscult.weights import Weights

T = TypeVar("T")
RATE_HZ = 2_000
N_PEOPLE = 6
Make = Callable[..., Path]


@pytest.fixture(scope="module", autouse=True)
def _short_epochs() -> Iterator[None]:
    """One step an epoch: most of this is not about learning."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(run_module, "LEAST_WINDOWS", 32)
        yield


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A bundle as `auscult export-joint` writes it, of a small network that has learned nothing."""
    made = Crnn(channels=(4, 4, 4, 4), n_units=4, by_band=True)
    network = made.build(40, sum(len(QUESTIONS[q]) for q in ASKED), seed=0)
    weights = Weights.of(
        packed(network.state_dict()), to_config(made), {q: QUESTIONS[q] for q in ASKED}
    )
    graph = export_network_of_questions(network, 40, 251)
    listener = Listener("network", graph, FRONTENDS["log-mel"], ASKED, weights)
    data = {"dataset": "pascal + circor", "hash": "abc"}
    bundle = Bundle("small", (listener,), "heard", CLASSES_3, provenance={"data": data})
    return bundle.write(tmp_path_factory.mktemp("small"))


@pytest.fixture(scope="module")
def table(tmp_path_factory: pytest.TempPathFactory) -> Make:
    """Write a table of sounds: label → preset; one recording of each of some people."""

    def write(n_people: int = N_PEOPLE, dataset: str = "", **presets: str) -> Path:
        root = tmp_path_factory.mktemp("own")
        rows = [["path", "label", "patient", "dataset"]]
        for label, preset in presets.items():
            for person in range(n_people):
                spec = replace(PRESETS[preset], duration_s=2.5)
                sound = synthesise(spec, RATE_HZ, seed=person).recording.samples / 4
                write_wav(root / f"{label}{person}.wav", Recording(sound, RATE_HZ))
                rows.append([f"{label}{person}.wav", label, f"{label}{person}", dataset])
        with (root / "table.csv").open("w", newline="") as file:
            csv.writer(file).writerows(rows)
        return root / "table.csv"

    return write


@pytest.fixture(scope="module")
def two(table: Make) -> Path:
    return table(murmur="aortic-stenosis", normal="normal")


def quick(start: Path, **changes: object) -> FineTuneOptions:
    options = FineTuneOptions(str(start), n_folds=2, n_epochs=2, learning_rate=5e-3)
    return replace(options, **changes)


class Stop(Silent):
    """Is interrupted when the first epoch of the second fold is done."""

    def track(self, items: Iterable[T], title: str, total: int) -> Iterator[T]:  # noqa: ARG002
        for number, item in enumerate(items):
            if title == "r0-f1" and number == 1:
                raise KeyboardInterrupt
            yield item


@pytest.fixture(scope="module")
def run(small: Path, two: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("runs") / "run"
    fine_tune(two, quick(small), out)
    return out


def test_the_bundle_as_it_came_stands_beside_what_came_of_it(run: Path, small: Path) -> None:
    told = json.loads((run / "evaluation.json").read_text())
    names = [system["name"] for system in told["systems"]]
    came = small.name
    assert names[:3] == [f"{came}, fine-tuned", f"{came}, calibrated here", came]
    assert "majority" in names
    assert told["classes"] == ["absent", "present"]
    config = json.loads((run / "config.json").read_text())
    assert config["question"] == "murmur"
    assert (run / "report.html").is_file()
    with (run / "predictions.csv").open() as file:
        assert sum(row["system"] == came for row in csv.DictReader(file)) == 2 * N_PEOPLE


def test_as_it_came_is_what_the_bundle_says(run: Path, small: Path, two: Path) -> None:
    with (run / "predictions.csv").open() as file:
        rows = [row for row in csv.DictReader(file) if row["system"] == small.name]
    model = load_model(small)
    for row in rows[:3]:
        answer = model.classify(two.parent / f"{row['recording']}.wav").answers["murmur"]
        assert float(row["p_present"]) == pytest.approx(answer["present"], abs=1e-5)


def test_a_broken_run_goes_on_as_an_unbroken_one(
    run: Path, small: Path, two: Path, tmp_path: Path
) -> None:
    with pytest.raises(KeyboardInterrupt):
        fine_tune(two, quick(small), tmp_path, Stop())
    assert (tmp_path / "r0-f1" / "checkpoint.safetensors").is_file()
    fine_tune(two, quick(small), tmp_path)
    assert (tmp_path / "predictions.csv").read_text() == (run / "predictions.csv").read_text()


def test_nothing_that_is_tested_trains_or_calibrates(run: Path) -> None:
    for split in json.loads((run / "splits.json").read_text())["splits"]:
        test, kept, train = (set(split[role]) for role in ("test", "validation", "train"))
        assert not test & (kept | train)
        assert not kept & train
        told = json.loads((run / f"r0-f{split['fold']}" / "answers.json").read_text())
        assert (len(told["test"]), len(told["validation"])) == (len(test), len(kept))


def test_a_finished_run_becomes_a_bundle_that_can_be_trained_still_further(
    run: Path, small: Path, two: Path, table: Make, tmp_path: Path
) -> None:
    written = export(run, two, tmp_path / "bundle", name="mine")
    bundle = read_bundle(written)
    answer = load_model(written).classify(two.parent / "murmur0.wav")
    assert sorted(answer.probabilities) == ["absent", "present"]
    assert [listener.name for listener in bundle.listeners] == ["network"]
    assert bundle.questions == ("murmur",)
    lines = bundle.thresholds["murmur"]
    assert (
        f"| murmur: present | {lines.sure_from:.3f} | {lines.points[0].threshold:.4f} ("
        in (bundle.card.partition("## Thresholds")[2].partition("## Limits")[0])
    )
    assert made_from(bundle) == {"own", "pascal", "circor"}
    assert f"The network of bundle `{small.name}` alone" in bundle.card
    weights = bundle.listeners[0].weights
    assert weights is not None
    assert [head.question for head in weights.heads] == ["murmur"]
    before = load(read_bundle(small).listeners[0].weights.read())  # type: ignore[union-attr]
    after = load(weights.read())
    assert not torch.equal(after["dense.weight"], before["dense.weight"])
    assert torch.equal(after["convolutions.1.running_mean"], before["convolutions.1.running_mean"])
    with pytest.raises(DatasetError, match="mine was trained on 12 of these 12 recordings"):
        fine_tune(two, quick(written), tmp_path / "again")
    others = table(absent="normal-noisy", present="continuous")
    assert fine_tune(others, quick(written), tmp_path / "further").classes == ("absent", "present")


def test_some_that_it_has_heard_among_others_are_refused(
    run: Path, two: Path, table: Make, tmp_path: Path
) -> None:
    mine = export(run, two, tmp_path / "mine", name="mine")
    others = table(absent="normal-noisy", present="continuous")
    more = others.with_name("more.csv")
    old = [f"{two.parent}/murmur0.wav,present,X\n", f"{two.parent}/normal3.wav,absent,Y\n"]
    new = [row.rsplit(",", 1)[0] + "\n" for row in others.read_text().splitlines()[1:]]
    more.write_text("".join(["path,label,patient\n", *old, *new]))
    with pytest.raises(DatasetError, match=r"mine was trained on 2 of these 14 recordings \("):
        fine_tune(more, quick(mine), tmp_path / "more")
    few = two.with_name("few.csv")
    few.write_text("".join(two.read_text().splitlines(keepends=True)[:-1]))
    with pytest.raises(DatasetError, match=r"mine was trained on 11 of these 11 recordings"):
        fine_tune(few, quick(mine), tmp_path / "few")
    fine_tune(others, quick(mine, n_epochs=1), tmp_path / "further")
    further = export(tmp_path / "further", others, tmp_path / "still", name="further")
    with pytest.raises(DatasetError, match=r"further was trained on 14 of these 14 recordings"):
        fine_tune(more, quick(further), tmp_path / "once more")
    assert len(read_bundle(further).provenance["data"]["recordings"]) == 2 * N_PEOPLE


def test_a_start_that_does_not_list_what_it_learned_from_is_told_on(
    small: Path, two: Path, tmp_path: Path
) -> None:
    bundle = replace(read_bundle(small), provenance={"data": {"dataset": "own", "hash": "abc"}})
    start = bundle.write(tmp_path / "older")
    found = fine_tune(two, quick(start, n_epochs=1), tmp_path / "run")
    assert any(w.startswith("small learned from recordings of some") for w in found.warnings)


def test_another_bundle_of_the_same_weights_is_asked_anew(
    small: Path, two: Path, tmp_path: Path
) -> None:
    bundle, told = read_bundle(small), []
    sure = Calibration(0.1, (0.0, 0.0))
    for start in (bundle, replace(bundle, calibrations={"murmur": sure})):
        where = start.write(tmp_path / "start")
        found = fine_tune(two, quick(where, n_epochs=1), tmp_path / "run")
        told.append(next(s for s in found.systems if s.name == "start").metrics["log_loss"].value)
    assert told[0] != told[1]


def test_export_answers_with_what_was_fitted_on_everything_and_does_it_once(
    run: Path, two: Path, tmp_path: Path
) -> None:
    first = export(run, two, tmp_path / "one", name="mine")
    assert read_bundle(export(run, two, tmp_path / "two", name="mine")) == read_bundle(first)
    folds = [(run / fold / "network.onnx").read_bytes() for fold in ("r0-f0", "r0-f1")]
    assert (first / "network.onnx").read_bytes() not in folds


def test_export_is_of_the_same_recordings_and_the_same_start(
    run: Path, two: Path, table: Make, tmp_path: Path
) -> None:
    others = table(murmur="mitral-regurgitation", normal="normal-noisy")
    with pytest.raises(RunError, match="trained on other recordings"):
        export(run, others, tmp_path / "bundle", name="mine")
    config = run / "config.json"
    told = json.loads(config.read_text())
    try:
        config.write_text(json.dumps({**told, "start_hash": "0"}))
        with pytest.raises(RunError, match="started from other weights"):
            export(run, two, tmp_path / "bundle", name="mine")
    finally:
        config.write_text(json.dumps(told, indent=1))


def test_labels_of_ones_own_get_a_head_and_no_comparison(
    small: Path, table: Make, tmp_path: Path
) -> None:
    own = table(early="murmur-diastolic", late="mitral-prolapse", none="normal")
    found = fine_tune(own, quick(small), tmp_path / "run")
    assert found.classes == ("early", "late", "none")
    assert [s.name for s in found.systems][:2] == [f"{small.name}, fine-tuned", "majority"]
    bundle = read_bundle(export(tmp_path / "run", own, tmp_path / "bundle", name="mine"))
    assert (bundle.question, bundle.classes) == ("label", ("early", "late", "none"))
    assert bundle.thresholds == {}
    assert "## Thresholds" not in bundle.card
    assert "a new head" in bundle.card
    answer = load_model(tmp_path / "bundle").classify(own.parent / "late0.wav")
    assert sorted(answer.probabilities) == ["early", "late", "none"]


def test_three_classes_are_answered_by_the_head_of_five(
    small: Path, table: Make, tmp_path: Path
) -> None:
    own = table(artifact="artifact-music", murmur="aortic-stenosis", normal="normal")
    assert fine_tune(own, quick(small), tmp_path / "run").classes == CLASSES_3
    bundle = read_bundle(export(tmp_path / "run", own, tmp_path / "bundle", name="mine"))
    assert (bundle.question, bundle.questions) == ("heard", ("heard",))
    assert bundle.listeners[0].weights is not None
    assert [head.question for head in bundle.listeners[0].weights.heads] == ["heard5"]
    assert load_model(tmp_path / "bundle").classify(own.parent / "artifact0.wav").probabilities


def test_a_stored_split_says_how_to_divide(small: Path, two: Path, tmp_path: Path) -> None:
    divide(two, "grouped", Ask(n_folds=2, seed=7), tmp_path / "split.json")
    fine_tune(two, quick(small, n_epochs=1), tmp_path / "run", split=tmp_path / "split.json")
    used = RunFolder(tmp_path / "run").splits()
    entries = Own.at(two).scan(two)
    rows = make_rows(entries, [str(entry.label) for entry in entries])
    assert used == read_splits(tmp_path / "split.json").divide(rows)


@pytest.mark.parametrize(
    ("labels", "question"),
    [
        ({"murmur", "normal"}, "murmur"),
        ({"Present", "ABSENT"}, "murmur"),
        ({"abnormal", "normal"}, "refer"),
        ({"artifact", "murmur", "normal"}, "heard"),
        ({"artifact", "murmur", "normal", "extrahls", "extrastole"}, "heard5"),
        ({"murmur", "normal", "extrastole"}, "label"),
        ({"murmur", "normal", "clicks"}, "label"),
        ({"AS", "MR", "N"}, "label"),
        ({"normal"}, "label"),
    ],
)
def test_the_question_is_the_one_whose_answers_the_labels_are(
    labels: set[str], question: str, tmp_path: Path
) -> None:
    for label in (*labels, "unlabelled"):
        (tmp_path / label).mkdir()
        (tmp_path / label / f"{label}.wav").touch()
    assert question_of(Own.at(tmp_path).card, labels) == question


@pytest.mark.parametrize(
    ("made_of", "changes", "error", "why"),
    [
        ({"normal": "normal"}, {}, DatasetError, "every recording here is 'normal'"),
        (
            {"murmur": "aortic-stenosis", "normal": "normal"},
            {"question": "heard"},
            DatasetError,
            "'heard' wants artifact, murmur, normal, and no recording here is artifact",
        ),
        (
            {"n_people": 2, "murmur": "aortic-stenosis", "normal": "normal"},
            {"n_folds": 5},
            SplitError,
            "5 folds need as many groups; there are 4",
        ),
        (
            {"n_people": 1, "murmur": "aortic-stenosis", "normal": "normal"},
            {},
            SplitError,
            "comes from one patient or session",
        ),
        (
            {"dataset": "pascal", "murmur": "aortic-stenosis", "normal": "normal"},
            {},
            DatasetError,
            "was trained on pascal: whatever of that is held out here",
        ),
    ],
)
def test_what_teaches_nothing_is_refused(  # noqa: PLR0917 - as pytest calls it
    made_of: dict[str, object],
    changes: dict[str, object],
    error: type[AuscultError],
    why: str,
    small: Path,
    table: Make,
    tmp_path: Path,
) -> None:
    with pytest.raises(error, match=why):
        fine_tune(table(**made_of), quick(small, **changes), tmp_path / "run")
    assert not list(tmp_path.glob("run/r0-*"))


@pytest.mark.data
@pytest.mark.parametrize("place", ["pascal_dir", "circor_dir", "cinc2016_dir"])
def test_the_shipped_model_is_not_tuned_on_what_it_has_heard(
    place: str, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    folder = request.getfixturevalue(place)
    with pytest.raises(DatasetError, match=f"default was trained on {folder.name}"):
        fine_tune(folder, FineTuneOptions("default"), tmp_path)


@pytest.mark.parametrize("name", ["tiny", "segmenter"])
def test_a_bundle_without_weights_is_refused(name: str, two: Path, tmp_path: Path) -> None:
    with pytest.raises(BundleError, match="carries no weights to go on from"):
        fine_tune(two, quick(Path(name)), tmp_path)


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"protocol": "notebook"}, "leaks"),
        ({"question": "colour"}, "question='colour' must be one of heard, heard5"),
        ({"n_epochs": 0}, "n_epochs=0 must be at least 1"),
        ({"learning_rate": 0.0}, "must be positive"),
    ],
)
def test_options_that_cannot_be_are_refused(changes: dict[str, object], why: str) -> None:
    with pytest.raises(ConfigError, match=why):
        quick(Path("default"), **changes)


@pytest.mark.slow
def test_a_strange_device_costs_the_shipped_model_less_after_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """24 people heard through a device that loses 12 dB an octave, and hisses."""
    monkeypatch.setattr(run_module, "LEAST_WINDOWS", 320)
    rows = [["path", "label", "patient"]]
    for index in range(24):
        ill = index % 2
        preset = PRESETS[("aortic-stenosis", "mitral-regurgitation")[index % 4 // 2]]
        spec = replace(preset if ill else PRESETS["normal"], duration_s=5.0)
        write_wav(tmp_path / f"{index}.wav", strangely(spec, index))
        rows.append([f"{index}.wav", "murmur" if ill else "normal", str(index)])
    with (tmp_path / "table.csv").open("w", newline="") as file:
        csv.writer(file).writerows(rows)
    options = FineTuneOptions("default", n_folds=2, n_epochs=4)
    found = fine_tune(tmp_path / "table.csv", options, tmp_path / "run")
    losses = {s.name: s.metrics["log_loss"].value for s in found.systems}
    tuned, anew = losses["default, fine-tuned"], losses["default, calibrated here"]
    assert tuned is not None
    assert anew is not None
    assert tuned < 0.7 * anew


def strangely(spec: object, seed: int) -> Recording:
    rng = np.random.default_rng(seed)
    samples = synthesise(spec, 4_000, seed).recording.samples  # type: ignore[arg-type]
    octaves = np.log2(np.maximum(np.fft.rfftfreq(samples.size, 1 / 4_000), 25) / 25)
    heard = np.fft.irfft(np.fft.rfft(samples) * 10 ** (-12 * octaves / 20), samples.size)
    heard += 0.25 * heard.std() * rng.standard_normal(samples.size)
    return Recording((0.5 * heard / np.abs(heard).max()).astype(np.float32), 4_000)
