"""Schemathesis: whatever the schema allows, and much that it does not, is answered as it says."""

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import GenerationMode
from schemathesis.checks import positive_data_acceptance

MODES = [GenerationMode.POSITIVE, GenerationMode.NEGATIVE]
UNTOLD = [positive_data_acceptance]
"""No schema says which bytes are a sound; those that are none may be refused."""
OPERATIONS = ["POST /v1/classify", "POST /v1/segment", "POST /v1/explain"]
OPERATIONS += ["GET /v1/models", "GET /healthz", "GET /v1/reference"]
OPERATIONS += ["GET /v1/reference/{name}", "GET /v1/reference/{name}.wav"]


@pytest.mark.parametrize("name", [*OPERATIONS, "GET /metrics"])
def test_answers_follow_the_schema(running, name: str) -> None:
    schema = schemathesis.openapi.from_url(f"{running.url}/openapi.json")
    found = {operation.ok().label: operation.ok() for operation in schema.get_all_operations()}
    for mode in MODES if name.startswith("POST") else MODES[:1]:  # names are listed
        cases = found[name].as_strategy(generation_mode=mode)

        @given(case=cases)
        @settings(
            max_examples=10,
            deadline=None,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
            database=None,
        )
        def conform(case) -> None:
            case.call_and_validate(excluded_checks=UNTOLD)

        conform()


def test_every_route_is_tried(running) -> None:
    schema = schemathesis.openapi.from_url(f"{running.url}/openapi.json")
    labels = {operation.ok().label for operation in schema.get_all_operations()}
    assert labels == {*OPERATIONS, "GET /metrics"}
