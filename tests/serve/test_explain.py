"""``/v1/explain`` answers what the library answers."""

import json

import pytest
from starlette.testclient import TestClient

from auscult.audio import read_recording, wav_bytes
from auscult.inference import load_model
from auscult.serve.explained import ExplainResults
from auscult.synth import PRESETS, synthesise
from auscult.verbs.explain import Explainer, as_data
from auscult.verbs.segment import make_segmenter

MURMUR = wav_bytes(synthesise(PRESETS["murmur-systolic"], 4_000, 3).recording)


def test_the_answer_is_that_of_the_library_and_follows_the_schema(client: TestClient) -> None:
    response = client.post("/v1/explain", files={"file": ("a.wav", MURMUR)})
    explain = Explainer(load_model(), make_segmenter("network"))
    wanted = as_data(explain(read_recording(MURMUR, name="a.wav")))
    assert response.json() == {"results": [json.loads(json.dumps(wanted))]}
    (told,) = ExplainResults.model_validate(response.json()).results
    assert told.label == "murmur"
    assert told.murmur is not None
    assert told.murmur.phase == "systolic"
    assert {tile.phase for tile in told.explanation.tiles} == {"systole"}


@pytest.mark.parametrize("sound", [b"no sound", b""])
def test_a_bad_sound_gets_the_reason(client: TestClient, sound: bytes) -> None:
    response = client.post("/v1/explain", files={"file": ("a.wav", sound)})
    assert response.status_code == 422
    (told,) = ExplainResults.model_validate(response.json()).results
    assert told.status == "error"
    assert told.explanation.reason == told.average_beat.reason == response.json()["detail"]


def test_the_example_follows_the_schema() -> None:
    for example in ExplainResults.model_json_schema()["examples"]:
        ExplainResults.model_validate(example, extra="forbid")
