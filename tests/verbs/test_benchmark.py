"""Benchmarks on small made sets: trained, asked as it is, published, resumed, refused."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from auscult.audio import write_wav
from auscult.bundle import find_bundle, read_bundle
from auscult.errors import DatasetError, RunError, SplitError
from auscult.evaluation import PredictionsTable
from auscult.evaluation.benchmark import Benchmark
from auscult.splits import Ask
from auscult.training.options import TrainOptions
from auscult.training.run_folder import RunFolder
from auscult.types import Recording
from auscult.verbs.benchmark import benchmark
from auscult.verbs.benchmark_task import Division, age_group
from auscult.verbs.export import export
from auscult.verbs.index import index as index_verb
from auscult.verbs.split import split
from auscult.verbs.train import train
from auscult.verbs.zero_shot import ZeroShot

RATE_HZ = 2_000
GRADES = ("Absent", "Absent", "Present", "Unknown")
ASKED = {"frontend": "heart", "variants": ()}
MURMUR = TrainOptions("logistic-regression", question="murmur", n_folds=2, **ASKED)
REFER = TrainOptions("logistic-regression", question="refer", **ASKED)
FEW = {"n_bootstrap": 40}


def sound(path: Path, at_hz: float, rng: np.random.Generator) -> None:
    """Two seconds of noise with a tone in it."""
    times_s = np.arange(2 * RATE_HZ) / RATE_HZ
    tone = 0.3 * np.sin(2 * np.pi * at_hz * times_s)
    noisy = (tone + 0.1 * rng.standard_normal(times_s.size)).astype(np.float32)
    write_wav(path, Recording(noisy, RATE_HZ))


@pytest.fixture(scope="module")
def circor(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Forty patients, heard at AV and MV; a Present one's murmur (a high tone) is at MV only.

    The first two ids are one person.
    """
    root = tmp_path_factory.mktemp("circor")
    rng = np.random.default_rng(0)
    lines = ["Patient ID,Age,Murmur,Murmur locations,Campaign,Additional ID"]
    for index in range(40):
        patient, grade = 1000 + index, GRADES[index % 4]
        other = {0: "1001", 1: "1000"}.get(index, "nan")
        where = "MV" if grade == "Present" else "nan"
        age = "Child" if index % 3 else "nan"
        lines.append(f"{patient},{age},{grade},{where},CC2014,{other}")
        for site in ("AV", "MV"):
            high = grade == "Present" and site == "MV"
            sound(root / "training_data" / f"{patient}_{site}.wav", 400 if high else 60, rng)
    (root / "training_data.csv").write_text("\n".join(lines) + "\n")
    return root


