"""Which recordings share words at one offset? All pairs of thousands, without comparing pairs.

Anchors that agree in one whole part of their words meet in a bucket; of those, the ones whose words
differ in few bits are matches. A pair of recordings is proposed if two matches name the same
offset within 3 ms, or one match is very close. A proposal proves nothing: clicks and chance
propose too. :func:`auscult.fingerprint.agreement` decides.

Cost: sorting eight lists of all anchors. Memory: 36 bytes an anchor, four anchors a second.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from auscult.fingerprint.anchors import N_PARTS, Fingerprint
from auscult.fingerprint.levelled import RATE_HZ

MAX_BITS_APART = 48
"""Of 192; a correlation of about 0.7."""
CLOSE_BITS_APART = 30
"""Of 192; a correlation of about 0.88: one such match proposes alone."""
SAME_OFFSET = 6
_MAX_MATES = 100
"""In a bucket (sorted by recording) each anchor meets so many that follow; bounds the work where
thousands sound alike, and chains of copies stay connected."""

Rows = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Candidate:
    """Two recordings, by position, that may share sound.

    ``offset`` is what to add to a time in ``second`` to get that in ``first``, in samples at
    ``RATE_HZ``; ``n_matches`` anchors say so, the closest ``n_bits_apart`` bits apart.
    """

    first: int
    second: int
    offset: int
    n_matches: int
    n_bits_apart: int

    @property
    def offset_s(self) -> float:
        """The offset in seconds."""
        return self.offset / RATE_HZ


def propose(fingerprints: Sequence[Fingerprint]) -> list[Candidate]:
    """Return every pair of recordings that may share sound, sorted, once each."""
    sizes = [len(print_.anchors) for print_ in fingerprints]
    if sum(sizes) == 0:
        return []
    owner = np.repeat(np.arange(len(fingerprints)), sizes)
    anchors = np.concatenate([print_.anchors for print_ in fingerprints]).astype(np.int64)
    words = np.concatenate([print_.words for print_ in fingerprints])
    matches = np.concatenate([*_matches(words, owner), np.empty((0, 3), np.int64)])
    one, two, apart = _distinct(matches).T
    # subtle: owner rises with the anchor's number, so one < two makes first < second.
    return _by_offset(owner[one], owner[two], anchors[one] - anchors[two], apart)


def _distinct(matches: Rows) -> Rows:
    """Return each match once, sorted by its two anchors; two that share several parts met often."""
    order = np.lexsort((matches[:, 1], matches[:, 0]))
    matches = matches[order]
    new = np.ones(len(matches), bool)
    new[1:] = np.any(matches[1:, :2] != matches[:-1, :2], axis=1)
    return matches[new]


def _matches(words: NDArray[np.uint32], owner: Rows) -> Iterator[Rows]:
    """Yield rows of (anchor, later anchor, bits apart) that share a part of their words."""
    for part in range(N_PARTS):
        order = np.argsort(words[:, part], kind="stable")
        key = words[order, part]
        for step in range(1, min(_MAX_MATES, key.size - 1) + 1):
            at = np.flatnonzero(key[step:] == key[:-step])
            if not at.size:
                break
            one, two = order[at], order[at + step]
            other = owner[one] != owner[two]
            one, two = one[other], two[other]
            apart = np.bitwise_count(words[one] ^ words[two]).sum(axis=1, dtype=np.int64)
            near = apart <= MAX_BITS_APART
            yield np.stack([one[near], two[near], apart[near]], axis=1)


def _by_offset(first: Rows, second: Rows, offset: Rows, apart: Rows) -> list[Candidate]:
    """Return, of each pair of recordings, the offset that most matches name."""
    pair = first * (int(second.max(initial=0)) + 1) + second
    order = np.lexsort((offset, pair))
    first, second, offset, apart, pair = (v[order] for v in (first, second, offset, apart, pair))
    line = np.unique(pair, return_inverse=True)[1] * (4 * int(np.abs(offset).max(initial=0)) + 100)
    line = line + offset
    votes = np.searchsorted(line, line + SAME_OFFSET, "right") - np.searchsorted(
        line, line - SAME_OFFSET
    )
    best = np.lexsort((apart, -votes, pair))
    best = best[np.unique(pair[best], return_index=True)[1]]
    kept = best[(votes[best] > 1) | (apart[best] <= CLOSE_BITS_APART)]
    rows = np.stack([first[kept], second[kept], offset[kept], votes[kept], apart[kept]], axis=1)
    return [Candidate(*row) for row in rows.tolist()]
