"""How many classes a project may make in its life.

An index is never used twice: events speak of it, and beliefs have a column for it. So classes that
were merged, or whose making was undone, count for ever.
"""

from typing import Final

from ml.errors import InvalidInputError
from ml.wording import many, noun
from store.records import ProjectState

CLASS_LIMIT: Final = 1000
"""Classes a project may make in its life."""


def check_room(state: ProjectState, num_new: int, subject: str, remedy: str) -> None:
    """Check that a project may make some classes more.

    Args:
        state: The project as it is.
        num_new: Classes to be made.
        subject: What would make them, the beginning of a sentence.
        remedy: A sentence: what helps where it is not those that were merged or taken back.

    Raises:
        InvalidInputError: there is no room for them.
    """
    num_left, num_gone = CLASS_LIMIT - state.num_made, state.num_made - state.num_living
    if num_new <= num_left:
        return
    why = f"{subject} would make {many(num_new, 'class', 'classes')}; a project makes "
    why += f"{CLASS_LIMIT:,} at most"
    if num_new + state.num_living > CLASS_LIMIT:
        raise InvalidInputError(f"{why}. {remedy}")
    counted = f"{many(num_gone, 'class', 'classes')} merged or taken back still "
    raise InvalidInputError(
        f"{why}, and {counted}{noun(num_gone, 'counts', 'count')}: {num_left:,} more can be made. "
        "Redo what was just undone, name with the classes there are, or make a new project."
    )
