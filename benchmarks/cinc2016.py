"""PhysioNet/CinC 2016: normal or abnormal, grouped and leaving one database out.

Prints progress and writes ``cinc2016.json`` and ``cinc2016.md``.

Run: python benchmarks/cinc2016.py PATH_TO_CINC2016
"""

from public_set import QUICK, PublicSet, Setting, main

CINC2016 = PublicSet(
    name="cinc2016",
    title="PhysioNet/CinC 2016: should the heart be examined further?",
    question="refer",
    settings=(
        Setting("Grouped: five folds, a subject on one side", "grouped", n_folds=5),
        Setting("Leaving one database out", "leave-one-database-out"),
        Setting(
            "Grouped, five folds, drawn three times",
            "grouped",
            n_folds=5,
            n_repeats=3,
            models=QUICK,
        ),
    ),
    figures={
        "macc": "MAcc",
        "early": "early score",
        "balanced_accuracy": "UAR, unsure is wrong",
        "recall_normal": "recall normal",
        "recall_abnormal": "recall abnormal",
    },
    lead=(
        "A few spectral features tell the six databases apart, and the databases differ in how "
        "many records are abnormal: a model can score by knowing the stethoscope. The second "
        "protocol takes that away."
    ),
    beside=(
        "**Published, for orientation only.** On the hidden test, never released: Potes .8602, "
        "Zabihi .8590, Kay .8520 (MAcc).\n\n"
        "Nothing was published to divide by, and no other set at hand answers this question, so "
        "there is no figure for a published division or for leaving one dataset out."
    ),
)

if __name__ == "__main__":
    main(CINC2016, __doc__)
