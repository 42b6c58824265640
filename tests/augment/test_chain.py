import numpy as np
import pytest

from auscult.augment import AUGMENTATIONS, Chain, Gain, Noise, Shift, Step
from auscult.config import from_config, to_config
from auscult.errors import ConfigError

SOUND = np.sin(np.arange(2_000) / 5).astype(np.float32)


def test_steps_follow_one_another() -> None:
    chain = Chain((Step(Gain(20, 20), 1.0), Step(Shift(0.5, 0.5), 1.0)))
    expected = np.roll(10 * SOUND, 500)
    np.testing.assert_allclose(chain(SOUND, 1_000, np.random.default_rng(0)), expected, rtol=1e-6)


def test_no_step_is_no_change() -> None:
    np.testing.assert_array_equal(Chain()(SOUND, 1_000, np.random.default_rng(0)), SOUND)


def test_each_step_is_taken_as_often_as_its_probability_says() -> None:
    chain = Chain((Step(Gain(), 0.0), Step(Gain(), 0.25), Step(Gain(), 1.0)))
    rng = np.random.default_rng(0)
    taken = np.mean([[drawn is not None for drawn in chain.draw(rng)] for _ in range(4_000)], 0)
    np.testing.assert_allclose(taken, [0, 0.25, 1], atol=0.03)
    assert taken[0] == 0
    assert taken[2] == 1


def test_equal_seeds_give_equal_sounds() -> None:
    chain = Chain((Step(Noise()), Step(Shift()), Step(Gain())))
    runs = [chain(SOUND, 1_000, np.random.default_rng(seed)) for seed in (3, 3, 4)]
    np.testing.assert_array_equal(runs[0], runs[1])
    assert not np.array_equal(runs[0], runs[2])


def test_parameters_of_another_chain_are_refused() -> None:
    with pytest.raises(ValueError, match="shorter"):
        Chain((Step(Gain()),)).apply(SOUND, 1_000, ())


def test_a_chain_survives_its_configuration() -> None:
    chain = Chain((Step(Noise(5, 25), 0.3), Step(Shift())))
    types = {kind.__name__: kind for kind in (*AUGMENTATIONS.values(), Chain, Step)}
    assert from_config(to_config(chain), types) == chain


@pytest.mark.parametrize("probability", [-0.1, 1.1, float("nan")])
def test_what_is_no_probability_is_refused(probability: float) -> None:
    with pytest.raises(ConfigError, match="must be between 0 and 1"):
        Step(Gain(), probability)
