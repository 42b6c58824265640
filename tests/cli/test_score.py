"""``auscult score``: figures with their quirks, JSON, the list, and how it fails."""

import json

import pytest

PERFECT = "\n".join(
    ["truth,answer"]
    + ["normal,normal"] * 14
    + ["murmur,murmur"] * 14
    + ["extrahls,extrahls"] * 8
    + ["artifact,artifact"] * 16
)


def test_a_perfect_table_of_pascal_set_a(auscult, tmp_path) -> None:
    (tmp_path / "a.csv").write_bytes(b"\xef\xbb\xbf" + PERFECT.replace("\n", "\r\n").encode())
    done = auscult("score", "pascal2-a", tmp_path / "a.csv")
    assert done.returncode == 0
    lines = [" ".join(line.split()) for line in done.stdout.splitlines()]
    assert "total precision 4.0000" in lines
    assert "heart-problem F (sheet) 0.4475" in lines
    assert "quirk 0.81 stands where 1.81 belongs: perfect answers score 0.4475" in lines
    assert "textbook heart-problem F0.9 1.0000, that is 1.81·S·P / (0.81·P + S)" in lines
    assert "note:" not in done.stdout
    # A twin stands beside its figure and has no line of its own.
    assert "\nheart-problem F0.9" not in done.stdout


def test_json_holds_every_figure_and_reasons(auscult, tmp_path) -> None:
    (tmp_path / "m.csv").write_text("truth,answer\nPresent,Present\nAbsent,Present\n")
    done = auscult("score", "cinc2022-murmur", tmp_path / "m.csv", "--json")
    scores = {score["name"]: score for score in json.loads(done.stdout)["scores"]}
    assert scores["weighted_accuracy"]["value"] == pytest.approx(5 / 6)
    assert scores["weighted_accuracy"]["twin"] == "balanced_accuracy"
    assert scores["cost"]["value"] is None
    assert "needs the outcome, Abnormal or Normal, of every patient" in scores["cost"]["reason"]
    shown = auscult("score", "cinc2022-murmur", tmp_path / "m.csv").stdout
    assert "why       cost of a patient is undefined: it needs the outcome" in shown


def test_beats(auscult, tmp_path) -> None:
    (tmp_path / "b.csv").write_text(
        "recording,who,sound,sample\nr,truth,S1,4000\nr,truth,S2,5200\nr,truth,S1,8000\n"
        "r,answer,S1,4040\nr,answer,S2,5200\nr,answer,S1,8000\n"
    )
    done = auscult("score", "pascal1-b", tmp_path / "b.csv", "--json")
    scores = {score["name"]: score["value"] for score in json.loads(done.stdout)["scores"]}
    assert scores["delta_sheet"] == scores["delta_matched"] == pytest.approx(40 / 3)
    assert scores["s1_f1_40ms"] == 1


def test_the_list_names_challenges_and_columns(auscult) -> None:
    done = auscult("score", "--list")
    assert done.returncode == 0
    for word in ("pascal1-a", "pascal2-b", "cinc2016", "cinc2022-murmur", "quality (optional)"):
        assert word in done.stdout
    told = json.loads(auscult("score", "--list", "--json").stdout)
    assert told["cinc2016"]["columns"][1]["labels"] == ["normal", "abnormal"]
    assert "macc" in told["cinc2016"]["figures"]


def test_a_bad_table_ends_with_seven_and_names_file_and_row(auscult, tmp_path) -> None:
    (tmp_path / "x.csv").write_text("truth,answer\nnormal,normal\nnormal,murmer\n")
    done = auscult("score", "pascal2-a", tmp_path / "x.csv")
    assert done.returncode == 7
    assert "x.csv, row 3: answer 'murmer' is none of normal, murmur," in done.stderr
    assert "did you mean 'murmur'?" in done.stderr
    assert done.stdout == ""


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ([], "give a challenge and a table"),
        (["pascal2-a"], "give a challenge and a table"),
        (["pascal2a", "x.csv"], "did you mean 'pascal2-a'?"),
    ],
)
def test_a_wrong_call_ends_with_two(auscult, arguments, said: str) -> None:
    done = auscult("score", *arguments)
    assert done.returncode == 2
    assert said in done.stderr


def test_the_help_teaches(auscult) -> None:
    done = auscult("score", "--help")
    assert "auscult score pascal2-a answers.csv" in done.stdout
    assert "exit code 7" in done.stdout
