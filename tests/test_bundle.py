"""A bundle comes back whole or not at all."""

import json
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from auscult.aggregate import Calibration
from auscult.bundle import FORMAT, Bundle, find_bundle, read_bundle, shipped_bundles
from auscult.config import digest
from auscult.errors import BundleError
from auscult.frontend import CYCLE, FRONTENDS
from auscult.listener import Listener
from auscult.preprocess import Gate
from auscult.segment import Decoder, Durations

BUNDLE = Bundle(
    name="small",
    listeners=(
        Listener("first", b"an ONNX graph would stand here", FRONTENDS["notebook"], ("heard",)),
        Listener("second", b"and another", FRONTENDS["heart"], ("heard", "refer")),
    ),
    question="heard",
    classes=("artifact", "murmur", "normal"),
    calibrations={"heard": Calibration(1.25, (0.0, 0.5, -0.5))},
    gate=Gate(min_sounding_s=2.0),
    provenance={"split_hash": "abc", "figures": {"accuracy": {"value": 0.75, "low": None}}},
    card="# Größe\n",
)
FILES = ("bundle.json", "first.onnx", "second.onnx", "MODEL_CARD.md")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return BUNDLE.write(tmp_path / "small")


def forge(folder: Path, **changes: Any) -> None:
    """Change the description and give it the digest that fits."""
    path = folder / "bundle.json"
    description = json.loads(path.read_text()) | changes
    description.pop("digest")
    path.write_text(json.dumps({**description, "digest": digest(description)}))


def test_what_was_written_comes_back(folder: Path) -> None:
    assert read_bundle(folder) == BUNDLE
    assert sorted(path.name for path in folder.iterdir()) == sorted(FILES)
    assert read_bundle(folder).describe() == BUNDLE.describe()


def test_a_decoder_comes_back_and_a_bundle_without_one_is_written_as_before(folder: Path) -> None:
    decoder = Decoder(durations=Durations(stray=0.05), together=3)
    with_decoder = replace(BUNDLE, decoder=decoder)
    assert read_bundle(with_decoder.write(folder)) == with_decoder
    assert "decoder" not in BUNDLE.describe()


