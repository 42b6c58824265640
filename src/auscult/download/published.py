"""Where each collection is published, as data: addresses, sizes, checksums, terms, what to do.

One entry a name of ``auscult data get``. A size is what the publisher's page says, or is estimated
from the recordings, and only guards against being sent something else; a checksum is given only
where the publisher gives one. Every entry says in ``checked`` how far its addresses could be
verified when it was written, because this table was written without access to the publishers:
nothing here has been fetched yet.
"""

from dataclasses import dataclass, field
from urllib.parse import quote

from auscult.download.unpack import Limits
from auscult.errors import ConfigError
from auscult.registry import Registry

PHYSIONET = "https://physionet.org"
GITHUB = "https://github.com"
SLACK = 4


@dataclass(frozen=True, slots=True)
class Piece:
    """One file to fetch.

    Parameters
    ----------
    name
        Its file name, also for finding a copy that was fetched by hand.
    addresses
        Where it is, tried in order; none where only a person with an account can fetch it.
    about_bytes
        Its size, roughly; four times as much is refused.
    place
        Where it goes below the dataset's folder, as it is; empty for an archive to unpack.
    strip
        How many leading folders of an archive's names to leave off.
    listed_as
        Its name in the publisher's list of checksums. Where an archive is not in the list, the
        files in it are.
    sha256
        Its published checksum, where it is published apart from a list.
    """

    name: str
    addresses: tuple[str, ...]
    about_bytes: int
    place: str = ""
    strip: int = 0
    listed_as: str = ""
    sha256: str = ""

    @property
    def at_most_bytes(self) -> int:
        """More than this is something else."""
        return SLACK * self.about_bytes


@dataclass(frozen=True, slots=True)
class Published:
    """How one collection is published.

    Parameters
    ----------
    dataset
        The reader that understands it, by its name in ``auscult.datasets.DATASETS``.
    terms
        What may be done with it, as the publisher says.
    page
        Where a person finds it.
    checked
        How the addresses were verified, and what could not be.
    checksums
        Address of the publisher's list of SHA-256, or empty.
    steps
        What to do by hand where an account is needed or no address works.
    afterwards
        What is left to do by hand when everything came.
    renames
        Name in the archive → name in the layout that the reader knows.

    Raises
    ------
    ConfigError
        If there is nothing to fetch, or a piece without an address and no steps.
    """

    dataset: str
    pieces: tuple[Piece, ...]
    terms: str
    page: str
    checked: str
    checksums: str = ""
    steps: tuple[str, ...] = ()
    afterwards: tuple[str, ...] = ()
    renames: tuple[tuple[str, str], ...] = ()
    limits: Limits = field(default_factory=Limits)

    def __post_init__(self) -> None:
        if not self.pieces or (self.by_hand and not self.steps):
            raise ConfigError(f"{self.dataset}: needs pieces, and steps where there is no address")

    @property
    def by_hand(self) -> bool:
        """Whether a person with an account has to fetch something."""
        return any(not piece.addresses for piece in self.pieces)

    @property
    def about_bytes(self) -> int:
        """Size of everything to fetch, roughly."""
        return sum(piece.about_bytes for piece in self.pieces)


# Bentley's archives hold bare names in a folder a class; the Kaggle copy, and auscult, name a
# file after its class and its folder after the set. The rules turn the one into the other.
_PASCAL_RENAMES = (
    (r"(?:.*/)?Atraining_([a-z]+)/([^/]+)", r"set_a/\1__\2"),
    (r"(?:.*/)?(Aunlabelledtest)/([^/]+)", r"set_a/\1__\2"),
    (r"(?:.*/)?Btraining_noisy(normal|murmur)/([^/]+)", r"set_b/\1_noisy\1_\2"),
    (r"(?:.*/)?Training B Normal/([^/]+)", r"set_b/normal__\1"),
    (r"(?:.*/)?Btraining_extrasystole/([^/]+)", r"set_b/extrastole__\1"),
    (r"(?:.*/)?Btraining_([a-z]+)/([^/]+)", r"set_b/\1__\2"),
    (r"(?:.*/)?(Bunlabelledtest)/([^/]+)", r"set_b/\1__\2"),
)
_PASCAL_SIZES_MB = {
    "Atraining_normal": 14.0,
    "Atraining_murmur": 17.3,
    "Atraining_extrahs": 6.9,
    "Atraining_artifact": 22.5,
    "Aunlabelledtest": 24.6,
    "Btraining_normal": 13.8,
    "Btraining_murmur": 5.3,
    "Btraining_extrasystole": 1.9,
    "Bunlabelledtest": 9.2,
}
_PASCAL_PAGE = "https://istethoscope.peterjbentley.com/heartchallenge/index.html"
_PASCAL_TABLES = (
    "the S1 and S2 positions are tables of their own: save Atraining_normal_seg.csv and "
    f"Btraining_normal_seg.csv from {_PASCAL_PAGE} into the folder"
)
_KAGGLE_PAGE = "https://www.kaggle.com/datasets/kinguistics/heartbeat-sounds"
_KAGGLE_STEPS = (
    "make a free account at https://www.kaggle.com and log in",
    f"open {_KAGGLE_PAGE} and press Download, then “Download dataset as zip”: archive.zip",
    "run: auscult data get pascal-kaggle --archive archive.zip",
)

