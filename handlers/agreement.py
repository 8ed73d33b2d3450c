"""An agreement in the hands of its pair: read, signed, withdrawn and looked up."""

from collections.abc import Callable

from slack_sdk.models.views import View

from handlers import settings
from handlers.gestures import Answer, Gesture, Nothing, Place, Show
from handlers.pairs import choose
from handlers.views import reading as views
from handlers.views.agreement import invitations_off
from handlers.views.forms import secret_of, unpack
from handlers.views.text import name
from mentoring import proposals
from mentoring.agreement import Agreement
from mentoring.ids import AgreementId, SessionId, id_of_new, new_id
from mentoring.refusal import Refused
from mentoring.secret import Secret
from mentoring.terms import Superseded
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
    if agreement.proposed:
        return _to_read(agreement, gesture)
    return views.agreement_view(agreement, gesture.person, gesture.deps.operator, gesture.now)


def _must_sign(agreement: Agreement, gesture: Gesture) -> bool:
    signer = agreement.must_sign
    return signer is not None and signer.id == gesture.person.id and not agreement.paused


def read_version(gesture: Gesture) -> Answer:
    """One of the pair reads what waits for their signature; the button's value is the agreement's id."""
    with gesture.deps.database.reading() as tx:
        agreement = agreements.current(
            tx, AgreementId(gesture.value), seen_by=gesture.person.id, now=gesture.now
        )
    return Show(_to_read(agreement, gesture))


def _to_read(
    agreement: Agreement, gesture: Gesture, *, lead: str | None = None, purpose: Secret[str] | None = None
) -> View:
    """Return what there is to read now: the version to sign, if it is this person's turn, else how things stand."""
    person, operator, now = gesture.person, gesture.deps.operator, gesture.now
    if _must_sign(agreement, gesture):
        return views.reading(
            agreement, person, operator, now, session_id=new_id(), lead=lead, purpose=purpose
        )
    return views.agreement_view(agreement, person, operator, now, lead=lead)


def sign_agreement(gesture: Gesture) -> Answer:
    """Someone has read every clause and signs: the mentee first, with a purpose, the mentor last.

    What has changed meanwhile is shown to be read instead, and what was typed stays.
    """
    ids, purpose = unpack(gesture.view), secret_of(gesture.values, "purpose")
    with gesture.deps.database.writing() as tx:
        agreement = agreements.current(
            tx, AgreementId(ids["agreement"]), seen_by=gesture.person.id, now=gesture.now
        )
        try:
            signed = proposals.sign(
                agreement,
                by=gesture.person.id,
                version=ids.number("version"),
                purpose=purpose,
                first_session=SessionId(id_of_new(ids.future_id("session"), agreement.id)),
                now=gesture.now,
            )
        except Refused as refused:
            # The way on is to read the newer terms, or to suggest others that fit.
            if not isinstance(refused, Superseded) and refused.at != "sessions":
                raise
            return Show(_to_read(agreement, gesture, lead=refused.sentence, purpose=purpose))
        agreements.save(tx, signed, gesture.now)
    return Show(views.after_signing(signed, gesture.person))


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
