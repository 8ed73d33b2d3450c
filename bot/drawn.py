"""What was last drawn where, so that the same is not sent again."""

import json
import threading
from collections import OrderedDict
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from hashlib import blake2b

from slack_sdk.models.blocks import Block
from slack_sdk.models.views import View

from bot.sending import Fate, Undelivered
from handlers.views.block_kit import as_json
from handlers.views.text import Message

REMEMBERED = 10_000
"""How many messages and Homes; what is forgotten is at worst drawn once more."""
IN_DOUBT = timedelta(minutes=1)
"""For how long a call that failed may reach Slack yet."""


class Drawn:
    """Digests by place: a message's row id, or whose Home. Never what was drawn."""

    def __init__(self) -> None:
        self._digests: OrderedDict[str, bytes] = OrderedDict()
        self._doubts: dict[str, datetime] = {}
        self._lock = threading.Lock()

    def forget(self) -> None:
        """Know nothing any more: another process may have drawn anything anywhere since."""
        with self._lock:
            self._digests.clear()

    def doubt(self, place: str, now: datetime) -> None:
        """Note that a try to draw there failed, and may reach Slack yet: after what is drawn next."""
        with self._lock:
            self._doubts = {one: at for one, at in self._doubts.items() if _still(at, now)} | {place: now}

    def doubtful(self, place: str, now: datetime) -> bool:
        """Tell whether an earlier try may yet draw over what is drawn there now."""
        with self._lock:
            return place in self._doubts and _still(self._doubts[place], now)

    def already(self, place: str, what: Message | View) -> bool:
        """Tell whether exactly this was drawn there last."""
        with self._lock:
            return self._digests.get(place) == digest(what)

    @contextmanager
    def drawing(self, place: str, what: Message | View, now: datetime) -> Iterator[None]:
        """Draw something there meanwhile. Until that has gone well nobody knows what stands there: Slack may take what it doesn't answer."""
        with self._lock:
            self._digests.pop(place, None)
        try:
            yield
        except Undelivered as trouble:
            if trouble.fate is Fate.LATER:
                self.doubt(place, now)
            raise
        if not self.doubtful(place, now):
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


def _still(doubted_at: datetime, now: datetime) -> bool:
    # Not by a clock that has been set back meanwhile either: that would have no end.
    return timedelta() <= now - doubted_at < IN_DOUBT


def may_change(message: Message) -> bool:
    """Tell whether a message may have to be drawn again: it offers something, or isn't settled."""
    unsettled = message.unsettled or message.fades_at is not None
    return unsettled or any(_offers(block) for block in message.blocks)


def _offers(block: Block) -> bool:
    shown = as_json(block)
    return "accessory" in shown or shown["type"] in {"actions", "input"}
