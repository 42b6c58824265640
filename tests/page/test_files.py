"""The files of the page: how they are sent, and laws that hold for each."""

import re
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from auscult.reports.style import PALETTE
from auscult.serve.app import create_app
from auscult.serve.browser import FOLDER
from auscult.serve.settings import Settings

OURS = sorted(p for p in FOLDER.rglob("*") if p.is_file() and "vendor" not in p.parts)
MODULES = [path for path in OURS if path.suffix == ".js"]
MAX_LINES = 300
NAMESPACE = "http://www.w3.org/2000/svg"


@pytest.fixture(scope="module")
def client() -> TestClient:
    """A service whose workers do not run; it asks for a token."""
    return TestClient(create_app(Settings(token="a-token-of-our-own")))  # noqa: S106


def policy(client: TestClient, path: str) -> dict[str, list[str]]:
    told = client.get(path).headers["Content-Security-Policy"]
    return {part.split()[0]: part.split()[1:] for part in told.split("; ")}


@pytest.mark.parametrize("path", ["/", "/page/app.js", "/page/page.css", "/page/palette.css"])
def test_every_file_says_that_nothing_else_may_come_in(client: TestClient, path: str) -> None:
    rules = policy(client, path)
    assert rules["default-src"] == rules["frame-ancestors"] == rules["base-uri"] == ["'none'"]
    assert rules["script-src"] == rules["connect-src"] == ["'self'"]
    assert not {"'unsafe-inline'", "'unsafe-eval'", "*", "https:"} & set().union(*rules.values())
    assert client.get(path).headers["Referrer-Policy"] == "no-referrer"


def test_the_number_for_styles_is_drawn_anew(client: TestClient) -> None:
    first, second = (policy(client, "/")["style-src"][1] for _ in range(2))
    assert first != second
    page = client.get("/")
    nonce = re.search(r'nonce="([^"]+)"', page.text)[1]
    assert f"'nonce-{nonce}'" in page.headers["Content-Security-Policy"]
    assert "{{" not in page.text + page.headers["Content-Security-Policy"]
    assert "nonce" not in client.get("/page/app.js").headers["Content-Security-Policy"]


def test_the_page_asks_for_no_token_and_its_data_do(client: TestClient) -> None:
    assert client.get("/").status_code == client.get("/page/app.js").status_code == 200
    assert client.get("/v1/reference").status_code == 401


@pytest.mark.parametrize("path", OURS, ids=lambda path: path.name)
def test_every_file_is_sent_as_what_it_is(client: TestClient, path: Path) -> None:
    kinds = {".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml"}
    response = client.get(f"/page/{path.relative_to(FOLDER).as_posix()}")
    assert response.status_code == 200
    if path.suffix in kinds:
        assert response.headers["Content-Type"].startswith(kinds[path.suffix])


@pytest.mark.parametrize("path", ["../browser.py", "%2e%2e/browser.py", "..%2fapp.py", "none.js"])
def test_nothing_beside_the_page_is_sent(client: TestClient, path: str) -> None:
    assert client.get(f"/page/{path}").status_code == 404


@pytest.mark.parametrize("path", OURS, ids=lambda path: path.name)
def test_no_file_names_an_address_outside(path: Path) -> None:
    found = re.findall(r"https?://[^\s\"']+|[\"'(]//\w", path.read_text(encoding="utf-8"))
    assert set(found) <= {NAMESPACE, "https://"}  # the second stands in a sentence


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.name)
def test_a_module_is_small_says_what_it_is_and_parses_no_html(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert text.count("\n") <= MAX_LINES
    assert text.startswith("// ")
    assert not re.search(r"innerHTML|outerHTML\s*=|insertAdjacentHTML|document\.write|eval\(", text)


def test_what_a_module_imports_is_there() -> None:
    missing = [
        f"{path.name}: {name}"
        for path in MODULES
        for name in re.findall(r"from \"(\./[^\"]+)\"", path.read_text(encoding="utf-8"))
        if not (path.parent / name).is_file()
    ]
    assert missing == []


def test_borrowed_files_keep_their_licence() -> None:
    vendored = FOLDER / "vendor" / "wavesurfer"
    assert "BSD 3-Clause" in (vendored / "LICENSE").read_text(encoding="utf-8")
    told = (vendored / "README.md").read_text(encoding="utf-8")
    assert all(path.name in told for path in vendored.glob("*.js"))


def test_the_colours_are_those_of_the_reports(client: TestClient) -> None:
    css = client.get("/page/palette.css").text
    for role, (light, dark) in PALETTE.items():
        assert f"--{role}:{light}" in css
        assert f"--{role}:{dark}" in css
