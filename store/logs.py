"""What every process logs, and how: one line an event, for the eye or as JSON, without secrets.

`LODEMAP_LOG=json` writes one object a line; `LODEMAP_LOG_LEVEL` says from which level on, for our
own modules. Other packages are heard from WARNING on: at DEBUG some of them log whole headers.
"""

import faulthandler
import json
import logging
import re
import sys
from collections.abc import Mapping
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Final, TextIO

from store.errors import SettingsError

REQUEST_ID: Final[ContextVar[str]] = ContextVar("lodemap_request_id", default="")
"""Of the request that is being answered; empty elsewhere."""
OURS: Final = ("__main__", "app", "ml", "store", "tasks", "components", "pages", "lodemap")
LEVELS: Final = ("DEBUG", "INFO", "WARNING", "ERROR")
FORMS: Final = ("text", "json")
HIDDEN: Final = "***"
STDERR: Final = 2
"""By number: a signal leaves no time for more."""
_SECRETS: Final = (
    re.compile(r"(?P<before>\w+://[^\s:/@]*:)[^\s\"']+(?P<after>@)"),  # a password in a URL
    re.compile(r"(?P<before>[?&\s]token=)[^&\s\"']+(?P<after>)", re.IGNORECASE),
    re.compile(
        r"(?P<before>\b(?:bearer|authorization:\s*basic)\s+)[\w.~+/=-]+(?P<after>)", re.IGNORECASE
    ),
    re.compile(r"(?P<before>\b(?:ssl)?password=)[^\s&\"']+(?P<after>)", re.IGNORECASE),
    re.compile(r"(?P<before>\blodemap-[\w-]*=)[^\s;\"']+(?P<after>)"),  # our cookies
    re.compile(r"(?P<before>\b(?:client_secret|code_verifier|id_token)=)[^\s&\"']+(?P<after>)"),
)


def redact(text: str) -> str:
    """Return a text without passwords of URLs, tokens and cookies: the last line of defence."""
    for pattern in _SECRETS:
        text = pattern.sub(rf"\g<before>{HIDDEN}\g<after>", text)
    return text


def on_one_line(text: str) -> str:
    """Return a text in which nothing can begin a line of its own, or steer a terminal."""
    return "".join(sign if sign.isprintable() else repr(sign)[1:-1] for sign in text)


class Human(logging.Formatter):
    """`2026-11-26 17:26:24.120 WARNING tasks.lease [4f2a9c01d3e7] Run ... hangs`."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line, and below it a traceback where there is one."""
        at = datetime.fromtimestamp(record.created, UTC).astimezone()
        asked = f" [{REQUEST_ID.get()}]" if REQUEST_ID.get() else ""
        when = at.isoformat(" ", "milliseconds").rsplit("+", 1)[0]
        line = f"{when} {record.levelname} {record.name}{asked} {on_one_line(record.getMessage())}"
        return redact("\n".join([line, *self._trace(record)]))

    def _trace(self, record: logging.LogRecord) -> list[str]:
        return [self.formatException(record.exc_info)] if record.exc_info else []


class Json(Human):
    """One JSON object: `time`, `level`, `module`, `message`, and `request_id`, `traceback`."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line."""
        at = datetime.fromtimestamp(record.created, UTC)
        said = {
            "time": at.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
            "level": record.levelname,
            "module": record.name,
            "message": redact(record.getMessage()),
        }
        if asked := REQUEST_ID.get():
            said["request_id"] = asked
        for trace in self._trace(record):
            said["traceback"] = redact(trace)
        return json.dumps(said)  # ASCII: no sign of another script ends a line


def set_up_logs(
    environ: Mapping[str, str], default: str = "WARNING", out: TextIO | None = None
) -> None:
    """Let this process log as the environment says; a second call replaces the first.

    Where it logs to stderr, a signal that ends it at once (SIGBUS, SIGSEGV) leaves its stack there.

    Args:
        environ: Holds LODEMAP_LOG and LODEMAP_LOG_LEVEL, or not.
        default: Level where none is given.
        out: Where to; stderr.

    Raises:
        SettingsError: a value is none of those there are.
    """
    if out is None:
        faulthandler.enable(STDERR)
    form = _one_of("LODEMAP_LOG", environ.get("LODEMAP_LOG") or "text", FORMS)
    level = (environ.get("LODEMAP_LOG_LEVEL") or default).upper()
    _one_of("LODEMAP_LOG_LEVEL", level, LEVELS)
    handler = logging.StreamHandler(out or sys.stderr)
    handler.setFormatter(Json() if form == "json" else Human())
    root = logging.getLogger()
    for old in [each for each in root.handlers if getattr(each, "is_of_lodemap", False)]:
        root.removeHandler(old)
    handler.is_of_lodemap = True  # type: ignore[attr-defined]
    root.addHandler(handler)
    root.setLevel(logging.WARNING)
    for name in OURS:
        logging.getLogger(name).setLevel(level)


def _one_of(name: str, value: str, allowed: tuple[str, ...]) -> str:
    if value not in allowed:
        raise SettingsError(f"{name} is '{value[:40]}'; use one of {', '.join(allowed)}.")
    return value
