"""The mentee's own decisions: written, changed and removed by her alone; nothing the mentor sees or gets differs."""

from handlers.gestures import Answer, Gesture, Show
from handlers.pairs import EVER, choose
from handlers.views import decisions as views
from handlers.views import forms
from mentoring import decisions as rules
from mentoring.access import Right, may, must
from mentoring.agreement import Agreement
from mentoring.decisions import Decision
from mentoring.erasing import must_be_kept
from mentoring.ids import AgreementId, DecisionId, PersonId, id_of_new
from storage import agreements
from storage import decisions as stored
from storage.database import Tx


def open_decisions(gesture: Gesture) -> Answer:
    """Open the list, its newest page; the value is as ``pairs.choose`` takes it."""
    me = gesture.person.id
    none = (
        "Decisions are the mentee's own, and you are the mentee in no mentoring that both have signed. "
        f"`{gesture.deps.command}` shows what there is."
    )
    agreement = choose(
        gesture, "decisions", lambda a: may(Right.WRITE_DECISIONS, a, me) and a.signed is not None, none
    )
    if not isinstance(agreement, Agreement):
        return agreement
    with gesture.deps.database.reading() as tx:
        return _list(tx, agreement, gesture)


def turn_page(gesture: Gesture) -> Answer:
    """Show another page of the list; the value names the place that it begins at."""
    agreement_id = AgreementId(forms.unpack(gesture.view)["agreement"])
    with gesture.deps.database.reading() as tx:
        agreement = _agreement(tx, agreement_id, gesture)
        return _list(tx, agreement, gesture, start=views.read_place(gesture.value))


def open_decision(gesture: Gesture) -> Answer:
    """Open the form for one; the value is "agreement id/decision id", without the latter for a new one."""
    agreement_id, _, decision_id = gesture.value.partition("/")
    with gesture.deps.database.reading() as tx:
        agreement = _agreement(tx, AgreementId(agreement_id), gesture)
        must_be_kept(agreement, gesture.person.id)
        decision = stored.get(tx, DecisionId(decision_id), author=gesture.person.id) if decision_id else None
        if decision_id and (decision is None or decision.agreement_id != agreement.id):
            # Removed in another window: the list as it is now.
            return _list(tx, agreement, gesture)
    return Show(views.decision_form(agreement, decision))


def write_decision(gesture: Gesture) -> Answer:
    """Save what she wrote, or remove what she emptied; the list comes next."""
    claims, me = views.read_claims(gesture.view), gesture.person.id
    decision_id = DecisionId(id_of_new(claims.decision_id, me))
    with gesture.deps.database.writing() as tx:
        agreement = _agreement(tx, claims.agreement_id, gesture)
        existing = _changed(tx, claims, me) or stored.get(tx, decision_id, author=me)
        decision = rules.write(
            agreement,
            existing=existing,
            decision_id=decision_id,
            revision=claims.revision,
            text=forms.text_of(gesture.values, "text"),
            by=me,
            now=gesture.now,
        )
        if decision is not None:
            stored.save(tx, decision)
        elif existing is not None:
            stored.remove(tx, existing)
        return _list(tx, agreement, gesture)


def _agreement(tx: Tx, agreement_id: AgreementId, gesture: Gesture) -> Agreement:
    agreement = agreements.current(tx, agreement_id, seen_by=gesture.person.id, now=gesture.now)
    must(Right.WRITE_DECISIONS, agreement, gesture.person.id)
    return agreement


def _changed(tx: Tx, claims: views.Opened, me: PersonId) -> Decision | None:
    """Return the decision that a form changes; None if it writes a new one, or what it was opened with was removed since."""
    return None if claims.revision is None else stored.get(tx, claims.decision_id, author=me)


def _list(tx: Tx, agreement: Agreement, gesture: Gesture, *, start: int = 0) -> Show:
    me = gesture.person
    mine = stored.of(tx, agreement.id, author=me.id)
    return Show(
        views.decisions_view(agreement, mine, me, start=start, before=_before(tx, agreement, gesture))
    )


def _before(tx: Tx, agreement: Agreement, gesture: Gesture) -> list[Agreement]:
    """Her earlier agreements with the same mentor in which she has written some."""
    me = gesture.person.id
    ever = agreements.of(tx, me, now=gesture.now, closed_since=gesture.now - EVER)
    return [
        one
        for one in ever
        if one.over
        and one.id != agreement.id
        and (one.mentor.id, one.mentee.id) == (agreement.mentor.id, me)
        and stored.any_of(tx, one.id, author=me)
    ]
