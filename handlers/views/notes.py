"""The mentor's notes: one form, in which a session is chosen and its note is written."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from slack_sdk.models.blocks import Block
from slack_sdk.models.views import View

from handlers.ids import Action, Form
from handlers.views import forms
from handlers.views.sessions import nth
from handlers.views.text import day, name, paragraph, small
from mentoring.agreement import Agreement
from mentoring.ids import NoteId, SessionId, new_id
from mentoring.notes import Note
from mentoring.people import Person
from mentoring.secret import Secret
from mentoring.sessions import Session

NO_NOTE = -1
"""The revision that a form claims when there was no note yet as it was opened."""


@dataclass(frozen=True)
class Opened:
    """What a notes form was opened with: its claims.

    Attributes:
        revision: the note's as the form was opened, ``NO_NOTE`` if there was none.
        goes_on: the session that was chosen while the note of this one was not saved yet.
        from_recap: the form was opened from the recap, and goes back to it.
    """

    agreement_id: str
    session_id: SessionId
    note_id: NoteId
    revision: int
    goes_on: SessionId | None = None
    from_recap: bool = False

    @property
    def field(self) -> str:
        return text_field(self.session_id)


def text_field(session_id: SessionId) -> str:
    """Return the name of the input for a session's note.

    It differs by session, because Slack keeps what was typed in an input of the same name when a view is updated
    (docs.slack.dev/reference/views/modal-views, "Preserving input entry").
    """
    return f"text-{session_id}"


def opened(agreement: Agreement, session: Session, note: Note | None, *, from_recap: bool = False) -> Opened:
    """Return the claims of a form that is opened now; a note not yet written gets its future id here."""
    return Opened(
        agreement_id=agreement.id,
        session_id=session.id,
        note_id=NoteId(new_id()) if note is None else note.id,
        revision=NO_NOTE if note is None else note.revision,
        from_recap=from_recap,
    )


def notes_form(
    agreement: Agreement, me: Person, claims: Opened, text: Secret[str] | str, *, notice: str = ""
) -> View:
    """Return the form for the note of the session that ``claims`` names, holding ``text``."""
    session = agreement.session(claims.session_id)
    other = name(agreement.other(me.id))
    blocks: list[Block] = [paragraph(notice)] if notice else []
    blocks += [
        _session_select(agreement, session, me),
        forms.text_input(
            claims.field,
            f"Your notes on {nth(agreement, session)}",
            lines=True,
            optional=True,
            initial=text,
            placeholder="What you talked about, what to come back to",
        ),
        small(f"Only you are shown these, here and in your recap: not {other}, nor anyone else."),
    ]
    return forms.modal(
        "Your notes",
        blocks,
        Form.NOTES,
        submit="Save" if claims.goes_on is None else "Save and go on",
        close="Cancel",
        ids=_pack(claims),
    )


def unsaved(agreement: Agreement, here: Session, chosen: Session) -> str:
    """Return the warning that a note stands unsaved while another session was chosen."""
    return (
        f"What you wrote about {nth(agreement, here)} isn't saved yet. Save it to go on to "
        f"{nth(agreement, chosen)}, or choose {nth(agreement, here)} again to stay."
    )


def saved(agreement: Agreement, session: Session) -> str:
    return f"Your note on {nth(agreement, session)} is saved."


def _session_select(agreement: Agreement, session: Session, me: Person) -> Block:
    options: dict[str, str] = {s.id: _title(agreement, s, me) for s in reversed(agreement.standing_sessions)}
    select = forms.select(Action.NOTES_SESSION, "Session", options, chosen=session.id, dispatch=True)
    # A new name each time, so that the menu shows the session whose note this is, whatever was chosen before.
    select.block_id = f"session-{new_id()}"
    return select


def _title(agreement: Agreement, session: Session, me: Person) -> str:
    local = session.starts.astimezone(me.zone)
    ahead = ", planned" if session.planned else ""
    return f"Session {agreement.number(session)} · {local:%A} {day(session.starts, me.zone)}{ahead}"


# --- reading back


def _pack(claims: Opened) -> str:
    ids: dict[str, str | int] = {
        "agreement": claims.agreement_id,
        "session": claims.session_id,
        "note": claims.note_id,
        "revision": claims.revision,
        "goes_on": claims.goes_on or "",
        "from": "recap" if claims.from_recap else "",
    }
    return forms.pack(**{key: value for key, value in ids.items() if value != ""})


def read_claims(view: Mapping[str, Any]) -> Opened:
    """Return what a notes form was opened with.

    Raises:
        NotFound: it holds nothing of ours.
    """
    claims = forms.unpack(view)
    goes_on = claims.get("goes_on")
    return Opened(
        agreement_id=claims["agreement"],
        session_id=SessionId(claims["session"]),
        note_id=NoteId(claims.future_id("note")),
        revision=claims.number("revision"),
        goes_on=None if goes_on is None else SessionId(goes_on),
        from_recap=claims.get("from") == "recap",
    )
