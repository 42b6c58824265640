"""The network of a joint run by itself, for a bundle under a megabyte."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from auscult.aggregate import Calibration, blended, mean_probabilities
from auscult.frontend import FRONTENDS
from auscult.listener import Listener
from auscult.network import Network
from auscult.progress import Progress
from auscult.training.joint.corpus import Corpus
from auscult.training.joint.run import WINDOWS
from auscult.training.joint.sounds import read_sounds
from auscult.training.small_weights import Rounding, rounding_of, with_int8_weights
from auscult.types import FloatArray
from auscult.verbs.train_joint import TO_THREE


def in_eight_bits(
    network: Listener,
    calibrations: Mapping[str, Calibration],
    corpus: Corpus,
    cache: Path,
    progress: Progress,
) -> tuple[tuple[Listener, ...], Rounding]:
    """Return the network alone, rounded, and what that does to its calibrated answers.

    ``cache`` is where the run keeps its sounds.
    """

    def answers_of(heard_by: Network, windows: FloatArray) -> dict[str, FloatArray]:
        said = heard_by.answers(windows, network.questions)
        answers = {
            question: calibrations[question](blended([mean_probabilities(said[question])]))
            for question in network.questions
        }
        return {**answers, "heard": answers["heard5"] @ TO_THREE}

    small = replace(network, network=with_int8_weights(network.network))
    sounds = read_sounds(corpus.entries, FRONTENDS[WINDOWS], cache, progress)
    heard = (sounds.windows(place) for place in range(sounds.starts.size - 1))
    return (small,), rounding_of(network.network, small.network, heard, answers_of)
