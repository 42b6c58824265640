"""The whole joint run on three small made datasets of synthetic sounds."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import BinaryIO, TypeVar

import numpy as np
import onnxruntime
import pytest
import soundfile
import torch

from auscult.errors import ConfigError, DatasetError, RunError, SplitError
from auscult.frontend import FRONTENDS
from auscult.inference import load_model
from auscult.models.crnn import Crnn
from auscult.progress import Silent
from auscult.splits import PROTOCOLS, Ask
from auscult.synth import PRESETS, synthesise
from auscult.training.checkpoint import trained_weights
from auscult.training.fine_tune.start import taken_head
from auscult.training.joint.corpus import ASKED, COLUMNS, N_LOGITS, UNTOLD, read_corpus
from auscult.training.joint.fit import (
    JointSchedule,
    fit_joint,
    joint_loss,
    one_cycle,
    recording_weights,
)
from auscult.training.joint.members import (
    OF_THE_HEART,
    build_network,
    export_network_of_questions,
    indices_of,
)
from auscult.training.joint.other_ears import OtherEars
from auscult.training.joint.run import JointOptions, training_part
from auscult.training.joint.sounds import Sounds, read_sounds
from auscult.types import QUESTIONS, Split
from auscult.verbs.export_joint import export_joint
from auscult.verbs.index import index
from auscult.verbs.train_joint import calibrated, train_joint

T = TypeVar("T")
N_PEOPLE = 8
RATE_HZ = 2_000
SMALL = JointOptions(
    n_folds=2,
    network=Crnn(channels=(4, 4, 4, 4), n_units=4, by_band=True),
    schedule=JointSchedule(n_epochs=2, batch_size=8),
)


def put(path: Path, preset: str, seed: int) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    made = synthesise(replace(PRESETS[preset], duration_s=2.0), rate_hz=RATE_HZ, seed=seed)
    soundfile.write(path, made.recording.samples / 4, RATE_HZ)


@pytest.fixture(scope="module")
def places(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """PASCAL's set B with murmurs and normals of 16 people, CinC's database a of 16 records."""
    root = tmp_path_factory.mktemp("joint")
    pascal, cinc = root / "pascal", root / "cinc2016"
    references, beats = [], ["record,subject,n_beats,n_beats_hand_corrected"]
    for person in range(2 * N_PEOPLE):
        ill = person % 2
        label = "murmur" if ill else "normal"
        sound = "aortic-stenosis" if ill else "normal"
        put(pascal / "set_b" / f"{label}__{200 + person}_1305030823364_A.wav", sound, person)
        put(cinc / "training-a" / f"a{person:04d}.wav", sound, 100 + person)
        references.append(f"a{person:04d},{1 if ill else -1}")
        beats.append(f"a{person:04d},,8,{(0, 0, 6, 8)[person % 4]}")
    (cinc / "training-a" / "REFERENCE.csv").write_text("\n".join(references) + "\n")
    (cinc / "subjects.csv").write_text("\n".join(beats) + "\n")
    return pascal, cinc


class Stop(Silent):
    """Is interrupted when the first epoch of the second fold is done."""

    def track(self, items: Iterable[T], title: str, total: int) -> Iterator[T]:  # noqa: ARG002
        for number, item in enumerate(items):
            if title == "r0-f1" and number == 1:
                raise KeyboardInterrupt
            yield item


def test_what_a_dataset_does_not_say_is_untold(places: tuple[Path, Path]) -> None:
    corpus = read_corpus(places)
    told = {
        name: [
            bool((corpus.answers[i] != UNTOLD)[ASKED.index(question)])
            for i, entry in enumerate(corpus.entries)
            if entry.dataset == name
        ]
        for name, question in (("pascal", "refer"), ("pascal", "beats"), ("cinc2016", "murmur"))
    }
    assert told == {"pascal": [False] * 16, "cinc2016": [False] * 16}
    beats = corpus.answers[corpus.told("beats"), ASKED.index("beats")]
    assert np.bincount(beats).tolist() == [8, 8]
    assert corpus.told("heard5").sum() == corpus.told("refer").sum() == 16
    assert len({entry.recording_id for entry in corpus.entries}) == 32
    columns = np.zeros(N_LOGITS, int)
    for question, column in COLUMNS.items():
        columns[column] += 1
        assert column.stop - column.start == len(QUESTIONS[question])
    assert (columns == 1).all()


def test_the_same_dataset_twice_is_refused(places: tuple[Path, Path]) -> None:
    with pytest.raises(DatasetError, match="named twice"):
        read_corpus([places[0], places[0]])


def test_a_dataset_that_answers_nothing_is_refused(tmp_path: Path) -> None:
    for label in ("blue", "green"):
        put(tmp_path / label / f"{label}1.wav", "normal", 0)
    with pytest.raises(DatasetError, match="answers any of"):
        read_corpus([tmp_path])


@pytest.mark.parametrize("protocol", ["notebook", "pascal-official"])
def test_a_protocol_that_cannot_be_scored_is_refused(protocol: str) -> None:
    with pytest.raises(ConfigError, match="scored honestly"):
        JointOptions(protocol=protocol)


@pytest.mark.parametrize("trust", [-0.1, 1.5])
def test_a_trust_that_is_no_share_is_refused(trust: float) -> None:
    with pytest.raises(ConfigError, match="must be from 0 to 1"):
        JointOptions(trust=trust)


def test_a_student_learns_what_its_teacher_says(places: tuple[Path, Path], tmp_path: Path) -> None:
    heard = [
        train_joint(places, replace(SMALL, trust=trust), tmp_path / str(trust)).evaluations
        for trust in (0.0, 0.5)
    ]
    alone, taught = ({s.name: s for s in one["cinc2016-refer"].systems} for one in heard)
    assert taught["network"].metrics != alone["network"].metrics
    assert taught["ensemble"].metrics == alone["ensemble"].metrics


def test_a_broken_run_goes_on_as_an_unbroken_one(places: tuple[Path, Path], tmp_path: Path) -> None:
    whole = train_joint(places, SMALL, tmp_path / "whole").evaluations
    with pytest.raises(KeyboardInterrupt):
        train_joint(places, SMALL, tmp_path / "broken", Stop())
    assert (tmp_path / "broken" / "r0-f1" / "checkpoint.safetensors").is_file()
    mended = train_joint(places, SMALL, tmp_path / "broken").evaluations
    assert sorted(whole) == [
        "cinc2016-beats",
        "cinc2016-refer",
        "pascal-heard",
        "pascal-heard5",
        "pascal-murmur",
    ]
    for fold in ("r0-f0", "r0-f1"):
        said = [
            json.loads((tmp_path / run / fold / "answers.json").read_text())
            for run in ("whole", "broken")
        ]
        assert said[0] == said[1]
    for question, evaluation in whole.items():
        assert evaluation.to_json() == mended[question].to_json()
        assert (tmp_path / "whole" / question / "report.html").is_file()
    assert whole["cinc2016-refer"].model.metrics["accuracy"].value is not None


def test_a_finished_run_becomes_a_bundle_that_answers_every_question(
    places: tuple[Path, Path], tmp_path: Path
) -> None:
    train_joint(places, SMALL, tmp_path / "run")
    written = export_joint(tmp_path / "run", places, tmp_path / "bundle", name="small")
    model = load_model(written)
    sound = next(places[0].rglob("*.wav"))
    answer = model.classify(sound)
    assert sorted(answer.answers) == ["beats", "heard5", "murmur", "quality", "refer"]
    assert sorted(answer.probabilities) == ["artifact", "murmur", "normal"]
    assert "# Model card: small" in model.bundle.card
    assert "CirCor's people" not in model.bundle.card
    assert set(model.bundle.calibrations) == {*ASKED}
    again = export_joint(tmp_path / "run", places, tmp_path / "again", name="small")
    assert load_model(again).bundle == model.bundle
    weights = model.bundle.listeners[0].weights
    assert weights is not None
    fitted = tmp_path / "run" / "final" / "checkpoint.safetensors"
    assert weights.read() == trained_weights(fitted)
    assert [head.question for head in weights.heads] == [*ASKED]
    tiny = load_model(
        export_joint(tmp_path / "run", places, tmp_path / "tiny", name="t", tiny=True)
    )
    assert [listener.name for listener in tiny.bundle.listeners] == ["network"]
    assert tiny.bundle.listeners[0].weights is None
    assert f"turns 0 of {32 * (1 + len(ASKED))} answers" in tiny.bundle.card
    said = tiny.classify(sound)
    assert sorted(said.answers) == sorted(answer.answers)
    assert {lines.looked_for for lines in tiny.bundle.thresholds.values()} >= {"murmur", "abnormal"}
    fitted.unlink()
    with pytest.raises(RunError, match=r"checkpoint\.safetensors: cannot be read"):
        export_joint(tmp_path / "run", places, tmp_path / "none", name="none")
    export_joint(tmp_path / "run", places, tmp_path / "tiny", name="t", tiny=True)
    with pytest.raises(RunError, match="holds no run of"):
        export_joint(tmp_path, places, tmp_path / "none", name="none")


def test_what_no_honest_bundle_can_be_made_from_is_refused(
    places: tuple[Path, Path], tmp_path: Path
) -> None:
    train_joint(places, replace(SMALL, protocol="by-recording"), tmp_path / "leaks")
    with pytest.raises(RunError, match="people stand on both sides"):
        export_joint(tmp_path / "leaks", places, tmp_path / "bundle", name="b")
    train_joint(places[:1], SMALL, tmp_path / "helped", also=places[1:])
    with pytest.raises(RunError, match="tested other recordings than those given"):
        export_joint(tmp_path / "helped", places, tmp_path / "bundle", name="b")
    train_joint(places[1:], SMALL, tmp_path / "cinc2016")
    with pytest.raises(RunError, match="no recording says what is heard"):
        export_joint(tmp_path / "cinc2016", places[1:], tmp_path / "bundle", name="b")
    assert not (tmp_path / "bundle").exists()


def test_a_question_that_nobody_taught_is_not_answered(
    places: tuple[Path, Path], tmp_path: Path
) -> None:
    train_joint(places[:1], SMALL, tmp_path / "run")
    for tiny in (False, True):
        written = export_joint(
            tmp_path / "run", places[:1], tmp_path / str(tiny), name="b", tiny=tiny
        )
        model = load_model(written)
        answer = model.classify(next(places[0].rglob("*.wav")))
        assert sorted(answer.answers) == ["heard5", "murmur", "quality"]
        assert "`beats`" not in model.bundle.card
        if weights := model.bundle.listeners[0].weights:
            assert taken_head(weights.heads, "quality", QUESTIONS["quality"]) is not None
            assert taken_head(weights.heads, "beats", QUESTIONS["beats"]) is None


def test_a_table_of_several_datasets_is_as_each_by_itself(
    places: tuple[Path, Path], tmp_path: Path
) -> None:
    table = index(places, tmp_path / "both.csv", n_workers=1).path
    one, each = read_corpus([table]), read_corpus(places)
    facts = [
        sorted(
            (e.recording_id, e.group, e.subset, *a)
            for e, a in zip(c.entries, c.answers.tolist(), strict=True)
        )
        for c in (one, each)
    ]
    assert facts[0] == facts[1]
    for paths in ([table, places[0]], [places[1], table]):
        with pytest.raises(DatasetError, match="named twice"):
            read_corpus(paths)


def test_what_is_calibrated_on_is_never_tested_on(
    places: tuple[Path, Path], tmp_path: Path
) -> None:
    train_joint(places, SMALL, tmp_path / "run")
    corpus = read_corpus(places)
    fold = json.loads((tmp_path / "run" / "r0-f0" / "answers.json").read_text())
    heard = [i for i in fold["test"]["ids"] if i.startswith("pascal/")]
    as_told = calibrated("heard5", corpus, fold, heard)
    for role, same in (("test", True), ("validation", False)):
        other = replace(corpus, answers=corpus.answers.copy())
        changed = indices_of(corpus, [i for i in fold[role]["ids"] if i.startswith("pascal/")])
        other.answers[changed, ASKED.index("heard5")] = 0
        again = calibrated("heard5", other, fold, heard)
        assert all(np.array_equal(as_told[name], again[name]) for name in as_told) == same


def test_what_also_trains_is_never_tested(places: tuple[Path, Path], tmp_path: Path) -> None:
    corpus = read_corpus(places[:1], places[1:])
    assert {row.dataset for row in corpus.rows()} == {"pascal"}
    found = train_joint(places[:1], SMALL, tmp_path / "run", also=places[1:]).evaluations
    answers = json.loads((tmp_path / "run" / "r0-f0" / "answers.json").read_text())
    tested = [*answers["test"]["ids"], *answers["validation"]["ids"]]
    assert all(recording.startswith("pascal/") for recording in tested)
    assert "refer" in answers["test"]["answers"]["ensemble"]  # it was learned from the other
    assert sorted(found) == ["pascal-heard", "pascal-heard5", "pascal-murmur"]


def test_people_who_taught_the_shipped_segmenter_need_another(made, tmp_path: Path) -> None:
    circor = made.circor(tmp_path / "circor")
    with pytest.raises(ConfigError, match="the shipped segmenter has met the people of circor"):
        train_joint([circor], SMALL, tmp_path / "run")
    assert not (tmp_path / "run").exists()


def test_what_only_the_dataset_left_out_answers_is_not_scored(
    places: tuple[Path, Path], tmp_path: Path
) -> None:
    options = replace(SMALL, protocol="leave-one-dataset-out", n_folds=None)
    found = train_joint(places, options, tmp_path / "run").evaluations
    assert sorted(found) == []


def test_what_only_a_dataset_that_also_trains_answers_is_scored(
    places: tuple[Path, Path], tmp_path: Path
) -> None:
    pascal, cinc = places
    other = tmp_path / "other"
    for person in range(2 * N_PEOPLE):
        put(other / ("murmur" if person % 2 else "normal") / f"{person}.wav", "normal", person)
    options = replace(SMALL, protocol="leave-one-dataset-out", n_folds=None)
    found = train_joint([pascal, cinc], options, tmp_path / "run", also=[other]).evaluations
    assert "pascal-murmur" in found


def test_nothing_kept_back_is_trained_on(places: tuple[Path, Path]) -> None:
    corpus = read_corpus(places)
    ids = [entry.recording_id for entry in corpus.entries]
    for test, validation in (((ids[0],), ids[1:2]), ((ids[1],), ids[:1])):
        split = Split("x", 0, 0, tuple(ids[2:]), tuple(validation), test)
        assert training_part(corpus, split) == list(range(2, len(ids)))
        stray = replace(corpus, always_trains=frozenset(ids[:1]))
        with pytest.raises(SplitError, match="kept from training"):
            training_part(stray, split)


def material(places: tuple[Path, Path], folder: Path) -> Sounds:
    return read_sounds(
        read_corpus(places).entries, FRONTENDS["log-mel"], folder / "sounds.npy", Silent()
    )


def test_training_windows_have_the_shape_of_what_is_asked(
    places: tuple[Path, Path], tmp_path: Path
) -> None:
    sounds = material(places, tmp_path)
    drawn = sounds.draw([0, 1, 2], np.random.default_rng(0))
    assert drawn.shape[1:] == sounds.windows(0).shape[1:] == (40, 251)
    assert not np.array_equal(drawn, sounds.draw([0, 1, 2], np.random.default_rng(1)))
    again = material(places, tmp_path)
    assert np.array_equal(again.of(3), sounds.of(3))


@pytest.mark.parametrize("name", ["sounds.npy", "sounds.json"])
@pytest.mark.parametrize("left", [0, 20, 400])
def test_sounds_cut_off_are_told_and_not_read(
    places: tuple[Path, Path], tmp_path: Path, name: str, left: int
) -> None:
    material(places, tmp_path)
    whole = (tmp_path / name).read_bytes()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["sounds.json", "sounds.npy"]
    (tmp_path / name).write_bytes(whole[:left] if left < len(whole) else whole[:-1])
    with pytest.raises(RunError, match=rf"{name}: is damaged \(.*\); delete it and run again"):
        material(places, tmp_path)


@pytest.mark.parametrize("text", ["[]", "{}", '{"key": 1}'])
def test_a_list_of_sounds_that_tells_nothing_is_damaged(
    places: tuple[Path, Path], tmp_path: Path, text: str
) -> None:
    (tmp_path / "sounds.json").write_text(text)
    with pytest.raises(RunError, match=r"sounds\.json: is damaged"):
        material(places, tmp_path)


def test_sounds_half_written_leave_no_half_file(
    places: tuple[Path, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def killed(file: BinaryIO, _: object) -> None:
        file.write(b"half")
        raise KeyboardInterrupt

    monkeypatch.setattr(np, "save", killed)
    with pytest.raises(KeyboardInterrupt):
        material(places, tmp_path)
    assert not (tmp_path / "sounds.npy").exists()


def test_the_loss_is_of_answered_questions_only() -> None:
    logits = torch.zeros(2, N_LOGITS, requires_grad=True)
    targets, weights = np.zeros((2, N_LOGITS), np.float32), np.zeros((2, len(ASKED)))
    targets[0, 3] = targets[1, COLUMNS["refer"].stop - 1] = 1
    weights[0, 0] = weights[1, 2] = 1
    joint_loss(logits, targets, weights).backward()  # type: ignore[no-untyped-call]
    assert logits.grad is not None
    moved = (logits.grad != 0).numpy()
    assert moved[0].tolist() == [True] * 5 + [False] * 8
    assert moved[1].tolist() == [False] * 7 + [True] * 2 + [False] * 4


def test_rare_answers_weigh_more_within_their_subset(places: tuple[Path, Path]) -> None:
    corpus = read_corpus(places)
    train = [i for i, e in enumerate(corpus.entries) if "normal" in e.recording_id][:4]
    train += [i for i, e in enumerate(corpus.entries) if "murmur" in e.recording_id][:1]
    weights = recording_weights(corpus, train)[:, ASKED.index("murmur")]
    assert weights[train[-1]] == pytest.approx(2 * weights[train[0]])
    assert weights[train].mean() == pytest.approx(1)
    assert np.count_nonzero(weights) == 5


def test_the_rate_rises_then_falls_to_nothing() -> None:
    shares = [one_cycle(x) for x in np.linspace(0, 1, 101)]
    assert max(shares) == pytest.approx(1, abs=1e-3)
    assert 10 <= int(np.argmax(shares)) <= 20
    assert shares[-1] == pytest.approx(0, abs=1e-6)
    assert shares[0] == pytest.approx(0.04)


@pytest.mark.parametrize(
    "ears", [None, OtherEars(response_db=1, noise_share=0, mask_bands=0, mask_frames=0)]
)
def test_it_learns_what_is_there_to_learn(
    ears: OtherEars | None, places: tuple[Path, Path], tmp_path: Path
) -> None:
    corpus, sounds = read_corpus(places), material(places, tmp_path)
    network = Crnn(channels=(8, 8, 8, 8), n_units=8).build(40, N_LOGITS, seed=0)
    history = fit_joint(
        network,
        JointSchedule(n_epochs=12, batch_size=16, learning_rate=1e-2),
        corpus,
        sounds,
        list(range(len(corpus.entries))),
        ears=ears,
        seed=0,
        checkpoint=tmp_path / "checkpoint.safetensors",
        title="test",
        progress=Silent(),
    )
    assert history[-1]["train_loss"] < 0.7 * history[0]["train_loss"]


@pytest.mark.parametrize("by_band", [True, False])
@pytest.mark.parametrize("n_windows", [1, 3, 8])
def test_onnx_answers_as_torch(n_windows: int, by_band: bool) -> None:
    options = Crnn(channels=(4, 4, 4, 4), n_units=4, by_band=by_band)
    network = build_network(options, 40, seed=0).eval()
    session = onnxruntime.InferenceSession(export_network_of_questions(network, 40, 251))
    shape = session.get_inputs()[0].shape
    assert shape[1:] == [40, 251]
    assert isinstance(shape[0], str)
    features = np.random.default_rng(n_windows).normal(-40, 10, (n_windows, 40, 251))
    answers = session.run(list(ASKED), {"features": features.astype(np.float32)})
    with torch.no_grad():
        logits = network(torch.from_numpy(features.astype(np.float32)))
    for question, answer in zip(ASKED, answers, strict=True):
        wanted = torch.softmax(logits[:, COLUMNS[question]], dim=1).numpy()
        np.testing.assert_allclose(answer, wanted, atol=1e-5)


@pytest.mark.parametrize("by_band", [True, False])
def test_of_the_heart_is_answered_past_the_device(by_band: bool) -> None:
    options = Crnn(channels=(4, 4, 4, 4), n_units=4, by_band=by_band)
    network = build_network(options, 40, seed=0).eval()
    features = torch.randn(2, 40, 60, generator=torch.Generator().manual_seed(0)) * 10
    response = torch.linspace(-12.0, 9.0, 40)[:, None]
    with torch.no_grad():
        moved = (network(features + response) - network(features)).abs().amax(0) > 1e-5
    past = {question for question in ASKED if not moved[COLUMNS[question]].any()}
    assert past == ({*OF_THE_HEART} if by_band else set())


def test_leave_one_dataset_out_tests_each_dataset_once(places: tuple[Path, Path]) -> None:
    rows = read_corpus(places).rows()
    splits = PROTOCOLS["leave-one-dataset-out"](rows, Ask())
    assert [{r.split("/")[0] for r in split.test} for split in splits] == [{"cinc2016"}, {"pascal"}]