@pytest.fixture(scope="module")
def cinc2016(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three databases of ten records; the quality of each is known."""
    root = tmp_path_factory.mktemp("cinc2016")
    rng = np.random.default_rng(1)
    for database in "abc":
        folder = root / f"training-{database}"
        names = [f"{database}{index:04d}" for index in range(1, 11)]
        for index, name in enumerate(names):
            sound(folder / f"{name}.wav", 400 if index % 2 else 60, rng)
        labels = [f"{name},{1 if index % 2 else -1}" for index, name in enumerate(names)]
        (folder / "REFERENCE.csv").write_text("\n".join(labels) + "\n")
        quality = [f"{row},{int(index > 1)}" for index, row in enumerate(labels)]
        (folder / "REFERENCE-SQI.csv").write_text("\n".join(quality) + "\n")
    return root


@pytest.fixture(scope="module")
def run(circor: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Benchmark]:
    out = tmp_path_factory.mktemp("run")
    return out, benchmark(circor, MURMUR, out, **FEW)


def test_recordings_that_answer_are_scored_and_no_others(run: tuple[Path, Benchmark]) -> None:
    table = PredictionsTable.read(run[0] / "predictions.csv")
    assert table.systems == (
        *("logistic-regression", "majority"),
        *("group copy", "rate + duration"),
    )
    model = table.of("logistic-regression")
    assert len(model.rows) == 40 + 10
    assert {row.truth for row in model.rows} == {"absent", "present"}
    assert not [row for row in model.rows if row.recording in ("1002_AV", "1003_AV")]
    assert run[1].recordings.model.metrics["balanced_accuracy"].value > 0.95


def test_every_patient_is_graded_by_all_recordings(run: tuple[Path, Benchmark]) -> None:
    patients = PredictionsTable.read(run[0] / "patients.csv")
    model = patients.of("logistic-regression")
    assert patients.classes == ("Present", "Unknown", "Absent")
    assert sorted(row.recording for row in model.rows) == [str(1000 + i) for i in range(40)]
    assert {row.group for row in model.rows if row.recording in ("1000", "1001")} == {"1000"}
    contest = run[1].contest
    assert contest is not None
    assert (contest.n_rows, contest.n_groups) == (40, 39)
    figures = contest.systems["logistic-regression"]
    assert figures["recall_present"].value == 1
    assert (
        figures["weighted_accuracy"].value > contest.systems["majority"]["weighted_accuracy"].value
    )


def test_nothing_is_fitted_on_what_teaches_nothing(run: tuple[Path, Benchmark]) -> None:
    for one in RunFolder(run[0]).splits():
        ids = {*one.train, *one.validation, *one.test}
        assert len(ids) == 50
        assert not ids & {"1002_AV", "1003_AV", "1003_MV"}
    unseen = json.loads((run[0] / "r0-f0" / "unseen.json").read_text())["row_ids"]
    tested = {
        row.recording
        for row in PredictionsTable.read(run[0] / "patients.csv").rows
        if row.fold == 0
    }
    assert {name.partition("_")[0] for name in unseen}.isdisjoint(tested)
    assert len(unseen) + 2 * len(tested) == 80


def test_the_files_agree(run: tuple[Path, Benchmark]) -> None:
    folder, result = run
    stored = json.loads((folder / "result.json").read_text())
    assert stored == json.loads(json.dumps(result.to_json()))
    assert set(result.hashes) == {"data", "split", "model"}
    assert result.hashes["split"] == json.loads((folder / "splits.json").read_text())["hash"]
    assert list(result.recordings.model.per_facet) == ["site", "age"]
    ages = result.recordings.model.per_facet["age"]
    assert sum(part.n_recordings for part in ages.values()) == 50
    page = (folder / "report.html").read_text()
    for words in ("George B. Moody Challenge 2022", "Patients: figures", result.hashes["data"]):
        assert words in page


def test_the_same_call_again_fits_nothing(
    circor: Path, run: tuple[Path, Benchmark], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fitted_again(*_: object, **__: object) -> None:
        pytest.fail("a finished fold was fitted again")

    monkeypatch.setattr("auscult.training.cross_validate.fit", fitted_again)
    monkeypatch.setattr("auscult.training.out_of_fold.fit", fitted_again)
    monkeypatch.setattr("auscult.training.examples.read_recording", fitted_again)
    assert benchmark(circor, MURMUR, run[0], **FEW) == run[1]
    with pytest.raises(RunError, match="holds another run"):
        benchmark(circor, ZeroShot("default", question="murmur"), run[0], **FEW)


def published(root: Path) -> Division:
    """Patients in turn; the first two ids, one person, stand on both sides."""
    table = root / "published.csv"
    roles = ["train", "test", "train", "train", "validate", "test", "test", "test"]
    rows = [f"{1000 + index},{roles[index % 8]}" for index in range(40)]
    table.write_text("\n".join(["patient_id,one", *rows]) + "\n")
    return Division(published=table)


def test_a_published_division_leaks_and_its_repair_does_not(circor: Path, tmp_path: Path) -> None:
    found = {}
    for protocol in ("published", "published-repaired"):
        options = TrainOptions("logistic-regression", question="murmur", protocol=protocol, **ASKED)
        out = tmp_path / protocol
        division, cache = published(tmp_path), tmp_path / "features"
        found[protocol] = benchmark(circor, options, out, division=division, cache=cache, **FEW)
    assert "2 of 40 test rows share a patient" in found["published"].cautions[0]
    assert found["published-repaired"].cautions == ()
    assert "published table" in found["published"].hashes
    assert len(list((tmp_path / "features").iterdir())) == 1


def test_where_patients_are_divided_recordings_alone_are_scored(
    circor: Path, tmp_path: Path
) -> None:
    found = benchmark(circor, replace(MURMUR, protocol="by-recording"), tmp_path / "run", **FEW)
    assert found.contest is None
    assert found.patients is None
    assert any("not entered in cinc2022-murmur: by-recording puts" in c for c in found.cautions)
    assert found.recordings.model.metrics["accuracy"].value is not None


def test_a_bundle_is_asked_as_it_is(circor: Path, tmp_path: Path) -> None:
    shipped = read_bundle(find_bundle("default"))
    replace(shipped, provenance={}).write(tmp_path / "other")
    asked = ZeroShot(str(tmp_path / "other"), question="murmur", n_folds=2)
    result = benchmark(circor, asked, tmp_path / "out", **FEW)
    assert result.model == "bundle other"
    assert result.contest is not None
    assert next(iter(result.contest.systems)) == "bundle other"
    rows = PredictionsTable.read(tmp_path / "out" / "predictions.csv").of("bundle other").rows
    assert len({row.model_hash for row in rows}) == 1
    assert not list((tmp_path / "out").glob("r0-*"))
    assert result.cautions == ()


def test_a_bundle_made_from_the_same_data_is_told_on(pascal_like: Path, tmp_path: Path) -> None:
    result = benchmark(pascal_like, ZeroShot("default", n_folds=2), tmp_path / "out", **FEW)
    assert (
        "bundle default was made from pascal: it knows what it is scored on" in result.cautions[0]
    )
    assert result.contest is None
    assert result.patients is None


@pytest.fixture
def pascal_like(tmp_path: Path) -> Path:
    rng = np.random.default_rng(2)
    for at_hz, label in ((60, "artifact"), (150, "murmur"), (400, "normal")):
        for patient in range(4):
            name = f"{label}__{at_hz}{patient}_1305030823364_A.wav"
            sound(tmp_path / "sounds" / label / name, at_hz, rng)
    return tmp_path / "sounds"


def test_each_database_is_left_out_and_noisy_records_may_be_unsure(
    cinc2016: Path, tmp_path: Path
) -> None:
    options = TrainOptions(
        "logistic-regression", question="refer", protocol="leave-one-database-out", **ASKED
    )
    result = benchmark(cinc2016, options, tmp_path / "out", **FEW)
    assert [fold.n_recordings for fold in result.recordings.model.per_fold] == [10, 10, 10]
    assert list(result.recordings.model.per_subset) == ["set a", "set b", "set c"]
    assert "It is not known which recordings come from one person" in result.cautions[0]
    assert result.contest is not None
    assert result.contest.systems["logistic-regression"]["macc"].value > 0.9
    assert len(result.contest.remarks) == 1


def test_without_qualities_macc_says_what_it_needs(cinc2016: Path, tmp_path: Path) -> None:
    qualities = list(cinc2016.glob("*/REFERENCE-SQI.csv"))
    told = [table.read_text() for table in qualities]
    for table in qualities:
        table.unlink()
    result = benchmark(cinc2016, REFER, tmp_path / "out", **FEW)
    for table, text in zip(qualities, told, strict=True):
        table.write_text(text)
    assert result.contest is not None
    figures = result.contest.systems["logistic-regression"]
    assert figures["macc"].value is None
    assert "a quality, clean or noisy" in figures["macc"].reason
    assert figures["share_unsure"].value == 0
    assert "no answer is unsure" in result.contest.remarks[-1]


def test_a_stored_division_is_followed(circor: Path, tmp_path: Path) -> None:
    files = {name: tmp_path / f"{name}.json" for name in ("every", "murmur")}
    for name, file in files.items():
        split(circor, "grouped", Ask(3), file, question="" if name == "every" else name)
    options = TrainOptions("logistic-regression", question="murmur", **ASKED)
    found = {
        name: benchmark(circor, options, tmp_path / name, division=Division(split=file), **FEW)
        for name, file in files.items()
    }
    assert [len(one.recordings.model.per_fold) for one in found.values()] == [3, 3]
    assert found["every"].contest is not None
    assert found["murmur"].contest is None
    assert "so no patient is graded" in found["murmur"].cautions[0]
    assert found["every"].cautions == ()
    with pytest.raises(SplitError, match="says how to divide; leave"):
        Division(published=Path("a.csv"), split=Path("b.json"))


def test_a_question_the_data_do_not_answer_is_refused(cinc2016: Path, tmp_path: Path) -> None:
    with pytest.raises(DatasetError, match="does not answer 'murmur'"):
        benchmark(cinc2016, MURMUR, tmp_path / "out")


@pytest.fixture(scope="module")
def own(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A table of thirty-six recordings of eighteen patients of three ages, under labels of ours."""
    root = tmp_path_factory.mktemp("own")
    rng = np.random.default_rng(2)
    lines = ["path,label,patient,site,age"]
    for index in range(36):
        patient, at_hz = index // 2, (60, 400)[index // 2 % 2]
        sound(root / f"{index}.wav", at_hz, rng)
        label, age = ("dull", "shrill")[patient % 2], (8, 17, 71)[patient % 3]
        lines.append(f"{index}.wav,{label},p{patient},{'AV' if index % 2 else 'MV'},{age}")
    (root / "mine.csv").write_text("\n".join(lines) + "\n")
    return root


def test_own_labels_are_asked_as_they_are(own: Path, tmp_path: Path) -> None:
    options = TrainOptions("logistic-regression", question="label", n_folds=3, **ASKED)
    out = tmp_path / "run"
    found = benchmark(own / "mine.csv", options, out, **FEW).recordings.model
    assert set(found.support) == {"dull", "shrill"}
    assert found.metrics["accuracy"].value == 1
    assert {facet: set(parts) for facet, parts in found.per_facet.items()} == {
        "site": {"AV", "MV"},
        "age": {"1 to 17", "60 and over"},
    }
    assert RunFolder(out).options().labels == ("dull", "shrill")
    assert "never heard a sound" in (out / "report.html").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("heard", r"does not answer 'heard'.*Ask 'label' for the labels as they are"),
        ("murmur", r"does not answer 'murmur'"),
    ],
)
def test_labels_that_answer_no_question_are_told(
    own: Path, tmp_path: Path, question: str, said: str
) -> None:
    with pytest.raises(DatasetError, match=said):
        benchmark(own / "mine.csv", replace(MURMUR, question=question), tmp_path / "run", **FEW)


