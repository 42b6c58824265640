"""The pictures of one recording, side by side, each with a caption."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType

from auscult.reports import plots
from auscult.reports.markup import Html, grid
from auscult.reports.page import Page
from auscult.reports.style import PAGE_IN
from auscult.types import Mark, Recording

_CAPTIONS: Mapping[str, str] = MappingProxyType(
    {
        "waveform": "Waveform: the pressure at the microphone over time.",
        "spectrum": "Spectrum: the mean level at each frequency.",
        "spectrogram": "Spectrogram: the level at each frequency and time.",
        "mfcc": "MFCCs: the shape of the spectrum over time; number 0 is the level.",
    }
)


def look(
    page: Page, recording: Recording, name: str, kinds: Sequence[str], marks: Sequence[Mark] = ()
) -> Html:
    """Return the pictures of ``recording`` named in ``kinds``, keys of ``plots.PLOTS``."""
    shown = []
    for kind in kinds:
        where = {"marks": marks} if kind in plots.MARKED else {}
        picture = plots.PLOTS[kind](recording, size_in=PAGE_IN, title="", **where)
        alt = f"{kind} of {name}, {recording.duration_s:.1f} seconds at {recording.rate_hz:,} Hz"
        shown.append(page.figure(picture, _CAPTIONS[kind], alt))
    return grid(*shown)
