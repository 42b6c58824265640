"""Finding the reader of a folder or table, what a card warns of, and which labels answer."""

from dataclasses import replace
from pathlib import Path
from types import ModuleType

import pytest

from auscult.datasets import DATASETS, Own, Pascal, Yaseen, answered, find_dataset
from auscult.errors import ConfigError, DatasetError


@pytest.mark.parametrize("inside", ["set_a", "set_b"])
def test_pascal_is_recognised_by_its_sets(tmp_path: Path, inside: str) -> None:
    (tmp_path / inside).mkdir()
    assert isinstance(find_dataset(tmp_path, DATASETS.values()), Pascal)


def test_class_folders_are_pascals_if_the_names_inside_are(
    tmp_path: Path, made: ModuleType
) -> None:
    made.put(tmp_path / "murmur" / "murmur__201102230900.wav")
    made.put(tmp_path / "normal" / "normal__101_1305030823364_A.wav")
    assert isinstance(find_dataset(tmp_path, DATASETS.values()), Pascal)
    made.put(tmp_path / "gallop" / "murmur__201102230901.wav")  # a class that PASCAL has not
    assert isinstance(find_dataset(tmp_path, DATASETS.values()), Own)


def test_own_folders_called_like_pascals_are_own_data(tmp_path: Path, made: ModuleType) -> None:
    made.put(tmp_path / "murmur" / "monday.wav")
    made.put(tmp_path / "normal" / "tuesday.wav")
    assert isinstance(find_dataset(tmp_path, DATASETS.values()), Own)


@pytest.mark.parametrize("name", ["pascal", "circor", "cinc2016", "bmdhs", "yaseen", "own"])
def test_each_made_tree_is_taken_by_its_own_reader(
    tmp_path: Path, made: ModuleType, name: str
) -> None:
    dataset = find_dataset(made.MADE[name](tmp_path), DATASETS.values())
    assert dataset.card.name == name


def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    with pytest.raises(DatasetError, match="gone: no such folder or table"):
        find_dataset(tmp_path / "gone", DATASETS.values())


def test_an_unknown_layout_is_told_with_what_it_holds(tmp_path: Path) -> None:
    with pytest.raises(DatasetError, match=r"it holds nothing\. Wanted a published layout \(set_a"):
        find_dataset(tmp_path, DATASETS.values())
    (tmp_path / "holiday.jpg").touch()
    (tmp_path / "set_a").touch()  # a file is no layout
    with pytest.raises(DatasetError, match=r"knows \(.*pascal.*\); it holds holiday\.jpg, set_a"):
        find_dataset(tmp_path, DATASETS.values())
    with pytest.raises(DatasetError, match=r"holiday\.jpg: holds no dataset.*; it is a file"):
        find_dataset(tmp_path / "holiday.jpg", DATASETS.values())


@pytest.mark.parametrize(
    ("subjects", "said"),
    [
        ("known", r"^$"),
        ("inferred", r"^$"),
        ("partly known", r"^Of some recordings it is not known whose .* \(none\)\..*too high\.$"),
        ("unknown", r"^It is not known which recordings .* one person \(none\)\..*too high\.$"),
    ],
)
def test_a_card_warns_where_subjects_are_not_known(subjects: str, said: str) -> None:
    card = replace(Pascal.card, subjects=subjects, subject_key="none")  # type: ignore[arg-type]
    with pytest.raises(AssertionError, match=said):
        raise AssertionError(card.caution)


def test_a_card_refuses_questions_and_answers_nobody_knows() -> None:
    with pytest.raises(ConfigError, match="question 'colour' is none of"):
        replace(Yaseen.card, questions={"colour": {}})
    with pytest.raises(ConfigError, match=r"\['maybe'\] are no classes of 'murmur'"):
        replace(Yaseen.card, questions={"murmur": {"N": "maybe"}})
    with pytest.raises(ConfigError, match=r"\['X'\] are no classes"):
        replace(Yaseen.card, questions={"murmur": {"X": "absent"}})
    with pytest.raises(ConfigError, match="question 'colour' is none of"):
        replace(Yaseen.card, facts=("colour",))


def test_a_fact_answers_where_it_is_an_answer(tmp_path: Path, made: ModuleType) -> None:
    first, *others = Yaseen().scan(made.yaseen(tmp_path))
    card = replace(Yaseen.card, facts=("beats", "murmur"))
    assert card.asked == (*Yaseen.card.questions, "beats")
    first = replace(first, facts={"beats": "unclear", "murmur": "present", "quality": "poor"})
    second = replace(others[0], facts={"beats": "so-so"})
    bare = replace(others[0], label=None, facts={"beats": "clear"})
    assert answered([first, second, bare], card, "beats") == ([first], ["unclear"])
    assert card.answer(first, "murmur") == "present"
    assert card.answer(first, "quality") is None
    with pytest.raises(DatasetError, match="here has a fact 'beats' that answers"):
        answered([second], card, "beats")
    with pytest.raises(DatasetError, match=r"which answer murmur, refer; its facts answer beats"):
        answered([first], card, "quality")
    assert card.answer(others[1], "murmur") == Yaseen.card.answer(others[1], "murmur")


def test_only_labels_that_answer_are_given(tmp_path: Path, made: ModuleType) -> None:
    entries = Yaseen().scan(made.yaseen(tmp_path))
    chosen, answers = answered(entries, Yaseen.card, "murmur")
    assert {entry.label for entry in chosen} == {"AS", "MR", "MS", "N"}
    assert [entry.label == "N" for entry in chosen] == [answer == "absent" for answer in answers]


def test_a_question_not_answered_is_told_with_the_labels_there_are(
    tmp_path: Path, made: ModuleType
) -> None:
    entries = Yaseen().scan(made.yaseen(tmp_path))
    said = r"not answer 'heard': .* AS, MR, .* murmur, refer\. Ask 'label'"
    with pytest.raises(DatasetError, match=said):
        answered(entries, Yaseen.card, "heard")
    prolapse = [entry for entry in entries if entry.label == "MVP"]
    with pytest.raises(DatasetError, match="no recording of Heart sounds of Yaseen"):
        answered(prolapse, Yaseen.card, "murmur")
