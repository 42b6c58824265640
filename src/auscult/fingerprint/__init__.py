"""Is this the same sound? Fingerprints that survive gain, codecs, resampling, offset and cutting.

Three steps, each a file. ``levelled`` brings a recording to what its copies keep; ``anchors`` takes
a few 192-bit words a second from it, at moments the sound itself chooses; ``search`` finds the
recordings that share words at one time offset, among thousands in seconds; ``agreement``
correlates the few pairs proposed and says how far they agree.

Differences from music fingerprints
-----------------------------------
Those name pairs of spectral peaks, which all hearts share: a few notes, again every second. Here a
word stands for the waveform of a second around an anchor, its background noise included, which no
two heartbeats share.
"""

from auscult.fingerprint.agreement import Agreement, agreement, repetition
from auscult.fingerprint.anchors import Fingerprint, take_fingerprint
from auscult.fingerprint.levelled import RATE_HZ, level
from auscult.fingerprint.search import Candidate, propose

__all__ = [
    "RATE_HZ",
    "Agreement",
    "Candidate",
    "Fingerprint",
    "agreement",
    "level",
    "propose",
    "repetition",
    "take_fingerprint",
]
