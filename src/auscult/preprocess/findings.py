"""What one recording's signal says against it: silent, too short, clipped.

Conventions
-----------
A finding is a kind and a note; the note is half a sentence with the measured value. An empty
mapping means that nothing was found. Nothing here refuses a recording: the gate does.
"""

import numpy as np

from auscult.preprocess.gate import Gate
from auscult.types import Recording

FULL_SCALE = 0.999
CLIPPED_SHARE = 0.001


def signal_findings(recording: Recording) -> dict[str, str]:
    """Return kind → note of everything found in ``recording``."""
    findings = {}
    if unheard := Gate().unheard(recording):
        findings[unheard.kind] = str(unheard).partition(";")[0]
    share = np.count_nonzero(np.abs(recording.samples) >= FULL_SCALE) / recording.samples.size
    if share > CLIPPED_SHARE:
        findings["clipped"] = f"{share:.1%} of the samples are at full scale"
    return findings
