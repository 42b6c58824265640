"""The report on one recording, and its pictures."""

import numpy as np
import pytest

from auscult.cycle import AverageBeat, MurmurInCycle, average_beat
from auscult.errors import ConfigError
from auscult.inference.explanation import Explanation, Part, Tile
from auscult.reports import recording_page
from auscult.reports.plots import average_beat as draw_average
from auscult.reports.plots import explained, explanation_sheet
from auscult.reports.plots.explained import joined
from auscult.segment import Rhythm, Segmentation, beats_of, rhythm_of
from auscult.synth import PRESETS, synthesise
from auscult.types import Prediction

HEART = synthesise(PRESETS["murmur-systolic"], 4_000, 3)
SYSTOLES = tuple((s.start_s, s.end_s) for s in HEART.spans if s.state == "systole")
MARKED = (
    Part("systole", 110.0, 180.0, SYSTOLES, 1.5),
    Part("systole", 180.0, 280.0, SYSTOLES, 1.25),
)
TOLD = Explanation(
    HEART.recording.source,
    "heard",
    "murmur",
    0.91,
    (*MARKED, Part("diastole", 110.0, 180.0, ((0.5, 0.7),), -0.5)),
    MARKED,
    0.31,
)
MURMUR = MurmurInCycle(
    "systolic",
    "holosystolic",
    "plateau",
    "low",
    shares={"timing": {"holosystolic": 0.9, "early-systolic": 0.1}},
)


def page(**changes: object) -> str:
    recording = HEART.recording
    prediction = Prediction(
        "ward/<b>.wav", "ok", "", "murmur", {"murmur": 0.91, "normal": 0.09},
        answers={"refer": {"normal": 0.2, "abnormal": 0.8}},
    )  # fmt: skip
    told = {
        "segmentation": Segmentation("a.wav", recording.duration_s, HEART.spans),
        "rhythm": rhythm_of(beats_of(HEART.spans, recording)),
        "beat": average_beat(recording, HEART.spans),
        "murmur": MURMUR,
        "explanation": TOLD,
        "model_name": "default",
        "model_card": "# m\n\n## Limits\n\n- few\n  people\n- one device\n\n## More\n\nno",
    }
    return recording_page(recording, changes.pop("prediction", prediction), **{**told, **changes})


def test_everything_is_on_the_page(check_page) -> None:
    reader = check_page(page())
    for said in (
        "Heart sound report",
        TOLD.sentence,
        "holosystolic, plateau, low pitch",
        "Average of",
        "Heart rate (/min)",
        "few people",
        "Not a medical device",
        "<b>.wav",
        "+1.50",
        "\N{MINUS SIGN}0.50",
        "Heart to be examined further",
    ):
        assert said in reader.text, said
    assert "no" not in reader.text.split("one device")[1][:6]
    assert len(reader.all("audio")) == 1
    assert len(reader.all("svg")) >= 3


def test_who_was_heard_is_left_blank_and_goes_nowhere(check_page) -> None:
    reader = check_page(page())
    fields = reader.all("input")
    assert len(fields) >= 4
    assert all("value" not in field and "name" not in field for field in fields)
    (form,) = reader.all("form")
    assert "action" not in form


def test_a_refusal_has_its_reason_and_no_verdict(check_page) -> None:
    prediction = Prediction("a.wav", "refused", "silent: nothing to hear")
    reader = check_page(
        page(
            prediction=prediction,
            segmentation=Segmentation("a.wav", 10.0, reason="no heartbeat found"),
            rhythm=Rhythm(),
            beat=AverageBeat(reason="0 whole heartbeats"),
            murmur=None,
            explanation=Explanation("a.wav", "heard", reason="silent: nothing to hear"),
            model_card="",
        )
    )
    assert "silent: nothing to hear" in reader.text
    assert "There is none: 0 whole heartbeats" in reader.text
    assert "About the model" not in reader.text
    assert "91%" not in reader.text


def test_the_average_beat_shows_one_cycle_and_its_first_sound_again() -> None:
    beat = average_beat(HEART.recording, HEART.spans)
    above, below = draw_average(beat).axes[:2]
    assert above.get_xlim() == below.get_xlim()
    assert above.get_xlim()[1] == pytest.approx(beat.edges_s[-1] + beat.edges_s[1], abs=0.02)
    named = [text.get_text() for text in above.texts]
    assert named == ["S1", "systole", "S2", "diastole", "S1"]
    assert above.get_ylabel() == "Level (dB)"
    assert below.get_ylabel() == "Frequency (Hz)"
    with pytest.raises(ConfigError, match="no average beat to draw: two beats"):
        draw_average(AverageBeat(reason="two beats"))


def test_every_tile_is_outlined_where_it_lies() -> None:
    from matplotlib.patches import Rectangle

    figure = explained(HEART.recording, TOLD.tiles)
    boxes = [patch for patch in figure.axes[0].patches if isinstance(patch, Rectangle)]
    assert len(boxes) == len(SYSTOLES)
    assert boxes[0].get_x() == pytest.approx(SYSTOLES[0][0])
    assert (boxes[0].get_y(), boxes[0].get_height()) == (110, 170)


def test_tiles_apart_stay_apart() -> None:
    low, high = Tile(0, 1, 20, 60, "S1", 1), Tile(0, 1, 110, 180, "S1", 1)
    later = Tile(1, 2, 60, 110, "systole", 1)
    assert joined([high, later, low]) == [(0, 1, 20, 60), (0, 1, 110, 180), (1, 2, 60, 110)]


def test_without_beats_the_sheet_is_the_spectrogram_alone() -> None:
    beat = average_beat(HEART.recording, HEART.spans)
    whole = explanation_sheet(HEART.recording, TOLD.tiles, (), beat)
    alone = explanation_sheet(HEART.recording, (), (), AverageBeat(reason="none"))
    assert len([axes for axes in whole.axes if axes.get_xlabel() == "Time (s)"]) == 1
    assert len(whole.axes) > len(alone.axes)
    assert not np.any([patch.get_alpha() for patch in alone.axes[0].patches])
