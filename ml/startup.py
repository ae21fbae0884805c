"""The app and its workers start without looking for garbage: they import this module first.

Thousands of modules come in, and hardly anything of them ever goes. Python would look through all
of them for cycles again and again meanwhile, and once more when the process ends.

    from ml import startup

    # isort: split
    import ...

    startup.all_in()
"""

import gc


def coming_in() -> None:
    """Modules come in: look for no garbage until they are all in."""
    gc.disable()


def all_in() -> None:
    """Leave what is there now out of every search, and search again from now on."""
    gc.freeze()
    gc.enable()


coming_in()
