"""Drawing again what Slack already shows: messages that were sent, and Home."""

from dataclasses import replace
from datetime import datetime

from bot.drawn import IN_DOUBT, Drawn, may_change
from bot.pace import Pace
from bot.posting import fading
from bot.sending import Fate, Sender, Undelivered
from bot.settling import Settling
from handlers import messages
from handlers.deps import Deps
from handlers.views.text import Message
from mentoring.due import Due, Kind
from mentoring.ids import PersonId
from mentoring.refusal import NotFound
from storage import outbox, people
from storage.database import Tx
from storage.outbox import Row, RowState

ON_ITS_WAY = 0.1
"""Real seconds after which a message that is being sent is looked at again."""


class Redrawing:
    """Draws again from the present state; what has not changed is not sent. All of it may simply be repeated.

    It is repeated a minute after a try that failed: what was asked for then may reach Slack after what was drawn since.
    """

    def __init__(self, deps: Deps, settle: Settling, pace: Pace, drawn: Drawn) -> None:
        self._deps = deps
        self._settle = settle
        self._pace = pace
        self._drawn = drawn

    def redraw(self, row: Row, sender: Sender) -> None:
        """Draw the message that the row's subject names once more.

        Raises:
            Undelivered: Slack did not take it.
        """
        with self._deps.database.reading() as tx:
            original, message = self._present(tx, row)
        if original is not None and original.state is RowState.SENDING:
            raise Undelivered(Fate.LATER, "the message is on its way, as it was drawn before", ON_ITS_WAY)
        if original is None or message is None or original.channel is None or original.ts is None:
            return self._settle(lambda tx: outbox.done(tx, row.id))
        if not self._drawn.already(original.id, message):
            self._pace.call(row.team_id, "chat.update")
            with self._drawn.drawing(original.id, message, self._begun(row, original.id)):
                sender.update(original.channel, original.ts, message, original.id)
        return self._settle(lambda tx: self._redrawn(tx, row, original, message))

    def _present(self, tx: Tx, row: Row) -> tuple[Row | None, Message | None]:
        original = outbox.row(tx, row.due.subject)
        if original is None:
            return None, None
        drawn = messages.draw(tx, original, self._deps, self._deps.now())
        return original, drawn if isinstance(drawn, Message) else None

    def _redrawn(self, tx: Tx, row: Row, original: Row, message: Message) -> None:
        outbox.done(tx, row.id)
        outbox.redrawn(tx, original.id, live=may_change(message))
        if message.introduces and not original.introduces and original.due.recipient is not None:
            outbox.introduces(tx, original.id)
            people.greeted(tx, original.due.recipient)
        if message.fades_at is not None:
            outbox.add(tx, fading(original, message.fades_at))
        self._once_more(tx, row, original.id)

    def publish_home(self, row: Row, sender: Sender) -> None:
        """Publish the Home of the person that the row's subject names.

        Raises:
            Undelivered: Slack did not take it.
        """
        person = PersonId(row.due.subject)
        if row.user_id is None:
            raise ValueError("a Home belongs to a Slack account")
        try:
            with self._deps.database.reading() as tx:
                view, fades_at = messages.draw_home(tx, person, self._deps, self._deps.now())
        except NotFound:
            raise Undelivered(Fate.GONE, "whose Home it was is gone") from None
        if not self._drawn.already(person, view):
            self._pace.call(row.team_id, "views.publish")
            with self._drawn.drawing(person, view, self._begun(row, person)):
                sender.publish(row.user_id, view)
        self._settle(lambda tx: self._published(tx, row, person, fades_at))

    def _published(self, tx: Tx, row: Row, person: PersonId, fades_at: datetime | None) -> None:
        outbox.done(tx, row.id)
        if fades_at is not None:
            outbox.add(tx, Due(Kind.HOME, person, fades_at, recipient=person))
        self._once_more(tx, row, person)

    def _begun(self, row: Row, place: str) -> datetime:
        """Return the instant. A try that failed, or was under way when another process stopped, may not have reached Slack so far."""
        now = self._deps.now()
        if row.attempts:
            self._drawn.doubt(place, now)
        return now

    def _once_more(self, tx: Tx, row: Row, place: str) -> None:
        """Draw it again once no earlier try can come any more, if there was one: the last to reach Slack stands there for good."""
        now = self._deps.now()
        if self._drawn.doubtful(place, now):
            outbox.add(tx, replace(row.due, due=now + IN_DOUBT))