@pytest.mark.parametrize("name", FILES)
def test_any_changed_byte_is_found(folder: Path, name: str) -> None:
    path = folder / name
    whole = path.read_bytes()
    for at in range(0, len(whole), max(1, len(whole) // 40)):
        changed = bytearray(whole)
        changed[at] ^= 1
        path.write_bytes(changed)
        try:
            same = json.loads(changed) == json.loads(whole)  # white space between keys
        except ValueError:
            same = False
        if not same:
            with pytest.raises(BundleError, match=f"{name}: (has changed|is no JSON|is of format)"):
                read_bundle(folder)
    path.write_bytes(whole)
    assert read_bundle(folder) == BUNDLE


@pytest.mark.parametrize("name", FILES)
def test_a_missing_file_is_named(folder: Path, name: str) -> None:
    (folder / name).unlink()
    with pytest.raises(BundleError, match=f"{name}: cannot be read"):
        read_bundle(folder)


@pytest.mark.parametrize("format_", [FORMAT + 1, None, "1"])
def test_another_format_is_refused(folder: Path, format_: object) -> None:
    forge(folder, format=format_)
    said = f"is of format {format_!r}; this auscult reads format {FORMAT}"
    with pytest.raises(BundleError, match=said):
        read_bundle(folder)


@pytest.mark.parametrize("text", ["[]", "3", "null"])
def test_json_that_describes_nothing_is_refused(folder: Path, text: str) -> None:
    (folder / "bundle.json").write_text(text)
    with pytest.raises(BundleError, match="is of format None"):
        read_bundle(folder)


@pytest.mark.parametrize(
    "changes",
    [
        {"listeners": [{"name": "first", "questions": ["heard"], "frontend": frontend}]}
        for frontend in (
            {"type": "Popen", "args": "ls"},
            {"type": "Frontend", "rate_hz": 22_050},
            None,
        )
    ]
    + [
        {"listeners": None},
        {"calibrations": {"heard": {"type": "Calibration", "temperature": -1, "offsets": []}}},
        {"gate": {"type": "Gate", "loudness": 1}},
        {"classes": None},
    ],
)
def test_a_forged_description_builds_nothing(folder: Path, changes: dict[str, Any]) -> None:
    forge(folder, **changes)
    with pytest.raises(BundleError, match=r"bundle\.json: .*cannot be understood"):
        read_bundle(folder)


CALIBRATION = {"type": "Calibration", "temperature": 1.0, "offsets": [0.0, 0.0, 0.0]}
LINES = {"type": "Thresholds", "sure_from": 0.5, "looked_for": "murmur", "points": []}
GATE = {"type": "Gate", "min_sounding_s": 1.0}


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", None),
        ("name", "half a character: \ud800"),
        ("question", "what"),
        ("classes", "abc"),
        ("classes", ["normal", "murmur", "artifact"]),
        ("listeners", []),
        ("listeners", ["first"]),
        ("listeners", [{"name": "first"}]),
        ("calibrations", []),
        ("calibrations", {"what": CALIBRATION}),
        ("calibrations", {"heard": {**CALIBRATION, "temperature": float("inf")}}),
        ("calibrations", {"heard": {**CALIBRATION, "temperature": "1"}}),
        ("calibrations", {"heard": {**CALIBRATION, "offsets": [0.0]}}),
        ("calibrations", {"heard": {**CALIBRATION, "offsets": ["0", "0", "0"]}}),
        ("thresholds", "x"),
        ("thresholds", {"heard": {**LINES, "looked_for": "extrahls"}}),
        ("gate", None),
        ("gate", {**GATE, "rules": 5}),
        ("gate", {**GATE, "silence_dbfs": float("nan")}),
        ("patients", "x"),
        ("states", 5),
        ("provenance", []),
        ("sha256", None),
    ],
)
def test_what_is_malformed_is_told_by_file_and_field(folder: Path, field: str, value: Any) -> None:
    forge(folder, **{field: value})
    said = rf"bundle\.json: .*{field}.* cannot be under|bundle\.json: cannot be under.*\({field}"
    with pytest.raises(BundleError, match=said):
        read_bundle(folder)


@pytest.mark.parametrize("rate_hz", [float("nan"), 2_000.5, "2000"])
def test_a_front_end_of_no_rate_is_refused(folder: Path, rate_hz: object) -> None:
    listener = json.loads((folder / "bundle.json").read_text())["listeners"][0]
    forge(
        folder, listeners=[{**listener, "frontend": {**listener["frontend"], "rate_hz": rate_hz}}]
    )
    with pytest.raises(BundleError, match=r"bundle\.json: its 'listeners' cannot be understood"):
        read_bundle(folder)


def test_a_card_that_is_no_text_is_refused(folder: Path) -> None:
    hashes = json.loads((folder / "bundle.json").read_text())["sha256"]
    (folder / "MODEL_CARD.md").write_bytes(b"\xff")
    forge(folder, sha256={**hashes, "MODEL_CARD.md": sha256(b"\xff").hexdigest()})
    with pytest.raises(BundleError, match=r"MODEL_CARD\.md: cannot be understood"):
        read_bundle(folder)


@pytest.mark.parametrize("depth", [400, 200_000])
def test_json_that_is_too_deep_is_refused(folder: Path, depth: int) -> None:
    (folder / "bundle.json").write_text('{"format": 2, "x": ' + "[" * depth + "]" * depth + "}")
    with pytest.raises(BundleError, match=r"bundle\.json: (is no JSON|has changed)"):
        read_bundle(folder)


def test_a_figure_of_the_training_may_be_none(folder: Path) -> None:
    forge(folder, provenance={"figures": {"accuracy": float("nan")}})
    assert read_bundle(folder).provenance["figures"]


