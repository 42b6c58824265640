"""Recording → how probable S1, systole, S2 and diastole are at each moment, by a bundle's network.

What the segmenter decodes into beats, and what a classifier measures the cycle by.

Conventions
-----------
states : float32, shape (n_frames, 4), rows summing to 1; row t is centred on second t · ``frame_s``
"""

from dataclasses import replace
from math import isclose

import numpy as np

from auscult.asked import TOLD_STATES
from auscult.errors import BundleError, ConfigError
from auscult.features import LogMel
from auscult.frontend import CycleFrontend, Frontend
from auscult.listener import Listener
from auscult.network import OUTPUT, Network
from auscult.preprocess import Whole
from auscult.types import STATES, FloatArray, Recording

FRAMES_MULTIPLE = 20
"""The network's coarsest grid: it takes multiples of this many frames, and so is given them."""


class StateFinder:
    """A listener that tells states, ready to answer.

    Parameters
    ----------
    listener
        What to load.
    n_threads
        Threads the network may use; one is fastest for single recordings.

    Raises
    ------
    BundleError
        If it does not tell states, or its network cannot be loaded.
    """

    def __init__(self, listener: Listener, n_threads: int = 1) -> None:
        frontend = listener.frontend
        if (
            listener.questions != (TOLD_STATES,)
            or not isinstance(frontend, Frontend)
            or not isinstance(frontend.feature, LogMel)
            or not isinstance(frontend.windowing, Whole)
        ):
            raise BundleError(
                f"the listener {listener.name!r} tells {', '.join(listener.questions)} and not the "
                "states of the cardiac cycle; take it from a segmenter's bundle"
            )
        self.listener = listener
        self.frame_s = frontend.feature.hop_length / frontend.rate_hz
        self._describe = frontend
        self._network = Network(listener.network, n_threads, {OUTPUT: len(STATES)})

    def __call__(self, recording: Recording) -> FloatArray:
        """Return the probability of each state at each frame."""
        return self._told(self._describe(recording))

    def _told(self, features: FloatArray) -> FloatArray:
        n_frames = features.shape[-1]
        padding = ((0, 0), (0, 0), (0, -n_frames % FRAMES_MULTIPLE))
        answer = self._network.probabilities(np.pad(features, padding, mode="edge"))
        return np.ascontiguousarray(answer[0, :, :n_frames].T)

    def measure(self, frontend: CycleFrontend, recording: Recording) -> FloatArray:
        """Return what ``frontend`` measures of a recording: float32, shape (1, n_values).

        Raises
        ------
        ConfigError
            If its frames are not as far apart as the states told here.
        """
        if not isclose(self.frame_s, frontend.feature.hop_s):
            raise ConfigError(
                f"states are told every {self.frame_s:g} s and measured every "
                f"{frontend.feature.hop_s:g} s; both must be the same"
            )
        heard = frontend.without_silent_ends(recording)
        own, measuring, samples = self._describe, frontend, heard.samples
        # subtle: a filter takes a third of the network's time; what both do first is done once
        while own.rate_hz == heard.rate_hz and own.preprocess[:1] == measuring.preprocess[:1] != ():
            samples = own.preprocess[0](samples, heard.rate_hz)
            own = replace(own, preprocess=own.preprocess[1:])
            measuring = replace(measuring, preprocess=measuring.preprocess[1:])
        heard = Recording(samples, heard.rate_hz, heard.source)
        return measuring(heard, self._told(own(heard)))
