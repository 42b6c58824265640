"""The public names: few, and all there."""

import auscult


def test_every_public_name_is_there_and_listed() -> None:
    names = {name for name in vars(auscult) if not name.startswith("_")}
    modules = {name for name in names if type(getattr(auscult, name)).__name__ == "module"}
    assert names - modules == set(auscult.__all__)
    assert len(auscult.__all__) <= 14
