"""Who comes in: token, kind, declared and real size, room."""

from collections.abc import Iterator
from typing import Any

import pytest
from starlette.testclient import TestClient

from auscult.errors import ConfigError
from auscult.serve.app import create_app
from auscult.serve.door import Door
from auscult.serve.pool import Pool
from auscult.serve.settings import Settings

TOKEN = "a-token-of-our-own"  # noqa: S105 - guards nothing

HEAD = b'--x\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\n'
TAIL = b"\r\n--x--\r\n"


@pytest.fixture(scope="module")
def guarded() -> TestClient:
    """A service that asks for a token; its workers do not run."""
    return TestClient(create_app(Settings(token=TOKEN)))


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Authorization": "Bearer wrong"},
        {"Authorization": f"Basic {TOKEN}"},
        {"Authorization": TOKEN},
        {"Authorization": f"Bearer {TOKEN[:-1]}"},
        {"Authorization": f"Bearer {TOKEN}{TOKEN}"},
        {"Authorization": "Bearer "},
        {"Authorization": "Bearer \xff"},
    ],
)
@pytest.mark.parametrize("path", ["/v1/models", "/v1/classify", "/v1/nowhere", "/metrics"])
def test_without_the_token_nothing_is_told(
    guarded: TestClient, headers: dict[str, str], path: str
) -> None:
    raw = {name: value.encode("latin-1") for name, value in headers.items()}
    for method in ("GET", "POST"):
        response = guarded.request(method, path, headers=raw)
        assert response.status_code == 401
        assert response.headers["WWW-Authenticate"] == "Bearer"
        assert response.json()["title"] == "TokenError"


@pytest.mark.parametrize("scheme", ["Bearer", "bearer"])
def test_with_the_token_everything_is(guarded: TestClient, scheme: str) -> None:
    headers = {"Authorization": f"{scheme} {TOKEN}"}
    assert guarded.get("/v1/models", headers=headers).status_code == 200
    assert guarded.get("/metrics", headers=headers).status_code == 200


def test_health_and_schema_ask_for_no_token(guarded: TestClient) -> None:
    assert guarded.get("/healthz").json()["status"] == "ok"
    assert guarded.get("/openapi.json").status_code == 200


@pytest.mark.parametrize("token", ["short", "with a space in it", "ohne-umläute-bitte", "a\nb" * 9])
def test_a_token_that_guards_nothing_is_refused(token: str) -> None:
    with pytest.raises(ConfigError, match="visible ASCII"):
        Settings(token=token)


def test_the_token_is_never_shown() -> None:
    assert TOKEN not in repr(Settings(token=TOKEN))


@pytest.mark.parametrize("kind", ["application/json", "text/plain", "audio/wav", ""])
def test_what_is_no_form_is_refused(client: TestClient, kind: str) -> None:
    headers = {"Content-Type": kind} if kind else {}
    response = client.post("/v1/classify", headers=headers, content=b"x")
    assert response.status_code == 415
    assert "multipart/form-data" in response.json()["detail"]


@pytest.mark.parametrize("declared", ["2000001", "99999999999999", "-1", "many"])
def test_a_declared_size_is_believed_when_it_is_too_large(
    client: TestClient, declared: str
) -> None:
    headers = {"Content-Type": "multipart/form-data; boundary=x", "Content-Length": declared}
    response = client.post("/v1/classify", headers=headers, content=b"--x--")
    assert response.status_code == 413
    assert "2 million bytes" in response.json()["detail"]


def test_an_undeclared_size_is_counted(client: TestClient) -> None:
    def chunks() -> Iterator[bytes]:
        yield HEAD
        for _ in range(30):
            yield bytes(100_000)
        yield TAIL

    headers = {"Content-Type": "multipart/form-data; boundary=x"}
    response = client.post("/v1/classify", headers=headers, content=chunks())
    assert response.status_code == 413
    assert response.json()["title"] == "TooLargeError"


def test_a_form_just_small_enough_comes_in(client: TestClient) -> None:
    headers = {"Content-Type": "multipart/form-data; boundary=x"}
    for n_bytes, status in ((2_000_000, 422), (2_000_001, 413)):
        body = HEAD + bytes(n_bytes - len(HEAD) - len(TAIL)) + TAIL
        assert client.post("/v1/classify", headers=headers, content=body).status_code == status


async def _never(*_: Any) -> Any:
    raise AssertionError("a full house let somebody in")


@pytest.mark.parametrize(("mean_s", "wait"), [(0.01, "1"), (1.0, "4"), (1000.0, "30")])
def test_a_full_house_says_when_to_come_back(mean_s: float, wait: str) -> None:
    settings = Settings(max_requests=8, n_workers=2)
    pool = Pool(settings, lambda _: None)
    pool.n_inside, pool._mean_s = 8, mean_s
    response = TestClient(Door(_never, settings, pool)).post("/", files={"file": b"x"})
    assert response.status_code == 503
    assert response.headers["Retry-After"] == wait
    assert pool.n_inside == 8


def test_everybody_who_left_has_made_room(client: TestClient, heart: bytes) -> None:
    pool = client.app.state.service.pool
    client.post("/v1/classify", files={"file": ("a.wav", heart)})
    client.post("/v1/classify", files={"file": ("a.wav", b"x")})
    client.post("/v1/classify", data={"file": "x"})
    assert pool.n_inside == 0
    assert pool._free.qsize() == 1
