"""What is counted and what is logged."""

import json
import logging

import pytest
from prometheus_client.parser import text_string_to_metric_families
from starlette.testclient import TestClient

from auscult.serve.app import create_app
from auscult.serve.logs import JsonLines
from auscult.serve.settings import Settings


def counts(client: TestClient) -> dict[tuple[str, ...], float]:
    """Sample name and label values → value."""
    families = text_string_to_metric_families(client.get("/metrics").text)
    return {
        (sample.name, *sample.labels.values()): sample.value
        for family in families
        for sample in family.samples
    }


def test_every_request_and_every_sound_is_counted(client: TestClient, heart: bytes) -> None:
    before = counts(client)
    sent = [("file", ("a.wav", heart)), ("file", ("b.wav", b"x"))]
    client.post("/v1/classify", files=sent)
    client.post("/v1/classify", files={"file": b"x"})
    client.get("/v1/jane-doe")
    client.request("BREW", "/v1/models")
    after = counts(client)
    grown = {name: after[name] - before.get(name, 0) for name in after}
    assert grown["auscult_requests_total", "POST", "/v1/classify", "200"] == 1
    assert grown["auscult_requests_total", "POST", "/v1/classify", "422"] == 1
    assert grown["auscult_requests_total", "GET", "other", "404"] == 1
    assert grown["auscult_requests_total", "other", "/v1/models", "405"] == 1
    assert grown["auscult_request_seconds_count", "/v1/classify"] == 2
    assert grown["auscult_sounds_total", "error", "classify"] == 2
    assert grown["auscult_sounds_total", "ok", "classify"] == 1
    assert after[("auscult_requests_inside",)] == 0
    assert not any("jane" in part for name in after for part in name)


def test_every_answer_has_a_number_and_is_not_kept(client: TestClient) -> None:
    numbers = set()
    for path in ("/healthz", "/nowhere", "/metrics"):
        headers = client.get(path).headers
        assert headers["Cache-Control"] == "no-store"
        assert headers["X-Content-Type-Options"] == "nosniff"
        numbers.add(headers["X-Request-ID"])
    assert len(numbers) == 3


def test_a_failure_of_ours_is_500_and_tells_nothing(caplog: pytest.LogCaptureFixture) -> None:
    app = create_app(Settings())

    @app.get("/fails")
    async def fails() -> None:
        raise RuntimeError("jane-doe.wav")

    with caplog.at_level(logging.INFO, "auscult.serve"):
        response = TestClient(app, raise_server_exceptions=False).get("/fails")
    assert response.status_code == 500
    assert response.json()["title"] == "RuntimeError"
    assert "jane" not in response.text
    assert caplog.records[-1].fields["status"] == 500


def test_the_log_tells_where_a_failure_was_but_not_what_it_said() -> None:
    def failing() -> None:
        raise RuntimeError("jane-doe.wav")

    try:
        failing()
    except RuntimeError as error:
        told = (RuntimeError, error, error.__traceback__)
    record = logging.LogRecord("uvicorn.error", logging.ERROR, "", 0, "it failed\n", None, told)
    line = JsonLines().format(record)
    assert "\n" not in line
    assert "jane" not in line
    kept = json.loads(line)
    assert kept["error"] == "RuntimeError"
    assert kept["event"] == "it failed"
    assert kept["level"] == "error"
    assert "test_watch.py:" in kept["where"]
