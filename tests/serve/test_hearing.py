"""What is answered is what the library answers, whatever the name and however many."""

import json
from dataclasses import asdict

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from starlette.testclient import TestClient

from auscult import load_model
from auscult.audio import read_recording, wav_bytes
from auscult.inference.table import as_data
from auscult.segment.tables import as_data as as_segment_data
from auscult.serve.answers import ClassifyResults, Models, SegmentResults
from auscult.serve.names import shown_name
from auscult.serve.problems import Problem
from auscult.synth import PRESETS, synthesise
from auscult.verbs.segment import listen, make_segmenter

MODEL = load_model("default")


@pytest.mark.parametrize("preset", ["normal", "mitral-regurgitation", "artifact-music"])
def test_the_answer_is_that_of_the_library(client: TestClient, preset: str) -> None:
    sound = wav_bytes(synthesise(PRESETS[preset], 4_000, 3).recording)
    (answer,) = client.post("/v1/classify", files={"file": ("a.wav", sound)}).json()["results"]
    assert answer == jsoned(as_data(MODEL.classify(sound, name="a.wav"), "default"))


@settings(
    max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(sound=st.binary(min_size=1, max_size=200))
def test_bytes_that_are_no_sound_get_the_reason_of_the_library(
    client: TestClient, sound: bytes
) -> None:
    told = MODEL.classify(sound, name="a.wav")
    response = client.post("/v1/classify", files={"file": ("a.wav", sound)})
    assert response.status_code == 422
    assert response.json()["results"] == [jsoned(as_data(told, "default"))]
    assert response.json()["detail"] == told.reason


def test_beats_are_those_of_the_library(client: TestClient, heart: bytes) -> None:
    response = client.post("/v1/segment", files={"file": ("a.wav", heart)})
    told = listen(make_segmenter("network"), read_recording(heart, name="a.wav"))
    wanted = as_segment_data(told.segmentation, told.beats, told.rhythm)
    assert response.json() == {"results": [jsoned(wanted)]}
    assert len(wanted["beats"]) > 3


def test_many_files_are_answered_in_order_and_one_bad_one_spoils_nothing(
    client: TestClient, heart: bytes
) -> None:
    sent = [("a.wav", heart), ("b.wav", b"no sound"), ("c.wav", heart)]
    for task in ("classify", "segment"):
        response = client.post(f"/v1/{task}", files=[("file", part) for part in sent])
        assert response.status_code == 200
        results = response.json()["results"]
        assert [each["path"] for each in results] == ["a.wav", "b.wav", "c.wav"]
        assert ["not a sound file" in each["reason"] for each in results] == [False, True, False]


def test_a_refusal_is_an_answer(client: TestClient) -> None:
    silence = synthesise(PRESETS["normal"], 4_000, 1).recording
    sound = wav_bytes(type(silence)(silence.samples * 0, 4_000))
    response = client.post("/v1/classify", files={"file": ("a.wav", sound)})
    assert response.status_code == 200
    assert response.json()["results"][0]["status"] == "refused"


def test_the_schemas_have_the_fields_of_the_answers(client: TestClient, heart: bytes) -> None:
    for task, schema in (("classify", ClassifyResults), ("segment", SegmentResults)):
        body = client.post(f"/v1/{task}", files={"file": ("a.wav", heart)}).json()
        told = schema.model_validate(body, strict=False, extra="forbid")
        assert jsoned(told.model_dump()) == body
    Models.model_validate(client.get("/v1/models").json(), extra="forbid")


def test_every_example_is_one(client: TestClient) -> None:
    for schema in (ClassifyResults, SegmentResults, Models, Problem):
        (example,) = schema.model_json_schema()["examples"]
        assert jsoned(schema.model_validate(example, extra="forbid").model_dump()) == example
    assert "Problem" in client.get("/openapi.json").json()["components"]["schemas"]


def test_models_are_described(client: TestClient) -> None:
    told = {model["task"]: model for model in client.get("/v1/models").json()["models"]}
    assert told["classify"]["classes"] == list(MODEL.bundle.classes)
    assert told["classify"]["digest"] == MODEL.bundle.describe()["digest"]
    assert told["segment"]["name"] == "segmenter"


@pytest.mark.parametrize(
    ("sent", "shown"),
    [
        ("a.wav", "a.wav"),
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\me\\heart.wav", "heart.wav"),
        ("a\x00b\r\nc\x1b[31m.wav", "abc[31m.wav"),
        ("\u202egnp.wav", "gnp.wav"),
        ("a\u2028b\u2029c", "abc"),
        ("\ud800", "recording"),
        ("..", "recording"),
        ("/", "recording"),
        ("", "recording"),
        (None, "recording"),
        ("ä" * 300, "ä" * 100),
    ],
)
def test_a_name_is_cleaned(sent: str | None, shown: str) -> None:
    assert shown_name(sent) == shown


@given(st.text())
def test_a_cleaned_name_is_one_line_and_no_path(sent: str) -> None:
    shown = shown_name(sent)
    assert 0 < len(shown) <= 100
    assert shown.isprintable()
    assert not {"/", "\\"} & set(shown)
    assert shown_name(shown) == shown


def test_a_name_with_a_path_is_cleaned_in_the_answer(client: TestClient, heart: bytes) -> None:
    for data in (heart, b"no sound"):
        sent = {"file": ("../../../tmp/x\x07y.wav", data)}
        assert "../" not in (text := client.post("/v1/classify", files=sent).text)
        assert "xy.wav" in text.replace("%07", "")


def jsoned(value: object) -> object:
    """Return ``value`` after a journey through JSON."""
    return json.loads(json.dumps(value, default=asdict))
