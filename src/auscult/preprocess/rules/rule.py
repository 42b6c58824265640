"""What a rule is, what it finds, and how two limits make a finding a note or a refusal.

A rule measures one number that does not change when the recording is made louder. Beyond one limit
the number is noted beside the answer; beyond the other no answer is worth giving.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, Protocol, TypeAlias

from auscult.errors import ConfigError
from auscult.preprocess.rules.sketch import Sketch

Severity: TypeAlias = Literal["note", "refuse"]


@dataclass(frozen=True, slots=True)
class Finding:
    """What speaks against a recording.

    Parameters
    ----------
    kind
        A word or two: ``clipped``, ``mains hum``.
    severity
        ``refuse`` where an answer would be worth nothing, ``note`` where it is to be taken with
        care.
    told
        What was found, what was wanted, what to try; without the kind.
    """

    kind: str
    severity: Severity
    told: str

    def __str__(self) -> str:
        return f"{self.kind}: {self.told}"


class Rule(Protocol):
    """One signal rule; an instance is its own configuration."""

    @property
    def refuses(self) -> str:
        """What it refuses, in words; empty if it only notes."""

    def __call__(self, sketch: Sketch) -> Finding | None:
        """Return what speaks against the recording, or None."""


@dataclass(frozen=True, slots=True)
class Judgement:
    """All findings about one recording, in the order of the rules."""

    findings: tuple[Finding, ...] = ()

    @property
    def reason(self) -> str:
        """Why it is refused: the first finding that refuses; empty if none does."""
        return next((str(each) for each in self.findings if each.severity == "refuse"), "")

    @property
    def notes(self) -> tuple[str, ...]:
        """Everything else that was found, a sentence each."""
        return tuple(str(each) for each in self.findings if str(each) != self.reason)


def check_shares(rule: str, low: Mapping[str, float], high: Mapping[str, float]) -> None:
    """Refuse limits that are no shares, or of which the lower one is not lower.

    Raises
    ------
    ConfigError
        If not 0 ≤ low ≤ high.
    """
    ((low_name, lower),), ((high_name, higher),) = low.items(), high.items()
    if not 0 <= lower <= higher:
        raise ConfigError(
            f"{rule}: {low_name}={lower:g} and {high_name}={higher:g} must satisfy "
            f"0 ≤ {low_name} ≤ {high_name}"
        )