def test_a_class_that_nothing_teaches_is_told_before_anything_is_heard(
    own: Path, tmp_path: Path
) -> None:
    table = (own / "mine.csv").read_text().replace("dull", "normal").replace("shrill", "murmur")
    (own / "two.csv").write_text(table)
    options = TrainOptions("logistic-regression", n_folds=3, **ASKED)
    for call in (benchmark, train):
        with pytest.raises(DatasetError, match=r"'heard' wants .* no recording here is artifact"):
            call(own / "two.csv", options, tmp_path / "run")
    (own / "one.csv").write_text(table.replace("murmur", "normal"))
    with pytest.raises(DatasetError, match="every recording here is 'normal'"):
        benchmark(own / "one.csv", replace(options, question="label"), tmp_path / "run")
    assert not (tmp_path / "run").exists()


def test_a_manifest_whose_files_changed_is_refused(own: Path, tmp_path: Path) -> None:
    manifest = index_verb([own / "mine.csv"], tmp_path / "m.csv", n_workers=1).path
    options = TrainOptions("logistic-regression", question="label", n_folds=2, **ASKED)
    changed, data = own / "9.wav", (own / "9.wav").read_bytes()
    try:
        changed.write_bytes(data[:-1] + bytes([data[-1] ^ 1]))
        for call in (benchmark, train):
            with pytest.raises(DatasetError, match=r"m\.csv, row \d+: .*9\.wav is not as it was"):
                call(manifest, options, tmp_path / "run")
    finally:
        changed.write_bytes(data)
    assert benchmark(manifest, options, tmp_path / "run", **FEW).dataset == "own"


