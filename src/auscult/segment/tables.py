"""Spans as text: CSV for machines, JSON for programs, labels for Praat and Audacity.

Formats
-------
.csv      ``path,state,start_s,end_s,confidence``, one row a span, any number of recordings
.json     a list, one object a recording, with its spans, beats and rhythm
.TextGrid Praat's interval tier "state", one recording; time that no span covers has an empty label
.txt      Audacity's label track: start, end and state, tab between; one recording

Times are in seconds from the start of the recording, to a tenth of a millisecond.

Source
------
Praat manual, "TextGrid file formats"; Audacity manual, "Importing and Exporting Labels".
"""

import csv
import io
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from auscult.errors import ConfigError
from auscult.segment.beats import Beat
from auscult.segment.rhythm import Rhythm
from auscult.segment.segmentation import Segmentation

COLUMNS = ("path", "state", "start_s", "end_s", "confidence")
Heard = tuple[Segmentation, Sequence[Beat], Rhythm]


def as_text(heard: Sequence[Heard], path: str | Path) -> str:
    """Return ``heard`` in the format that the ending of ``path`` names.

    Raises
    ------
    ConfigError
        If the ending is none of these, or its format holds one recording and there are others.
    """
    check_format(path, len(heard))
    kind = Path(path).suffix.lower()
    return _MANY[kind](heard) if kind in _MANY else _SINGLE[kind](heard[0][0])


def check_format(path: str | Path, n_recordings: int) -> None:
    """Refuse a path that ``n_recordings`` cannot be written to.

    Raises
    ------
    ConfigError
        If the ending is none of the formats', or its format holds one recording.
    """
    kind = Path(path).suffix.lower()
    if kind not in (*_MANY, *_SINGLE):
        raise ConfigError(f"{path}: ends in none of .csv, .json, .TextGrid, .txt")
    if kind in _SINGLE and n_recordings != 1:
        raise ConfigError(
            f"{path}: holds one recording, not {n_recordings}; write .csv or .json, or give one"
        )


def as_csv(heard: Sequence[Heard]) -> str:
    """Return all spans as CSV with a header."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow(COLUMNS)
    for segmentation, _, _ in heard:
        for span in segmentation.spans:
            times = (f"{span.start_s:.4f}", f"{span.end_s:.4f}")
            writer.writerow([segmentation.source, span.state, *times, f"{span.confidence:.3f}"])
    return buffer.getvalue()


def as_json(heard: Sequence[Heard]) -> str:
    """Return everything as a JSON list."""
    return json.dumps([as_data(*each) for each in heard], indent=1, ensure_ascii=False) + "\n"


def as_data(segmentation: Segmentation, beats: Sequence[Beat], rhythm: Rhythm) -> dict[str, Any]:
    """Return one recording as JSON-ready data; numbers to a tenth of a millisecond."""
    data = {
        "path": segmentation.source,
        "duration_s": segmentation.duration_s,
        "reason": segmentation.reason,
        "rhythm": asdict(rhythm),
        "beats": [asdict(beat) for beat in beats],
        "states": [asdict(span) for span in segmentation.spans],
    }
    told: dict[str, Any] = rounded(data)
    return told


def as_text_grid(segmentation: Segmentation) -> str:
    """Return one recording as a TextGrid with the tier "state"."""
    intervals = list(_covering(segmentation))
    end = f"{segmentation.duration_s:.4f}"
    lines = [
        'File type = "ooTextFile"',
        'Object class = "TextGrid"',
        "",
        *("xmin = 0", f"xmax = {end}", "tiers? <exists>", "size = 1", "item []:"),
        *("    item [1]:", '        class = "IntervalTier"', '        name = "state"'),
        *("        xmin = 0", f"        xmax = {end}"),
        f"        intervals: size = {len(intervals)}",
    ]
    for number, (start_s, end_s, state) in enumerate(intervals, start=1):
        lines += [
            f"        intervals [{number}]:",
            f"            xmin = {start_s:.4f}",
            f"            xmax = {end_s:.4f}",
            f'            text = "{state}"',
        ]
    return "\n".join(lines) + "\n"


def as_labels(segmentation: Segmentation) -> str:
    """Return one recording as an Audacity label track."""
    return "".join(
        f"{span.start_s:.4f}\t{span.end_s:.4f}\t{span.state}\n" for span in segmentation.spans
    )


def _covering(segmentation: Segmentation) -> Iterator[tuple[float, float, str]]:
    """Yield intervals from 0 to the end, those between spans with an empty label."""
    told_s = 0.0
    for span in segmentation.spans:
        if span.start_s > told_s:
            yield told_s, span.start_s, ""
        yield span.start_s, span.end_s, span.state
        told_s = span.end_s
    if told_s < segmentation.duration_s:
        yield told_s, segmentation.duration_s, ""


def rounded(value: Any) -> Any:
    """Return ``value`` with every number in it, however deep, to four decimals."""
    if isinstance(value, float):
        return round(value, 4)
    if isinstance(value, Mapping):
        return {key: rounded(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [rounded(item) for item in value]
    return value


_MANY: Mapping[str, Callable[[Sequence[Heard]], str]] = {".csv": as_csv, ".json": as_json}
_SINGLE: Mapping[str, Callable[[Segmentation], str]] = {
    ".textgrid": as_text_grid,
    ".txt": as_labels,
}
