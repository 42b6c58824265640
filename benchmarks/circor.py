"""CirCor 2022: murmur by patient and recording: grouped, as M2D published, repaired, by campaign.

Prints progress and writes ``circor.json`` and ``circor.md``.

Run: python benchmarks/circor.py PATH_TO_CIRCOR
"""

from public_set import QUICK, PublicSet, Setting, main

M2D = "m2d_splits.csv"
CIRCOR = PublicSet(
    name="circor",
    title="CirCor 2022: is a murmur present?",
    question="murmur",
    settings=(
        Setting("Grouped: five folds, both ids of a person on one side", "grouped", n_folds=5),
        Setting("M2D's three divisions, as published", "published", published=M2D),
        Setting(
            "M2D's three divisions, repaired: both ids of a person on one side",
            "published-repaired",
            published=M2D,
        ),
        Setting(
            "Grouped, five folds, drawn three times",
            "grouped",
            n_folds=5,
            n_repeats=3,
            models=("logistic-regression",),
        ),
        Setting(
            "Leaving one campaign out",
            "leave-one-database-out",
            models=QUICK,
            lead=(
                "CirCor's databases are its two campaigns, a year apart, with one stethoscope. Who "
                "came to both is tested in each and trains in neither."
            ),
        ),
    ),
    figures={
        "weighted_accuracy": "weighted accuracy",
        "balanced_accuracy": "UAR",
        "recall_present": "recall Present",
        "recall_unknown": "recall Unknown",
        "recall_absent": "recall Absent",
    },
    lead=(
        "A patient is Present, Unknown or Absent; a recording holds a murmur or none. Recordings "
        "of Unknown patients, and those of a Present patient at a site where the murmur is not "
        "heard, teach nothing and are no rows of the recordings' table; their patients are graded "
        "by them as by any other."
    ),
    beside=(
        "**Published, by patient, for comparison with the second protocol only.** M2D fine-tuned: "
        "weighted accuracy .832, UAR .713 (recalls .911, .361, .868), the mean of five seeds on "
        "each of the three divisions (Niizumi et al., EMBC 2024). On one division of the public "
        "patients: Dual Bayesian ResNet .780. On the hidden test, which nobody can repeat: "
        "HearHeart .780."
    ),
)

if __name__ == "__main__":
    main(CIRCOR, __doc__)
