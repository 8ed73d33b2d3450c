"""What came of last time: the mentee writes it for herself, or shares it on purpose; nobody is told."""

from datetime import datetime

from handlers.gestures import Answer, Gesture, Show
from handlers.views import forms
from handlers.views import impact as views
from handlers.views.recap import read_cursor
from mentoring import impact as rules
from mentoring.access import Right, must
from mentoring.agreement import Agreement
from mentoring.erasing import must_be_kept
from mentoring.ids import AgreementId, SessionId
from mentoring.refusal import Refused
from storage import agreements
from storage import impact as stored
from storage.database import Tx


def open_impacts(gesture: Gesture) -> Answer:
    """Show all that she has written of the sessions held; the button's value is the agreement's id."""
    with gesture.deps.database.reading() as tx:
        return _all(tx, _agreement(tx, AgreementId(gesture.value), gesture), gesture)


def earlier(gesture: Gesture) -> Answer:
    """Show the page of sessions before those now shown."""
    agreement_id = AgreementId(forms.unpack(gesture.view)["agreement"])
    with gesture.deps.database.reading() as tx:
        return _all(tx, _agreement(tx, agreement_id, gesture), gesture, before=read_cursor(gesture.value))


def open_impact(gesture: Gesture) -> Answer:
    """Open the form about one session; the button's value is the session's id."""
    with gesture.deps.database.reading() as tx:
        agreement = agreements.of_session(
            tx, SessionId(gesture.value), seen_by=gesture.person.id, now=gesture.now
        )
        must(Right.WRITE_IMPACT, agreement, gesture.person.id)
        must_be_kept(agreement, gesture.person.id)
        session = agreement.session(SessionId(gesture.value))
        if session.cancelled:
            raise Refused("This session isn't counted any more, so there is nothing to write about it.")
        impact = stored.of_one(tx, session.id, author=gesture.person.id)
    return Show(views.impact_form(agreement, session, impact, gesture.person))


def write_impact(gesture: Gesture) -> Answer:
    """Save what she wrote and who may read it, or take back what she emptied; all of it comes next."""
    claims, me = views.read_claims(gesture.view), gesture.person.id
    chosen = forms.choice_of(gesture.values, "share")
    with gesture.deps.database.writing() as tx:
        agreement = agreements.of_session(tx, claims.session_id, seen_by=me, now=gesture.now)
        must(Right.WRITE_IMPACT, agreement, me)
        existing = stored.of_one(tx, claims.session_id, author=me)
        impact = rules.write(
            agreement,
            claims.session_id,
            existing=existing,
            revision=claims.revision,
            text=forms.text_of(gesture.values, "text"),
            share=None if chosen is None else chosen == "share",
            by=me,
            now=gesture.now,
        )
        if impact is not None:
            stored.save(tx, impact)
        elif existing is not None:
            stored.remove(tx, existing)
        return _all(tx, agreement, gesture)


def _agreement(tx: Tx, agreement_id: AgreementId, gesture: Gesture) -> Agreement:
    agreement = agreements.current(tx, agreement_id, seen_by=gesture.person.id, now=gesture.now)
    must(Right.WRITE_IMPACT, agreement, gesture.person.id)
    return agreement


def _all(tx: Tx, agreement: Agreement, gesture: Gesture, *, before: datetime | None = None) -> Show:
    written = {one.session_id: one for one in stored.of(tx, agreement, seen_by=gesture.person.id)}
    return Show(views.impacts_view(agreement, written, gesture.person, before=before))
