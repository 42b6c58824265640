"""The notebook's length, with its odd rule for what is padded."""

import numpy as np
import pytest

from auscult.errors import ConfigError
from auscult.preprocess import NotebookLength

RATE_HZ = 1_000


@pytest.mark.parametrize(
    ("duration_s", "wanted_s"),
    [(12.0, 10.0), (10.0, 10.0), (9.6, 9.6), (9.4, 10.0), (9.5, 9.5), (8.5, 10.0), (0.001, 10.0)],
)
def test_only_what_rounds_below_ten_seconds_is_padded(duration_s: float, wanted_s: float) -> None:
    sound = np.arange(1, 1 + round(duration_s * RATE_HZ), dtype=np.float32)
    out = NotebookLength()(sound, RATE_HZ)
    kept = min(sound.size, 10 * RATE_HZ)
    assert out.size == wanted_s * RATE_HZ
    np.testing.assert_array_equal(out[:kept], sound[:kept])
    assert not out[kept:].any()


def test_a_duration_must_be_positive() -> None:
    with pytest.raises(ConfigError, match=r"duration_s=0\.0 must be positive"):
        NotebookLength(duration_s=0.0)
