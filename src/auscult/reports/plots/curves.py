"""Training curves: loss and accuracy of each epoch, in training and in validation."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from auscult.errors import ConfigError
from auscult.reports.style import PAGE_IN, SizeIn, canvas, ink

if TYPE_CHECKING:
    from matplotlib.figure import Figure

_ROLES = {"train": "trace", "validation": "s2"}


def training_curves(
    history: Sequence[Mapping[str, float]],
    *,
    best_epoch: int | None = None,
    size_in: SizeIn = PAGE_IN,
    title: str = "",
) -> "Figure":
    """Draw loss and accuracy over the epochs and mark the best one.

    Parameters
    ----------
    history
        One mapping an epoch: ``epoch``, ``train_loss``, ``train_accuracy``, ``validation_loss``,
        ``validation_accuracy``; a missing value leaves a gap.
    best_epoch
        The epoch whose weights were kept; by default the first of the highest validation accuracy,
        as training keeps it.

    Raises
    ------
    ConfigError
        If the history is empty.
    MissingExtraError
        If matplotlib is not installed.
    """
    if not history:
        raise ConfigError("history holds no epoch; wanted one mapping for each")
    epochs = [row["epoch"] for row in history]
    if best_epoch is None:
        best_epoch = _best(history)
    with canvas(size_in) as figure:
        panels = figure.subplots(2, 1, sharex=True)
        for axes, quantity in zip(panels, ("loss", "accuracy"), strict=True):
            for role, colour in _ROLES.items():
                values = [row.get(f"{role}_{quantity}", np.nan) for row in history]
                axes.plot(epochs, values, color=ink(colour), label=role, linewidth=1.5)
            axes.set_ylabel(quantity.capitalize())
            axes.locator_params(axis="y", nbins=4)
            axes.grid(axis="y")
            if best_epoch is not None:
                line = axes.axvline(best_epoch, color=ink("accent"), lw=1, linestyle=(0, (3, 2)))
                line.set_label(f"best epoch {best_epoch}")
        panels[1].set_xlabel("Epoch")
        panels[1].locator_params(axis="x", integer=True)
        panels[0].legend(loc="lower left", bbox_to_anchor=(0, 1), ncols=3, handlelength=1.6)
        if title:
            figure.suptitle(title, x=0.01, ha="left", fontsize=11, fontweight="bold")
    return figure


def _best(history: Sequence[Mapping[str, float]]) -> int | None:
    scores = [row.get("validation_accuracy", np.nan) for row in history]
    return None if np.isnan(scores).all() else int(history[int(np.nanargmax(scores))]["epoch"])
