"""What the head of a sound says, and the limits it is held to before anything is decoded.

A header is not believed before it is checked: a FLAC of a few kilobytes can declare 2^36 samples
and ask for 256 GiB. Where a container does not tell its length (a browser's WebM), the same limits
are held while it is decoded.
"""

from dataclasses import dataclass

from auscult.errors import AudioError

MAX_BYTES = 2 * 2**30
MAX_DURATION_S = 3600.0
MIN_RATE_HZ = 1_000
MAX_RATE_HZ = 768_000
MAX_CHANNELS = 64
MAX_SAMPLES = 400_000_000
"""Over all channels; an hour of 48,000 Hz stereo has 346 million."""


@dataclass(frozen=True, slots=True)
class Header:
    """What the head of a sound file says: frames a channel, rate, channels, format name."""

    n_frames: int
    rate_hz: int
    n_channels: int
    format: str

    @property
    def duration_s(self) -> float:
        """Length in seconds."""
        return self.n_frames / self.rate_hz


def checked(header: Header, name: str) -> Header:
    """Return ``header`` if it is within the limits.

    Raises
    ------
    AudioError
        If it is not; the message says which.
    """
    check_rate(header.rate_hz, name)
    if header.n_frames == 0:
        raise AudioError(f"{name}: holds no samples; record again or check the export")
    if header.n_channels > MAX_CHANNELS:
        raise AudioError(
            f"{name}: has {header.n_channels} channels; at most {MAX_CHANNELS} are read; "
            "export the heart sound alone"
        )
    check_length(header.n_frames, header.rate_hz, header.n_channels, name)
    return header


def check_rate(rate_hz: int, name: str) -> None:
    """Refuse a rate at which no heart sound can be, or no recorder writes."""
    if not MIN_RATE_HZ <= rate_hz <= MAX_RATE_HZ:
        raise AudioError(
            f"{name}: has a sampling rate of {rate_hz:,} Hz; wanted {MIN_RATE_HZ:,} to "
            f"{MAX_RATE_HZ:,} Hz (a heart sound needs 1,000 Hz or more)"
        )


def check_length(n_frames: int, rate_hz: int, n_channels: int, name: str) -> None:
    """Refuse more than an hour, or more samples over all channels than fit into memory."""
    if (duration_s := n_frames / rate_hz) > MAX_DURATION_S:
        raise AudioError(
            f"{name}: lasts {duration_s / 3600:.1f} hours; at most "
            f"{MAX_DURATION_S / 3600:.0f} hour is read at once; cut it into pieces"
        )
    if (n_samples := n_frames * n_channels) > MAX_SAMPLES:
        raise AudioError(
            f"{name}: holds {n_samples:,} samples over all channels; at most {MAX_SAMPLES:,} are "
            "read at once; cut it into pieces or export the heart sound alone"
        )
