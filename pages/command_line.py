"""What the commands of `app.py` share."""

import argparse
from typing import NoReturn

from tasks.errors import EXIT_CANNOT_START


class Parser(argparse.ArgumentParser):
    """A parser whose complaints are one line that leads to its help; `prog` names the command."""

    def error(self, message: str) -> NoReturn:
        """Leave with status 2."""
        self.exit(EXIT_CANNOT_START, f"{message}; see python {self.prog} --help.\n")
