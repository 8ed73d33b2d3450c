"""The beginning: the form, and the proposal that it sends."""

from handlers.gestures import Answer, Gesture, Place, Show
from handlers.pairs import MENTION
from handlers.views import start as views
from handlers.views.forms import unpack
from mentoring import proposals
from mentoring.agreement import Agreement, Role
from mentoring.ids import AgreementId, id_of_new, new_id
from mentoring.people import Person, Profile
from mentoring.refusal import NotFound, Refused
from storage import agreements, people
from storage.database import Tx


def start(gesture: Gesture) -> Answer:
    """Someone wants to begin; a mention after the word is who with, and anything else there is nobody that I know."""
    mention = MENTION.search(gesture.value)
    form = views.start_form(
        gesture.person,
        gesture.deps.operator,
        command=gesture.deps.command,
        agreement_id=new_id(),
        who=mention[1] if mention else None,
        unknown=gesture.value.strip() if mention is None and gesture.place is Place.COMMAND else None,
    )
    return Show(form)


def toggle_role(gesture: Gesture) -> Answer:
    """The proposer has chosen a role: a mentee says what for, a mentor doesn't."""
    return _drawn_again(gesture, open_terms=views.is_open(gesture.view))


def open_terms(gesture: Gesture) -> Answer:
    """The proposer wants to change the terms."""
    return _drawn_again(gesture, open_terms=True)


def _drawn_again(gesture: Gesture, *, open_terms: bool) -> Show:
    form = views.start_form(
        gesture.person,
        gesture.deps.operator,
        command=gesture.deps.command,
        agreement_id=unpack(gesture.view)["agreement"],
        open_terms=open_terms,
        values=gesture.values,
    )
    return Show(form)


def propose(gesture: Gesture) -> Answer:
    """The proposer sends it. A second submission of the same form meets what the first one made."""
    agreement_id = AgreementId(id_of_new(unpack(gesture.view).future_id("agreement"), gesture.person.id))
    draft = views.read_start(gesture.values)
    profile = _profile(gesture, draft.who)
    with gesture.deps.database.writing() as tx:
        made = _made_before(tx, agreement_id, gesture)
        if made is None:
            other = _found(tx, gesture, draft.who, profile)
            made = _proposed(tx, agreement_id, draft, other, gesture)
    return Show(views.sent(made, gesture.person))


def _profile(gesture: Gesture, user_id: str) -> Profile | None:
    """Ask Slack who that is, unless that is known from today. No transaction is open meanwhile."""
    if user_id == gesture.person.user_id:
        return None
    with gesture.deps.database.reading() as tx:
        known = people.by_account(tx, gesture.person.team_id, user_id)
    if known is not None and not known.needs_checking(gesture.now):
        return None
    return gesture.look_up(user_id)


def _made_before(tx: Tx, agreement_id: AgreementId, gesture: Gesture) -> Agreement | None:
    try:
        return agreements.get(tx, agreement_id, seen_by=gesture.person.id)
    except NotFound:
        return None


def _found(tx: Tx, gesture: Gesture, user_id: str, profile: Profile | None) -> Person:
    if user_id == gesture.person.user_id:
        return gesture.person
    team = gesture.person.team_id
    if profile is not None:
        return people.learn(tx, team_id=team, user_id=user_id, profile=profile, now=gesture.now)
    known = people.by_account(tx, team, user_id)
    if known is None or known.needs_checking(gesture.now):
        raise Refused("I can't find that person in this workspace. Please choose someone else.", at="who")
    return known


def _proposed(
    tx: Tx, agreement_id: AgreementId, draft: views.Draft, other: Person, gesture: Gesture
) -> Agreement:
    proposer, now = gesture.person, gesture.now
    record = agreements.record(tx, proposer.id, other.id, now)
    if record.between is not None and record.between.id == agreement_id:
        # The same form came twice at once: the other one had the two people first.
        return record.between
    made = proposals.propose(
        agreement_id,
        proposer=proposer,
        other=other,
        role=draft.role,
        terms=draft.terms,
        purpose=draft.purpose if draft.role is Role.MENTEE else None,
        record=record,
        now=now,
    )
    if record.between is not None:
        # For the proposer it doesn't exist, and the pair has room for one.
        agreements.save(tx, proposals.give_way(record.between, to=proposer.id, now=now), now)
    agreements.save(tx, made, now)
    return made
