"""Structured logs: one line an event, as JSON or as plain text."""

from __future__ import annotations

import json
import logging
import sys
from datetime import UTC, datetime

from app.settings import Settings


def configure(settings: Settings) -> None:
    """Sends this service's logs and uvicorn's to standard error, in the settings' form."""
    handler = _StandardError()
    handler.setFormatter(JsonFormatter() if settings.log_format == "json" else TextFormatter())
    for name in ("mathdoodle", "uvicorn"):
        log = logging.getLogger(name)
        log.handlers = [handler]
        log.propagate = False
        log.setLevel(settings.log_level.upper())
    # It would log whole addresses, query and all; the request log has the route instead.
    logging.getLogger("uvicorn.access").handlers = []
    logging.getLogger("uvicorn.access").propagate = False


class _StandardError(logging.StreamHandler):
    """Writes to what standard error is when a line is logged, not to what it was when logging began."""

    def __init__(self) -> None:
        logging.Handler.__init__(self)

    @property
    def stream(self):  # type: ignore[override]
        return sys.stderr


def _event(record: logging.LogRecord) -> dict:
    return {
        "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
        "level": record.levelname.lower(),
        "logger": record.name,
        "event": record.getMessage(),
        **getattr(record, "fields", {}),
    }


class JsonFormatter(logging.Formatter):
    """One JSON object a line; ``extra={"fields": {…}}`` adds members."""

    def format(self, record: logging.LogRecord) -> str:
        event = _event(record)
        if record.exc_info:
            event["exception"] = self.formatException(record.exc_info)
        return json.dumps(event, ensure_ascii=False, default=str)


class TextFormatter(logging.Formatter):
    """The same as ``name=value`` pairs, for people."""

    def format(self, record: logging.LogRecord) -> str:
        event = _event(record)
        line = " ".join([event.pop("time"), event.pop("level"), event.pop("event")])
        line += "".join(f" {name}={value}" for name, value in event.items() if value is not None)
        return line + ("\n" + self.formatException(record.exc_info) if record.exc_info else "")
