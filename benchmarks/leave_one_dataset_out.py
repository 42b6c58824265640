"""Leaving one dataset out: a murmur in CirCor by what was learned from PASCAL, and the reverse.

Prints progress and writes ``leave_one_dataset_out.json`` and ``leave_one_dataset_out.md``.

Run: python benchmarks/leave_one_dataset_out.py FOLDER_THAT_HOLDS_PASCAL_AND_CIRCOR
"""

from public_set import QUICK, PublicSet, Setting, main

BOTH = PublicSet(
    name="leave_one_dataset_out",
    title="Leaving one dataset out: is a murmur present?",
    question="murmur",
    settings=(
        Setting("Each of the two tested by the other", "leave-one-dataset-out", models=QUICK),
    ),
    figures={},
    lead=(
        "PASCAL was recorded with a telephone's microphone and a digital stethoscope, CirCor with "
        "another stethoscope, of children and adolescents, by other people. Both answer whether "
        "there is a murmur: PASCAL's class murmur against normal, extrahls and extrastole "
        "(artifacts are left out), CirCor's recordings where the murmur was heard against those of "
        "patients without one. CinC 2016 answers another question (should the heart be examined "
        "further?), and of the sets that answer it too, BMD-HS and Yaseen 2018, none was at hand."
    ),
    sets=("pascal", "circor"),
)

if __name__ == "__main__":
    main(BOTH, __doc__)
