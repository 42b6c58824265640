"""Sounds to learn by: the same for the same seed, with the truth of the samples that are sent."""

import io

import numpy as np
import pytest
import soundfile

from auscult.serve.reference import LESSONS, RATE_HZ, Truth
from auscult.synth import PRESETS, synthesise


def test_every_sound_is_listed_with_its_label(client) -> None:
    told = client.get("/v1/reference").json()["sounds"]
    assert {sound["name"] for sound in told} == set(LESSONS) <= set(PRESETS)
    assert {sound["label"] for sound in told} == {
        "normal",
        "murmur",
        "extrahls",
        "extrastole",
        "artifact",
    }
    assert all(sound["about"].endswith(".") for sound in told)


@pytest.mark.parametrize("name", ["s3", "artifact-speech"])
def test_sound_and_truth_are_of_the_same_take(client, name: str) -> None:
    made = synthesise(PRESETS[name], RATE_HZ, 7)
    response = client.get(f"/v1/reference/{name}.wav", params={"seed": 7})
    assert response.headers["Content-Type"] == "audio/wav"
    samples, rate_hz = soundfile.read(io.BytesIO(response.content))
    assert rate_hz == RATE_HZ
    np.testing.assert_allclose(samples, made.recording.samples, atol=1 / 32_000)
    truth = client.get(f"/v1/reference/{name}", params={"seed": 7}).json()
    assert Truth.model_validate(truth)
    assert [mark["sound"] for mark in truth["marks"]] == [mark.sound for mark in made.marks]
    at_s = [mark["at_s"] for mark in truth["marks"]]
    np.testing.assert_allclose(at_s, [mark.at_s for mark in made.marks], atol=1e-4)


def test_seeds_differ_and_repeat(client) -> None:
    first, again, other = (
        client.get("/v1/reference/normal.wav", params={"seed": seed}).content for seed in (1, 1, 2)
    )
    assert first == again != other


@pytest.mark.parametrize("path", ["nothing", "nothing.wav", "clean"])
def test_an_unknown_sound_names_those_there_are(client, path: str) -> None:
    response = client.get(f"/v1/reference/{path}")
    assert response.status_code == 404
    assert "mitral-stenosis" in response.json()["detail"]


@pytest.mark.parametrize("seed", ["-1", "1000", "x"])
def test_a_seed_out_of_range_is_told_without_talk_of_forms(client, seed: str) -> None:
    response = client.get("/v1/reference/normal.wav", params={"seed": seed})
    assert response.status_code == 422
    assert response.json()["detail"].startswith("seed: ")
    assert "multipart" not in response.json()["detail"]
