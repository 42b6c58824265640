"""What can be set about the service, checked once."""

from dataclasses import dataclass, field
from ipaddress import ip_address

from auscult.errors import ConfigError
from auscult.pool import n_cores

KB, MB = 1_000, 1_000_000
_POSITIVE = (
    *("max_body_mb", "max_duration_s", "max_memory_mb", "upload_s", "answer_s"),
    *("max_frame_kb", "idle_s"),
)


@dataclass(frozen=True, slots=True)
class Settings:
    """Where the service listens, with what it answers, and how much it takes on.

    Parameters
    ----------
    host, port
        Address; this machine only by default. Port 0 takes a free one.
    model, segmenter
        A bundle's name or folder; ``network``, ``envelope`` or a segmenter's bundle.
    n_workers
        Processes that open and judge sounds, one sound at a time each; one a core by default.
    max_requests
        Uploads taken in at once: arriving, waiting or worked on. The next is told to come back.
    max_files
        Sounds in one request.
    max_body_mb
        Size of one request, in million bytes.
    max_duration_s
        Length of one sound, and of one stream.
    max_memory_mb
        Memory that one worker may take, in million bytes (where the system can hold it to that).
    upload_s
        How long a request may take to arrive.
    answer_s
        How long its answer may take from then on, waiting included.
    max_streams
        Live streams at once; one keeps a core busy for some hundredths.
    max_frame_kb
        Size of one message of a stream, in thousand bytes.
    idle_s
        How long a stream may send, or take, nothing.
    token
        What a client must send as ``Authorization: Bearer …``; empty asks for nothing.

    Raises
    ------
    ConfigError
        If a number is out of range, or the token is short or cannot stand in a header.
    """

    host: str = "127.0.0.1"
    port: int = 8000
    model: str = "default"
    segmenter: str = "network"
    n_workers: int = field(default_factory=n_cores)
    max_requests: int = 64
    max_files: int = 16
    max_body_mb: float = 64.0
    max_duration_s: float = 600.0
    max_memory_mb: float = 2048.0
    upload_s: float = 60.0
    answer_s: float = 30.0
    max_streams: int = 8
    max_frame_kb: float = 1000.0
    idle_s: float = 30.0
    token: str = field(default="", repr=False)

    def __post_init__(self) -> None:
        for name in ("n_workers", "max_requests", "max_files", "max_streams"):
            if getattr(self, name) < 1:
                raise ConfigError(f"{name}={getattr(self, name)} must be 1 or more")
        for name in _POSITIVE:
            if not getattr(self, name) > 0:
                raise ConfigError(f"{name}={getattr(self, name):g} must be positive")
        if not 0 <= self.port < 1 << 16:
            raise ConfigError(f"port={self.port} must be between 0 and 65535")
        if self.token and (len(self.token) < _SHORTEST_TOKEN or not _is_visible(self.token)):
            raise ConfigError(
                f"the token must be {_SHORTEST_TOKEN} or more visible ASCII characters; make one "
                'with: python -c "import secrets; print(secrets.token_urlsafe(32))"'
            )

    @property
    def max_body_bytes(self) -> int:
        """Size of one request in bytes."""
        return int(self.max_body_mb * MB)

    @property
    def max_frame_bytes(self) -> int:
        """Size of one message of a stream in bytes."""
        return int(self.max_frame_kb * KB)

    @property
    def is_for_all(self) -> bool:
        """Whether other machines can reach the service and need no token."""
        if self.token or self.host == "localhost":
            return False
        try:
            return not ip_address(self.host).is_loopback
        except ValueError:
            return True


_SHORTEST_TOKEN = 16


def _is_visible(token: str) -> bool:
    return token.isascii() and token.isprintable() and " " not in token
