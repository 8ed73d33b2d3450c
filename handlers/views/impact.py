"""What came of a session: the mentee's look back on all of them, and the form in which she writes of one."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from slack_sdk.models.blocks import Block, ButtonElement, SectionBlock
from slack_sdk.models.views import View

from handlers.ids import Action, Form
from handlers.views import forms
from handlers.views.feedback import when_released
from handlers.views.pages import AROUND_BYTES, fitting
from handlers.views.sessions import nth
from handlers.views.text import button, capital, day, name, paragraph, plain, quote, small
from mentoring.access import Right, stands_open
from mentoring.agreement import Agreement, Role
from mentoring.erasing import NOTHING_NEW, erased
from mentoring.feedback import release_moment
from mentoring.ids import SessionId
from mentoring.impact import Impact, shown_at_once
from mentoring.people import Person
from mentoring.sessions import Session

Written = Mapping[SessionId, Impact]


def impacts_button(agreement: Agreement) -> ButtonElement:
    """Return the button that leads to all of them."""
    return button(
        "What came of it",
        Action.IMPACTS,
        agreement.id,
        label_for_readers=f"What came of your sessions with {name(agreement.mentor)}",
    )


# --- all of them


def impacts_view(
    agreement: Agreement, written: Written, me: Person, *, before: datetime | None = None
) -> View:
    """Return what she has written of the sessions held, newest first: of those that started before ``before``, or of all."""
    ids = forms.pack(agreement=agreement.id)
    if erased(agreement, me.id):
        return forms.modal("What came of it", [paragraph(NOTHING_NEW)], Form.IMPACTS, ids=ids)
    mentor = name(agreement.mentor)
    lead = f"What came of your sessions with {mentor}. It is yours: share a note with {mentor} or keep it, and change that any time."
    sessions = [s for s in reversed(agreement.held_sessions) if before is None or s.starts < before]
    blocks: list[Block] = [paragraph(lead)]
    drawn, shown = fitting(
        sessions,
        lambda session: _entry(agreement, session, written.get(session.id), me),
        lambda session: (written[session.id].text,) if session.id in written else (),
        taken=len(blocks),
        weighs=AROUND_BYTES,
    )
    blocks += drawn or [paragraph("No session has been held yet.")]
    if shown < len(sessions):
        blocks.append(_earlier(sessions[shown - 1], len(sessions) - shown))
    return forms.modal("What came of it", blocks, Form.IMPACTS, ids=ids)


def _entry(agreement: Agreement, session: Session, impact: Impact | None, me: Person) -> list[Block]:
    which = f"{capital(nth(agreement, session))}, {_date(session, me)}"
    label = "Write" if impact is None else "Change"
    spoken = f"{label} what came of {nth(agreement, session)}"
    one = button(label, Action.IMPACT, session.id, label_for_readers=spoken)
    blocks: list[Block] = [SectionBlock(text=plain(which), accessory=one)]
    if impact is not None:
        blocks += [small(_who_reads_now(agreement, impact)), *quote(impact.text)]
    return blocks


def _earlier(last: Session, left: int) -> Block:
    cursor = str(int(last.starts.timestamp()))
    spoken = f"{left} earlier session{'' if left == 1 else 's'}"
    one = button(f"Earlier ({left})", Action.IMPACTS_EARLIER, cursor, label_for_readers=spoken)
    return SectionBlock(text=plain("There is more."), accessory=one)


# --- one of them


@dataclass(frozen=True)
class Opened:
    """What a form was opened with. ``revision`` is that of what was written then; None if nothing was."""

    session_id: SessionId
    revision: int | None


def impact_form(agreement: Agreement, session: Session, impact: Impact | None, me: Person) -> View:
    """Return the form about one session; who may read it is chosen each time anew."""
    mentor = name(agreement.mentor)
    which = f"{capital(nth(agreement, session))} with {mentor}, {_date(session, me)}."
    blocks = [
        paragraph(f"{which} What has come of it since?"),
        forms.text_input(
            "text",
            "In your own words",
            lines=True,
            optional=impact is not None,
            initial=None if impact is None else impact.text,
            placeholder="What you tried, what changed, what you noticed",
            hint=None if impact is None else "Empty it to take it back.",
        ),
        forms.radio(
            "share",
            "Who may read this?",
            {"share": f"Share it with {mentor}", "keep": "Keep it for myself"},
            optional=True,
            hint=f"Needed if something is written, and again when you change it. {_now(agreement, impact)}".strip(),
        ),
        small(f"{_from_when(agreement, session)} {_at_any_time(agreement)}"),
    ]
    ids = forms.pack(session=session.id, **({} if impact is None else {"revision": impact.revision}))
    return forms.modal("What came of it", blocks, Form.IMPACT, submit="Save", close="Cancel", ids=ids)


def read_claims(view: Mapping[str, Any]) -> Opened:
    """Return what a form was opened with.

    Raises:
        NotFound: it holds nothing of ours.
    """
    claims = forms.unpack(view)
    return Opened(SessionId(claims["session"]), claims.number("revision") if "revision" in claims else None)


def _now(agreement: Agreement, impact: Impact | None) -> str:
    return "" if impact is None else f"At the moment {_reads(agreement, impact)}"


def _who_reads_now(agreement: Agreement, impact: Impact) -> str:
    return capital(_reads(agreement, impact))


def _reads(agreement: Agreement, impact: Impact) -> str:
    if not impact.shared:
        return "it is for you alone."
    mentor = agreement.mentor
    if stands_open(Right.READ_IMPACT, agreement, Role.MENTOR, impact):
        return f"it is shared; {name(mentor)} can read it in the recap."
    if agreement.over:
        return f"it is for you alone: the end came before {name(mentor)} was shown it."
    return f"it is shared; {name(mentor)} can read it later, not yet."


def _from_when(agreement: Agreement, session: Session) -> str:
    """Say from when on the mentor is shown what she shares: with the release of the session's rating."""
    reads = f"If you share it, {name(agreement.mentor)} can read it in the recap"
    if shown_at_once(agreement, session):
        return f"{reads} at once."
    if agreement.planned_session is not None and release_moment(agreement) is None:
        # The release before the next session has come, and opened nothing of this one: its rating had not been asked by then.
        return f"{reads} some time after your next session, not before."
    if session.rating is None and not agreement.closing:
        return f"{reads} when a session comes near after you were asked for this one's rating, not before."
    return f"{reads} {when_released(agreement)}"


def _at_any_time(agreement: Agreement) -> str:
    return f"{name(agreement.mentor)} gets no message about it, and you can change it or take it back at any time."


def _date(session: Session, me: Person) -> str:
    return f"{session.starts.astimezone(me.zone):%A} {day(session.starts, me.zone)}"
