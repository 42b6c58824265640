"""What is shown while recording comes from ``WS /v1/stream``, and may fail without harm."""

import json
import re
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

RATE = re.compile(r"\d+\s+bpm")
TOKEN = "sesame-open-now"  # noqa: S105 - nobody's
LISTENING = json.dumps({"type": "listening", "model": "default", "window_s": 10.0, "hop_s": 1.0})
REFUSED = {"type": "problem", "title": "TokenError", "status": 401, "detail": "asks for a token"}
UPDATE = {
    "type": "update",
    "heard_s": 1.0,
    "onsets": [],
    "rhythm": {"rate_bpm": 61.2},
    "prediction": {"status": "ok", "reason": "", "label": "normal", "answers": {}, "notes": []},
}


def record(page: Any) -> None:
    page.get_by_role("button", name="Record", exact=True).click()
    page.get_by_role("button", name="Stop").wait_for()


def quality_of(page: Any, **prediction: Any) -> list[str]:
    """Return the words and the colour for a prediction."""
    ask = "given => import('/page/words.js').then(it => it.liveQuality(given))"
    told: list[str] = page.evaluate(ask, {**UPDATE["prediction"], **prediction})
    return told


def test_heart_rate_and_quality_come_over_the_socket(open_page) -> None:
    page, sockets, asked, told = open_page(), [], [], []

    def follow(socket: Any) -> None:
        sockets.append(socket.url)
        socket.on("framereceived", lambda text: told.append(json.loads(text)))

    page.on("websocket", follow)
    page.on("request", lambda request: asked.append(urlsplit(request.url).path))
    record(page)
    page.locator(".live-rate", has_text=RATE).wait_for()
    page.locator(".live-quality", has_text="Good").wait_for()
    assert "/v1/segment" not in asked
    page.get_by_role("button", name="Stop").click()
    page.locator(".detail .verdict").wait_for()
    assert [urlsplit(url).path for url in sockets] == ["/v1/stream"]
    assert told[0]["type"] == "listening"
    assert {"update"} == {message["type"] for message in told[1:]}
    assert asked.count("/v1/segment") == 1  # that of the finished recording


def test_the_token_goes_with_the_first_message(open_page) -> None:
    page, openings = open_page(), []

    def answer(socket: Any) -> None:
        def hear(message: str | bytes) -> None:
            if isinstance(message, bytes):
                return
            openings.append(json.loads(message))
            if openings[-1]["token"] == TOKEN:
                socket.send(LISTENING)
                socket.send(json.dumps(UPDATE))
            else:
                socket.send(json.dumps(REFUSED))
                socket.close(code=1008)

        socket.on_message(hear)

    page.route_web_socket(re.compile("/v1/stream$"), answer)
    record(page)
    page.get_by_role("textbox", name="Token").fill(TOKEN)
    page.keyboard.press("Enter")
    page.locator(".live-rate", has_text="61").wait_for()
    assert [opening["token"] for opening in openings] == ["", TOKEN]
    assert openings[0]["format"] == "s16le"
    assert openings[0]["rate_hz"] in {44_100, 48_000}
    page.get_by_role("button", name="Cancel").click()


def test_a_connection_that_drops_is_told_and_taken_up_again(open_page) -> None:
    page, n_opened = open_page(), 0

    def answer(socket: Any) -> None:
        nonlocal n_opened
        n_opened += 1
        if n_opened == 1:
            socket.close(code=1011)
        else:
            socket.connect_to_server()

    page.route_web_socket(re.compile("/v1/stream$"), answer)
    record(page)
    page.get_by_text("the connection to the service was lost. Trying again").wait_for()
    page.locator(".live-rate", has_text=RATE).wait_for()
    assert not page.locator(".record .note").is_visible()
    page.get_by_role("button", name="Cancel").click()


def test_without_the_service_the_recording_goes_on_and_is_judged(open_page) -> None:
    page = open_page()
    page.clock.install()  # the pauses between the tries are not waited for
    page.route_web_socket(re.compile("/v1/stream$"), lambda socket: socket.close(code=1013))
    record(page)
    for _ in range(8):
        page.clock.run_for(5_000)
        page.wait_for_timeout(100)
    page.get_by_text("is judged when you stop").wait_for()
    assert page.locator(".record .note").inner_text().startswith("No live figures: the connection")
    page.wait_for_function(
        "() => parseFloat(document.querySelector('.record .clock').innerText) > 4"
    )
    page.get_by_role("button", name="Stop").click()
    page.locator(".detail .verdict").wait_for()


def test_sound_that_is_not_taken_does_not_pile_up(open_page) -> None:
    page = open_page()
    page.evaluate(
        "() => Object.defineProperty(WebSocket.prototype, 'bufferedAmount', { get: () => 1e9 })"
    )
    record(page)
    page.get_by_text("No live figures: the connection is too slow for them.").wait_for()
    page.get_by_role("button", name="Cancel").click()


def test_nothing_is_recorded_unseen(open_page) -> None:
    page = open_page()
    page.evaluate(
        """() => {
          const open = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
          navigator.mediaDevices.getUserMedia = async (wanted) => {
            window.asked = wanted.audio;
            window.heard = await open(wanted);
            return window.heard;
          };
        }"""
    )
    record(page)
    off = ("echoCancellation", "noiseSuppression", "autoGainControl")
    assert [page.evaluate("name => window.asked[name]", name) for name in off] == [False] * 3
    track = "() => window.heard.getAudioTracks()[0]"
    assert page.evaluate(f"{track}.readyState") == "live"
    settings = page.evaluate(f"{track}.getSettings()")
    assert [settings[name] for name in off] == [False] * 3
    page.evaluate("() => { location.hash = '#quiz'; }")
    page.wait_for_function("() => window.heard.getAudioTracks()[0].readyState === 'ended'")


def test_live_quality_says_what_is_wrong_and_what_to_do(open_page) -> None:
    page = open_page()
    assert quality_of(page) == ["Good", "normal"]
    faint = "faint heartbeat: repeats itself by 0.16, wanted 0.22 or more; hold still"
    assert quality_of(page, notes=[faint]) == ["Faint heartbeat: hold still", "artifact"]
    refused = quality_of(
        page, status="refused", label=None, reason="silent: no sound; press closer"
    )
    assert refused == ["Silent: press closer", "warn"]
    assert quality_of(page, label="artifact")[0].startswith("No heart heard")
    assert quality_of(page, answers={"quality": {"poor": 0.6}})[0].startswith("Poor")


def test_the_files_of_the_page_ask_for_live_figures_nowhere_else() -> None:
    folder = Path(__file__).parents[2] / "src" / "auscult" / "serve" / "page"
    found = [path.name for path in folder.glob("*.js") if "new WebSocket" in path.read_text()]
    assert found == ["live.js"]
