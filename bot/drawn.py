"""What was last drawn where, so that the same is not sent again."""

import json
import threading
from collections import OrderedDict
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import blake2b

from slack_sdk.models.blocks import Block
from slack_sdk.models.views import View

from handlers.views.block_kit import as_json
from handlers.views.text import Message

REMEMBERED = 10_000
"""How many messages and Homes; what is forgotten is at worst drawn once more."""


class Drawn:
    """Digests by place: a message's row id, or whose Home. Never what was drawn."""

    def __init__(self) -> None:
        self._digests: OrderedDict[str, bytes] = OrderedDict()
        self._lock = threading.Lock()

    def forget(self) -> None:
        """Know nothing any more: another process may have drawn anything anywhere since."""
        with self._lock:
            self._digests.clear()

    def already(self, place: str, what: Message | View) -> bool:
        """Tell whether exactly this was drawn there last."""
        with self._lock:
            return self._digests.get(place) == digest(what)

    @contextmanager
    def drawing(self, place: str, what: Message | View) -> Iterator[None]:
        """Draw something there meanwhile. Until that has gone well nobody knows what stands there: Slack may take what it doesn't answer."""
        with self._lock:
            self._digests.pop(place, None)
        yield
        self.keep(place, what)

    def keep(self, place: str, what: Message | View) -> None:
        """Remember what now stands there."""
        with self._lock:
            self._digests[place] = digest(what)
            self._digests.move_to_end(place)
            if len(self._digests) > REMEMBERED:
                self._digests.popitem(last=False)


def digest(what: Message | View) -> bytes:
    """Return what tells one drawing from another."""
    shown = as_json(what) if isinstance(what, View) else [what.text, as_json(what.blocks)]
    return blake2b(json.dumps(shown, sort_keys=True).encode(), digest_size=16).digest()


def may_change(message: Message) -> bool:
    """Tell whether a message may have to be drawn again: it offers something, or isn't settled."""
    unsettled = message.unsettled or message.fades_at is not None
    return unsettled or any(_offers(block) for block in message.blocks)


def _offers(block: Block) -> bool:
    shown = as_json(block)
    return "accessory" in shown or shown["type"] in {"actions", "input"}
