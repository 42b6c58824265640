"""A recording, brought to what its copies keep: one rate, one band, one loudness.

Every copy keeps 25 to 200 Hz: the lowest rate read (1,000 Hz) reaches 500 Hz, codecs at 10 kbit/s
are faithful below 200. In that band the spectrum is flattened and the loudness evened out, each
half way (in dB), so that the quiet between the beats counts: it tells recordings apart, where S1
and S2 only tell that this is a heart. Half way, because fully flattened noise of a codec would
count as much as the sound.

Conventions
-----------
samples : float32, shape (n_samples,), mono
result  : float32, shape (n_samples at ``RATE_HZ``,), mean square about 1; all zero for silence
"""

import numpy as np
from numpy.typing import NDArray

from auscult.arrays import Samples
from auscult.audio import resample
from auscult.stft import istft, stft

RATE_HZ = 2_000
BAND_HZ = (25.0, 200.0)
_N_FFT, _HOP = 512, 128
_LOUDNESS_S = 0.25
_SPECTRUM_FLOOR = 1e-5
_LOUDNESS_FLOOR = 0.05


def level(samples: Samples, rate_hz: int) -> Samples:
    """Return ``samples`` at ``RATE_HZ``, in the band, flattened and evened out half way.

    Raises
    ------
    ConfigError
        If ``rate_hz`` is not positive.
    """
    # subtle: the mean goes first, or the resampler rings at both ends; in float64, or the rounding
    # of a constant would be left and levelled up.
    centred = (samples - samples.mean(dtype=np.float64)).astype(np.float32)
    sound = _flattened(resample(centred, rate_hz, RATE_HZ))
    rms = float(np.sqrt(np.mean(sound**2)))
    if rms == 0:
        return sound
    sound /= np.float32(rms)
    loudness = np.sqrt(moving_mean(sound**2, round(_LOUDNESS_S * RATE_HZ)))
    even: Samples = (sound / np.sqrt(loudness + _LOUDNESS_FLOOR)).astype(np.float32)
    return even


def moving_mean(values: Samples, width: int) -> NDArray[np.float64]:
    """Return the mean over ``width`` values centred on each, zeros beyond both ends."""
    total = np.cumsum(np.pad(values, (width // 2 + 1, width - width // 2 - 1)), dtype=np.float64)
    # subtle: differences of a running sum may fall below zero by a rounding error.
    return np.maximum(total[width:] - total[:-width], 0.0) / width


def _flattened(sound: Samples) -> Samples:
    """Divide by the fourth root of the mean power in each bin, and drop what is out of band."""
    spectra = stft(sound, _N_FFT, _HOP)
    power = np.mean(spectra.real**2 + spectra.imag**2, axis=0)
    hz = np.fft.rfftfreq(_N_FFT, 1 / RATE_HZ)
    in_band = (hz >= BAND_HZ[0]) & (hz <= BAND_HZ[1])
    if not (loudest := power[in_band].max()):
        return np.zeros_like(sound)
    gain = np.zeros(hz.size, np.float32)
    gain[in_band] = (power[in_band] + loudest * _SPECTRUM_FLOOR) ** -0.25
    return istft([spectra * gain], _N_FFT, _HOP, sound.size, n_frames=len(spectra))
