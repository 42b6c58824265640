"""Several channels → the one that is listened to.

Conventions
-----------
channel : a number from 1 on, ``"mean"``, or ``"auto"``
samples : float32, shape (n_frames, n_channels)

What "auto" does, in this order
-------------------------------
1. Channels that the file itself calls ECG, pulse or breath are left out (WFDB headers do).
2. Empty channels are left out: those without any sound, and those whose loudest twentieths of a
   second stay below -50 dBFS and 40 dB below those of the loudest channel (an open input). Both,
   because a heart sound may be 40 dB below an ECG.
3. Channels that are alike between 25 and 400 Hz without mains hum (correlation above 0.3, for
   instance the two of a stereo microphone) are averaged. One that is another turned over would
   cancel it: then the first is taken.
4. If one channel has less than half of its power (3 to 400 Hz, likewise) below 25 Hz and every
   other more than 80 %, the one is the heart sound and the others are ECGs. ECGs have 90 to 98 %
   there, heart sounds mostly below 20 %; a rumbling heart sound may have as much as an ECG, and
   then nothing is decided.
5. Otherwise it is an error, and the question is handed to the user. An average of a heart sound and
   an ECG, or of two places on a chest, is a recording of nothing.
"""

from collections.abc import Sequence
from typing import Literal, TypeAlias

import numpy as np

from auscult.errors import AudioError, ConfigError
from auscult.types import FloatArray, Samples

Channel: TypeAlias = int | Literal["mean", "auto"]

_NOT_HEART = ("ecg", "ekg", "resp", "ppg", "pleth", "abp", "eeg")
_LOOKED_AT_S = 10
_HEART_HZ = (25.0, 400.0)
_ALL_HZ = (3.0, 400.0)
_MAINS_HZ = (50.0, 60.0)
_MAINS_WIDTH_HZ = 2.5
_ALIKE = 0.3
_BLOCK_S, _LOUD_PERCENTILE = 0.05, 99
_EMPTY, _EMPTY_BESIDE = 10 ** (-50 / 20), 10 ** (-40 / 20)
_LOW_SHARE_HEART, _LOW_SHARE_ECG = 0.5, 0.8


def parsed_channel(text: str) -> Channel:
    """Return what ``text`` names.

    Raises
    ------
    ConfigError
        If it is neither a number from 1 on nor ``mean`` nor ``auto``.

    Examples
    --------
    >>> parsed_channel("2"), parsed_channel("auto")
    (2, 'auto')
    """
    if text in {"mean", "auto"}:
        return "mean" if text == "mean" else "auto"
    if not text.isdecimal() or int(text) < 1:
        raise ConfigError(f"channel {text!r} must be a number from 1 on, mean or auto")
    return int(text)


def listened_to(
    samples: FloatArray, rate_hz: int, channel: Channel, name: str, names: Sequence[str] = ()
) -> tuple[Samples, str]:
    """Return one channel's samples, shape (n_frames,), and a note if a choice was made.

    Raises
    ------
    AudioError
        If there is no such channel, or ``"auto"`` cannot decide.
    """
    n_channels = samples.shape[1]
    if isinstance(channel, int):
        if not 1 <= channel <= n_channels:
            raise AudioError(f"{name}: has no channel {channel}; it has {n_channels}")
        return samples[:, channel - 1], ""
    if n_channels == 1:
        return samples[:, 0], ""
    if channel == "mean":
        return _mean(samples), ""
    named = [i for i in range(n_channels) if not _is_other(names[i] if names else "")]
    left = _sounding(samples, named, rate_hz)
    if not left:
        return _mean(samples), ""
    if len(left) == 1:
        return samples[:, left[0]], _took(
            left[0], n_channels, "the others are silent or no heart sound"
        )
    return _chosen_by_ear(samples[:, left], left, rate_hz, name)


