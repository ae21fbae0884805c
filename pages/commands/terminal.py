"""What the commands of `app.py` share: how they are asked, and how they speak.

Names and sentences may come from a file that somebody sent; none of them steers a terminal.
"""

import argparse
import re
import shlex
import signal
import sys
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Final, NoReturn

from ml.errors import InvalidInputError, LodemapError
from ml.intake.members import printable
from store.settings import PREFIX
from tasks.errors import EXIT_CANNOT_START

APP: Final = Path(__file__).parents[2] / "app.py"
EXIT_INCOMPLETE: Final = 1
"""Status where files that rows name were not there: what there is was taken, and whoever keeps
older ones keeps them."""
_WITH_SECRET: Final = re.compile(
    r"://[^:/?#@]*:[^@]+@|[?&][^=&]*(?:password|passwd|secret|token)[^=&]*=", re.IGNORECASE
)
"""A password of an address: before its host, or in its query."""


def as_typed(*words: str) -> str:
    """Return a command of `app.py` as it is typed here, by the interpreter that runs this one."""
    here = Path.cwd()
    program = (Path(sys.executable), APP)
    shown = (path.relative_to(here) if path.is_relative_to(here) else path for path in program)
    return shlex.join([*map(str, shown), *words])


class InterruptedCommand(SystemExit):
    """A command was told to end before it was done; its status is 128 and the signal's number."""

    def __init__(self, number: int) -> None:
        super().__init__(128 + number)
        self.signal_name = signal.Signals(number).name


class Parser(argparse.ArgumentParser):
    """A parser whose complaints are one line that leads to its help; `prog` names the command."""

    def error(self, message: str) -> NoReturn:
        """Leave with status 2."""
        command = self.prog.split()[1:]
        self.exit(EXIT_CANNOT_START, f"{message}; see {as_typed(*command, '--help')}.\n")


def url_for(setting: str) -> Callable[[str], str]:
    """Return what argparse calls with the address that a flag gives for a setting.

    It refuses an address that holds a password: `ps` shows every user of the machine the
    arguments of every program.
    """

    def read(url: str) -> str:
        if _WITH_SECRET.search(url):
            raise argparse.ArgumentTypeError(
                "a password among arguments can be read by every user of this machine; put the"
                f" whole address into the variable {PREFIX}{setting.upper()} instead"
            )
        return url

    return read


PLACES: Final = ("data_dir", "database_url", "artifacts_url")
"""Settings that say where an app keeps what a command works on."""


def add_places(parser: argparse.ArgumentParser) -> None:
    """Add a flag for each of the places."""
    add = parser.add_argument
    add("--data-dir", help="folder of database and artifacts (lodemap-data)")
    add(
        "--database-url",
        type=url_for("database_url"),
        help="sqlite:///... or postgresql://... (a file in the data folder)",
    )
    add(
        "--artifacts-url",
        type=url_for("artifacts_url"),
        help="folder or URL of data sets and checkpoints (in the data folder)",
    )


def places_of(flags: argparse.Namespace) -> dict[str, object]:
    """Return the places that flags name, None for each they do not."""
    return {name: getattr(flags, name) for name in PLACES}


def check_on_disk(path: Path) -> None:
    """Check that what may be read is a file or a folder, where it is anything.

    Raises:
        InvalidInputError: it is a pipe or a device, which may never end.
    """
    if path.exists() and not (path.is_file() or path.is_dir()):
        raise InvalidInputError(f"{path} is a pipe or a device; name a file or a folder.")


def show(lines: Iterable[str]) -> None:
    """Write lines for the eye; what a script wants is on stdout."""
    sys.stderr.writelines(f"{printable(line).rstrip()}\n" for line in lines)


def complain(error: LodemapError) -> None:
    """Write what went wrong, for the eye; of a silent database also why, as its library has it.

    A page is never told that: it names hosts and users.
    """
    said = str(getattr(error.__cause__, "orig", "")).partition("\n")[0]
    reason = f" ({said})" if said and said not in error.sentence else ""
    show(f"{error.sentence}{reason}".split("\n"))


def answer(lines: Iterable[str]) -> None:
    """Write what was asked for, on stdout."""
    sys.stdout.writelines(f"{printable(line)}\n" for line in lines)


def tell_missing(names: Sequence[str]) -> int:
    """Say which files a backup lacks; return the exit status."""
    show(f"{name} is missing: rows name it, but it was gone or damaged before." for name in names)
    return EXIT_INCOMPLETE if names else 0
