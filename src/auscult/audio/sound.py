"""A decoded sound before it is mixed: every channel, and what the file says about them."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from auscult.audio.header import Header


@dataclass(frozen=True, slots=True, eq=False)
class Sound:
    """All channels of one file.

    Parameters
    ----------
    channels
        float32, shape (n_frames, n_channels).
    header
        What the file said of itself.
    names
        What the file calls its channels ("PCG", "ECG"); empty where it does not.
    notes
        What a listener should know: a rate that two files tell differently.
    """

    channels: NDArray[np.float32]
    header: Header
    names: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
