"""Random ears: each training window as another stethoscope, room and hand would have heard it.

Works on log-mel windows in dB, where a device's frequency response is a sum, and noise a sum of
powers. Every window that they hear draws its own: a smooth response, noise of a smooth spectrum,
and two masks over bands and over time (as SpecAugment).

Conventions
-----------
windows : float32, shape (n, n_bands, n_frames), log-mel in dB; result likewise

Source
------
Park et al.: SpecAugment, Interspeech 2019 (masks).
"""

from dataclasses import dataclass
from math import log, pi

import torch

from auscult.errors import ConfigError

NEPERS = log(10) / 10
LOUD_DB = 15.0
"""Noise levels count from this far below the loudest cell of the window."""


@dataclass(frozen=True, slots=True)
class OtherEars:
    """How far ears may differ.

    Parameters
    ----------
    response_db
        Deviation of the slowest bend of the frequency response; faster bends are weaker.
    noise_share
        Share of the windows that get noise.
    noise_range_db
        Lowest and highest noise level, from ``LOUD_DB`` below the loudest cell.
    mask_bands, mask_frames
        Longest mask, in bands and in frames; two of each.
    share
        Share of the windows that other ears hear; the rest stay as they are.

    Raises
    ------
    ConfigError
        If a number is out of range.
    """

    response_db: float = 4.0
    noise_share: float = 0.5
    noise_range_db: tuple[float, float] = (-35.0, -5.0)
    mask_bands: int = 5
    mask_frames: int = 24
    share: float = 1.0

    def __post_init__(self) -> None:
        for name in ("share", "noise_share"):
            if not 0 <= getattr(self, name) <= 1:
                raise ConfigError(f"{name}={getattr(self, name)} must be from 0 to 1")
        if self.noise_range_db[0] > self.noise_range_db[1]:
            raise ConfigError(f"noise_range_db={self.noise_range_db} must rise")
        if min(self.response_db, self.mask_bands, self.mask_frames) < 0:
            raise ConfigError("response_db, mask_bands and mask_frames must not be negative")

    def __call__(self, windows: torch.Tensor, generator: torch.Generator) -> torch.Tensor:
        """Return the windows, some of them as other ears would have heard them."""
        others = torch.rand(len(windows), generator=generator) < self.share
        heard = windows.clone()
        heard[others] = self._otherwise(windows[others], generator)
        return heard

    def _otherwise(self, windows: torch.Tensor, generator: torch.Generator) -> torch.Tensor:
        n, n_bands, n_frames = windows.shape
        bends = self.response_db * torch.tensor([1.0, 0.75, 0.5, 0.375])
        heard = windows + _smooth(n, n_bands, bends, generator).unsqueeze(2)
        heard = self._noisy(heard, generator)
        blank = heard.mean((1, 2), keepdim=True)
        for _ in range(2):
            bands = _mask(n, n_bands, self.mask_bands, generator).unsqueeze(2)
            frames = _mask(n, n_frames, self.mask_frames, generator).unsqueeze(1)
            heard = torch.where(bands | frames, blank, heard)
        return heard

    def _noisy(self, windows: torch.Tensor, generator: torch.Generator) -> torch.Tensor:
        n, n_bands, _ = windows.shape
        low, high = self.noise_range_db
        level = low + (high - low) * torch.rand(n, 1, 1, generator=generator)
        colour = _smooth(n, n_bands, torch.tensor([6.0, 4.0]), generator).unsqueeze(2)
        # subtle: the power of Gaussian noise in a narrow band is exponentially distributed
        power = torch.empty_like(windows).exponential_(generator=generator).clamp_min(1e-6)
        noise = windows.amax((1, 2), keepdim=True) - LOUD_DB + level + colour
        noise = noise * NEPERS + power.log()
        quiet = torch.rand(n, 1, 1, generator=generator) >= self.noise_share
        return torch.where(quiet, windows, torch.logaddexp(windows * NEPERS, noise) / NEPERS)


def _smooth(
    n: int, n_bands: int, deviations_db: torch.Tensor, generator: torch.Generator
) -> torch.Tensor:
    """Return n smooth random curves over the bands, in dB: shape (n, n_bands)."""
    waves = torch.arange(1, len(deviations_db) + 1).unsqueeze(1)
    places = torch.arange(n_bands) / max(1, n_bands - 1)
    heights = torch.randn(n, len(deviations_db), generator=generator) * deviations_db
    phases = pi * torch.rand(n, len(deviations_db), 1, generator=generator)
    return (heights.unsqueeze(2) * torch.cos(pi * waves * places + phases)).sum(1)


def _mask(n: int, length: int, longest: int, generator: torch.Generator) -> torch.Tensor:
    """Return True on one random stretch of up to ``longest``: bool, shape (n, length)."""
    widths = torch.randint(0, longest + 1, (n, 1), generator=generator)
    starts = (torch.rand(n, 1, generator=generator) * (length - widths)).long()
    places = torch.arange(length)
    return (places >= starts) & (places < starts + widths)
