"""Why a websocket is closed: the codes that assets/presenting/room.mjs goes by.

Before the handshake is answered, each of them refuses it (403).
"""

from typing import Final

NO_SESSION: Final = 4001
"""Nobody is signed in, or the page was made for somebody else."""
NOT_ALLOWED: Final = 4003
"""It comes from another site, or the asker's role does not allow it."""
GONE: Final = 4004
"""There is no such project, or it is for others only."""
TOO_MUCH: Final = 4008
"""The page said too much, or takes nothing."""
LATER: Final = 4013
"""The page comes back after a while."""
ANEW: Final = 1012
"""The page comes back at once, through its proxy."""
