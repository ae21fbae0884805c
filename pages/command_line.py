"""What the commands of `app.py` share: how they are asked, and how they speak.

Names and sentences may come from a file that somebody sent; none of them steers a terminal.
"""

import argparse
import sys
from collections.abc import Iterable
from typing import NoReturn

from ml.errors import LodemapError
from ml.intake.members import printable
from tasks.errors import EXIT_CANNOT_START


class Parser(argparse.ArgumentParser):
    """A parser whose complaints are one line that leads to its help; `prog` names the command."""

    def error(self, message: str) -> NoReturn:
        """Leave with status 2."""
        self.exit(EXIT_CANNOT_START, f"{message}; see python {self.prog} --help.\n")


def show(lines: Iterable[str]) -> None:
    """Write lines for the eye; what a script wants is on stdout."""
    sys.stderr.writelines(f"{printable(line).rstrip()}\n" for line in lines)


def complain(error: LodemapError) -> None:
    """Write what went wrong, for the eye."""
    show(error.sentence.split("\n"))


def answer(lines: Iterable[str]) -> None:
    """Write what was asked for, on stdout."""
    sys.stdout.writelines(f"{printable(line)}\n" for line in lines)
