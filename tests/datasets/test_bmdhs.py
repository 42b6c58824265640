"""Diseases from the table, posture and site from the name, on a small made tree."""

from pathlib import Path
from types import ModuleType

import pytest

from auscult.datasets import BmdHs
from auscult.errors import DatasetError
from auscult.types import Entry

HEADER = "patient_id,AS,AR,MR,MS,N"


def scanned(folder: Path) -> dict[str, Entry]:
    return {entry.recording_id: entry for entry in BmdHs().scan(folder)}


def test_the_table_tells_the_diseases(tmp_path: Path, made: ModuleType) -> None:
    entries = scanned(made.bmdhs(tmp_path))
    assert len(entries) == 3 * 8
    several, one, none = (
        entries[f"{patient}_sup_Mit"] for patient in ("MD_001", "AR_016", "N_089")
    )
    assert (several.label, several.facts["diseases"]) == ("MD", "AS+AR")
    assert (one.label, one.facts["diseases"]) == ("AR", "AR")
    assert (none.label, none.facts["diseases"]) == ("N", "N")
    assert several.facts == {"diseases": "AS+AR", "posture": "supine", "age": "35", "gender": "M"}
    assert (one.site, one.patient, one.group) == ("Mit", "016", "016")
    assert scanned(tmp_path / "train").keys() == entries.keys()


def test_it_answers_refer_alone(tmp_path: Path, made: ModuleType) -> None:
    assert {*BmdHs.card.questions} == {"refer"}
    assert BmdHs.card.questions["refer"]["MD"] == "abnormal"
    assert {e.label for e in BmdHs().scan(made.bmdhs(tmp_path))} <= {*BmdHs.card.classes}


def test_a_name_that_contradicts_the_table_is_told_unless_known(
    tmp_path: Path, made: ModuleType
) -> None:
    made.bmdhs(tmp_path)
    made.write(tmp_path / "train.csv", HEADER, *(f"patient_{n},0,1,0,0,0" for n in ("001", "016")))
    for stem in BmdHs.defects[0].recording_ids:
        made.put(tmp_path / "train" / f"{stem}.wav")
    with (tmp_path / "train.csv").open("a") as table:
        table.write("patient_089,0,0,0,0,1\npatient_022,0,0,0,0,1\n")
    assert scanned(tmp_path)["MD_022_sit_Aor"].label == "N"
    told = BmdHs().misnamed(tmp_path)
    assert len(told) == 8
    assert told[0] == (("MD_001_sit_Aor",), "its name says MD, train.csv says AR")


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("patient_001,0,0,0,0,0", "row 2: AS 0, AR 0, MR 0, MS 0, N 0; wanted 1 for every"),
        ("patient_001,1,0,0,0,1", "row 2: AS 1, AR 0, MR 0, MS 0, N 1; wanted 1 for every"),
        ("patient_001,yes,0,0,1,0", "row 2: AS yes, AR 0"),
    ],
)
def test_a_row_that_contradicts_itself_is_refused(
    tmp_path: Path, made: ModuleType, row: str, said: str
) -> None:
    made.write(made.bmdhs(tmp_path) / "train.csv", HEADER, row)
    with pytest.raises(DatasetError, match=said):
        BmdHs().scan(tmp_path)


def test_what_is_missing_is_named(tmp_path: Path, made: ModuleType) -> None:
    made.write(made.bmdhs(tmp_path) / "train.csv", HEADER, "patient_001,1,0,0,0,0")
    with pytest.raises(DatasetError, match=r"AR_016_sit_Aor\.wav: patient 016 has no row"):
        BmdHs().scan(tmp_path)
    made.write(tmp_path / "train.csv", "patient_id,AS,N", "patient_001,1,0")
    with pytest.raises(DatasetError, match=r"train\.csv: has no column ar, mr, ms"):
        BmdHs().scan(tmp_path)
    (tmp_path / "train.csv").unlink()
    with pytest.raises(DatasetError, match=r"holds no train\.csv"):
        BmdHs().scan(tmp_path)


def test_an_alien_name_is_refused(tmp_path: Path, made: ModuleType) -> None:
    made.put(made.bmdhs(tmp_path) / "train" / "AR_016_stand_Aor.wav")
    with pytest.raises(DatasetError, match=r"AR_016_stand_Aor\.wav: is not named like a BMD-HS"):
        BmdHs().scan(tmp_path)


def test_other_facts_need_not_be_there(tmp_path: Path, made: ModuleType) -> None:
    table = made.bmdhs(tmp_path) / "additional_metadata.csv"
    made.write(table, "who,Age", "patient_001,35")
    with pytest.raises(DatasetError, match="has no column patient_id"):
        BmdHs().scan(tmp_path)
    table.unlink()
    assert "age" not in scanned(tmp_path)["MD_001_sup_Mit"].facts
