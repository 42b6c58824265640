import pytest
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from auscult.errors import ConfigError
from auscult.metrics import ReliabilityBin
from auscult.reports.plots import (
    class_balance_bars,
    class_balance_pie,
    confusion_matrix,
    coverage,
    durations,
    probability_bars,
    reliability,
    roc_curves,
    training_curves,
)
from auscult.reports.style import PALETTE

HISTORY = [
    {
        "epoch": e,
        "train_loss": 1 / e,
        "train_accuracy": 1 - 1 / e,
        "validation_loss": 1.0,
        "validation_accuracy": [0.5, 0.7, 0.7, 0.6][e - 1],
    }
    for e in range(1, 5)
]


def words(figure: Figure) -> list[str]:
    return [text.get_text() for axes in figure.axes for text in axes.texts]


def keys(axes: Axes) -> list[str]:
    return [text.get_text() for text in axes.get_legend().get_texts()]


def test_the_pie_lists_largest_first_with_count_and_share() -> None:
    figure = class_balance_pie({"murmur": 1, "normal": 3})
    assert keys(figure.axes[0]) == ["normal  3 (75%)", "murmur  1 (25%)"]
    assert words(figure)[-2:] == ["4", "labelled"]


def test_bars_show_one_panel_a_subset_and_zero_for_a_missing_class() -> None:
    figure = class_balance_bars({"A": {"normal": 2, "murmur": 1}, "B": {"normal": 5}, "C": {}})
    shown = [axes for axes in figure.axes if axes.get_visible()]
    assert [axes.get_title(loc="left") for axes in shown] == ["A", "B", "C"]
    assert [text.get_text() for text in shown[1].texts] == ["5", "0"]


def test_durations_name_class_and_median_over_an_axis_in_seconds() -> None:
    figure = durations({"normal": [1.0, 2.0, 6.0], "murmur": [4.0], "artifact": []})
    assert words(figure) == ["normal · median 2.0 s", "murmur · median 4.0 s"]
    assert figure.axes[-1].get_xlabel() == "Duration (s)"


def test_the_confusion_matrix_shows_counts_and_shares_of_the_row() -> None:
    figure = confusion_matrix([[3, 1], [0, 0]], ["murmur", "normal"])
    assert words(figure) == ["3", "75%", "1", "25%", "0", "0%", "0", "0%"]
    assert (figure.axes[0].get_xlabel(), figure.axes[0].get_ylabel()) == ("Verdict", "Truth")


def test_a_confusion_matrix_of_the_wrong_shape_is_refused() -> None:
    with pytest.raises(ConfigError, match=r"shape \(1, 2\); wanted \(2, 2\)"):
        confusion_matrix([[3, 1]], ["murmur", "normal"])


def test_roc_curves_carry_their_area_or_say_undefined() -> None:
    figure = roc_curves({"murmur": ((0, 0, 1), (0, 1, 1))}, {"murmur": 1.0, "normal": None})
    assert keys(figure.axes[0]) == ["murmur  AUC 1.000", "normal  undefined"]


def test_coverage_shows_the_surest_last_and_the_accuracy_of_all() -> None:
    figure = coverage(((0.01, 0.5, 1.0), (0.0, 1.0, 0.9)))
    (axes,) = figure.axes
    curve, everything = axes.get_lines()
    assert list(curve.get_xdata()) == [0.5, 1.0]
    assert axes.xaxis_inverted()
    assert list(everything.get_ydata()) == [0.9, 0.9]
    assert not list(coverage(((), ())).axes[0].get_lines()[0].get_xdata())


def test_reliability_stands_its_counts_below_its_bins() -> None:
    figure = reliability([ReliabilityBin(0.72, 0.5, 4), ReliabilityBin(1.0, 0.9, 9)])
    upper, lower = figure.axes
    assert [bar.get_height() for bar in lower.patches] == [4, 9]
    centres = [bar.get_x() + bar.get_width() / 2 for bar in upper.patches]
    assert centres == pytest.approx([0.75, 0.95])


@pytest.mark.parametrize(("given", "best"), [(None, 2), (4, 4)])
def test_curves_mark_the_epoch_that_was_kept(given: int | None, best: int) -> None:
    figure = training_curves(HISTORY, best_epoch=given)
    assert keys(figure.axes[0]) == ["train", "validation", f"best epoch {best}"]


def test_curves_without_validation_mark_nothing() -> None:
    figure = training_curves([{"epoch": 1, "train_loss": 0.2, "train_accuracy": 0.9}])
    assert keys(figure.axes[0]) == ["train", "validation"]


def test_curves_of_no_epoch_are_refused() -> None:
    with pytest.raises(ConfigError, match="holds no epoch"):
        training_curves([])


def test_probability_bars_print_each_share() -> None:
    assert words(probability_bars({"murmur": 0.25, "normal": 0.75}, label="normal")) == [
        "25.0%",
        "75.0%",
    ]


def test_no_two_roles_share_a_light_colour() -> None:
    lights = [light for light, _ in PALETTE.values()]
    assert len(set(lights)) == len(lights)
