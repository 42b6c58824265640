"""Recording → 16-bit WAV, in memory or on disk."""

import io
from pathlib import Path

import numpy as np
import soundfile

from auscult.audio.interrupts import interrupts_wait
from auscult.errors import AudioError
from auscult.types import Recording


def wav_bytes(recording: Recording) -> bytes:
    """Return the recording as a 16-bit mono WAV file; samples beyond [-1, 1] are clipped."""
    buffer = io.BytesIO()
    clipped = np.clip(recording.samples, -1.0, 1.0)
    with interrupts_wait():
        soundfile.write(buffer, clipped, recording.rate_hz, format="WAV", subtype="PCM_16")
    return buffer.getvalue()


def write_wav(path: str | Path, recording: Recording) -> Path:
    """Write the recording as a 16-bit mono WAV file and return its path.

    Raises
    ------
    AudioError
        If the file cannot be written.
    """
    path = Path(path)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(wav_bytes(recording))
    except OSError as error:
        raise AudioError(f"{path}: cannot be written ({error.strerror})") from error
    return path
