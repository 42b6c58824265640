"""Published collections of heart sounds: one file each, one line here."""

from auscult.datasets.dataset import Card, Dataset, Defect, find_dataset
from auscult.datasets.pascal import Pascal
from auscult.registry import Registry

DATASETS: Registry[type[Dataset]] = Registry("dataset", {"pascal": Pascal})

__all__ = ["DATASETS", "Card", "Dataset", "Defect", "Pascal", "find_dataset"]
