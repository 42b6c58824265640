"""A model that can travel: network, front end, classes, calibration and card in one folder.

::

    bundle.json    what is here, with the SHA-256 of every file and of itself
    model.onnx     features (n_windows, n_features) → probabilities (n_windows, n_classes)
    MODEL_CARD.md  data, splits, figures, limits

Loading checks every hash, so a changed byte is found before it answers. Nothing is unpickled and
no code comes from a bundle: the front end is rebuilt from a written-out table of types.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from importlib.resources import files
from pathlib import Path
from typing import Any

from auscult.config import digest, from_config, to_config
from auscult.errors import BundleError, ConfigError
from auscult.files import write_atomically
from auscult.frontend import Frontend
from auscult.preprocess import Gate

FORMAT = 1
DESCRIPTION, NETWORK, CARD = "bundle.json", "model.onnx", "MODEL_CARD.md"


@dataclass(frozen=True, slots=True)
class Bundle:
    """Everything needed to classify.

    Parameters
    ----------
    name
        What ``auscult models`` lists.
    classes
        In the order of the network's outputs.
    temperature
        Probabilities become p^(1/temperature), normalised.
    provenance
        Where it comes from: command, data hash, split hash, figures; plain JSON.
    """

    name: str
    network: bytes = field(repr=False)
    frontend: Frontend
    classes: tuple[str, ...]
    temperature: float = 1.0
    gate: Gate = field(default_factory=Gate)
    provenance: Mapping[str, Any] = field(default_factory=dict)
    card: str = field(default="", repr=False)

    def describe(self) -> dict[str, Any]:
        """Return the content of ``bundle.json``, with its digest."""
        description = {
            "format": FORMAT,
            "name": self.name,
            "classes": list(self.classes),
            "temperature": self.temperature,
            "gate": to_config(self.gate),
            "frontend": self.frontend.config(),
            "provenance": to_config(self.provenance),
            "sha256": {
                NETWORK: sha256(self.network).hexdigest(),
                CARD: sha256(self.card.encode()).hexdigest(),
            },
        }
        return {**description, "digest": digest(description)}

    def write(self, folder: str | Path) -> Path:
        """Write the bundle and return its folder.

        Raises
        ------
        RunError
            If it cannot be written.
        """
        folder = Path(folder)
        write_atomically(folder / NETWORK, self.network)
        write_atomically(folder / CARD, self.card)
        text = json.dumps(self.describe(), indent=2, ensure_ascii=False) + "\n"
        write_atomically(folder / DESCRIPTION, text)
        return folder


def read_bundle(folder: str | Path) -> Bundle:
    """Read a bundle and check every hash.

    Raises
    ------
    BundleError
        If the folder holds no bundle, a file is missing or changed, or the format is another.
    """
    folder = Path(folder)
    description = _read_description(folder)
    network, card = _read(folder / NETWORK), _read(folder / CARD)
    hashes = description.get("sha256", {})
    for name, data in ((NETWORK, network), (CARD, card)):
        if sha256(data).hexdigest() != hashes.get(name):
            raise BundleError(
                f"{folder / name}: has changed since the bundle was made; "
                "install or download the bundle again"
            )
    try:
        return Bundle(
            name=description["name"],
            network=network,
            frontend=Frontend.from_config(description["frontend"]),
            classes=tuple(description["classes"]),
            temperature=description["temperature"],
            gate=from_config(description["gate"], {"Gate": Gate}),
            provenance=description["provenance"],
            card=card.decode(),
        )
    except (KeyError, TypeError, ConfigError) as error:
        raise BundleError(
            f"{folder / DESCRIPTION}: cannot be understood ({error}); "
            "it may be of another version of auscult"
        ) from error


def shipped_bundles() -> dict[str, Path]:
    """Return name → folder of the bundles that come with auscult."""
    root = Path(str(files("auscult") / "bundles"))
    return {path.parent.name: path.parent for path in sorted(root.glob(f"*/{DESCRIPTION}"))}


def find_bundle(name_or_folder: str | Path) -> Path:
    """Return the folder of a shipped bundle by name, or the folder itself.

    Raises
    ------
    BundleError
        If it is neither.
    """
    shipped = shipped_bundles()
    if str(name_or_folder) in shipped:
        return shipped[str(name_or_folder)]
    if (Path(name_or_folder) / DESCRIPTION).is_file():
        return Path(name_or_folder)
    raise BundleError(
        f"{name_or_folder}: is no bundle that comes with auscult ({', '.join(shipped) or 'none'}) "
        f"and no folder with a {DESCRIPTION}"
    )


def _read_description(folder: Path) -> dict[str, Any]:
    path = folder / DESCRIPTION
    try:
        description = json.loads(_read(path))
    except ValueError as error:
        raise BundleError(f"{path}: is no JSON ({error}); install the bundle again") from error
    if not isinstance(description, dict) or description.get("format") != FORMAT:
        found = description.get("format") if isinstance(description, dict) else None
        raise BundleError(
            f"{path}: is of format {found}; this auscult reads format {FORMAT}. "
            "Install the version of auscult the bundle was made with, or export it again"
        )
    told = description.pop("digest", None)
    if told != digest(description):
        raise BundleError(
            f"{path}: has changed since the bundle was made; install or download the bundle again"
        )
    return description


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise BundleError(f"{path}: cannot be read ({error.strerror})") from error
