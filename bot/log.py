"""What is logged, and in which form. No content: neither ours nor a library's."""

import json
import logging
import sys
import threading
import traceback
from datetime import UTC, datetime
from typing import Any, Literal, TextIO

OURS = ("bot", "handlers", "storage", "playground")
QUIET = {
    "slack_sdk": logging.ERROR,  # its websocket's warnings quote frames that it can't read, such as the rest of a submission
    "slack_sdk.web": logging.CRITICAL,  # what a call came to is logged by whoever made it
    "slack_bolt": logging.ERROR,  # its warnings name action ids
    "uvicorn": logging.ERROR,  # anybody can send it what it warns of
    "apscheduler": logging.ERROR,  # it warns of each tick that was late
    "sqlalchemy": logging.WARNING,  # at INFO it logs each statement
}


def set_up(level: str, form: Literal["text", "json"], to: TextIO | None = None) -> None:
    """Log to ``to`` (stderr) from ``level`` up. Libraries log from WARNING up, and never what passes through them.

    slack_sdk logs whole views at DEBUG, SQLAlchemy whole rows: they stay at INFO or above whatever ``level`` is.
    """
    handler = logging.StreamHandler(to or sys.stderr)
    handler.setFormatter(JsonLines() if form == "json" else _Text())
    wanted = logging.getLevelNamesMapping()[level]
    libraries = logging.INFO if wanted < logging.INFO else max(wanted, logging.WARNING)
    logging.basicConfig(level=libraries, handlers=[handler], force=True)
    logging.captureWarnings(capture=True)
    threading.excepthook = _thread_ended
    for name in OURS:
        logging.getLogger(name).setLevel(wanted)
    for name, least in QUIET.items():
        logging.getLogger(name).setLevel(max(least, libraries))


def is_json() -> bool:
    """Tell whether a machine is to read the log."""
    return any(isinstance(handler.formatter, JsonLines) for handler in logging.getLogger().handlers)


def trace(error: BaseException) -> str:
    """Return where ``error`` came from: types, files and lines, never its message, which may quote what people wrote."""
    lines: list[str] = []
    seen: BaseException | None = error
    while seen is not None:
        frames = "".join(traceback.format_tb(seen.__traceback__)).rstrip()
        lines += [f"{type(seen).__module__}.{type(seen).__qualname__}", *([frames] if frames else [])]
        seen = seen.__cause__ or (None if seen.__suppress_context__ else seen.__context__)
    return "\n".join(lines)


def _thread_ended(ended: threading.ExceptHookArgs) -> None:
    """Log what ended a thread: Python itself would print it with its message."""
    name = "of no name" if ended.thread is None else ended.thread.name
    logging.getLogger(__name__).error("The thread %s ended by an error.", name, exc_info=ended.exc_value)


class _Text(logging.Formatter):
    """``2026-11-23 09:00:00.123Z INFO bot.delivery: …``, in UTC."""

    def format(self, record: logging.LogRecord) -> str:
        line = f"{_moment(record)} {record.levelname} {record.name}: {record.getMessage()}"
        error = _error(record)
        return line if error is None else f"{line}\n{trace(error)}"


class JsonLines(logging.Formatter):
    """One JSON object a line, with the ``fields`` of those that have some (``handlers/course.py``)."""

    def format(self, record: logging.LogRecord) -> str:
        body: dict[str, Any] = {
            "time": _moment(record),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
        }
        body |= getattr(record, "fields", {})
        error = _error(record)
        if error is not None:
            body["trace"] = trace(error)
        return json.dumps(body, ensure_ascii=False)


def _moment(record: logging.LogRecord) -> str:
    at = datetime.fromtimestamp(record.created, UTC)
    return f"{at:%Y-%m-%d %H:%M:%S}.{at.microsecond // 1000:03d}Z"


def _error(record: logging.LogRecord) -> BaseException | None:
    return record.exc_info[1] if record.exc_info else None
