import pytest
import torch

from auscult.errors import ConfigError
from auscult.training.joint.other_ears import OtherEars

QUIET = OtherEars(response_db=0, noise_share=0, mask_bands=0, mask_frames=0)


def windows() -> torch.Tensor:
    return 10 * torch.randn(6, 40, 100, generator=torch.Generator().manual_seed(3)) - 40


def heard(ears: OtherEars, seed: int = 0) -> torch.Tensor:
    return ears(windows(), torch.Generator().manual_seed(seed))


def test_ears_that_do_not_differ_change_nothing() -> None:
    torch.testing.assert_close(heard(QUIET), windows())


def test_the_seed_draws_the_ears() -> None:
    assert torch.equal(heard(OtherEars(), 1), heard(OtherEars(), 1))
    assert not torch.equal(heard(OtherEars(), 1), heard(OtherEars(), 2))


def test_a_share_of_the_windows_stays_as_it_is() -> None:
    many = windows().repeat(50, 1, 1)
    changed = OtherEars(share=0.5)(many, torch.Generator().manual_seed(0)) != many
    assert changed.any(dim=(1, 2)).float().mean().item() == pytest.approx(0.5, abs=0.1)
    nobody = OtherEars(share=0.0)(many, torch.Generator().manual_seed(0))
    assert torch.equal(nobody, many)


def test_a_response_is_the_same_in_every_frame_and_differs_between_windows() -> None:
    change = heard(OtherEars(4.0, noise_share=0, mask_bands=0, mask_frames=0)) - windows()
    assert change.std(dim=2).max() < 1e-4
    assert change.std(dim=0).min() > 0.1


def test_noise_adds_power_and_never_takes_any() -> None:
    change = heard(OtherEars(0, noise_share=1, mask_bands=0, mask_frames=0)) - windows()
    assert change.min() > -1e-3
    assert change.max() > 1


def test_masks_blank_whole_bands_and_whole_frames_only() -> None:
    changed = heard(OtherEars(0, noise_share=0, mask_bands=5, mask_frames=24)) != windows()
    bands, frames = changed.all(dim=2), changed.all(dim=1)
    assert torch.equal(changed, bands.unsqueeze(2) | frames.unsqueeze(1))
    assert 0 < bands.sum(1).max() <= 10
    assert 0 < frames.sum(1).max() <= 48


@pytest.mark.parametrize(
    ("options", "match"),
    [
        ({"noise_share": 1.5}, "from 0 to 1"),
        ({"share": -0.1}, "from 0 to 1"),
        ({"noise_range_db": (0.0, -5.0)}, "must rise"),
        ({"mask_bands": -1}, "not be negative"),
    ],
)
def test_options_out_of_range_are_refused(options: dict[str, object], match: str) -> None:
    with pytest.raises(ConfigError, match=match):
        OtherEars(**options)  # type: ignore[arg-type]
