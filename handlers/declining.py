"""Saying no to a proposal or a change, with a sentence if one likes; and reading the sentence that came with a no."""

from slack_sdk.models.views import View

from handlers.gestures import Answer, Gesture, Show
from handlers.views import closing, forms
from handlers.views import declining as views
from mentoring import proposals, terms
from mentoring.agreement import Agreement
from mentoring.ids import AgreementId
from storage import agreements


def ask_decline(gesture: Gesture) -> Answer:
    """Open the window that declines a proposal; the button's value is the agreement's id."""
    agreement = _agreement(gesture, gesture.value)
    declined = proposals.decline(agreement, by=gesture.person.id, now=gesture.now)
    if declined is agreement:
        return Show(closing.ended_notice(agreement, gesture.person, gesture.now))
    return Show(views.decline_form(agreement, gesture.person))


def ask_decline_change(gesture: Gesture) -> Answer:
    """Open the window that declines a change; the button's value is "agreement id/version"."""
    agreement_id, version = version_of(gesture.value)
    agreement = _agreement(gesture, agreement_id)
    declined = terms.decline_change(
        agreement, by=gesture.person.id, version=version, reply=None, now=gesture.now
    )
    if declined is agreement:
        return Show(views.change_declined(agreement, gesture.person))
    return Show(views.decline_form(agreement, gesture.person, version=version))


def decline(gesture: Gesture) -> Answer:
    """Decline a proposal, which can be undone for ten minutes, or a change, which is told at once."""
    claims, reply = forms.unpack(gesture.view), forms.secret_of(gesture.values, "reply")
    me, now, version = gesture.person.id, gesture.now, claims.get("version")
    with gesture.deps.database.writing() as tx:
        agreement = agreements.current(tx, AgreementId(claims["agreement"]), seen_by=me, now=now)
        if version is None:
            declined = proposals.decline(agreement, by=me, reply=reply, now=now)
        else:
            declined = terms.decline_change(
                agreement, by=me, version=forms.whole(version), reply=reply, now=now
            )
        agreements.save(tx, declined, now)
    return Show(_said(declined, gesture, of_change=version is not None))


def _said(declined: Agreement, gesture: Gesture, *, of_change: bool) -> View:
    if of_change:
        return views.change_declined(declined, gesture.person)
    return closing.ended_notice(declined, gesture.person, gesture.now)


def read_reply(gesture: Gesture) -> Answer:
    """Show the sentence with which a version was declined, to its addressee alone; the value is "agreement id/version"."""
    agreement_id, version = version_of(gesture.value)
    agreement = _agreement(gesture, agreement_id)
    reply = terms.reply_to(agreement, version, gesture.person.id, gesture.now)
    if reply is None:
        return Show(views.no_reply(agreement, gesture.person))
    return Show(views.reply_view(agreement, gesture.person, reply))


def version_of(value: str) -> tuple[str, int]:
    """Return the agreement's id and the version that a button names."""
    agreement_id, _, version = value.partition("/")
    return agreement_id, forms.whole(version)


def _agreement(gesture: Gesture, agreement_id: str) -> Agreement:
    with gesture.deps.database.reading() as tx:
        return agreements.current(tx, AgreementId(agreement_id), seen_by=gesture.person.id, now=gesture.now)
