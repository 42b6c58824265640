"""PASCAL under the protocols beside ``pascal.py``: drawn anew, set against set, the official test.

Prints progress and writes ``pascal_protocols.json`` and ``pascal_protocols.md``.

Run: python benchmarks/pascal_protocols.py PATH_TO_PASCAL
"""

from public_set import QUICK, PublicSet, Setting, main

PASCAL = PublicSet(
    name="pascal_protocols",
    title="PASCAL under further protocols",
    question="heard",
    settings=(
        Setting(
            "Grouped, five folds, drawn three times",
            "grouped",
            n_folds=5,
            n_repeats=3,
            models=QUICK,
        ),
        Setting(
            "Leaving one set out: is there a murmur?",
            "leave-one-database-out",
            question="murmur",
            models=QUICK,
            lead=(
                "Set A was recorded with a telephone's microphone, set B with a digital "
                "stethoscope in a clinic. Every artifact is of set A: without it nothing teaches "
                "what an artifact is, so artifact, murmur and normal cannot be asked here, and "
                "artifacts are left out."
            ),
        ),
    ),
    figures={},
    lead=(
        "[pascal.md](pascal.md) holds the grouped folds of every model and the notebook's own "
        "division; here are the same folds drawn anew, to show how much hangs on the draw, and one "
        "set judged by what was learned from the other."
    ),
    beside=(
        "## The official test\n\n"
        "The labels of the 247 test recordings were never published, and are not in the data this "
        "page was made from: nothing can be scored, and `auscult benchmark run --protocol "
        "pascal-official` says so. Whoever has the organisers' sheet hears the recordings with "
        "`auscult classify` and gives both to `auscult score pascal2-a` and `pascal2-b`. A figure "
        "of it is no measure of new patients: [audit.md](audit.md) counts the patients, sessions "
        "and copies that stand on both sides. Published, for orientation only: total precision "
        "3.17 of 4 (A) and 2.03 of 3 (B) (Deng and Han, 2016)."
    ),
)

if __name__ == "__main__":
    main(PASCAL, __doc__)
