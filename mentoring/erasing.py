"""Erasing what someone wrote or scored in an agreement: afterwards it looks as if it had never been given."""

from dataclasses import replace

from mentoring.agreement import Agreement, Role, Version
from mentoring.feedback import Rating, RatingState
from mentoring.ids import PersonId
from mentoring.refusal import Refused
from mentoring.sessions import Session

NOTHING_NEW = (
    "What you wrote about this mentoring has gone, as set in your settings, so nothing new is kept here."
)


def erased(agreement: Agreement, person: PersonId) -> bool:
    """Tell whether nothing is left that ``person`` wrote or scored; NotFound if they are not one of the pair."""
    return agreement.mentor_erased if agreement.role_of(person) is Role.MENTOR else agreement.mentee_erased


def must_be_kept(agreement: Agreement, person: PersonId) -> None:
    """Raise ``Refused`` once what ``person`` wrote there has gone: nothing would remove what came after it."""
    if erased(agreement, person):
        raise Refused(NOTHING_NEW, at="text")


def without_texts(agreement: Agreement, person: PersonId) -> Agreement:
    """Return the agreement without anything that ``person`` wrote or scored. Erasing twice changes nothing.

    Purpose, places, the sentence of a decline, scores, words and what they wrote at the end go; that there was an agreement, and its
    sessions, stays. A rating that was there reads as "No rating", as if it had never been given. Notes, decisions and what came of
    a session are not part of the agreement: ``storage/erasing.py`` removes them with it.

    Raises:
        NotFound: they are not one of the pair.
    """
    role = agreement.role_of(person)
    mentees = role is Role.MENTEE
    return replace(
        agreement,
        versions=tuple(_version(version, person, mentees=mentees) for version in agreement.versions),
        sessions=tuple(_session(session, person, mentees=mentees) for session in agreement.sessions),
        talks=tuple(_session(talk, person, mentees=mentees) for talk in agreement.talks),
        farewells=tuple(farewell for farewell in agreement.farewells if farewell.author != person),
        mentor_erased=agreement.mentor_erased or not mentees,
        mentee_erased=agreement.mentee_erased or mentees,
    )


def _version(version: Version, person: PersonId, *, mentees: bool) -> Version:
    without = replace(version, purpose=None) if mentees else version
    if version.author == person:
        without = replace(without, terms=replace(version.terms, place=None))
    return replace(without, reply=None, reply_by=None) if version.reply_by == person else without


def _session(session: Session, person: PersonId, *, mentees: bool) -> Session:
    without = replace(session, place=None, place_by=None) if session.place_by == person else session
    if not mentees or session.rating is None:
        return without
    asked = session.rating
    blank = Rating(
        session_id=session.id,
        asked_at=asked.asked_at,
        state=RatingState.WITHDRAWN,
        waited=asked.waited,
        revision=asked.revision + 1,
    )
    return replace(without, rating=asked if replace(asked, revision=blank.revision) == blank else blank)
