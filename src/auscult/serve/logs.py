"""Logs: one JSON object a line, and nothing in it that tells whose sound it was.

No file name, no address, no query, no sound, and no text of an exception, since that names the file
it is about: of a failure its class and the line of code are told.
"""

import json
import logging
import sys
import traceback
from datetime import UTC, datetime
from typing import Any

logger = logging.getLogger("auscult.serve")


class JsonLines(logging.Formatter):
    """Writes time, level, event, and what was given as ``extra={"fields": …}``."""

    def format(self, record: logging.LogRecord) -> str:
        """Return one line."""
        return line(
            record.levelname.lower(),
            record.getMessage().strip(),
            **getattr(record, "fields", {}),
            **(fault(record.exc_info[1]) if record.exc_info and record.exc_info[1] else {}),
        )


def line(level: str, event: str, **fields: Any) -> str:
    """Return one line of the log."""
    time = datetime.now(UTC).isoformat(timespec="milliseconds")
    return json.dumps({"time": time, "level": level, "event": event, **fields}, default=str)


def fault(error: BaseException) -> dict[str, str]:
    """Return the class of an error and where it was raised, without its message."""
    frames = traceback.extract_tb(error.__traceback__)
    where = f"{frames[-1].filename}:{frames[-1].lineno}" if frames else ""
    return {"error": type(error).__name__, "where": where}


def say(event: str, *, level: int = logging.INFO, **fields: Any) -> None:
    """Log ``event``."""
    logger.log(level, event, extra={"fields": fields})


def configure() -> None:
    """Send the service's log, and uvicorn's warnings, to standard output as JSON lines."""
    handler = logging.StreamHandler(sys.stdout)
    handler.setFormatter(JsonLines())
    for name, level in (("auscult.serve", logging.INFO), ("uvicorn", logging.WARNING)):
        log = logging.getLogger(name)
        log.handlers, log.propagate = [handler], False
        log.setLevel(level)
