"""Endings: the closing after the last session, ending early, and each one's words at the end."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from mentoring.access import Right, may, must, must_see
from mentoring.agreement import Agreement, Outcome, State, Version
from mentoring.feedback import (
    LONGEST_TEXT,
    PROMPT,
    Rating,
    asking_moment,
    expire,
    release,
    restore,
    withdraw,
)
from mentoring.ids import AgreementId, PersonId
from mentoring.refusal import Refused
from mentoring.secret import Secret
from mentoring.sessions import Session
from mentoring.terms import lapse_change
from mentoring.undo import UNDO, undoable

OPENS_AFTER_LAST = timedelta(days=7)
OPENS_AFTER_ASKING = timedelta(days=2)
FIXED_AFTER = timedelta(days=7)
WORDS_AFTER_END = timedelta(days=14)
"""How long after an early end each may still write."""
NOTHING_YET = -1
"""The revision that a form claims when there were no words yet as it was opened."""


@dataclass(frozen=True)
class Farewell:
    """One person's words at the end: a review for themselves, thanks for the other, and whether they would go on.

    ``written_at`` is when the thanks were last changed: what they write for themselves moves nothing that the other is told.
    ``go_on`` is None until they say; only two yeses are ever told, to both. ``said`` is false while all they did was to end what was
    closing. ``passed_on`` is set once, and opens the thanks to the other for good.
    """

    author: PersonId
    written_at: datetime
    review: Secret[str] | None = None
    thanks: Secret[str] | None = None
    go_on: Secret[bool] | None = None
    said: bool = True
    passed_on: bool = False
    revision: int = 0


def opening_moment(agreement: Agreement, now: datetime) -> datetime | None:
    """Return when the closing opens: seven days after the last session, or two after the last rating was asked, if later.

    None while a session is planned or can still be planned. Late is not lost: if that moment has passed, because the bot was
    down or the pair has just agreed on fewer sessions, it opens now, so that each has the whole time to answer.
    """
    if not agreement.active or agreement.room > 0 or agreement.planned_session is not None:
        return None
    held = agreement.held_sessions
    asked = max(_asked(agreement, session, now) for session in held)
    opens = max(held[-1].ends + OPENS_AFTER_LAST + held[-1].waited, asked + OPENS_AFTER_ASKING)
    return opens if now <= opens + PROMPT else now


def _asked(agreement: Agreement, session: Session, now: datetime) -> datetime:
    """Return when the rating of a session was asked, or will be; a pause since then does not count."""
    rating = session.rating
    return asking_moment(agreement, session, now) if rating is None else rating.asked_at + rating.waited


def open_closing(agreement: Agreement, now: datetime) -> Agreement:
    """Return the agreement closing: a release, and seven days until the fixed instant. A change still open lapses."""
    settled = agreement if agreement.change is None else lapse_change(agreement, now)
    return replace(release(settled, now), state=State.CLOSING, closing_at=now)


def fixed_moment(agreement: Agreement) -> datetime | None:
    """Return the instant at which a closing agreement is closed; None if it is not closing."""
    if agreement.state is not State.CLOSING or agreement.closing_at is None:
        return None
    return agreement.closing_at + FIXED_AFTER


def answerable_until(agreement: Agreement, rating: Rating) -> datetime | None:
    """Return when a rating can no longer be given or changed: its own time, or the fixed instant if that is sooner.

    None while the agreement is paused: its time stands still, and nobody knows for how long.
    """
    if agreement.paused:
        return None
    fixed = fixed_moment(agreement)
    return rating.closes_at if fixed is None else min(rating.closes_at, fixed)


def complete(agreement: Agreement, now: datetime) -> Agreement:
    """Return the agreement completed: the last release, every rating still open closes, and thanks are passed on."""
    completed = expire(release(agreement, now), now, closing=True).closed(Outcome.COMPLETED, now, None)
    for farewell in completed.farewells:
        completed = pass_on(completed, farewell)
    return completed


def end(agreement: Agreement, *, by: PersonId, now: datetime) -> Agreement:
    """Return the agreement ended early by either, no reason asked. Ending twice changes nothing.

    The session ahead is cancelled, open ratings are withdrawn, and sealed ones stay sealed. While the agreement is closing
    there is nothing left to end early: it is kept as a no to going on, which nobody is told.

    Raises:
        NotFound: ``by`` is not one of the pair.
        Refused: nothing has been signed yet.
    """
    must_see(agreement, by)
    if agreement.outcome is Outcome.ENDED:
        return agreement.seconded(by, now)
    if agreement.over:
        return agreement
    if agreement.closing:
        before = _farewell(agreement, by, now)
        if before.go_on == Secret(False):
            return agreement
        return _kept(agreement, replace(before, go_on=Secret(False)))
    if agreement.proposed:
        raise Refused("Nothing has been signed yet, so there is nothing to end.")
    sessions = tuple(
        s.called_off(now) if s.planned else replace(s, rating=withdraw(s.rating)) for s in agreement.sessions
    )
    return replace(agreement, sessions=sessions).closed(Outcome.ENDED, now, by)


# --- words at the end


def words_until(agreement: Agreement) -> datetime | None:
    """Return until when each may write, or change, their words at the end; None if that isn't the time for them."""
    if agreement.outcome is Outcome.ENDED and agreement.closed_at is not None:
        return agreement.closed_at + WORDS_AFTER_END
    return fixed_moment(agreement)


