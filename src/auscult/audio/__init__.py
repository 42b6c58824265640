"""Sound in and out: the only place that opens audio."""

from auscult.audio.reading import Header, read_header, read_recording
from auscult.audio.resampling import resample
from auscult.audio.writing import wav_bytes, write_wav

__all__ = ["Header", "read_header", "read_recording", "resample", "wav_bytes", "write_wav"]
