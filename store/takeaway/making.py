"""One way from a wish to a file, for the command line and for the process that the app starts."""

from pathlib import Path

from store.files.disk import disk_errors
from store.opening import Store
from store.takeaway.film import write_film
from store.takeaway.forecast import read
from store.takeaway.replay import Tell, notes, sheet_plan, write_replay
from store.takeaway.report import write_report
from store.takeaway.wish import Wish


def make(store: Store, project_id: str, wish: Wish, path: Path, tell: Tell) -> list[str]:
    """Write the file of a wish; return what whoever gets it should know.

    Args:
        store: Where the project is.
        project_id: Which.
        wish: What to make.
        path: The file; what is there is written over.
        tell: Hears how much is done, 0 to 1; it may raise, and a part of the file stays behind.

    Raises:
        LodemapError: in one sentence, whatever stands in the way.
    """
    session = read(store, project_id, wish)
    if wish.kind == "film":
        return write_film(store, session, wish, path, tell)
    write = write_replay if wish.kind == "replay" else write_report
    with disk_errors("The file"), path.open("w", encoding="utf-8", newline="\n") as file:
        file.writelines(write(store, session, tell))
    if wish.kind == "report":
        return []
    return notes(session, has_pictures=sheet_plan(store, session) is not None)[1:]