def _sounding(samples: FloatArray, numbers: Sequence[int], rate_hz: int) -> list[int]:
    """Return which of the channels are not empty."""
    length = max(1, int(_BLOCK_S * rate_hz))
    n_blocks = max(1, len(samples) // length)
    blocks = samples[: n_blocks * length].reshape(n_blocks, -1, samples.shape[1])
    # subtle: NaN is not silence; whether it is heard or refused is not decided here.
    with np.errstate(invalid="ignore"):
        levels = [np.percentile(blocks[..., i].std(axis=1), _LOUD_PERCENTILE) for i in numbers]
    limit = min(_EMPTY, _EMPTY_BESIDE * np.fmax.reduce(levels, initial=0))
    pairs = zip(numbers, levels, strict=True)
    return [i for i, level in pairs if np.ptp(samples[:, i]) != 0 and not level < limit]


def _chosen_by_ear(
    samples: FloatArray, numbers: Sequence[int], rate_hz: int, name: str
) -> tuple[Samples, str]:
    """Choose among channels of which only the signal is known; ``numbers`` are their places."""
    spectra, frequencies_hz = _spectra(samples, rate_hz)
    alike = _likeness(spectra, frequencies_hz)
    if alike.min() > _ALIKE:
        return _mean(samples), ""
    if np.abs(alike).min() > _ALIKE:
        return samples[:, 0], _took(numbers[0], len(numbers), "others are it, turned over")
    low = _low_shares(spectra, frequencies_hz)
    heart = np.flatnonzero(low < _LOW_SHARE_HEART)
    if heart.size == 1 and np.count_nonzero(low > _LOW_SHARE_ECG) == low.size - 1:
        at = int(heart[0])
        return samples[:, at], _took(numbers[at], len(numbers), "the others look like an ECG")
    choices = ", ".join(f"--channel {number + 1}" for number in numbers[:4])
    raise AudioError(
        f"{name}: its {len(numbers)} channels hold different sounds, and which one is the heart "
        "cannot be told; export the heart's channel alone, or choose it with `auscult classify`, "
        f"`explain` or `report`: {choices} or --channel mean"
    )


def _took(index: int, n_channels: int, why: str) -> str:
    return f"channel {index + 1} of {n_channels} was taken; {why}"


def _is_other(name: str) -> bool:
    return any(other in name.lower() for other in _NOT_HEART)


def _mean(samples: FloatArray) -> Samples:
    mixed: Samples = samples.mean(axis=1, dtype=np.float32)
    return mixed


def _spectra(samples: FloatArray, rate_hz: int) -> tuple[np.ndarray, np.ndarray]:
    """Return spectra of blocks of about a second: shape (n_blocks, n_bins, n_channels), and Hz.

    The middle ten seconds are looked at; what is NaN or infinite is refused later, by name.
    """
    n_frames = min(len(samples), _LOOKED_AT_S * rate_hz)
    start = (len(samples) - n_frames) // 2
    length = 1 << max(3, (rate_hz - 1).bit_length())
    n_blocks = max(1, n_frames // length)
    heard = np.nan_to_num(samples[start : start + n_frames], posinf=0, neginf=0)[
        : n_blocks * length
    ]
    padded = np.zeros((n_blocks * length, samples.shape[1]), np.float32)
    padded[: len(heard)] = heard - heard.mean(axis=0)
    blocks = padded.reshape(n_blocks, length, -1) * np.hanning(length)[:, None]
    return np.fft.rfft(blocks, axis=1), np.fft.rfftfreq(length, 1 / rate_hz)


def _likeness(spectra: np.ndarray, frequencies_hz: np.ndarray) -> np.ndarray:
    """Return the correlation of every other channel with the first: shape (n_channels - 1,)."""
    inside = _between(frequencies_hz, _HEART_HZ)
    band = spectra[:, inside].reshape(-1, spectra.shape[2])
    power = np.sum(np.abs(band) ** 2, axis=0)
    shared = np.real(np.sum(band[:, 1:] * band[:, :1].conj(), axis=0))
    return np.asarray(shared / np.maximum(np.sqrt(power[1:] * power[0]), 1e-30))


def _low_shares(spectra: np.ndarray, frequencies_hz: np.ndarray) -> np.ndarray:
    """Return the share of power below the heart's band, mains hum left out: shape (n_channels,)."""
    inside = _between(frequencies_hz, _ALL_HZ)
    power = np.sum(np.abs(spectra) ** 2, axis=0)
    low = power[inside & (frequencies_hz < _HEART_HZ[0])].sum(axis=0)
    return np.asarray(low / np.maximum(power[inside].sum(axis=0), 1e-30))


def _between(frequencies_hz: np.ndarray, limits_hz: tuple[float, float]) -> np.ndarray:
    """Return which bins lie in a band and not on mains hum, which every channel may share."""
    inside = (frequencies_hz >= limits_hz[0]) & (frequencies_hz <= limits_hz[1])
    for mains_hz in _MAINS_HZ:
        inside &= np.abs(frequencies_hz - mains_hz) > _MAINS_WIDTH_HZ
    return np.asarray(inside)
