"""Terms talked over: suggested by either, beside the old ones, until both have signed one version; and changes taken back."""

from slack_sdk.models.views import View

from handlers.declining import version_of
from handlers.gestures import Answer, Gesture, Nothing, Place, Show
from handlers.views import forms
from handlers.views import terms as views
from handlers.views.reading import notice
from handlers.views.text import name
from mentoring import terms
from mentoring.agreement import Agreement, Version
from mentoring.ids import AgreementId
from mentoring.terms import Superseded
from storage import agreements


def open_suggest(gesture: Gesture) -> Answer:
    """Open the form with the newest terms; a purpose that was typed where the button stood goes along."""
    agreement = _agreement(gesture, gesture.value)
    terms.may_suggest(agreement, gesture.person.id)
    typed = forms.text_of(gesture.values, "purpose").strip()
    form = views.suggest_form(
        agreement,
        gesture.person,
        gesture.deps.operator,
        basis=agreement.newest.number,
        begun=terms.starting_point(agreement),
        typed={"purpose": typed} if typed else {},
    )
    return Show(form)


def more_terms(gesture: Gesture) -> Answer:
    """Show the rest of the terms too; what was typed stays."""
    claims = forms.unpack(gesture.view)
    agreement = _agreement(gesture, claims["agreement"])
    form = views.suggest_form(
        agreement,
        gesture.person,
        gesture.deps.operator,
        basis=claims.number("basis"),
        begun=_claimed(agreement, claims, "begun"),
        typed=views.filled_in(gesture.values),
        opened=True,
        since=_claimed(agreement, claims, "since") if "since" in claims else None,
    )
    return Show(form)


def suggest(gesture: Gesture) -> Answer:
    """Suggest other terms. If the other one was quicker, the form is shown again with theirs beside, and one's own kept."""
    claims, me, now = forms.unpack(gesture.view), gesture.person, gesture.now
    with gesture.deps.database.writing() as tx:
        agreement = agreements.current(tx, AgreementId(claims["agreement"]), seen_by=me.id, now=now)
        begun = _claimed(agreement, claims, "begun")
        wanted, purpose = views.read_terms(gesture.values, begun.terms), views.read_purpose(gesture.values)
        try:
            suggested = terms.suggest(
                agreement,
                by=me.id,
                basis=_basis(agreement, begun, claims),
                terms=wanted,
                purpose=purpose,
                now=now,
            )
        except Superseded:
            return Show(_shown_again(agreement, begun, gesture, opened=views.is_open(claims)))
        agreements.save(tx, suggested, now)
    return Show(views.suggested(suggested, me))


def _shown_again(agreement: Agreement, begun: Version, gesture: Gesture, *, opened: bool) -> View:
    return views.suggest_form(
        agreement,
        gesture.person,
        gesture.deps.operator,
        basis=agreement.newest.number,
        begun=terms.starting_point(agreement),
        typed=views.filled_in(gesture.values),
        opened=opened,
        since=begun,
    )


def withdraw_change(gesture: Gesture) -> Answer:
    """Its author takes a change back; the button's value is "agreement id/version"."""
    agreement_id, version = version_of(gesture.value)
    me, now = gesture.person.id, gesture.now
    with gesture.deps.database.writing() as tx:
        agreement = agreements.current(tx, AgreementId(agreement_id), seen_by=me, now=now)
        withdrawn = terms.withdraw_change(agreement, by=me, version=version, now=now)
        agreements.save(tx, withdrawn, now)
    if gesture.place is Place.MESSAGE:
        return Nothing()
    other = name(withdrawn.other(me))
    return Show(notice("Done", f"You withdrew the change. What you agreed with {other} stays in force."))


def _basis(agreement: Agreement, begun: Version, claims: forms.Claims) -> int:
    """Return the number of the version that a form answers; one that came and went meanwhile changes nothing."""
    stands = terms.starting_point(agreement).number == begun.number
    return agreement.newest.number if stands else claims.number("basis")


def _claimed(agreement: Agreement, claims: forms.Claims, which: str) -> Version:
    return agreement.version(claims.number(which))


def _agreement(gesture: Gesture, agreement_id: str) -> Agreement:
    with gesture.deps.database.reading() as tx:
        return agreements.current(tx, AgreementId(agreement_id), seen_by=gesture.person.id, now=gesture.now)
