"""An agreement in the hands of its pair: read, signed, declined, withdrawn, looked up and ended."""

from collections.abc import Callable

from slack_sdk.models.views import View

from handlers import settings
from handlers.gestures import Answer, Gesture, Nothing, Place, Show, Tell
from handlers.pairs import choose
from handlers.views import closing as endings
from handlers.views import reading as views
from handlers.views.agreement import invitations_off
from handlers.views.forms import secret_of, unpack
from handlers.views.text import date, name
from mentoring import closing, proposals
from mentoring.agreement import Agreement, State
from mentoring.ids import AgreementId, SessionId, new_id
from storage import agreements

Change = Callable[[Agreement], Agreement]


def show_agreement(gesture: Gesture) -> Answer:
    """One of the pair looks at what was signed, or at what there is to sign."""
    command = gesture.deps.command
    none = f"You have no agreement yet. `{command} start @someone` begins one."
    chosen = choose(gesture, "agreement", lambda _: True, none)
    if not isinstance(chosen, Agreement):
        return chosen
    return Show(_drawn(chosen, gesture))


def _drawn(agreement: Agreement, gesture: Gesture) -> View:
    person, operator = gesture.person, gesture.deps.operator
    signer = agreement.must_sign
    if agreement.proposed and signer is not None and signer.id == person.id:
        return views.reading(agreement, person, operator, session_id=new_id())
    return views.agreement_view(agreement, person, operator, gesture.now)


def sign_agreement(gesture: Gesture) -> Answer:
    """Someone has read every clause and signs: the mentee first, with a purpose, the mentor last."""
    ids = unpack(gesture.view)
    signed = _changed(
        gesture,
        ids["agreement"],
        lambda agreement: proposals.sign(
            agreement,
            by=gesture.person.id,
            version=int(ids["version"]) if ids["version"].isdecimal() else 0,
            purpose=secret_of(gesture.values, "purpose"),
            first_session=SessionId(ids["session"]),
            now=gesture.now,
        ),
    )
    return Show(views.after_signing(signed, gesture.person))


def decline(gesture: Gesture) -> Answer:
    """The one it was proposed to says no; no reason is asked."""
    declined = _changed(
        gesture, gesture.value, lambda a: proposals.decline(a, by=gesture.person.id, now=gesture.now)
    )
    if gesture.place is Place.MODAL:
        return Show(endings.ended_notice(declined, gesture.person, gesture.now))
    return Nothing()


def withdraw(gesture: Gesture) -> Answer:
    """The proposer takes the invitation back."""
    withdrawn = _changed(
        gesture,
        gesture.value,
        lambda a: proposals.withdraw_proposal(a, by=gesture.person.id, now=gesture.now),
    )
    if gesture.place is Place.MODAL:
        other = name(withdrawn.recipient)
        return Show(views.notice("Done", f"You withdrew the invitation to {other}."))
    return Nothing()


def no_invitations(gesture: Gesture) -> Answer:
    """Someone wants no more invitations, from anyone; nobody is told."""
    settings.change(gesture, invitations=False)
    if gesture.place is Place.MODAL:
        return Show(views.notice("Done", invitations_off().text))
    return Nothing()


def ask_end(gesture: Gesture) -> Answer:
    """The first of two clicks that end a mentoring."""
    command = gesture.deps.command
    chosen = choose(
        gesture,
        "end",
        lambda a: a.state in {State.ACTIVE, State.PAUSED, State.CLOSING},
        f"You have no mentoring to end. `{command}` shows what there is.",
    )
    if not isinstance(chosen, Agreement):
        return chosen
    if (closes := closing.fixed_moment(chosen)) is not None:
        other = name(chosen.other(gesture.person.id))
        on = date(closes, gesture.person.zone)
        return Tell(
            f"All sessions with {other} are used, so it closes by itself on {on}. There is nothing left to end."
        )
    return Show(endings.end_form(chosen, gesture.person))


def end(gesture: Gesture) -> Answer:
    """The second click: it ends, and the other one is told when Undo is over."""
    ended = _changed(
        gesture,
        unpack(gesture.view)["agreement"],
        lambda a: closing.end(a, by=gesture.person.id, now=gesture.now),
    )
    if ended.state is State.CLOSING:
        closes = closing.fixed_moment(ended)
        on = f" on {date(closes, gesture.person.zone)}" if closes is not None else ""
        return Show(views.notice("Closing", f"All sessions are used, so it closes by itself{on}."))
    return Show(endings.ended_notice(ended, gesture.person, gesture.now))


def undo_close(gesture: Gesture) -> Answer:
    """Whoever declined or ended it takes that back."""
    me, now = gesture.person.id, gesture.now
    with gesture.deps.database.writing() as tx:
        agreement = agreements.current(tx, AgreementId(gesture.value), seen_by=me, now=now)
        between = agreements.record(tx, me, agreement.other(me).id, now).between
        taken = between is not None and between.id != agreement.id
        restored = closing.undo_close(agreement, by=me, place_taken=taken, now=now)
        agreements.save(tx, restored, now)
    if gesture.place is Place.MODAL:
        other = name(restored.other(me))
        what = "The invitation is open again" if restored.proposed else f"Your mentoring with {other} goes on"
        return Show(views.notice("Taken back", f"{what}. {other} was told nothing."))
    return Nothing()


def _changed(gesture: Gesture, agreement_id: str, change: Change) -> Agreement:
    """Return the agreement as ``change`` leaves it, saved."""
    with gesture.deps.database.writing() as tx:
        agreement = agreements.current(
            tx, AgreementId(agreement_id), seen_by=gesture.person.id, now=gesture.now
        )
        changed = change(agreement)
        agreements.save(tx, changed, gesture.now)
    return changed
