"""An agreement in the hands of its pair: read, signed, declined, withdrawn and looked up."""

from collections.abc import Callable

from slack_sdk.models.views import View

from handlers import settings
from handlers.gestures import Answer, Gesture, Nothing, Place, Show
from handlers.pairs import choose
from handlers.views import closing as endings
from handlers.views import reading as views
from handlers.views.agreement import invitations_off
from handlers.views.forms import secret_of, unpack
from handlers.views.text import name
from mentoring import proposals
from mentoring.agreement import Agreement
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


def _changed(gesture: Gesture, agreement_id: str, change: Change) -> Agreement:
    """Return the agreement as ``change`` leaves it, saved."""
    with gesture.deps.database.writing() as tx:
        agreement = agreements.current(
            tx, AgreementId(agreement_id), seen_by=gesture.person.id, now=gesture.now
        )
        changed = change(agreement)
        agreements.save(tx, changed, gesture.now)
    return changed
