"""Due rows: what is to be said or done, and when. They name things, and hold nothing that anyone wrote."""

from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum, StrEnum

from mentoring.ids import AgreementId, PersonId


class Kind(StrEnum):
    """Kinds of due rows. ``subject`` is the agreement's id unless said otherwise."""

    # what time does
    TURN = "turn"  # the agreement's next turn; no recipient
    LOOKUP = "lookup"  # ask users.info about an account; subject: its person
    REACHED = "reached"  # the same after a message, for it could not be asked before; subject: the row of that message
    # what is drawn again
    HOME = "home"  # publish a person's Home; subject: the person
    REDRAW = "redraw"  # draw a message that was sent again; subject: that row
    # an agreement
    INVITATION = "invitation"  # to whom it is proposed; then the place of their answer
    SUGGESTED = "suggested"  # other terms; to the one who did not write them
    PROPOSAL_REMINDER = "proposal_reminder"  # to whoever must sign
    SIGNED = "signed"  # the mentee has signed what the mentor proposed; to the mentor
    AGREED = "agreed"  # both have signed a version; to each
    CHANGE_DECLINED = "change_declined"  # the old terms hold; to its author
    CHANGE_WITHDRAWN = "change_withdrawn"  # to the one who did not write it
    CHANGE_LAPSED = "change_lapsed"  # to its author, and to a mentee who had signed
    DECLINED = "declined"  # to the proposer
    WITHDRAWN = "withdrawn"  # to whom it was proposed
    LAPSED = "lapsed"  # to the proposer, and to a mentee who had signed
    ENDED = "ended"  # ended early; to the other
    END_RECEIPT = "end_receipt"  # ended early; to whoever did it, with Undo
    CLOSING = "closing"  # all sessions are used; to each
    RESULT = "result"  # what the closing came to; to each
    THANKS = "thanks"  # written after an early end; to the other
    # the rhythm
    OFFER = "offer"  # nothing is planned: plan or pause; to each
    PAUSED = "paused"  # to the other
    RESUMED = "resumed"  # to the other
    PAUSE_CHECK = "pause_check"  # paused for long: go on or end; to each
    EARLY_END_CHECK = (
        "early_end_check"  # the agreed rule, with no session ahead; subject: the session; to each
    )
    UNREACHABLE = "unreachable"  # the other side cannot be reached; once
    # a closed agreement
    RETENTION_NOTICE = "retention_notice"  # a week before what someone wrote goes; to them
    RETENTION = "retention"  # what the recipient wrote goes, and then the agreement; nobody is told
    # a session; subject: the session
    PLANNED = "planned"
    MOVED = "moved"
    LOGGED = "logged"
    CANCELLED = "cancelled"  # a session ahead; to the other
    NOT_HELD = "not_held"  # "it didn't happen"; to the other, without a name
    CANCEL_RECEIPT = "cancel_receipt"  # either of the two; to whoever did it, with Undo
    REMINDER = "reminder"
    SESSION_ENDED = "session_ended"  # to the mentor
    # a rating; subject: the session; to the mentee
    RATING = "rating"
    RATING_REMINDER = "rating_reminder"
    CALENDAR_FILE = "calendar_file"  # asked for; subject: the session; to whoever asked
    # an export; subject: the export
    EXPORT = "export"  # its file; to whose it is
    EXPORT_REMOVED = "export_removed"  # the file has been deleted; subject: the row that brought it
    EXPIRE_EXPORT = "expire_export"  # delete its file, after a day; subject: the row that brought it
    # an answer to something said in the DM; subject: "word/event id"
    REPLY = "reply"
    # what is left to do once someone is gone; it holds ids of Slack's alone, and nobody is told
    DELETE_MESSAGE = "delete_message"  # one of the bot's own, by channel and ts; subject: the row itself
    DELETE_FILE = "delete_file"  # by its id; subject: the row itself
    CLEAR_DM = "clear_dm"  # look through a DM for what nobody wrote down; subject: the DM
    CLEAR_HOME = "clear_home"  # what a newcomer sees; subject: the Slack user
    CLEAR_FILE = (
        "clear_file"  # overwrite what a SQLite file and its log still hold of it; subject: the row itself
    )


REPEATABLE = frozenset({Kind.TURN, Kind.LOOKUP, Kind.HOME, Kind.REDRAW})
"""Kinds that may be due again and again; of each there is one pending row per subject and recipient."""

CLEARING = frozenset({Kind.DELETE_MESSAGE, Kind.DELETE_FILE, Kind.CLEAR_DM, Kind.CLEAR_HOME, Kind.CLEAR_FILE})
"""Kinds that delete what was said to someone who is gone. Doing it twice does no harm, and nothing of such a row remains."""
LEAVES_NOTHING = REPEATABLE | CLEARING | {Kind.EXPIRE_EXPORT, Kind.REACHED}
"""Kinds whose rows are deleted once they are done; they may simply be done again."""


class Lane(IntEnum):
    """What a person's gesture caused goes before what the clock caused."""

    GESTURE = 0
    CLOCK = 1


@dataclass(frozen=True)
class Due:
    """Something to be said or done at ``due``, at the latest before ``expires``.

    Unique by (kind, subject, recipient, round), unless ``REPEATABLE``; ``round`` tells apart what is said of one subject more
    than once. It names things, and holds nothing that anyone wrote.
    """

    kind: Kind
    subject: str
    due: datetime
    agreement_id: AgreementId | None = None
    recipient: PersonId | None = None
    round: int = 0
    expires: datetime | None = None
    lane: Lane = Lane.GESTURE