def may_say_farewell(agreement: Agreement, by: PersonId, now: datetime) -> None:
    """Raise ``Refused`` unless it is the time for someone's words at the end; ``NotFound`` if they are not one of the pair."""
    must_see(agreement, by)
    until = words_until(agreement)
    if until is not None and now < until:
        return
    if not agreement.over:
        raise Refused("Your mentoring goes on, so there is nothing to look back on yet.", at="review")
    if agreement.outcome is Outcome.ENDED:
        raise Refused(
            "The two weeks for looking back are over, so nothing can be added or changed any more.",
            at="review",
        )
    raise Refused("It has closed meanwhile, so nothing can be added or changed any more.", at="review")


def say_farewell(
    agreement: Agreement,
    *,
    by: PersonId,
    review: str,
    thanks: str,
    go_on: bool | None,
    now: datetime,
    revision: int | None = None,
) -> Agreement:
    """Return the agreement with someone's words at the end; blanks take them away. The last answer before the fixed instant counts.

    Args:
        agreement: closing, or ended early not long ago.
        by: their author, one of the pair.
        review: for the author alone.
        thanks: for the other, once they are passed on.
        go_on: asked only while the agreement is closing; None leaves it open.
        now: the instant.
        revision: of the words that the form was opened with, ``NOTHING_YET`` if there were none; None if it doesn't matter.

    Raises:
        NotFound: ``by`` is not one of the pair.
        Refused: it is not the time for them, or no longer; a text is too long; or they were changed in another window.
    """
    may_say_farewell(agreement, by, now)
    kept = {"review": review.strip(), "thanks": thanks.strip()}
    for field, text in kept.items():
        if len(text) > LONGEST_TEXT:
            raise Refused(f"Please keep it to {LONGEST_TEXT} characters; this is {len(text)}.", at=field)
    before = _farewell(agreement, by, now)
    after = replace(
        before,
        review=Secret(kept["review"]) if kept["review"] else None,
        thanks=Secret(kept["thanks"]) if kept["thanks"] else None,
        go_on=(None if go_on is None else Secret(go_on)) if agreement.closing else before.go_on,
    )
    if after == before and before.said:
        return agreement
    if revision not in {None, before.revision}:
        raise Refused(
            "You changed this in another window. Copy what you have here, then open it again.", at="review"
        )
    written = before.written_at if after.thanks == before.thanks else now
    return _kept(agreement, replace(after, said=True, written_at=written))


def _farewell(agreement: Agreement, by: PersonId, now: datetime) -> Farewell:
    nothing = Farewell(author=by, written_at=now, said=False, revision=NOTHING_YET)
    return agreement.farewell_of(by) or nothing


def _kept(agreement: Agreement, farewell: Farewell) -> Agreement:
    """Return the agreement with someone's words as a new edition."""
    return agreement.with_farewell(replace(farewell, revision=farewell.revision + 1))


