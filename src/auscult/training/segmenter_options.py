"""What a training of the segmenter is asked to do: one typed object, stored with its bundle."""

from dataclasses import dataclass, field
from zlib import crc32

from auscult.errors import ConfigError
from auscult.features import LogMel
from auscult.frontend import Frontend
from auscult.preprocess import BandPass, UnitLevel
from auscult.training.state_batches import Disturbing

FRAMES = LogMel(n_bands=30, n_fft=100, hop_length=20, low_hz=20.0, high_hz=800.0)
"""At 2 kHz: frames of 50 ms, 10 ms apart, fine enough to say when a valve closes."""


@dataclass(frozen=True, slots=True)
class SegmenterOptions:
    """Options of :func:`auscult.verbs.train_segmenter.train_segmenter`.

    Parameters
    ----------
    n_folds
        Folds of the cross-validation, at least 2.
    n_epochs
        How often the annotated frames are seen.
    n_hearts, n_artifacts
        Synthetic recordings of 12 s that join the training.
    seed
        Of initial values, synthetic recordings and batches.
    disturbing
        How stretches are drawn and disturbed.
    rate_hz, frames
        Rate that every recording is brought to, and its frames.

    Raises
    ------
    ConfigError
        If a number is out of range.
    """

    n_folds: int = 5
    n_epochs: float = 2.0
    n_hearts: int = 500
    n_artifacts: int = 150
    seed: int = 0
    disturbing: Disturbing = field(default_factory=Disturbing)
    rate_hz: int = 2_000
    frames: LogMel = FRAMES

    def __post_init__(self) -> None:
        for name, least in (("n_folds", 2), ("n_hearts", 1), ("n_artifacts", 1), ("seed", 0)):
            if getattr(self, name) < least:
                raise ConfigError(f"{name}={getattr(self, name)} must be at least {least}")
        if not self.n_epochs > 0:
            raise ConfigError(f"n_epochs={self.n_epochs} must be positive")

    @property
    def frontend(self) -> Frontend:
        """The front end: one band, one level, frames."""
        band = BandPass(self.frames.low_hz, self.frames.high_hz or self.rate_hz / 2)
        return Frontend(self.rate_hz, self.frames, preprocess=(band, UnitLevel()))

    @property
    def frame_s(self) -> float:
        """Seconds from frame to frame."""
        return self.frames.hop_length / self.rate_hz


def fold_of(group: str, n_folds: int) -> int:
    """Return the fold a person or session belongs to.

    Examples
    --------
    >>> [fold_of(group, 5) for group in ("2530", "9979", "9983")]
    [1, 3, 2]
    """
    return crc32(group.encode()) % n_folds
