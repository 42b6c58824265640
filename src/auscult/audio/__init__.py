"""Sound in and out: the only place that opens audio."""

from auscult.audio.channels import Channel, parsed_channel
from auscult.audio.raw import RawPcm
from auscult.audio.reading import Header, read_header, read_recording
from auscult.audio.resampling import resample
from auscult.audio.writing import wav_bytes, write_wav

__all__ = [
    "Channel",
    "Header",
    "RawPcm",
    "parsed_channel",
    "read_header",
    "read_recording",
    "resample",
    "wav_bytes",
    "write_wav",
]
