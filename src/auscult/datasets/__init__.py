"""Collections of heart sounds: one file each, one line here; your own recordings come last."""

from auscult.datasets.bmdhs import BmdHs
from auscult.datasets.cinc2016 import Cinc2016
from auscult.datasets.circor import Circor
from auscult.datasets.dataset import Card, Dataset, Defect, answered, find_dataset
from auscult.datasets.manifest import Manifest
from auscult.datasets.own import Own
from auscult.datasets.pascal import Pascal
from auscult.datasets.yaseen import Yaseen
from auscult.registry import Registry

# In the order of recognition: a folder of any names is somebody's own data, so that comes last.
DATASETS: Registry[type[Dataset]] = Registry(
    "dataset",
    {
        "manifest": Manifest,
        "pascal": Pascal,
        "circor": Circor,
        "cinc2016": Cinc2016,
        "bmdhs": BmdHs,
        "yaseen": Yaseen,
        "own": Own,
    },
)

__all__ = [
    "DATASETS",
    "BmdHs",
    "Card",
    "Cinc2016",
    "Circor",
    "Dataset",
    "Defect",
    "Manifest",
    "Own",
    "Pascal",
    "Yaseen",
    "answered",
    "find_dataset",
]
