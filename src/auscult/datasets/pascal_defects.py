"""Known defects of the published PASCAL recordings and tables, as data.

Found by comparing the audio and reading the tables of the published set; ``auscult data check``
finds the duplicates and the silent files again from the audio alone.
"""

from auscult.datasets.dataset import Defect

BROKEN_CELLS = frozenset({("128_1306344005749_B", 251_514), ("170_1307970562729_C", 2_784_929_063)})
"""Cells of the S1/S2 tables, as (row, value), that lie beyond the end of the recording."""

UNTRUSTED_ROWS = frozenset({"201105011626", "127_1306764300147_A", "178_1307989887769_D"})
"""Rows of the S1/S2 tables whose positions do not rise from left to right."""

DEFECTS = (
    Defect(
        "label-conflict",
        ("extrahls__201104021355", "murmur__201104021355"),
        "one recording under two labels",
    ),
    Defect(
        "label-conflict",
        ("murmur__201106141148", "normal__201106141148"),
        "nearly the same recording under two labels",
    ),
    Defect(
        "duplicate",
        ("Bunlabelledtest__101_1305030823364_D", "normal_noisynormal_146_1306778707532_D"),
        "subjects 101, 103 and 146 share audio; they are one group",
    ),
    Defect(
        "duplicate",
        ("Aunlabelledtest__201101241434", "extrahls__201101241433"),
        "a test recording with a twin in the training part",
    ),
    Defect(
        "duplicate",
        ("Aunlabelledtest__201106031556", "artifact__201106031558"),
        "a test recording with a twin in the training part",
    ),
    Defect("silent", ("Aunlabelledtest__201106120928",), "nearly silent"),
    Defect("silent", ("artifact__201106121445",), "nearly silent"),
    Defect("silent", ("artifact__201105040918",), "nearly silent"),
    Defect(
        "truth",
        ("normal__128_1306344005749_B", "normal__170_1307970562729_C"),
        "one cell of the S1/S2 table lies beyond the end of the recording; that cell is left out",
    ),
    Defect(
        "truth",
        (
            "normal__201105011626",
            "normal__127_1306764300147_A",
            "normal__178_1307989887769_D",
        ),
        "the positions in the S1/S2 table do not rise; the row is left out",
    ),
)