def test_a_forged_description_without_hashes_is_refused(folder: Path) -> None:
    forge(folder, sha256={})
    with pytest.raises(BundleError, match=r"first\.onnx: has changed"):
        read_bundle(folder)


def test_a_bundle_is_found_by_name_or_folder(folder: Path) -> None:
    assert find_bundle(folder) == folder
    for name, where in shipped_bundles().items():
        assert find_bundle(name) == where
    with pytest.raises(
        BundleError, match=r"nope: is no bundle that comes with auscult .* and no folder"
    ):
        find_bundle("nope")


def test_every_shipped_bundle_can_be_read() -> None:
    for name, where in shipped_bundles().items():
        bundle = read_bundle(where)
        assert bundle.name == name
        assert bundle.card


def test_writing_again_replaces(folder: Path) -> None:
    other = replace(BUNDLE, listeners=(BUNDLE.listeners[0],))
    other.write(folder)
    assert read_bundle(folder) == other


def test_what_is_answered_is_told_once_and_the_label_apart() -> None:
    assert BUNDLE.questions == ("heard", "refer")
    assert BUNDLE.further == ("refer",)
    assert BUNDLE.size_bytes == sum(len(listener.network) for listener in BUNDLE.listeners)


def test_one_network_is_a_bundle_of_one_listener() -> None:
    one = Bundle.of_one(
        "one", b"graph", FRONTENDS["heart"], ("a", "b"), question="label", temperature=2.0
    )
    assert [listener.file for listener in one.listeners] == ["model.onnx"]
    assert one.calibrations == {"label": Calibration(2.0, (0.0, 0.0))}
    assert one.further == ()


def test_a_name_in_the_description_reaches_no_file_outside(folder: Path) -> None:
    outside = folder.parent / "secret.onnx"
    outside.write_bytes(b"graph")
    listener = json.loads((folder / "bundle.json").read_text())["listeners"][0]
    hashes = json.loads((folder / "bundle.json").read_text())["sha256"]
    hashes["../secret.onnx"] = sha256(b"graph").hexdigest()
    forge(folder, listeners=[{**listener, "name": "../secret"}], sha256=hashes)
    with pytest.raises(BundleError, match="cannot be read"):
        read_bundle(folder)


def measuring(**changes: Any) -> Bundle:
    """A bundle of which one listener measures the cycle, and another tells its states."""
    segmenter = read_bundle(find_bundle("segmenter")).listeners[0]
    first = replace(BUNDLE.listeners[0], frontend=CYCLE)
    told: dict[str, Any] = {"listeners": (first,), "states": replace(segmenter, name="states")}
    return replace(BUNDLE, **{**told, **changes})


def test_who_tells_the_states_comes_back(tmp_path: Path) -> None:
    bundle = measuring()
    assert read_bundle(bundle.write(tmp_path / "measuring")) == bundle
    assert (tmp_path / "measuring" / "states.onnx").is_file()
    assert bundle.size_bytes > len(bundle.listeners[0].network)
    changed = tmp_path / "measuring" / "states.onnx"
    changed.write_bytes(changed.read_bytes()[:-1] + b"x")
    with pytest.raises(BundleError, match="has changed"):
        read_bundle(tmp_path / "measuring")


def test_a_cycle_that_nobody_tells_the_states_of_is_refused() -> None:
    with pytest.raises(BundleError, match="nobody in it tells the states"):
        measuring(states=None)


def test_two_listeners_of_one_name_are_refused() -> None:
    with pytest.raises(BundleError, match="one name"):
        measuring(states=replace(measuring().states, name="first"))


@pytest.mark.parametrize("name", ["../evil", "a/b", "", ".hidden", "C:x"])
def test_a_listener_is_named_as_a_file_can_be(name: str) -> None:
    with pytest.raises(BundleError, match="cannot name a listener"):
        replace(BUNDLE.listeners[0], name=name)
