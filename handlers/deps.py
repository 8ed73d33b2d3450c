"""What every handler is given besides the gesture itself."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from mentoring.operator import Operator
from storage.database import Database


@dataclass(frozen=True)
class Deps:
    """The database, the clock, and what settings say about this installation.

    ``command`` is the slash command's name ("/mentor"); ``operator`` is who runs the bot. ``takes_files``
    tells whether files can be sent in a workspace, by its id: the scope for that is optional.
    """

    database: Database
    now: Callable[[], datetime]
    command: str = "/mentor"
    operator: Operator = field(default_factory=Operator)
    takes_files: Callable[[str], bool] = lambda _: False
