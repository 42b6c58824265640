"""The error tree: every failure auscult foresees, with the exit code a command ends with.

::

    AuscultError              1
    ├── ConfigError           2   an option or parameter is out of range, unknown or misspelt
    ├── AudioError            3   a sound cannot be opened, decoded or used
    ├── DatasetError          4   a folder is no dataset, a label is unknown, the data has errors
    │   ├── SplitError        4   the data cannot be divided as asked
    │   └── DownloadError     4   the data cannot be fetched or unpacked
    ├── BundleError           5   a model bundle is missing, changed or of another version
    ├── RunError              6   a training run cannot be started, written or resumed
    ├── EvaluationError       7   a predictions table cannot be scored
    └── MissingExtraError     8   an optional package is not installed

Conventions
-----------
A message is a sentence or two: what came, what was wanted, what to do. Whoever raises names the
file or the parameter. Exit code 0 means every input got an answer; 130 means interrupted.
"""


class AuscultError(Exception):
    """Root of everything auscult raises on purpose."""

    exit_code = 1


class ConfigError(AuscultError, ValueError):
    """An option or parameter is out of range, unknown or misspelt."""

    exit_code = 2


class AudioError(AuscultError):
    """A sound cannot be opened, decoded or used."""

    exit_code = 3


class DatasetError(AuscultError):
    """A folder is no dataset, a label is unknown, or the data has errors."""

    exit_code = 4


class SplitError(DatasetError):
    """The data cannot be divided as asked."""


class DownloadError(DatasetError):
    """The data cannot be fetched, is not what was published, or cannot be unpacked safely."""


class BundleError(AuscultError):
    """A model bundle is missing, changed, or of another version."""

    exit_code = 5


class RunError(AuscultError):
    """A training run cannot be started, written or resumed."""

    exit_code = 6


class EvaluationError(AuscultError):
    """A predictions table cannot be scored, or a metric is undefined on it."""

    exit_code = 7


class MissingExtraError(AuscultError):
    """An optional package is not installed."""

    exit_code = 8

    def __init__(self, package: str, extra: str) -> None:
        super().__init__(
            f"this needs {package}, which is not installed; run: pip install 'auscult[{extra}]'"
        )
