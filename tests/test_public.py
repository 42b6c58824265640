"""The public names: few, listed, and all there."""

import pytest

import auscult


def test_they_are_few_and_each_leads_to_something() -> None:
    assert len(auscult.__all__) <= 15
    assert set(auscult.__all__) == set(auscult._ROOMS) == set(dir(auscult))
    for name in auscult.__all__:
        assert getattr(auscult, name) is not None


def test_an_unknown_name_is_refused() -> None:
    with pytest.raises(AttributeError, match="has no attribute 'classfy'"):
        auscult.classfy  # noqa: B018
