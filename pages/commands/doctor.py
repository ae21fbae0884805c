"""`python app.py doctor`: is everything as it should be, and what to do where it is not."""

import os
import sys
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from typing import Final, TextIO

import orjson

from ml.intake.members import printable
from pages.commands.app_flags import add_app_flags
from pages.commands.exposure import check_exposure, check_packages
from pages.commands.terminal import Parser
from pages.signing import read_own_key, read_shared_key
from store.checkup import Finding, Level, check_store
from store.errors import SettingsError, StartError
from store.people.sign_in_settings import client_secret
from store.settings import Settings
from tasks.checkup import check_tasks

STATUS: Final[dict[Level, int]] = {"ok": 0, "warn": 1, "fail": 2}
COLORS: Final[dict[Level, str]] = {"ok": "32", "warn": "33", "fail": "31"}
NO_START: Final = "The app would not start; correct it."
SUMMARY: Final[dict[Level, str]] = {
    "ok": "All is well.",
    "warn": "It works; the warnings above deserve a look.",
    "fail": "Something is wrong; mend what failed first.",
}


def main_doctor(arguments: Sequence[str]) -> int:
    """Run the command; return 0 where all is well, 1 with warnings, 2 where something fails.

    Args:
        arguments: What follows `doctor` on the command line.
    """
    parser = Parser(
        prog="app.py doctor", allow_abbrev=False,
        description="Check how the app would start here; nothing is changed.",
    )  # fmt: skip
    add_app_flags(parser)
    parser.add_argument("--json", action="store_true", help="for programs")
    flags = vars(parser.parse_args(arguments))
    is_json = bool(flags.pop("json"))
    findings = list(examine(flags))
    write(findings, sys.stdout, is_json=is_json)
    return STATUS[worst(findings)]


def examine(flags: dict[str, object]) -> Iterator[Finding]:
    """Yield everything that was found."""
    try:
        settings = Settings.from_env(os.environ, flags)
    except SettingsError as error:
        yield Finding("settings", "fail", error.sentence, NO_START)
        return
    yield from check_exposure(settings)
    yield from check_secrets(settings)
    yield from check_store(settings)
    yield from check_tasks(settings)
    yield from check_packages()


def check_secrets(settings: Settings) -> Iterator[Finding]:
    """Yield what a start would say of the secrets it reads."""
    own = settings.data_dir / "secret_key"
    try:
        if settings.secret_key_file is not None:
            read_shared_key(settings.secret_key_file)
        elif own.is_file():
            read_own_key(own)
        if settings.auth == "oidc":
            client_secret(os.environ, settings.oidc_secret_file)
    except StartError as error:
        yield Finding("secrets", "fail", error.sentence, NO_START)
    except OSError:
        return  # the folder may not be looked into: `check_store` says so


def worst(findings: Sequence[Finding]) -> Level:
    """Return the gravest level there is."""
    return max((finding.level for finding in findings), key=STATUS.__getitem__, default="ok")


def write(findings: Sequence[Finding], out: TextIO, *, is_json: bool) -> None:
    """Write what was found, for programs or for the eye; a pipe gets no colour."""
    level = worst(findings)
    if is_json:
        said = {"status": level, "findings": [asdict(finding) for finding in findings]}
        out.write(orjson.dumps(said, option=orjson.OPT_INDENT_2).decode() + "\n")
        return
    width = max(len(finding.name) for finding in findings)
    for finding in findings:
        out.write(
            f"{marked(finding.level, out)}  {finding.name:{width}}  {printable(finding.words)}\n"
        )
        if finding.remedy:
            out.write(f"{'':{width + 8}}{finding.remedy}\n")
    out.write(f"\n{SUMMARY[level]}\n")


def marked(level: Level, out: TextIO) -> str:
    """Return a level, four wide, in its colour on a terminal that shows colours."""
    has_color = out.isatty() and "NO_COLOR" not in os.environ
    return f"\x1b[{COLORS[level]}m{level:4}\x1b[0m" if has_color else f"{level:4}"