def passing_moment(agreement: Agreement, farewell: Farewell) -> datetime | None:
    """Return when thanks written after an early end reach the other: in their working hours, once the end has been told.

    None if there are none to be passed on, or they wait for the result.
    """
    if agreement.outcome is not Outcome.ENDED or agreement.closed_at is None:
        return None
    if farewell.thanks is None or farewell.passed_on:
        return None
    told = max(farewell.written_at, agreement.closed_at + UNDO)
    return agreement.other(farewell.author).next_moment(told)


def pass_on(agreement: Agreement, farewell: Farewell) -> Agreement:
    """Return the agreement with someone's thanks, if there are any, open to the other."""
    return agreement.with_farewell(replace(farewell, passed_on=farewell.thanks is not None))


def thanks_to(agreement: Agreement, person: PersonId) -> Secret[str] | None:
    """Return what the other one has passed on to ``person``."""
    farewell = agreement.farewell_of(agreement.other(person).id)
    if farewell is None or not may(Right.READ_THANKS, agreement, person, farewell):
        return None
    return farewell.thanks


# --- going on


def both_go_on(agreement: Agreement) -> bool:
    """Tell whether a completed agreement ended with two yeses."""
    yes = [f for f in agreement.farewells if f.go_on == Secret(True)]
    return agreement.outcome is Outcome.COMPLETED and len(yes) == len((agreement.mentor, agreement.mentee))


def renewal(agreement: Agreement, agreement_id: AgreementId, *, now: datetime) -> Agreement:
    """Return the new agreement that two yeses open, with the terms of the last to be talked over: nobody has signed it yet.

    Their author stays who wrote them, the place with them. Its time to be signed begins when both can have heard of it, after
    ``now``.

    Raises:
        ValueError: there were not two yeses.
    """
    signed, closed = agreement.signed, agreement.closed_at
    if signed is None or closed is None or not both_go_on(agreement):
        raise ValueError("only two yeses go on")
    heard = max(person.next_moment(max(closed, now)) for person in (agreement.mentor, agreement.mentee))
    terms = replace(signed.terms, first_session=None)
    return Agreement(
        id=agreement_id,
        mentor=agreement.mentor,
        mentee=agreement.mentee,
        proposer=agreement.mentor.id,
        proposed_at=closed,
        versions=(
            Version(number=1, author=signed.author, sent_at=heard, terms=terms, purpose=signed.purpose),
        ),
        renews=agreement.id,
    )


def undo_close(agreement: Agreement, *, by: PersonId, place_taken: bool, now: datetime) -> Agreement:
    """Return the agreement with a decline or an early end taken back, and the words that went with it.

    ``place_taken``: the pair has another open agreement by now.

    Raises:
        NotFound: ``by`` did not do it.
        Refused: ten minutes have passed, the place is taken, or the other has acted since.
    """
    must(Right.UNDO_END, agreement, by)
    if not undoable(agreement.closed_at, now) or agreement.closed_at is None or agreement.before is None:
        raise Refused("The ten minutes for undoing have passed.")
    if place_taken or agreement.other_acted_since(by, agreement.closed_at):
        raise Refused("Something has happened since, so this can't be undone.")
    return reopened(agreement).acted(by, now)


def reopened(agreement: Agreement) -> Agreement:
    """Return a declined or ended agreement as it was before, whoever asks."""
    sessions = tuple(
        s.called_on()
        if s.cancelled and s.cancelled_by is None and s.cancelled_at == agreement.closed_at
        else replace(s, rating=restore(s.rating))
        if s.held
        else s
        for s in agreement.sessions
    )
    talks = tuple(
        talk.called_on() if talk.cancelled_by is None and talk.cancelled_at == agreement.closed_at else talk
        for talk in agreement.talks
    )
    # Only a decline of the whole proposal closes it, and its sentence stands with the newest version.
    unsaid = replace(agreement.newest, reply=None, reply_by=None)
    open_again = agreement.with_version(unsaid) if agreement.outcome is Outcome.DECLINED else agreement
    return replace(
        open_again,
        state=agreement.before or agreement.state,
        before=None,
        outcome=None,
        closed_at=None,
        closed_by=None,
        sessions=sessions,
        talks=talks,
        farewells=(),
    )