_PASCAL = Published(
    dataset="pascal",
    pieces=tuple(
        Piece(
            f"{name}.zip",
            (
                f"https://istethoscope.peterjbentley.com/heartchallenge/wav/{name}.zip",
                f"http://www.peterjbentley.com/heartchallenge/wav/{name}.zip",
            ),
            round(size_mb * 1e6),
        )
        for name, size_mb in _PASCAL_SIZES_MB.items()
    ),
    terms="free use with credit (collectors)",
    page=_PASCAL_PAGE,
    checked="both hosts stand in public scripts of others, names and sizes on copies of the page; "
    "no checksum is published; the tables' addresses are not known",
    steps=_KAGGLE_STEPS,
    afterwards=(_PASCAL_TABLES,),
    renames=_PASCAL_RENAMES,
)
_PASCAL_KAGGLE = Published(
    dataset="pascal",
    pieces=(Piece("archive.zip", (), 116_000_000),),
    terms="CC0 (as the mirror says); free use with credit (collectors)",
    page=_KAGGLE_PAGE,
    checked="the page is named by many; the size is that of Bentley's archives; no checksum is "
    "published",
    steps=_KAGGLE_STEPS,
    afterwards=(_PASCAL_TABLES,),
)

_CIRCOR_ZIP = "the-circor-digiscope-phonocardiogram-dataset-1.0.3.zip"
_CIRCOR = Published(
    dataset="circor",
    pieces=(
        Piece(
            _CIRCOR_ZIP,
            (
                f"{PHYSIONET}/static/published-projects/circor-heart-sound/{_CIRCOR_ZIP}",
                f"{PHYSIONET}/content/circor-heart-sound/get-zip/1.0.3/",
            ),
            449_500_000,
            strip=1,
        ),
    ),
    terms="ODC-By 1.0",
    page=f"{PHYSIONET}/content/circor-heart-sound/1.0.3/",
    checked="the first address stands on the challenge's own pages; the list of checksums is "
    "named by others who checked their copy with it",
    checksums=f"{PHYSIONET}/files/circor-heart-sound/1.0.3/SHA256SUMS.txt",
)

_CINC2016_FILES = f"{PHYSIONET}/files/challenge-2016/1.0.0"
_CINC2016_APPENDIX = "annotations/Online_Appendix_training_set.csv"
_CINC2016 = Published(
    dataset="cinc2016",
    pieces=(
        Piece(
            "training.zip",
            (f"{_CINC2016_FILES}/training.zip",),
            181_000_000,
            listed_as="training.zip",
        ),
        Piece(
            "Online_Appendix_training_set.csv",
            (f"{_CINC2016_FILES}/{_CINC2016_APPENDIX}",),
            1_000_000,
            place=_CINC2016_APPENDIX,
            listed_as=_CINC2016_APPENDIX,
        ),
    ),
    terms="ODC-By 1.0",
    page=f"{PHYSIONET}/content/challenge-2016/1.0.0/",
    checked="training.zip stands in many public scripts; the appendix's folder is known from "
    "copies of the whole set (one zip of 1.0 GB on the same page); that the list of checksums "
    "names both is expected, not seen",
    checksums=f"{_CINC2016_FILES}/SHA256SUMS.txt",
)

_BMDHS_REPOSITORY = "sani002/BMD-HS-Dataset"
_BMDHS = Published(
    dataset="bmdhs",
    pieces=(
        Piece(
            "BMD-HS-Dataset.zip",
            (f"{GITHUB}/{_BMDHS_REPOSITORY}/archive/refs/heads/main.zip",),
            140_000_000,
            strip=1,
        ),
    ),
    terms="CC BY-NC-ND 4.0: no commercial use, no sharing of changed copies",
    page=f"{GITHUB}/{_BMDHS_REPOSITORY}",
    checked="a co-author's copy, with the laboratory's licence; the article's own repository, "
    "mHealthBuet/BMD-HS-Dataset, is gone; no checksum is published",
)

_YASEEN_REPOSITORY = "yaseen21khan/Classification-of-Heart-Sound-Signal-Using-Multiple-Features-"
_YASEEN_ARCHIVES = tuple(f"{name}_New_3주기.rar" for name in ("AS", "MR", "MS", "MVP", "N"))
_RAR = (
    "these are RAR archives, which Python cannot open: unpack each in the folder with "
    "`tar -xf NAME.rar` (macOS, Windows) or `bsdtar -xf NAME.rar` (Linux, package "
    "libarchive-tools), then remove it"
)
_YASEEN = Published(
    dataset="yaseen",
    pieces=tuple(
        Piece(name, (f"{GITHUB}/{_YASEEN_REPOSITORY}/raw/master/{quote(name)}",), 10_000_000, name)
        for name in _YASEEN_ARCHIVES
    ),
    terms="no licence stated; the article is CC BY 4.0: ask the authors before passing it on",
    page=f"{GITHUB}/{_YASEEN_REPOSITORY}",
    checked="four of the five archives were seen in an index of the repository, AS follows their "
    "pattern; no checksum is published",
    afterwards=(_RAR,),
)

PUBLISHED: Registry[Published] = Registry(
    "published dataset",
    {
        "pascal": _PASCAL,
        "pascal-kaggle": _PASCAL_KAGGLE,
        "circor": _CIRCOR,
        "cinc2016": _CINC2016,
        "bmdhs": _BMDHS,
        "yaseen": _YASEEN,
    },
)