def test_unknown_subjects_are_told_on_every_page_and_card(own: Path, tmp_path: Path) -> None:
    lines = (own / "mine.csv").read_text().splitlines()
    bare = "\n".join(",".join(line.split(",")[:2]) for line in lines) + "\n"
    (own / "bare.csv").write_text(bare)
    options = TrainOptions("logistic-regression", question="label", n_folds=2, **ASKED)
    said = "It is not known which recordings come from one person"
    train(own / "bare.csv", options, tmp_path / "train")
    export(tmp_path / "train", own / "bare.csv", tmp_path / "bundle", name="made")
    benchmark(own / "bare.csv", options, tmp_path / "run", **FEW)
    pages = (tmp_path / "train" / "report.html", tmp_path / "run" / "report.html")
    for page in (*pages, *(tmp_path / "bundle").glob("*.md")):
        assert said in page.read_text(encoding="utf-8"), page
    assert said in benchmark(own / "bare.csv", options, tmp_path / "run", **FEW).cautions[0]


@pytest.mark.parametrize(
    ("age", "group"),
    [
        ("0.4", "under 1"),
        ("18", "18 to 39"),
        ("59.9", "40 to 59"),
        ("Child", "Child"),
        (None, None),
    ],
)
def test_ages_in_years_are_put_into_groups(age: str | None, group: str | None) -> None:
    assert age_group(age) == group
