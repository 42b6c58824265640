"""The average beat of a recording, and where in the cycle a murmur is heard."""

from auscult.cycle.average import AverageBeat, average_beat
from auscult.cycle.murmur import MurmurInCycle, murmur_in_cycle

__all__ = ["AverageBeat", "MurmurInCycle", "average_beat", "murmur_in_cycle"]
