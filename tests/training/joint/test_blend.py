import numpy as np
import pytest
from scipy.optimize import minimize

from auscult.training.joint.blend import fit_calibration
from auscult.types import FloatArray


def drawn(n: int, n_classes: int, seed: int) -> tuple[FloatArray, np.ndarray]:
    """Overconfident log-probabilities that are also off by an offset, and labels."""
    rng = np.random.default_rng(seed)
    scores = rng.normal(0, 2, (n, n_classes))
    true = np.exp(scores / 2 + np.linspace(0, 1.5, n_classes))
    true /= true.sum(1, keepdims=True)
    labels = np.array([rng.choice(n_classes, p=p) for p in true])
    logs = scores - np.log(np.exp(scores).sum(1, keepdims=True))
    return logs.astype(np.float32), labels


@pytest.mark.parametrize(("n", "n_classes"), [(12, 3), (60, 5), (400, 2)])
def test_finds_what_scipy_finds(n: int, n_classes: int) -> None:
    logs, labels = drawn(n, n_classes, seed=n)

    def penalised_loss(x: np.ndarray) -> float:
        scores = np.exp(x[0]) * logs + x[1:]
        norm = np.log(np.exp(scores).sum(1))
        return float(
            (norm - scores[np.arange(n), labels]).sum()
            + (np.array([1, *[25] * n_classes]) * x**2).sum() / 2
        )

    best = minimize(penalised_loss, np.zeros(n_classes + 1)).x
    found = fit_calibration(logs, labels)
    assert found.temperature == pytest.approx(np.exp(-best[0]), rel=1e-3)
    assert found.offsets == pytest.approx(best[1:] - best[1:].mean(), abs=1e-3)


def test_a_class_without_a_recording_is_only_made_rarer() -> None:
    logs, labels = drawn(50, 3, seed=1)
    found = fit_calibration(logs, np.minimum(labels, 1))
    assert np.isfinite(found.offsets).all()
    assert found.offsets[2] == min(found.offsets)
