"""The player as it is heard: half speed, the boost for small speakers."""

import re
from pathlib import Path
from typing import Any

import numpy as np

HOLD = """() => {
  const play = HTMLMediaElement.prototype.play;
  HTMLMediaElement.prototype.play = function () { window.media = this; return play.call(this); };
}"""
BOOSTED = """async () => {
  const { Boost } = await import('/page/boost.js');
  const heard = async (isOn) => {
    const offline = new OfflineAudioContext(1, 48000, 48000);
    const tone = new OscillatorNode(offline, { frequency: 60 });
    Object.assign(offline, { createMediaElementSource: () => tone, resume: () => {} });
    window.AudioContext = function () { return offline; };
    const boost = new Boost(null);
    boost.set(true);
    boost.set(isOn);
    tone.start();
    return [...(await offline.startRendering()).getChannelData(0)];
  };
  return [await heard(false), await heard(true)];
}"""


def test_half_speed_keeps_the_pitch(open_page, sounds: Path) -> None:
    page = open_page()
    page.evaluate(HOLD)
    page.set_input_files("#files", sounds / "normal.wav")
    page.locator(".picture[aria-busy=false]").wait_for()
    page.get_by_role("button", name="Half speed").click()
    page.get_by_role("button", name="Play").click()
    page.locator(".clock", has_text=re.compile(r"0\.[1-9] / 10\.0 s")).wait_for()
    told = "() => [media.playbackRate, media.preservesPitch, media.paused]"
    assert page.evaluate(told) == [0.5, True, False]
    page.get_by_role("button", name="Half speed").click()
    assert page.evaluate(told) == [1, True, False]
    page.get_by_role("button", name="Pause").click()


def test_the_boost_lifts_a_low_tone_by_an_octave(open_page) -> None:
    def at(hertz: int, heard: list[float]) -> Any:
        return np.abs(np.fft.rfft(np.array(heard[24_000:])))[hertz // 2] / 12_000

    plain, boosted = open_page().evaluate(BOOSTED)
    assert at(60, plain) > 0.9
    assert at(120, plain) < 1e-3
    assert at(120, boosted) > 0.3
