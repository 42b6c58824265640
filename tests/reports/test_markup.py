import base64
import io
import subprocess
import sys

import numpy as np
import pytest
import soundfile
from hypothesis import given, settings
from hypothesis import strategies as st

from auscult.reports.markup import Html, audio, element, join, share_bar, table, warning
from auscult.types import Recording


@settings(max_examples=40)
@given(st.text())
def test_text_never_becomes_markup(text: str) -> None:
    made = element("p", text, title=text)
    assert made.count("<") == 2
    assert made.count('"') == 2


def test_markup_is_put_in_as_it_is_and_attributes_may_stand_alone_or_stay_away() -> None:
    made = element("b", Html("<i>x</i>"), " & ", class_="a", data_x=3, hidden=True, id=None)
    assert made == '<b class="a" data-x="3" hidden><i>x</i> &amp; </b>'


def test_a_table_has_a_caption_and_names_columns_and_rows() -> None:
    made = table("<cap>", ["Name", "n"], [["a<b", 1]])
    assert "<caption><span>&lt;cap&gt;</span></caption>" in made
    assert '<th scope="col">n</th>' in made
    assert '<th scope="row">a&lt;b</th><td>1</td>' in made


def test_a_warning_is_an_alert() -> None:
    assert 'role="alert"' in warning("Stop", ["a leak"])


@pytest.mark.parametrize(("rate_hz", "played_hz"), [(2000, 2000), (44_100, 8000)])
def test_a_player_holds_the_sound_itself(rate_hz: int, played_hz: int) -> None:
    samples = 0.5 * np.sin(2 * np.pi * 100 * np.arange(rate_hz) / rate_hz)
    made = audio(Recording(samples.astype(np.float32), rate_hz), 'a "b"')
    assert 'aria-label="Play a &quot;b&quot;"' in made
    data = base64.b64decode(made.split("base64,")[1].split('"')[0])
    decoded, decoded_hz = soundfile.read(io.BytesIO(data))
    assert decoded_hz == played_hz
    assert len(decoded) == played_hz
    assert np.std(decoded) == pytest.approx(0.5 / 2**0.5, abs=0.01)


def test_joining_escapes_too() -> None:
    assert join("<", Html("<br>")) == "&lt;<br>"


def test_importing_reports_does_not_import_matplotlib() -> None:
    code = "import auscult.reports, sys; sys.exit('matplotlib' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


@pytest.mark.parametrize(("share", "said"), [(0.9989, "&gt; 99%"), (0.001, "&lt; 1%"), (1, "100%")])
def test_a_bar_claims_no_certainty_that_there_is_not(share: float, said: str) -> None:
    assert f">{said}<" in str(share_bar("murmur", share, "murmur"))
