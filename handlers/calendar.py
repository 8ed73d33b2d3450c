"""A session in one's own calendar: the window with the links, and the file that is sent when it is asked for."""

from handlers.gestures import Answer, Gesture, Nothing, Show, Tell
from handlers.views import calendar as views
from mentoring.due import Due, Kind
from mentoring.ids import SessionId
from mentoring.refusal import Refused
from mentoring.sessions import is_ahead
from storage import agreements, outbox
from storage.outbox import RowState

COMING = "The file comes to your messages with me in a moment."
THERE = "You have this file already: it is in your messages with me."
LINKS_SENT = "Slack didn't take the file; the links in your messages with me do the same."
NO_FILES = "I can't send files in this workspace. The links do the same."
NOT_AHEAD = "This session isn't ahead any more, so there is nothing to add to a calendar."


def open_calendar(gesture: Gesture) -> Answer:
    """Open the small window with the links; the button's value is the session's id."""
    session_id, me = SessionId(gesture.value), gesture.person
    with gesture.deps.database.reading() as tx:
        agreement = agreements.of_session(tx, session_id, seen_by=me.id, now=gesture.now)
    session = agreement.session(session_id)
    if not is_ahead(agreement, session, gesture.now):
        raise Refused(NOT_AHEAD)
    files = gesture.deps.takes_files(me.team_id)
    return Show(views.calendar_view(agreement, session, me, files=files))


def follow_link(_gesture: Gesture) -> Answer:
    """Someone has clicked on a link, which Slack has followed: there is nothing left to do."""
    return Nothing()


def send_file(gesture: Gesture) -> Answer:
    """Let the file be sent to whoever asks for it; once for each time that the session has, however often it is asked for."""
    session_id, me = SessionId(gesture.value), gesture.person
    with gesture.deps.database.writing() as tx:
        agreement = agreements.of_session(tx, session_id, seen_by=me.id, now=gesture.now)
        session = agreement.session(session_id)
        if not is_ahead(agreement, session, gesture.now):
            raise Refused(NOT_AHEAD)
        if not gesture.deps.takes_files(me.team_id):
            raise Refused(NO_FILES)
        due = Due(
            Kind.CALENDAR_FILE,
            session.id,
            gesture.now,
            agreement.id,
            me.id,
            round=session.moves,
            expires=session.starts,
        )
        outbox.add(tx, due)
        row = outbox.like(tx, due)
        if row is not None and row.state is RowState.SENT:
            # A file in Slack has no place of its own that we know; the links that stand in for one do.
            return Tell(THERE if row.ts is None else LINKS_SENT)
        if row is not None and row.state in {RowState.UNSURE, RowState.DEAD, RowState.DROPPED}:
            # Whoever asks once more has not got it.
            outbox.again(tx, row.id, due)
    return Tell(COMING)
