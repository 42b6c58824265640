"""Folds of single recordings: every one tested once, copies with their original."""

from auscult.splits import PROTOCOLS, Ask, Row, count_leaks

ROWS = [
    Row(f"r{i}", "ab"[i % 2], f"g{i // 4}", "x", "ab"[i % 2], variant)
    for i in range(40)
    for variant in ("", "slow")
]


def test_every_recording_is_tested_once_whoever_it_is_of() -> None:
    splits = PROTOCOLS["by-recording"](ROWS, Ask(5))
    assert sorted(i for split in splits for i in split.test) == sorted(f"r{i}" for i in range(40))
    for split in splits:
        assert len(split.test) == 8
        assert not count_leaks(ROWS, split).is_clean
        stand = {i.partition("@")[0] for i in split.train}
        assert not stand.intersection((*split.test, *split.validation))
